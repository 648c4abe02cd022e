// The last proof of an image is two entries of a ledger, and whoever can write it wrote either.
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { keyFor, lastPrefix, proofPrefix, type Subject } from '../../src/ledger/keys.ts'
import { type Proof, proofKind, proofText, proofVersion } from '../../src/ledger/proof.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import type { LedgerStore } from '../../src/ledger/store.ts'
import { lastProven } from '../../src/prove/ledger/last-proven.ts'
import { imageOf, tarOf } from '../image/crafted.ts'
import { inputs, newFolder, recordedFile } from '../ledger/recorded.ts'

const subject: Subject = { file: 'Dockerfile', context: '.', target: null, platforms: [], image: null }
const now = Date.parse('2026-11-21T12:00:00.000Z')
const other = `sha256:${'0'.repeat(64)}`

const own = inputsDigest(inputs) ?? ''

interface Given {
  /** When it was proven. */
  at?: string
  /** What of the two entries is there. */
  has?: ('last' | 'record')[]
  /** The second time that the store is asked, or the first one, it says this. */
  problems?: (string | null)[]
}

/** A ledger whose last proof is of these inputs, and which has an entry under their name. */
async function ledgerOf(
  named: string,
  { at = '2026-11-20T12:00:00.000Z', has = ['last', 'record'], problems = [] }: Given = {},
) {
  const image = imageOf([tarOf([{ name: 'a', content: 'a' }])])
  const { path } = await recordedFile([image])
  const { digest, configDigest } = image.image
  const proof: Proof = {
    ...{ kind: proofKind, schemaVersion: proofVersion, inputs: inputsDigest(inputs) ?? '', commit: null },
    ...{ epoch: inputs.epoch, at, run: null, runner: null, level: 'identical' },
    ...{ variations: [], asked: [], platforms: [{ platform: 'linux/amd64', digest, configDigest, shown: [] }] },
    tool: { name: 'repro-gate', version: '1.0.0' },
  }
  const store = folderStore(await newFolder())
  const keep = async (key: string, kept: Proof, record?: string) => {
    const folder = await newFolder()
    await writeFile(join(folder, 'proof.json'), proofText(kept))
    if (record) await copyFile(record, join(folder, 'record.json.gz'))
    expect(await store.keep(key, folder)).toBe('kept')
  }
  if (has.includes('last')) await keep(keyFor(lastPrefix(subject), now, null), { ...proof, inputs: named })
  if (has.includes('record')) await keep(keyFor(proofPrefix(named), now, null), proof, path)
  const asked: LedgerStore = {
    ...store,
    find: (...given) => {
      const problem = problems.shift() ?? null
      return problem === null ? store.find(...given) : Promise.resolve({ problem })
    },
  }
  return { store: asked, run: null, runner: null, here: '/' }
}

const last = async (named: string, given?: Given) =>
  lastProven(await ledgerOf(named, given), subject, {
    tempDir: await newFolder(),
    signal: AbortSignal.timeout(60_000),
    now: () => now,
  })

test('is the record of the inputs that it names', async () => {
  const proven = await last(own)
  if (typeof proven === 'string') throw new Error(proven)
  expect(proven.record.inputs).toEqual(inputs)
  await proven.record.close()
})

test('is none where a record of other inputs lies under their name', async () => {
  expect(await last(other)).toMatch(/the record of a run of 20 November 2026 is of other inputs\.$/)
})

test.each<[string, Given, RegExp]>([
  ['nothing was kept', { has: [] }, /there is no proof of Dockerfile: no gate .* or it was evicted\.$/],
  ['its record is gone', { has: ['last'] }, /^The record of a run of 20 November 2026, .* is in .* no more\.$/],
  ['it lies in the future', { at: '2026-11-21T12:10:01.000Z' }, /, a run of 21 November 2026, lies in the future\.$/],
  ['the store cannot be asked', { problems: ['It broke.'] }, /^It broke\.$/],
  ['the store breaks between', { problems: [null, 'It broke.'] }, /^It broke\.$/],
])('is none where %s', async (_, given, why) => {
  expect(await last(own, given)).toMatch(why)
})

test('is one that was written by a clock which is a little ahead', async () => {
  const proven = await last(own, { at: '2026-11-21T12:10:00.000Z' })
  if (typeof proven === 'string') throw new Error(proven)
  await proven.record.close()
})
