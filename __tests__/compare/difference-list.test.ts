import { describe, expect, test } from '@jest/globals'
import { DifferenceList, heft, leastHeft } from '../../src/compare/difference-list.ts'
import { Purse } from '../../src/compare/purse.ts'
import type { ContentPair, EntryDifference } from '../../src/image/comparison.ts'
import type { Entry } from '../../src/image/image.ts'

const entryOf = (path: string, more: Partial<Entry> = {}): Entry => ({
  ...{ path, type: 'file', size: 0, mode: 0, uid: 0, gid: 0, uname: '', gname: '' },
  ...{ mtime: '0', linkTarget: '', device: '', pax: {}, ...more },
})
const contentOf = (shown: number, runs = 0): ContentPair => {
  const sample = { size: shown, head: Buffer.alloc(shown), whole: false, tail: Buffer.alloc(shown) }
  const run = { offset: 0, length: 1, before: 0, a: Buffer.alloc(50), b: Buffer.alloc(50) }
  return { a: sample, b: sample, runs: Array.from({ length: runs }, () => run), complete: true }
}
const differenceOf = (path: string, more: Partial<EntryDifference> = {}): EntryDifference => ({
  ...{ path, kind: 'changed', fields: ['mode'], a: entryOf(path), b: entryOf(path) },
  ...{ digestA: null, digestB: null, content: null, ...more },
})
const one = heft(differenceOf('a'))
const pathsOf = (list: DifferenceList): string[] => list.list().map(({ path }) => path)

describe('the list of differences', () => {
  test('has the first ones by path, and of one path by their order; all are counted', () => {
    const list = new DifferenceList(4, [new Purse(1e9)])
    for (const [ordinal, path] of ['d', 'b', 'e', 'b', 'a/x', 'a-x', 'b'].entries())
      list.add({ ...differenceOf(path), digestA: `${10 - ordinal}` }, 10 - ordinal)
    expect(list.list().map(({ path, digestA }) => [path, digestA])).toEqual([
      ['a/x', '6'],
      ['a-x', '5'],
      ['b', '4'],
      ['b', '7'],
    ])
    expect(list.total).toBe(7)
  })

  test('has what one side alone has', () => {
    const list = new DifferenceList(4, [new Purse(1e9)])
    list.add(differenceOf('a', { kind: 'only-in-a', b: null }), 0)
    list.add(differenceOf('b', { kind: 'only-in-b', a: null }), 0)
    expect(list.list().map(({ a, b }) => [a?.path, b?.path])).toEqual([
      ['a', undefined],
      [undefined, 'b'],
    ])
  })

  test('has another order where that is asked for, and where none is, that of the entries', () => {
    const list = new DifferenceList(2, [new Purse(1e9)], () => 0)
    for (const [ordinal, path] of ['c', 'a', 'b'].entries()) list.add(differenceOf(path), ordinal)
    expect(pathsOf(list)).toEqual(['c', 'a'])
  })

  test('is full with as many as were asked for, and the first ones are found all the same', () => {
    const purse = new Purse(1e9)
    const list = new DifferenceList(3, [purse])
    const paths = Array.from({ length: 500 }, (_, n) => `${999 - n}`)
    for (const [ordinal, path] of paths.entries()) {
      expect(list.isFull).toBe(ordinal >= 3)
      list.add(differenceOf(path), ordinal)
      // What is kept meanwhile is bounded.
      expect(1e9 - purse.left).toBeLessThan(110 * (one + 100))
    }
    expect([list.total, ...pathsOf(list)]).toEqual([500, '500', '501', '502'])
    expect(1e9 - purse.left).toBe(list.list().reduce((sum, difference) => sum + heft(difference), 0))
  })

  test('is paid for by the first purse that can; what none can pay for is counted alone', () => {
    const purses = [new Purse(2.5 * one), new Purse(1.5 * one)] as const
    const list = new DifferenceList(10, purses)
    expect(list.room).toBe(2.5 * one)
    for (const [ordinal, path] of ['a', 'b', 'c', 'd', 'e'].entries()) list.add(differenceOf(path), ordinal)
    expect([list.total, ...pathsOf(list)]).toEqual([5, 'a', 'b', 'c'])
    expect(purses.map(({ left }) => left)).toEqual([0.5 * one, 0.5 * one])
    expect(list.room).toBe(0.5 * one)
    expect(new DifferenceList(1, []).room).toBe(0)
  })
})

describe('what a difference takes', () => {
  test('grows with its path, its entries, their records, and what is shown of its contents', () => {
    const long = 'x'.repeat(1_000)
    const a = entryOf('a')
    const hefts = [
      differenceOf('a', { a: null, b: null }),
      differenceOf('a', { b: null }),
      differenceOf('a'),
      differenceOf('a', { a: entryOf('a', { linkTarget: long }), b: entryOf('a', { linkTarget: long }) }),
      differenceOf('a', { a: entryOf('a', { linkTarget: long }), b: entryOf('a', { linkTarget: `${long}.` }) }),
    ].map(heft)
    expect(hefts).toEqual(hefts.toSorted((p, q) => p - q))
    expect(new Set(hefts).size).toBe(hefts.length)
    expect(heft(differenceOf('a', { a: null, b: a }))).toBe(heft(differenceOf('a', { a, b: null })))
    expect(heft(differenceOf(long)) - one).toBeGreaterThanOrEqual(2_000)
    const withContent = heft(differenceOf('a', { content: contentOf(0) }))
    expect(withContent).toBeGreaterThan(one + 1_000)
    expect(withContent).toBeLessThan(leastHeft)
    expect(heft(differenceOf('a', { content: contentOf(5_000) }))).toBe(withContent + 20_000)
    expect(heft(differenceOf('a', { content: contentOf(0, 3) }))).toBe(withContent + 3 * 400)
  })
})
