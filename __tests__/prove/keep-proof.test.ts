// What is kept of two builds of an image: never more than each of its platforms came to, and what cannot be kept is told.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Proof } from '../../src/ledger/proof.ts'
import { RecordError } from '../../src/ledger/record.ts'
import type { LedgerStore } from '../../src/ledger/store.ts'
import { keepProof } from '../../src/prove/ledger/keep-proof.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import { buildPairs, type Pair } from '../../src/prove/pair.ts'
import { provePair } from '../../src/prove/prove.ts'
import type { PlatformResult } from '../../src/prove/result.ts'
import { made, scriptedRun } from './scripted-builds.ts'

const [amd, arm, other] = ['linux/amd64', 'linux/arm64', 'linux/s390x'] as const
const plain = made({})

type Told = Partial<Pick<PlatformResult, 'level'>> & { variations?: string[] | undefined }
interface Entry {
  key: string
  files: string[]
  proof: Proof
}

/** Two builds of both platforms, and what of them is kept in a ledger that answers so. */
async function kept({
  ofArm = {},
  answers = [],
  run = null,
  platforms = [amd, arm],
}: {
  /** What the results of arm64 have otherwise. */
  ofArm?: Told
  answers?: ('kept' | { problem: string } | Error)[]
  run?: Ledger['run']
  platforms?: string[]
} = {}) {
  const { image, shared, folder } = await scriptedRun(() => [plain, plain], { options: { variations: ['umask'] } })
  const proving = { ...shared, ...image, image: null }
  const jobs = platforms.map(platform => ({ platform, proving }))
  const built = (await buildPairs(jobs, proving.setting.run)) as Pair[]
  const results: PlatformResult[] = []
  for (const pair of built) results.push(await provePair(pair, proving))
  const entries: Entry[] = []
  const store = {
    name: 'the ledger',
    keep: async (key: string, from: string) => {
      const proof = JSON.parse(readFileSync(join(from, 'proof.json'), 'utf8'))
      entries.push({ key, files: readdirSync(from).sort(), proof })
      const answer = answers[entries.length - 1] ?? 'kept'
      if (answer instanceof Error) throw answer
      return answer
    },
  } as unknown as LedgerStore
  const before = readdirSync(proving.ports.tempDir)
  const problems = await keepProof(
    {
      inputs: `sha256:${'1'.repeat(64)}`,
      built: built.map(({ planned, a }) => ({ planned, a, beside: [] })),
      results: results.map((one, at) => (at === 1 ? ({ ...one, ...ofArm } as PlatformResult) : one)),
    },
    { store, run, runner: null, here: folder },
  )
  expect(readdirSync(proving.ports.tempDir)).toEqual(before)
  return { problems, entries, levels: results.map(({ level }) => level) }
}

test('a proof beside its record, and before it the note which one is the last', async () => {
  const { problems, entries, levels } = await kept()
  expect([problems, levels]).toEqual([[], ['identical', 'identical']])
  expect(entries.map(({ files }) => files)).toEqual([['proof.json'], ['proof.json', 'record.json.gz']])
  const [last, proof] = entries
  expect(last?.key).toMatch(/^repro-gate-last-/)
  expect(proof?.key).toMatch(/^repro-gate-proof-v1-1{64}-/)
  expect(proof?.proof).toMatchObject({ level: 'identical', variations: ['umask'], platforms: [{}, {}] })
  expect(last?.proof).toEqual(proof?.proof)
})

test('of platforms that agree to different levels the lower one is proven', async () => {
  const { problems, entries } = await kept({ ofArm: { level: 'same-content' } })
  expect([problems, entries.map(({ proof }) => proof.level)]).toEqual([[], ['same-content', 'same-content']])
})

test.each<[string, Told]>([
  ['has other files', { level: 'different' }],
  ['could not be compared', { level: null }],
  ['has the same files and no more', { level: 'same-files' }],
])('nothing is kept where one platform %s', async (_, ofArm) => {
  expect(await kept({ ofArm })).toMatchObject({ problems: [], entries: [] })
})

test.each<[string, Told, string[]]>([
  ['both', { variations: ['hostname', 'umask'] }, ['umask']],
  ['one', { variations: ['hostname'] }, []],
  ['one, of which nothing is told', { variations: undefined }, []],
])('varied is what was varied for all platforms: %s', async (_, ofArm, variations) => {
  const { entries } = await kept({ ofArm })
  expect(entries.map(({ proof }) => proof.variations)).toEqual([variations, variations])
})

test('of one platform all that was varied, and of three not what one of them had not', async () => {
  const [one] = (await kept({ platforms: [amd] })).entries
  const [three] = (await kept({ platforms: [amd, arm, other], ofArm: { variations: [] } })).entries
  expect([one, three].map(entry => entry?.proof.variations)).toEqual([['umask'], []])
})

test.each<[string, ('kept' | { problem: string } | Error)[], number, string]>([
  ['the note', [{ problem: 'It is full.' }], 1, 'It is full. So this proof is not kept there.'],
  ['the proof', ['kept', { problem: 'It is full.' }], 2, 'It is full. So this proof is not kept there.'],
  ['it, by a fault', [new Error('no disk')], 1, 'This proof was not kept in the ledger: no disk.'],
  ['a record', [new RecordError('It is too long.')], 1, 'This proof was not kept in the ledger: It is too long.'],
])('a ledger that does not take %s', async (_, answers, count, told) => {
  const { problems, entries } = await kept({ answers })
  expect([problems, entries.length]).toEqual([[told], count])
})

test('entries are named by their run', async () => {
  const { entries } = await kept({ run: { id: '77', attempt: 1, url: 'https://example.com/77', workflow: 'w' } })
  expect(entries.map(({ key }) => key.replace(/.*-/, ''))).toEqual(['77', '77'])
  expect((await kept()).entries.map(({ key }) => key.replace(/.*-/, ''))).toEqual(['here', 'here'])
})
