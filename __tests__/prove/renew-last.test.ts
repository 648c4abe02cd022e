// A proof that spares a build is the last proof again: drift asks for that, and what nobody asks for is evicted.
import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { type Proof, proofKind, proofVersion } from '../../src/ledger/proof.ts'
import type { LedgerStore } from '../../src/ledger/store.ts'
import { renewLast } from '../../src/prove/ledger/renew-last.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { newFolder } from '../ledger/recorded.ts'

const proofOf = (inputs: string, at: string): Proof => ({
  ...{ kind: proofKind, schemaVersion: proofVersion, inputs: `sha256:${inputs.repeat(64)}`, commit: null, epoch: 1 },
  ...{ at, run: null, runner: null, level: 'identical', variations: [], asked: [] },
  platforms: [
    {
      platform: 'linux/amd64',
      digest: `sha256:${'d'.repeat(64)}`,
      configDigest: `sha256:${'e'.repeat(64)}`,
      shown: [],
    },
  ],
  tool: { name: 'repro-gate', version: '1.0.0' },
})
const old = proofOf('a', '2026-11-01T12:00:00.000Z')
const other = proofOf('b', '2026-11-02T12:00:00.000Z')

/** Seconds go by between two runs, so that each has a key of its own. */
let seconds = 1_800_000_000
const renew = (proof: Proof, store: LedgerStore) => {
  const ports = { ...portsWith(scripted({})), now: () => seconds++ * 1000 }
  const options = { context: '.', target: undefined, platforms: [] }
  const proving = { image: null, options, sources: { dockerfile: { file: 'Dockerfile' } }, ports }
  return renewLast(proof, proving as never, { store, run: null, runner: null, here: '/' })
}
const kept = (folder: string): Proof[] =>
  readdirSync(folder)
    .filter(name => name.startsWith('repro-gate-last-'))
    .sort()
    .map(name => JSON.parse(readFileSync(join(folder, name, 'proof.json'), 'utf8')))

test('it is written where none is left, and not again', async () => {
  const folder = await newFolder()
  const store = folderStore(folder)
  await renew(old, store)
  await renew(old, store)
  expect(kept(folder)).toEqual([old])
})

test('after another one it is the last again, as old as it is', async () => {
  const folder = await newFolder()
  const store = folderStore(folder)
  await renew(old, store)
  await renew(other, store)
  for (const name of readdirSync(folder))
    utimesSync(join(folder, name), ...((name.endsWith('1-here') ? [1, 1] : [2, 2]) as [number, number]))
  await renew(old, store)
  expect(kept(folder).map(({ at }) => at)).toEqual([old.at, other.at, old.at])
})

test('a newer proof of the same inputs stays the last', async () => {
  const folder = await newFolder()
  const newer = { ...old, at: '2026-11-09T12:00:00.000Z' }
  await renew(newer, folderStore(folder))
  await renew(old, folderStore(folder))
  expect(kept(folder)).toEqual([newer])
})

test('a ledger that fails changes nothing', async () => {
  const problem = { problem: 'It is away.' }
  let writes = 0
  const keep = async () => {
    writes += 1
    return problem
  }
  await renew(old, { name: 'x', find: async () => problem, keep })
  expect(writes).toBe(0)
  await renew(old, { name: 'x', find: async () => 'none', keep })
  await renew(old, { name: 'x', find: () => Promise.reject(new Error('odd')), keep })
  expect(writes).toBe(1)
})
