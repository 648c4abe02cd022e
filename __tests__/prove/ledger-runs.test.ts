// What a run leaves in the ledger, and what the next one makes of it: a proof spares build B, and never a doubt or a difference.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { lastProven } from '../../src/prove/ledger/last-proven.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import { tempFolder } from '../build/ports.ts'
import { type Given, made, type Outcomes, provenBy, sourcesIn } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })
const zipped = made({}, 'out', { gzip: true })

/** Runs of one folder on one ledger, a day after another. */
function runs() {
  const folder = sourcesIn(tempFolder())
  const kept = tempFolder()
  const ledger: Ledger = { store: folderStore(kept), run: null, runner: null, here: folder }
  let day = 0
  return async (outcomes: Outcomes, given: Given = {}) => {
    day += 1
    const { result, built } = await provenBy(outcomes, { folder, ledger, day, ...given })
    expect(built).toBe(outcomes.length)
    const { verdict, level, doubts, findings, against, secondsApart, notes } = result
    const found = findings.map(({ id }) => id)
    const proofs = proofsIn(kept)
    return { verdict, level, doubts, found, by: against?.kind ?? null, secondsApart, notes, proofs, ledger, folder }
  }
}

/** How many proofs a ledger has. */
const proofsIn = (folder: string): number =>
  readdirSync(folder).filter(name => name.startsWith('repro-gate-proof-')).length

/** When that was proven which `drift` would hold a build against, in days after the first run. */
async function lastDay({ ledger }: { ledger: Ledger }): Promise<number> {
  const subject = { file: 'Dockerfile', context: '', target: null, platforms: [], image: null }
  const ports = { tempDir: tempFolder(), signal: new AbortController().signal, now: Date.now }
  const last = await lastProven(ledger, subject, ports)
  if (typeof last === 'string') throw new Error(last)
  await last.record.close()
  return Math.floor((Date.parse(last.proof.at) - 1_700_000_000_000) / 86_400_000)
}

const [umask, both] = [['umask'], ['umask', 'hostname']].map(variations => ({ options: { variations } }))
const twice = { verdict: 'reproducible', level: 'identical', doubts: [], found: [], by: null }

test('what two builds proved spares the next run its build B, and is what that is held against', async () => {
  const run = runs()
  expect(await run([plain, plain])).toMatchObject(twice)
  expect(await run([plain])).toMatchObject({ ...twice, by: 'ledger', secondsApart: expect.any(Number) })
  expect((await run([plain])).secondsApart).toBeGreaterThan(86_400)
})

test('another image is built twice, and drift is told where both agree', async () => {
  const run = runs()
  await run([plain, plain])
  expect(await run([other, other])).toMatchObject({ ...twice, found: ['drift'] })
})

test('and is not reproducible where they do not, whatever was proven before', async () => {
  const run = runs()
  await run([plain, plain])
  expect(await run([other, plain])).toMatchObject({ verdict: 'not-reproducible', by: null })
  expect(await run([other, null])).toMatchObject({ verdict: 'undecided', by: null })
})

test('a doubt of build A is not answered by a proof', async () => {
  const run = runs()
  await run([plain, plain])
  const { verdict, doubts, by, notes } = await run([plain, plain], { cached: [0] })
  expect([verdict, doubts, by]).toEqual(['undecided', [expect.stringMatching(/from a cache/)], null])
  expect(notes).toContainEqual(expect.stringMatching(/^The ledger has a proof .* build B was needed .* from a cache/))
})

test('nor is that build A may be equal to what was proven for another reason', async () => {
  const run = runs()
  await run([plain, plain])
  // Another run did its COPY, or it may take from a cache what that build put there.
  const { notes, ...told } = await run([plain, plain], { theirs: { 0: 'theirs' } })
  expect(told).toMatchObject(twice)
  expect(notes).toEqual([
    expect.stringMatching(/^The ledger has a proof .* Another build did .*COPY/),
    expect.stringMatching(/^The image is the one that a run of 15 November 2023 proved of the same inputs, too\.$/),
  ])
  expect(await run([plain, plain], { options: { 'cache-from': ['type=local,src=/nowhere'] } })).toMatchObject(twice)
  expect(await run([plain])).toMatchObject({ ...twice, by: 'ledger' })
})

test('what is to be kept of both builds needs both', async () => {
  const run = runs()
  await run([plain, plain])
  expect(await run([plain, plain], { options: { keep: [join(tempFolder(), 'kept')] } })).toMatchObject(twice)
  expect(await run([plain, plain], { options: { sbom: [join(tempFolder(), 'sbom.json')] } })).toMatchObject(twice)
  expect(await run([other, other], { options: { sbom: [join(tempFolder(), 'sbom.json')] } })).toMatchObject({
    ...{ ...twice, found: ['drift'] },
    notes: [expect.stringMatching(/build B was needed all the same\. What `keep` and `sbom` write is of both builds/)],
  })
})

test('a side A that was built again, and came out otherwise, is not what was proven', async () => {
  // It is asked whether the build that did its COPY has ended; how long to wait between is drawn.
  jest.spyOn(Math, 'random').mockReturnValue(0)
  const run = runs()
  expect(await run([other, plain, plain, plain], { theirs: { 0: 'theirs' } })).toMatchObject(twice)
  jest.restoreAllMocks()
  expect(await run([other, plain])).toMatchObject({ verdict: 'not-reproducible', by: null })
})

