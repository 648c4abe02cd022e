// The last proof of an image is two entries of a ledger, and whoever can write it wrote either.
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { keyFor, lastPrefix, proofPrefix, type Subject } from '../../src/ledger/keys.ts'
import { type Proof, proofKind, proofText, proofVersion } from '../../src/ledger/proof.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import { lastProven } from '../../src/prove/ledger/last-proven.ts'
import { imageOf, tarOf } from '../image/crafted.ts'
import { inputs, newFolder, recordedFile } from '../ledger/recorded.ts'

const subject: Subject = { file: 'Dockerfile', context: '.', target: null, platforms: [], image: null }
const now = Date.parse('2026-11-21T12:00:00.000Z')
const other = `sha256:${'0'.repeat(64)}`

/** A ledger whose last proof is of these inputs, and which has an entry under their name. */
async function ledgerOf(named: string) {
  const image = imageOf([tarOf([{ name: 'a', content: 'a' }])])
  const { path } = await recordedFile([image])
  const { digest, configDigest } = image.image
  const proof: Proof = {
    ...{ kind: proofKind, schemaVersion: proofVersion, inputs: inputsDigest(inputs) ?? '', commit: null },
    ...{ epoch: inputs.epoch, at: '2026-11-20T12:00:00.000Z', run: null, runner: null, level: 'identical' },
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
  await keep(keyFor(lastPrefix(subject), now, null), { ...proof, inputs: named })
  await keep(keyFor(proofPrefix(named), now, null), proof, path)
  return { store, run: null, runner: null, here: '/' }
}

const last = async (named: string) =>
  lastProven(await ledgerOf(named), subject, {
    tempDir: await newFolder(),
    signal: AbortSignal.timeout(60_000),
    now: () => now,
  })

test('is the record of the inputs that it names', async () => {
  const proven = await last(inputsDigest(inputs) ?? '')
  if (typeof proven === 'string') throw new Error(proven)
  expect(proven.record.inputs).toEqual(inputs)
  await proven.record.close()
})

test('is none where a record of other inputs lies under their name', async () => {
  expect(await last(other)).toMatch(/the record of a run of 20 November 2026 is of other inputs\.$/)
})
