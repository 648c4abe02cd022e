// What the ledger says of images, by the books of one turn: those that it leaves alone, several platforms, sides side by side.
import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { folderStore } from '../../src/ledger/folder-store.ts'
import type { Options } from '../../src/options/options.ts'
import { openBook } from '../../src/prove/ledger/book.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import { buildPairs, type Job } from '../../src/prove/pair.ts'
import { provePair } from '../../src/prove/prove.ts'
import type { PlatformResult } from '../../src/prove/result.ts'
import { tempFolder } from '../build/ports.ts'
import { made, type Outcomes, scriptedRun, sourcesIn } from './scripted-builds.ts'

const amd = 'linux/amd64'
const arm = 'linux/arm64'
const [plain, other] = [made({}), made({ content: 'g' })]
const twice = [plain, plain]

interface Turn {
  /** How the builds of each platform end. */
  platforms?: Record<string, Outcomes>
  /** The other images of the run and their platforms, which have a turn of their own. */
  others?: [string | null, string][]
  options?: Partial<Options>
  /** Each side has a builder of its own: they build side by side. */
  apart?: boolean
  tell?: (result: PlatformResult) => PlatformResult
}

/** Turns with one ledger, a day after another. */
function turns() {
  const [here, kept] = [sourcesIn(tempFolder()), tempFolder()]
  const ledger: Ledger = { store: folderStore(kept), run: null, runner: null, here }
  let day = 0
  return async ({ platforms = { [amd]: twice }, others = [], options = {}, apart, tell = one => one }: Turn = {}) => {
    day += 1
    const outcomesOf = (_: string, platform: string) => platforms[platform] ?? []
    const { image, shared, count } = await scriptedRun(outcomesOf, { folder: here, day })
    const { A, B } = shared.setting.builders
    const setting = { ...shared.setting, builders: { A, B: apart ? { ...B, name: 'two' } : B } }
    const proving = { ...shared, ...image, setting, options: { ...image.options, ...options }, image: null }
    const jobs = Object.keys(platforms).map((platform): Job => ({ platform, proving }))
    const elsewhere = others.map(([image, platform]): Job => ({ platform, proving: { ...proving, image } }))
    const book = openBook(ledger, jobs, [...jobs, ...elsewhere])
    const pairs = await buildPairs(jobs, setting.run, undefined, book.spare)
    const results: PlatformResult[] = []
    for (const pair of pairs) results.push(tell(await provePair(pair, proving)))
    const [first, ...rest] = await book.closed(pairs, results)
    const proofs = readdirSync(kept).filter(name => name.startsWith('repro-gate-proof-')).length
    const found = first?.findings.map(({ id }) => id)
    const verdicts = [first, ...rest].map(one => one?.failure?.side ?? one?.against?.kind ?? one?.verdict)
    return { verdicts, notes: first?.notes, found, proofs, built: count() }
  }
}

const [proven, spared] = [['reproducible'], ['ledger']]

test.each<[string, Turn, RegExp]>([
  [
    'is made of other targets',
    { options: { linked: {} } },
    /^The ledger was not used: the image is made of other targets/,
  ],
  [
    'may take from a cache',
    { options: { cacheFrom: ['type=local,src=/x'] } },
    /^The ledger was not used: build A may take/,
  ],
  ['has another platform in another turn', { others: [[null, arm]] }, /^The ledger was not used: not all of its platf/],
  [
    'has an input that nobody knows',
    { options: { buildArgs: { API_TOKEN: 'abcdefgh' } } },
    /^The ledger was not used: not every input/,
  ],
])('of an image that %s nothing is spared and nothing kept, and that is said', async (_, turn, why) => {
  const run = turns()
  expect(await run()).toEqual({ verdicts: proven, notes: [], found: [], proofs: 1, built: 2 })
  for (const day of [2, 3]) {
    const { notes, ...told } = await run(turn)
    expect([day, told]).toEqual([day, { verdicts: proven, found: [], proofs: 1, built: 2 }])
    expect(notes?.at(-1)).toMatch(why)
  }
  expect(await run()).toEqual({ verdicts: spared, notes: [], found: [], proofs: 1, built: 1 })
})

test('other images in other turns are no other platforms of it', async () => {
  const run = turns()
  const others: Turn['others'] = ['b', 'c'].map(name => [name, amd])
  expect(await run({ others })).toEqual({ verdicts: proven, notes: [], found: [], proofs: 1, built: 2 })
  expect(await run({ others })).toEqual({ verdicts: spared, notes: [], found: [], proofs: 1, built: 1 })
})

test('sides that are built side by side are held against it afterwards', async () => {
  const run = turns()
  expect(await run({ apart: true })).toEqual({ verdicts: proven, notes: [], found: [], proofs: 1, built: 2 })
  expect(await run({ apart: true })).toMatchObject({
    verdicts: proven,
    notes: [expect.stringMatching(/proved of the same/)],
    proofs: 1,
    built: 2,
  })
  expect(await run({ apart: true, platforms: { [amd]: [other, other] } })).toMatchObject({
    ...{ verdicts: proven, notes: [], found: ['drift'], proofs: 2, built: 2 },
  })
})

test('where one platform cannot be built nobody asks what was proven of all', async () => {
  const run = turns()
  const all = { [amd]: twice, [arm]: twice }
  expect(await run({ platforms: all })).toMatchObject({ verdicts: [...proven, ...proven], proofs: 1 })
  expect(await run({ platforms: { ...all, [arm]: [null] } })).toEqual({
    ...{ verdicts: [...proven, 'A'], notes: [], found: [], proofs: 1, built: 3 },
  })
})

test('where two builds showed what one could not show again, of one platform, the next run needs two', async () => {
  const run = turns()
  const platforms = { [amd]: twice, [arm]: twice }
  const drift = { id: 'shadow-day', source: 'comparison', class: 'drift', level: 'warning', paths: [] }
  const tell = (result: PlatformResult): PlatformResult =>
    result.platform === arm ? { ...result, findings: [drift as unknown as Finding] } : result
  const both = [...proven, ...proven]
  expect(await run({ platforms, tell })).toMatchObject({
    ...{ verdicts: both, proofs: 0 },
    notes: [expect.stringMatching(/^This proof was not kept in the ledger: the two builds also showed/)],
  })
  // Without that it is kept.
  expect(await run({ platforms })).toEqual({ verdicts: both, notes: [], found: [], proofs: 1, built: 4 })
  expect(await run({ platforms })).toMatchObject({ verdicts: [...spared, ...spared], built: 2 })
})
