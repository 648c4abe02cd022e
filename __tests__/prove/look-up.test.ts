// A ledger is never worse than none: what no record has room for leaves the builds as they are.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { createMasking } from '../../src/host/masking.ts'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { lookUp } from '../../src/prove/ledger/look-up.ts'
import type { Proving } from '../../src/prove/pair.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { newFolder } from '../ledger/recorded.ts'

async function lookedUp(given: Given) {
  const folder = await newFolder()
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  const options = checkOptions('gate', { context: [folder], config: ['none'], ...given })
  const ports = {
    ...{ log: { info: () => {} }, masking: createMasking(), now: Date.now, tempDir: await newFolder() },
    signal: new AbortController().signal,
  }
  const setting = { epoch: { seconds: 1, commit: null, from: '' } }
  const proving = { image: null, options, sources: await readSources(options, noPorts()), setting, ports }
  const builds = [{ provenance: null, platform: 'linux/amd64' } as SideBuild]
  const ledger = { store: folderStore(await newFolder()), run: null, runner: null, here: folder }
  return lookUp(ledger, builds, proving as unknown as Proving)
}

test('inputs are known by a digest, of which an empty ledger has nothing', async () => {
  expect(await lookedUp({})).toEqual({ inputs: expect.stringMatching(/^sha256:/), proven: null, notes: [] })
})

test('a label that is too long for a record is told, and nothing is thrown', async () => {
  expect(await lookedUp({ labels: [`a=${'x'.repeat(70_000)}`] })).toEqual({
    ...{ inputs: null, proven: null },
    notes: [expect.stringMatching(/^The ledger was not used: .*settings\.labels.* is not a text of at most 65536/)],
  })
})

test('so is a build argument whose value may be secret', async () => {
  const { inputs, notes } = await lookedUp({ 'build-args': ['API_TOKEN=abcdefgh'] })
  expect([inputs, notes]).toEqual([null, [expect.stringMatching(/^The ledger was not used: not every input/)]])
})
