// What is shown of two contents, by the pieces that it is made of: their ends, the runs where they differ, and what that costs.
import { describe, expect, test } from '@jest/globals'
import {
  ContentBudget,
  pairCost,
  pairOf,
  pairOfOne,
  pairOfSamples,
  Sampler,
  sampleCost,
  wholeLimit,
} from '../../src/compare/content.ts'
import { RunRecorder } from '../../src/compare/runs.ts'

const edge = 64 * 1024
/** No two places look alike. */
const bytesOf = (size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 7 + (at >> 8) * 13 + (at >> 16)) & 0xff
  return bytes
}

function sampled(content: Buffer, piece: number, size = content.length): Sampler {
  const sampler = new Sampler(size)
  for (let at = 0; at < content.length; at += piece) sampler.add(content.subarray(at, at + piece))
  return sampler
}

describe('a sample', () => {
  const sizes = [0, 1, 4_096, 4_097, edge, wholeLimit, wholeLimit + 1, wholeLimit + edge + 17]
  test.each(sizes)('of %d bytes, whose size is known or not', size => {
    const content = bytesOf(size)
    for (const piece of [10_007, 70_001, 1 << 20])
      for (const stated of [size, -1]) {
        const sampler = sampled(content, piece, stated)
        expect(sampler.size).toBe(size)
        const full = sampler.sample('full')
        const isWhole = size <= wholeLimit
        expect([full.size, full.whole]).toEqual([size, isWhole])
        expect(content.subarray(0, isWhole ? size : edge).equals(full.head)).toBe(true)
        expect(content.subarray(isWhole ? size : size - edge).equals(full.tail)).toBe(true)
        const short = sampler.sample('short')
        expect([short.size, short.whole, short.tail.length]).toEqual([size, size <= 4_096, 0])
        expect(content.subarray(0, 4_096).equals(short.head)).toBe(true)
      }
  })

  test('costs what it takes', () => {
    expect([0, 4_096, 4_097, 1e9].map(size => sampleCost(size, 'short'))).toEqual([0, 4_096, 4_096, 4_096])
    expect([0, wholeLimit, wholeLimit + 1].map(size => sampleCost(size, 'full'))).toEqual([0, wholeLimit, 2 * edge])
    expect(sampleCost(1_000, 'none')).toBe(0)
    expect(pairCost(10, 20, 'full')).toBe(30 + 320 * 20)
    expect(pairCost(200, 100, 'full')).toBe(300 + 320 * 64)
    expect(pairCost(200, 100, 'short')).toBe(300 + 320 * 4)
  })

  test('is paid for by a budget, to the last byte', () => {
    const budget = new ContentBudget(100, 10)
    expect([budget.book(100, 10), budget.book(1, 10), budget.book(1, 1)]).toEqual(['full', 'short', 'none'])
    budget.giveBack('none', 1000)
    expect(budget.book(1, 1)).toBe('none')
    budget.giveBack('short', 1)
    expect([budget.book(1, 1), budget.book(1, 1)]).toEqual(['short', 'none'])
  })
})

