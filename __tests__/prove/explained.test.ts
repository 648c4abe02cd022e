import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { variationsNamed } from '../../src/build/variations/variations.ts'
import type { Ports } from '../../src/ports.ts'
import { explained, sameFilesDoubts, unreadable } from '../../src/prove/explained.ts'
import type { Pair, Proving } from '../../src/prove/pair.ts'
import type { Read } from '../../src/prove/read.ts'
import type { Level } from '../../src/verdict.ts'
import { tempFolder } from '../build/ports.ts'
import { imageOf } from '../image/crafted.ts'
import { type Given, made, type Outcomes, provenBy } from './scripted-builds.ts'

const steps = [{ name: '[2/2] RUN make' }]
const side = { digest: 'sha256:a', configDigest: 'sha256:b', startedAt: 0, finishedAt: 1, provenance: null, steps }
const ports = { log: { warning: () => undefined } } as unknown as Ports
const pairVarying = (...ids: string[]): Pair =>
  ({
    ...{ a: side, b: side, image: null, platform: 'linux/amd64', required: 'identical' },
    ...{ doubts: [], notes: [], bases: [], planned: { varied: { variations: variationsNamed(ids) } } },
  }) as unknown as Pair

describe('what is said to be varied', () => {
  test('is what was varied in the pair that decides', () => {
    expect(unreadable(pairVarying('umask', 'order'), 'x', ports).variations?.toSorted()).toEqual(['order', 'umask'])
  })
  test('is nothing, where B was built as A was after a varied B had differed', () => {
    expect(unreadable(pairVarying(), 'x', ports)).toMatchObject({ verdict: 'reproducible', variations: [] })
  })
})

describe('where the same files are enough, and only configs differ', () => {
  const now = 1_700_000_000_000
  const download = { id: 'd', op: { Op: { source: { identifier: 'https://example.org/f' } } } }
  const ran = { id: 'r', op: { Op: { exec: {} } } }
  const side = (at: number, configDigest: string) => ({
    ...{
      digest: `sha256:${configDigest}`,
      configDigest,
      ref: `b${configDigest}/n/i`,
      startedAt: at,
      endedAt: at + 100,
    },
    provenance: {
      buildConfig: { llbDefinition: [download, ran], digestMapping: { 'sha256:d': 'd', 'sha256:r': 'r' } },
    },
    steps: [{ digest: 'sha256:r', name: '[2/2] RUN make', cached: false, startedAt: at, endedAt: at + 100 }],
  })
  const doubts = (level: Level, required: Level, apart = 500) =>
    sameFilesDoubts(
      {
        ...{ a: side(now, 'a'), b: side(now + apart, 'b'), required },
        planned: { beside: { A: [], B: [] } },
      } as unknown as Pair,
      level,
    )

  test('a time of the same moment, or a download that both were given, may be why', () => {
    expect(doubts('same-files', 'same-files')).toEqual([
      expect.stringMatching(/'RUN make' in the same two seconds/),
      expect.stringMatching(/has no checksum/),
    ])
    expect(doubts('same-files', 'same-files', 60_000)).toEqual([expect.stringMatching(/has no checksum/)])
  })

  test('what differs all the same is no doubt', () => {
    expect(doubts('different', 'same-files')).toEqual([])
    expect(doubts('same-files', 'same-content')).toEqual([])
  })
})

