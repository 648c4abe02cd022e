// A ledger is never worse than none: what no record has room for leaves the builds as they are.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { createMasking } from '../../src/host/masking.ts'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { keyFor, proofPrefix } from '../../src/ledger/keys.ts'
import { type Proof, type ProvenPlatform, proofKind, proofText, proofVersion } from '../../src/ledger/proof.ts'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import { writeRecord } from '../../src/ledger/write-record.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { fingerprint } from '../../src/prove/fingerprint.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import { lookUp } from '../../src/prove/ledger/look-up.ts'
import type { Proving } from '../../src/prove/pair.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { imageOf, tarOf } from '../image/crafted.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { head, newFolder, platformOf } from '../ledger/recorded.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const image = imageOf([tarOf([{ name: 'a', content: 'then' }])])

const builtFor = (...platforms: string[]): SideBuild[] =>
  platforms.map(platform => ({ provenance: null, platform }) as SideBuild)

async function proving(given: Given) {
  const folder = await newFolder()
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  const options = checkOptions('gate', { context: [folder], config: ['none'], ...given })
  const ports = {
    ...{ log: { info: () => {} }, masking: createMasking(), now: () => now, tempDir: await newFolder() },
    signal: new AbortController().signal,
  }
  const setting = { epoch: { seconds: 1, commit: null, from: '' } }
  const shared = { image: null, options, sources: await readSources(options, noPorts()), setting, ports }
  const ledger: Ledger = { store: folderStore(await newFolder()), run: null, runner: null, here: folder }
  return { shared: shared as unknown as Proving, ledger }
}

async function lookedUp(given: Given) {
  const { shared, ledger } = await proving(given)
  return lookUp(ledger, builtFor('linux/amd64'), shared)
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

describe('an entry under the key of the very inputs', () => {
  interface Entry {
    proof?: (proof: Proof) => Partial<Proof>
    /** Of its record, and of the proof that stands beside it. */
    inputs?: (inputs: RecordedInputs) => Partial<RecordedInputs>
    /** What is built now. */
    builds?: SideBuild[]
    missing?: string
  }

  /** What a ledger with such an entry says. */
  async function found({ proof: changed = () => ({}), inputs: others, builds, missing }: Entry) {
    const { shared, ledger } = await proving({})
    const { image: name, options, sources, setting, ports } = shared
    const own = await fingerprint({ name, options, sources }, builtFor('linux/amd64'), setting, ports)
    const held = { ...own, ...others?.(own) }
    const { digest, configDigest } = image.image
    const proof: Proof = {
      ...{ kind: proofKind, schemaVersion: proofVersion, inputs: inputsDigest(held) ?? '', commit: null },
      ...{ epoch: held.epoch, at: new Date(now).toISOString(), run: null, runner: null, level: 'identical' },
      ...{ variations: [], asked: [], tool: { name: 'repro-gate', version: '1' } },
      platforms: [{ platform: 'linux/amd64', digest, configDigest, shown: [] }],
    }
    const entry = await newFolder()
    await writeRecord(join(entry, 'record.json.gz'), { ...head, inputs: held }, [platformOf(image)])
    writeFileSync(join(entry, 'proof.json'), proofText({ ...proof, ...changed(proof) }))
    if (missing !== undefined) rmSync(join(entry, missing))
    expect(await ledger.store.keep(keyFor(proofPrefix(inputsDigest(own) ?? ''), now, null), entry)).toBe('kept')
    const told = await lookUp(ledger, builds ?? builtFor('linux/amd64'), shared)
    await told.proven?.record.close()
    return told
  }

  test('is the proof, though it is of another commit, or written by a clock that is a little ahead', async () => {
    for (const proof of [{}, { commit: '1'.repeat(40) }, { at: new Date(now + 300_000).toISOString() }])
      expect(await found({ proof: () => proof })).toMatchObject({
        ...{ proven: { proof: { level: 'identical' } }, notes: [] },
      })
  })

  const one = ({ platforms: [platform] }: Proof) => platform as ProvenPlatform
  const another = `sha256:${'a'.repeat(64)}`

  test.each<[string, Entry, RegExp]>([
    ['whose proof names other inputs', { proof: () => ({ inputs: another }) }, /record is of other inputs/],
    ['that is of other inputs', { inputs: () => ({ target: 'other' }) }, /: it is of other inputs/],
    ['of another time', { proof: ({ epoch }) => ({ epoch: epoch + 1 }) }, /record is of another time/],
    ['of another image', { proof: p => ({ platforms: [{ ...one(p), digest: another }] }) }, /holds other images/],
    [
      'of another config',
      { proof: p => ({ platforms: [{ ...one(p), configDigest: another }] }) },
      /holds other images/,
    ],
    [
      'of a platform named otherwise',
      { proof: p => ({ platforms: [{ ...one(p), platform: 'linux/arm' }] }) },
      /holds other/,
    ],
    ['of one platform more', { proof: p => ({ platforms: [one(p), one(p)] }) }, /holds other images/],
    ['for another platform', { builds: builtFor('linux/arm64') }, /of other platforms \(linux\/amd64\)/],
    ['for one of two platforms', { builds: builtFor('linux/amd64', 'linux/arm64') }, /of other platforms/],
    ['of a day to come', { proof: () => ({ at: new Date(now + 3_600_000).toISOString() }) }, /lies in the future/],
    ['without its record', { missing: 'record.json.gz' }, /a file is missing/],
  ])('%s is none, and it is said why', async (_, entry, why) => {
    const { inputs, proven, notes } = await found(entry)
    expect([inputs, proven]).toEqual([expect.stringMatching(/^sha256:/), null])
    expect(notes).toEqual([expect.stringMatching(why)])
  })
})
