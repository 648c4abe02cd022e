// What a run leaves in the ledger, and what the next one makes of it: a proof spares build B, and never a doubt or a difference.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { openBook } from '../../src/prove/ledger/book.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import { type Built, buildPairs, type Job } from '../../src/prove/pair.ts'
import { provePair } from '../../src/prove/prove.ts'
import { tempFolder } from '../build/ports.ts'
import { type Given, made, type Outcomes, provenBy, scriptedRun, sourcesIn } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })

/** Runs of one folder on one ledger, a day after another. */
function runs() {
  const folder = sourcesIn(tempFolder())
  const ledger: Ledger = { store: folderStore(tempFolder()), run: null, runner: null, here: folder }
  let day = 0
  return async (outcomes: Outcomes, given: Given = {}) => {
    day += 1
    const { result, built } = await provenBy(outcomes, { folder, ledger, day, ...given })
    expect(built).toBe(outcomes.length)
    const { verdict, level, doubts, findings, against, secondsApart } = result
    const found = findings.map(({ id }) => id)
    return { verdict, level, doubts, found, by: against?.kind ?? null, secondsApart, folder }
  }
}

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
  const { verdict, doubts, by } = await run([plain, plain], { cached: [0] })
  expect([verdict, doubts, by]).toEqual(['undecided', [expect.stringMatching(/from a cache/)], null])
})

test('nor is that build A may be equal to what was proven for another reason', async () => {
  const run = runs()
  await run([plain, plain])
  // Another run did its COPY, or it may take from a cache what that build put there.
  expect(await run([plain, plain], { theirs: { 0: 'theirs' } })).toMatchObject(twice)
  expect(await run([plain, plain], { options: { 'cache-from': ['type=local,src=/nowhere'] } })).toMatchObject(twice)
  expect(await run([plain])).toMatchObject({ ...twice, by: 'ledger' })
})

test('what is to be kept of both builds needs both', async () => {
  const run = runs()
  await run([plain, plain])
  expect(await run([plain, plain], { options: { keep: [join(tempFolder(), 'kept')] } })).toMatchObject(twice)
  expect(await run([plain, plain], { options: { sbom: [join(tempFolder(), 'sbom.json')] } })).toMatchObject(twice)
})

test('a side A that was built again, and came out otherwise, is not what was proven', async () => {
  // It is asked whether the build that did its COPY has ended; how long to wait between is drawn.
  jest.spyOn(Math, 'random').mockReturnValue(0)
  const run = runs()
  expect(await run([other, plain, plain, plain], { theirs: { 0: 'theirs' } })).toMatchObject(twice)
  jest.restoreAllMocks()
  expect(await run([other, plain])).toMatchObject({ verdict: 'not-reproducible', by: null })
})

test('where two builds showed what one could not show again, the next run needs two', async () => {
  const folder = sourcesIn(tempFolder())
  const ledger: Ledger = { store: folderStore(tempFolder()), run: null, runner: null, here: folder }
  const { image, shared } = await scriptedRun([plain, plain], { folder })
  const jobs: Job[] = [{ platform: 'linux/amd64', proving: { ...shared, ...image, image: null } }]
  const book = openBook(ledger, jobs, jobs)
  const pairs = await buildPairs(jobs, shared.setting.run, undefined, book.spare)
  const [pair, { proving }] = [pairs[0] as Built, jobs[0] as Job]
  const result = await provePair(pair, proving)
  const drift = { id: 'shadow-day', source: 'comparison', class: 'drift', level: 'warning', paths: [] }
  const [told] = await book.closed(pairs, [{ ...result, findings: [drift as unknown as Finding] }])
  expect(told?.notes).toEqual([
    expect.stringMatching(/^This proof was not kept in the ledger: the two builds also showed/),
  ])
  const { result: next, built } = await provenBy([plain, plain], { folder, ledger, day: 1 })
  expect([next.verdict, next.against, built]).toEqual(['reproducible', undefined, 2])
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
  const zipped = made({}, 'out', { gzip: true })
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
  const umask = { options: { variations: ['umask'] } }
  await run([plain, plain])
  expect(await run([plain, plain], umask)).toMatchObject(twice)
  // That one was kept, and is enough for both.
  expect(await run([plain], umask)).toMatchObject({ ...twice, by: 'ledger' })
  expect(await run([plain])).toMatchObject({ ...twice, by: 'ledger' })
})

test('what a proof has of another day is said again', async () => {
  const run = runs()
  const umask = { options: { variations: ['umask'] } }
  expect(await run([plain, made({ mode: 0o664 }), plain], umask)).toMatchObject({ ...twice, found: ['header-mode'] })
  expect(await run([plain], umask)).toMatchObject({ ...twice, by: 'ledger', found: ['header-mode'] })
  // For which the strict profile fails: two builds are to show it.
  expect(
    await run([plain, made({ mode: 0o664 }), plain], { options: { variations: ['umask'], profile: ['strict'] } }),
  ).toMatchObject({ verdict: 'not-reproducible', by: null })
})