describe('two images that can be read', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }]
  const [plain, turned, other] = [made([a, b]), made([b, a]), made([a, b], 'other')]
  const sameFiles = { level: ['same-files'] }
  const told = async (outcomes: Outcomes, given: Given) => (await provenBy(outcomes, given)).result

  test('may hold the same files, which is enough where that is asked for', async () => {
    expect(await told([plain, turned], { options: sameFiles })).toMatchObject({
      ...{ verdict: 'reproducible', level: 'same-files', doubts: [] },
    })
    expect(await told([plain, turned], {})).toMatchObject({ verdict: 'not-reproducible', level: 'same-files' })
  })

  test('are doubted where their files may be alike by chance', async () => {
    const outcomes = [plain, turned, turned, turned, turned]
    const { verdict, doubts } = await told(outcomes, { options: sameFiles, early: [1, 2, 3, 4] })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/RUN begin.* in the same two seconds/)]])
  })

  test('are doubted where they have no files', async () => {
    const empty = (comment: string) =>
      imageOf([], { history: [{ created_by: 'RUN make', empty_layer: true, comment }] })
    const { verdict, doubts } = await told([empty('1'), empty('2')], { options: sameFiles })
    expect([verdict, doubts]).toEqual(['undecided', expect.arrayContaining([expect.stringMatching(/has no layers/)])])
  })

  test('have an SBOM where it is asked for, and only of what is proven', async () => {
    const sbom = [join(tempFolder(), 'sbom.json')]
    const of = async (outcomes: Outcomes, options: NonNullable<Given['options']>) =>
      (await told(outcomes, { options })).sbom
    expect(await of([plain, turned], { ...sameFiles, sbom })).toMatch(/"bomFormat"/)
    expect(await of([plain, turned], sameFiles)).toBeUndefined()
    expect(await of([plain, other], { ...sameFiles, sbom })).toBeUndefined()
  })
})

describe('two images that cannot be read again', () => {
  const said: string[] = []
  const ports = { log: { warning: (text: string) => said.push(text) } } as unknown as Ports
  const pair = (digest: string, more: object = {}) =>
    ({ ...pairVarying(), b: { ...side, digest, configDigest: digest }, ...more }) as unknown as Pair
  const read = (digest: string, more: object = {}) => {
    said.length = 0
    const { verdict, level, doubts, findings } = unreadable(pair(digest, more), 'gone', ports)
    return { verdict, level, doubts, findings: findings.length, said: said[0] }
  }
  const same = side.digest

  test('differ where their digests do, which is all that is known', () => {
    expect(read('sha256:c')).toEqual({
      ...{ verdict: 'not-reproducible', level: 'different', doubts: [], findings: 1 },
      said: 'The images could not be read again, so the difference is not explained: gone',
    })
  })

  test('may hold the same files: where these are enough, nobody knows', () => {
    expect(read('sha256:c', { required: 'same-files' })).toMatchObject({
      ...{ verdict: 'undecided', findings: 1 },
      doubts: ['The files of the two images could not be compared: gone'],
    })
  })

  test('are the same where their digests are', () => {
    const proven = { verdict: 'reproducible', level: 'identical', doubts: [], findings: 0 }
    const missing = 'The images could not be read again, so the report has no table of layers: gone'
    for (const required of ['identical', 'same-files'])
      expect(read(same, { b: side, required })).toEqual({ ...proven, said: missing })
  })

  test('are doubted for what was doubted before, and where the build made metadata alone', () => {
    expect(read(same, { b: side, doubts: ['x'] })).toMatchObject({ verdict: 'undecided', doubts: ['x'] })
    const alone = { ...side, steps: [{ name: 'exporting to image' }] }
    expect(read(same, { a: alone, b: alone })).toMatchObject({
      ...{ verdict: 'undecided', doubts: [expect.stringMatching(/has no layers/)] },
    })
  })
})

describe('a look into two images that fails', () => {
  const failing = (error: unknown) =>
    explained(
      { ...pairVarying(), b: { ...side, digest: 'sha256:c', configDigest: 'sha256:c' } } as unknown as Pair,
      { images: { open: () => undefined } } as unknown as Read,
      {
        ...{ options: {}, sources: {}, setting: {}, ports },
        watch: { time: () => Promise.reject(error) },
      } as unknown as Proving,
    )

  test('for want of room leaves the difference that is known', async () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
    expect(await failing(full)).toMatchObject({ verdict: 'not-reproducible', level: 'different' })
  })

  test('for a fault of our own is told as that', async () => {
    const fault = new TypeError('x is undefined')
    await expect(failing(fault)).rejects.toBe(fault)
  })
})