describe('two contents side by side', () => {
  const [a, b] = [bytesOf(6_000), bytesOf(6_000)]
  for (const at of [10, 20, 30, 40, 50, 5_000]) b[at] = (b[at] as number) ^ 0xff
  const pair = (grade: 'full' | 'short' | 'none') => {
    const recorder = new RunRecorder()
    recorder.feed(a, b)
    return pairOf(sampled(a, 6_000), sampled(b, 6_000), recorder, grade)
  }

  test('that streamed past together', () => {
    expect(pair('none')).toBeNull()
    const [full, short] = [pair('full'), pair('short')]
    expect(full?.runs.map(({ offset }) => offset)).toEqual([10, 20, 30, 40, 50, 5_000])
    expect([full?.complete, a.equals(full?.a.head as Buffer), b.equals(full?.b.head as Buffer)]).toEqual([
      true,
      true,
      true,
    ])
    expect(short?.runs.map(({ offset }) => offset)).toEqual([10, 20, 30, 40])
    expect([short?.complete, short?.a.whole, b.subarray(0, 4_096).equals(short?.b.head as Buffer)]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('that were sampled apart: as far as both reach, and to the end where both are whole', () => {
    const of = (content: Buffer, grade: 'full' | 'short' = 'full') => sampled(content, 1_000).sample(grade)
    expect(pairOfSamples(of(a), of(b))).toMatchObject({ complete: true, runs: { length: 6 } })
    expect(pairOfSamples(of(a), of(b, 'short'))).toMatchObject({ complete: false, runs: { length: 5 } })
    expect(pairOfSamples(of(a, 'short'), of(b))).toMatchObject({ complete: false, runs: { length: 5 } })
    for (const [one, other] of [
      [a, a.subarray(0, 100)],
      [a.subarray(0, 100), a],
    ] as const) {
      const found = pairOfSamples(of(one), of(other))
      expect(found).toMatchObject({ complete: true, runs: [{ offset: 100, length: 5_900, before: 32 }] })
      expect([found?.a.size, found?.b.size]).toEqual([one.length, other.length])
      const [run] = found?.runs ?? []
      expect([run?.a.length, run?.b.length]).toEqual(one === a ? [160, 32] : [32, 160])
    }
    expect(pairOfSamples(of(a), of(a))).toMatchObject({ complete: true, runs: [] })
    const many = Buffer.from(a)
    for (let at = 0; at < 650; at += 10) many[at] = (many[at] as number) ^ 0xff
    expect(pairOfSamples(of(a), of(many))).toMatchObject({ complete: false, runs: { length: 64 } })
    const long = bytesOf(wholeLimit + 10)
    expect(pairOfSamples(of(long), of(long.subarray(0, edge)))).toMatchObject({ complete: false, runs: [] })
    expect([pairOfSamples(of(a), null), pairOfSamples(null, of(a))]).toEqual([null, null])
  })

  test('of which one is not there', () => {
    for (const side of ['a', 'b'] as const) {
      const sample = sampled(a, 1_000).sample('full')
      const other = side === 'a' ? 'b' : 'a'
      const shown = pairOfOne(side, sample)
      expect(shown).toMatchObject({ runs: [], complete: true, [other]: { size: 0, whole: true } })
      expect(shown[side]).toBe(sample)
    }
    expect(pairOfOne('a', sampled(a, 1_000).sample('short')).complete).toBe(false)
  })
})

describe('runs', () => {
  /** Of contents that come in pieces: where they differ, with what is around it. */
  const runsOf = (a: Buffer, b: Buffer, piece: number) => {
    const recorder = new RunRecorder()
    const common = Math.min(a.length, b.length)
    for (let at = 0; at < common; at += piece) {
      const end = Math.min(common, at + piece)
      recorder.feed(a.subarray(at, end), b.subarray(at, end))
    }
    for (const [side, bytes] of [['a', a] as const, ['b', b] as const])
      for (let at = common; at < bytes.length; at += piece) recorder.rest(side, bytes.subarray(at, at + piece))
    return { ...recorder.finish(), equal: recorder.equal }
  }
  const changed = (size: number, ...places: number[]): Buffer => {
    const bytes = bytesOf(size)
    for (const at of places) bytes[at] = (bytes[at] as number) ^ 0xff
    return bytes
  }
  const cases: [string, Buffer, Buffer, [number, number][]][] = [
    ['none', bytesOf(3_000), bytesOf(3_000), []],
    ['the first byte', bytesOf(3_000), changed(3_000, 0), [[0, 1]]],
    ['the last byte', bytesOf(3_000), changed(3_000, 2_999), [[2_999, 1]]],
    ['bytes on both sides of a border', bytesOf(3_000), changed(3_000, 1_023, 1_024), [[1_023, 2]]],
    ['three equal bytes between them: one', bytesOf(3_000), changed(3_000, 500, 504), [[500, 5]]],
    [
      'four: two',
      bytesOf(3_000),
      changed(3_000, 500, 505),
      [
        [500, 1],
        [505, 1],
      ],
    ],
    ['a longer end', bytesOf(3_000), bytesOf(3_400), [[3_000, 400]]],
    ['a shorter end', bytesOf(3_400), bytesOf(3_000), [[3_000, 400]]],
    ['a change close to the end, and more', bytesOf(3_000), changed(3_400, 2_998), [[2_998, 402]]],
    [
      'a change four bytes ahead of the end, and more: two',
      bytesOf(3_000),
      changed(3_400, 2_995),
      [
        [2_995, 1],
        [3_000, 400],
      ],
    ],
    ['all of it', bytesOf(2_100), bytesOf(2_100).map(byte => byte ^ 0xff) as Buffer, [[0, 2_100]]],
    ['nothing against something', Buffer.alloc(0), bytesOf(40), [[0, 40]]],
  ]
  test.each(cases)('%s', (_, a, b, expected) => {
    for (const piece of [1, 7, 1_000, 1_024, 4_000]) {
      const { runs, all, equal } = runsOf(a, b, piece)
      expect([runs.map(({ offset, length }) => [offset, length]), all]).toEqual([expected, true])
      expect(equal).toBe(expected.length === 0)
      for (const { offset, before, a: ofA, b: ofB } of runs) {
        expect(before).toBe(Math.min(32, offset))
        expect(a.subarray(offset - before, offset - before + 160).equals(ofA)).toBe(true)
        expect(b.subarray(offset - before, offset - before + 160).equals(ofB)).toBe(true)
      }
    }
  })

  test('more than 64: the first ones, and that they are not all, whatever follows', () => {
    const places = (count: number) => Array.from({ length: count }, (_, at) => at * 10)
    for (const piece of [7, 1_024, 4_000]) {
      const [most, more] = [64, 65].map(count => runsOf(bytesOf(3_000), changed(3_000, ...places(count)), piece))
      expect([most?.runs.length, most?.all, more?.runs.length, more?.all]).toEqual([64, true, 64, false])
      const longer = runsOf(bytesOf(3_000), changed(3_400, ...places(64)), piece)
      expect([longer.runs.length, longer.all, longer.runs.at(-1)]).toMatchObject([
        64,
        false,
        { offset: 630, length: 1 },
      ])
    }
    const recorder = new RunRecorder()
    recorder.feed(bytesOf(3_000), changed(3_000, ...places(5)))
    expect(recorder.finish(5)).toMatchObject({ runs: { length: 5 }, all: true })
    expect(recorder.finish(4)).toMatchObject({ runs: { length: 4 }, all: false })
  })
})