test('files that are changed while build A runs are not those of the proof', async () => {
  const run = runs()
  await run([plain, plain])
  const before = (place: number, folder: string) => {
    if (place === 0) writeFileSync(join(folder, 'f'), 'another')
  }
  const { verdict, doubts, by } = await run([plain, plain], { before })
  expect([verdict, doubts, by]).toEqual(['undecided', [expect.stringMatching(/context was changed/)], null])
})

test('the same content, packed otherwise, is the proven image where that is enough', async () => {
  const run = runs()
  await run([plain, plain])
  expect(await run([zipped])).toMatchObject({ verdict: 'reproducible', level: 'same-content', by: 'ledger' })
  const identical = { options: { level: ['identical'] } }
  expect(await run([zipped, zipped], identical)).toMatchObject(twice)
  // That one was kept, and is the one to be identical with.
  expect(await run([zipped], identical)).toMatchObject({ ...twice, by: 'ledger' })
  expect(await run([plain, zipped], identical)).toMatchObject({ verdict: 'not-reproducible', by: null })
})

test('of the same files in two images nothing is kept: no digest is proven by them', async () => {
  const run = runs()
  const labelled = made({}, 'out', { config: { Labels: { built: 'twice' } } })
  const files = { options: { level: ['same-files'] } }
  const same = { verdict: 'reproducible', level: 'same-files', by: null }
  expect(await run([plain, labelled], files)).toMatchObject(same)
  expect(await run([plain, labelled], files)).toMatchObject(same)
})

test('nothing is kept of what was not proven: a difference, a doubt, a failure', async () => {
  const run = runs()
  expect(await run([plain, other])).toMatchObject({ verdict: 'not-reproducible' })
  expect(await run([plain, plain], { cached: [1] })).toMatchObject({ verdict: 'undecided' })
  expect(await run([plain, null])).toMatchObject({ verdict: 'undecided' })
  // Nor where B failed for what was varied, and agreed without it.
  const failing = await run([plain, null, plain, null], umask)
  expect(failing).toMatchObject({ verdict: 'reproducible', found: ['varied-build-failed'], proofs: 0, by: null })
  expect(failing.notes).not.toContainEqual(expect.stringMatching(/ledger/))
  expect(await run([plain, plain])).toMatchObject(twice)
})

test('of other files nothing is known', async () => {
  const run = runs()
  const { folder } = await run([plain, plain])
  writeFileSync(join(folder, 'f'), 'another')
  expect(await run([plain, plain])).toMatchObject(twice)
})

test('a proof of less than is asked for spares nothing', async () => {
  const run = runs()
  await run([plain, plain])
  expect(await run([plain, plain], umask)).toMatchObject(twice)
  // That one was kept, and is enough for both.
  expect(await run([plain], umask)).toMatchObject({ ...twice, by: 'ledger' })
  expect(await run([plain])).toMatchObject({ ...twice, by: 'ledger' })
})

test.each<[string, Outcomes, Given, number]>([
  ['is the last one again where it spares a build', [plain], {}, 1],
  ['is it, too, where two builds came to the same', [plain, plain], { theirs: { 0: 'theirs' } }, 1],
  ['is not where two builds differ', [other, plain], {}, 2],
])('a proof that is found again %s', async (_, outcomes, given, day) => {
  const run = runs()
  const { folder } = await run([plain, plain])
  writeFileSync(join(folder, 'f'), 'another')
  expect(await lastDay(await run([other, other]))).toBe(2)
  writeFileSync(join(folder, 'f'), 'f')
  expect(await lastDay(await run(outcomes, given))).toBe(day)
})

test.each<[string, Outcomes, Given | undefined, Outcomes, Given | undefined, number]>([
  ['of the same', [plain, plain], {}, [plain, plain], {}, 1],
  ['of less that was varied', [plain, plain], umask, [plain, plain], {}, 1],
  ['of more that was varied', [plain, plain], umask, [plain, plain], both, 2],
  ['of images that agree less', [plain, plain], {}, [plain, zipped], {}, 1],
  ['of images that agree more', [plain, zipped], {}, [plain, plain], {}, 2],
  ['of another packing', [plain, plain], {}, [zipped, zipped], {}, 2],
])(
  'beside a proof that was found and not enough, one %s: how many there are',
  async (_, then, given, now, today, count) => {
    const run = runs()
    await run(then, given)
    const { verdict, proofs, notes } = await run(now, { ...today, theirs: { 0: 'theirs' } })
    expect([verdict, proofs, notes[0]]).toEqual(['reproducible', count, expect.stringMatching(/build B was needed/)])
  },
)

test('what a proof has of another day is said again', async () => {
  const run = runs()
  expect(await run([plain, made({ mode: 0o664 }), plain], umask)).toMatchObject({
    ...{ ...twice, found: ['header-mode'] },
    notes: [expect.stringMatching(/agree/)],
  })
  expect(await run([plain], umask)).toMatchObject({ ...twice, by: 'ledger', found: ['header-mode'] })
  // For which the strict profile fails: two builds are to show it.
  expect(
    await run([plain, made({ mode: 0o664 }), plain], { options: { variations: ['umask'], profile: ['strict'] } }),
  ).toMatchObject({ verdict: 'not-reproducible', by: null })
})
