// One pair of layers, few entries, and memory that is scarce: whichever way the comparison then goes, it says the same.
import { describe, expect, test } from '@jest/globals'
import { contentBudgets } from '../../src/compare/content.ts'
import { heft } from '../../src/compare/difference-list.ts'
import { type ComparedEntries, compareLayer } from '../../src/compare/layer.ts'
import { type Memory, memoryOfComparison, Purse } from '../../src/compare/purse.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'
import { opener } from './comparing.ts'

const plenty = 1 << 24
const named = (prefix: string, count: number): CraftedEntry[] =>
  Array.from({ length: count }, (_, n) => ({ name: `${prefix}${n + 10}` }))

/** With so many bytes for entries that wait: one of these takes about 700. */
async function compared(
  a: CraftedEntry[] | Buffer,
  b: CraftedEntry[] | Buffer,
  waiting = plenty,
  more: { stored?: number; lowest?: boolean } = {},
): Promise<ComparedEntries & { opened: number }> {
  const opened: string[] = []
  const memory = { ...memoryOfComparison(), waiting: new Purse(waiting) }
  const result = await compareLayer(opener(a, opened), opener(b, opened), contentBudgets(), 100, memory, more)
  expect(memory.waiting.left).toBe(waiting)
  return { ...result, opened: opened.length }
}

const bothWays = <T>(a: T, b: T): [T, T][] => [
  [a, b],
  [b, a],
]

describe('a layer that turns out unsorted after entries were judged by its order', () => {
  const [first, middle, last] = [named('a', 3), named('m', 12), named('z', 3)]
  const [sorted, unsorted] = [
    [...first, ...middle, ...last],
    [...first, ...last, ...middle],
  ]

  test('is compared once more without that: nothing is wrongly called one-sided', async () => {
    for (const [a, b] of bothWays(sorted, unsorted))
      expect(await compared(a, b, 20_000)).toEqual({ entries: [], total: 0, same: 18, reordered: true, opened: 6 })
  })

  test('and what differs is found', async () => {
    const other = unsorted.map(entry => (entry.name === 'm15' ? { ...entry, mode: 0o600 } : entry))
    for (const [a, b] of bothWays(sorted, other))
      expect(await compared(a, b, 20_000)).toMatchObject({
        ...{ total: 1, same: 17, opened: 4 },
        entries: [{ path: 'm15', fields: ['mode'] }],
      })
  })

  test('even where it does so with its last entry', async () => {
    for (const [a, b] of bothWays([...first, ...middle, ...last], [...first, ...last, { name: 'm10' }]))
      expect(await compared(a, b, 20_000)).toMatchObject({ total: 11, same: 7 })
  })
})

describe('sorted layers, of which one has more of its own than there is memory for to wait in', () => {
  const [first, own, last] = [named('a', 3), named('m', 40), named('z', 3)]

  test.each([
    ['in the middle', last],
    ['at the end', []],
  ])('%s: all of it is told, in one pass', async (_, behind) => {
    const [more, less] = [
      [...first, ...own, ...behind],
      [...first, ...behind],
    ]
    for (const [a, b] of bothWays(more, less)) {
      const found = await compared(a, b, 20_000)
      const isA = a === more
      expect(found).toMatchObject({ total: 40, same: less.length, reordered: false, opened: 2 })
      expect(found.entries.map(({ kind, a, b }) => [kind, (isA ? a : b)?.path, isA ? b : a])).toEqual(
        own.map(({ name }) => [isA ? 'only-in-a' : 'only-in-b', name, null]),
      )
    }
  })

  test('a large file beside its own whiteout is not given up for it', async () => {
    const file: CraftedEntry = { name: 'x', pax: { 'SCHILY.xattr.user.x': 'y'.repeat(2_000) } }
    for (const [a, b] of bothWays([...named('m', 10), file], [{ name: '.wh.x' }, file]))
      expect(await compared(a, b, 6_000)).toMatchObject({ total: 11, same: 1, opened: 2 })
  })
})

describe('part by part, where the entries that wait would take too much memory', () => {
  const files = named('d/f', 40)
  const link: CraftedEntry = { name: 'd/link', typeflag: '1', linkname: 'd/f10' }

  test('another order alone is told as such', async () => {
    const result = await compared(files, files.toReversed(), 14_000)
    expect(result).toMatchObject({ entries: [], total: 0, same: 40, reordered: true })
    expect(result.opened).toBeGreaterThan(8)
  })

  test('an order that unpacks to other files is a difference, of the entry that it is one of', async () => {
    for (const [a, b] of bothWays([...files, link], [link, ...files.toReversed()]))
      expect(await compared(a, b, 14_000)).toMatchObject({
        ...{ total: 1, same: 40, reordered: true },
        entries: [{ path: 'd/link', kind: 'changed', fields: ['order'] }],
      })
  })

  test('words of headers are told, and of nothing else', async () => {
    const other = files.map(entry => ({ ...entry, uname: 'joe' })).reverse()
    expect(await compared(files, other, 14_000)).toMatchObject({ total: 0, headers: ['names of owners'] })
    expect(await compared(files, other)).toMatchObject({ total: 0, headers: ['names of owners'] })
    expect(await compared(files, files.toReversed(), 14_000)).not.toHaveProperty('headers')
  })

  test('a damaged layer is refused for what it is, and no number of parts that is too small gives a result', async () => {
    const cut = tarOf(files.toReversed()).subarray(0, -2_000)
    for (const [a, b] of bothWays<CraftedEntry[] | Buffer>(files, cut)) {
      await expect(compared(a, b, 14_000)).rejects.toThrow(LayerError)
      await expect(compared(a, b, 14_000)).rejects.not.toThrow(/memory does not suffice/)
    }
    for (const waiting of [0, 100, 1_000])
      await expect(compared(files, files.toReversed(), waiting)).rejects.toThrow(/memory does not suffice/)
  })

  test('what would be read too often is not compared', async () => {
    await expect(compared(files, files.toReversed(), 14_000, { stored: 2 ** 40 })).rejects.toThrow(/does not suffice/)
  })
})

describe('what is kept of differences is paid for', () => {
  const [a, b] = [named('f', 50), named('f', 50).map(entry => ({ ...entry, mode: 0o600 }))]
  const paidFor = async (memory: Memory, share?: number) => {
    const more = share === undefined ? {} : { share }
    const { entries, total } = await compareLayer(opener(a), opener(b), contentBudgets(), 100, memory, more)
    expect(total).toBe(50)
    return { listed: entries.length, weight: entries.reduce((sum, entry) => sum + heft(entry), 0) }
  }
  const memoryOf = (kept: number, reserve: number): Memory => ({
    ...{ kept: new Purse(kept), reserve: new Purse(reserve), waiting: new Purse(plenty) },
  })

  test('out of the share of this layer first, then out of the little that each has', async () => {
    const memory = memoryOf(plenty, plenty)
    const { listed, weight } = await paidFor(memory, 10_000)
    expect(listed).toBeGreaterThan(20)
    expect(listed).toBeLessThan(50)
    const [kept, reserve] = [plenty - memory.kept.left, plenty - memory.reserve.left]
    expect(kept + reserve).toBe(weight)
    expect(kept).toBeGreaterThan(5_000)
    expect(kept).toBeLessThanOrEqual(10_000)
    expect(reserve).toBeLessThanOrEqual(64 * 1024)
  })

  test('and out of no more than there is', async () => {
    const memory = memoryOf(10_000, 5_000)
    const { listed, weight } = await paidFor(memory)
    expect(listed).toBeGreaterThan(2)
    expect(memory.kept.left + memory.reserve.left).toBe(15_000 - weight)
    expect(memory.kept.left).toBeGreaterThanOrEqual(0)
    expect(memory.reserve.left).toBeGreaterThanOrEqual(0)
    expect(await paidFor(memoryOf(0, 0))).toEqual({ listed: 0, weight: 0 })
  })
})

test('an order that both sides have is no difference, and is not looked at', async () => {
  const entries = [{ name: 'x', typeflag: '2', linkname: 'y' }, { name: 'x/f' }]
  const other = entries.map(entry => ({ ...entry, uname: 'joe' }))
  expect(await compared(entries, other)).toMatchObject({ total: 0, same: 2, reordered: false, opened: 2 })
})

test('where nobody says that there is no layer below, there may be one', async () => {
  const names = ['lib/x', 'usr/lib/x'].map(name => ({ name, content: name }))
  expect((await compared(names, names.toReversed())).total).toBe(2)
  expect((await compared(names, names.toReversed(), plenty, { lowest: true })).total).toBe(0)
})

describe('what was opened is let go of', () => {
  const names = named('f', 3)
  const whole = tarOf(names)
  const cases: [string, Buffer, Buffer | null][] = [
    ['when both were read', whole, tarOf(names.map(entry => ({ ...entry, mode: 0o600 })))],
    ['when their order was looked at, too', whole, tarOf(names.toReversed())],
    ['when either is damaged', whole, whole.subarray(0, 700)],
    ['when one cannot be opened', whole, null],
  ]
  test.each(cases)('%s', async (_, one, other) => {
    let open = 0
    const watched = (tar: Buffer | null) => async () => {
      const reader = await (tar === null ? Promise.reject(new Error('no such file')) : opener(tar)())
      open += 1
      if (reader === undefined) throw new Error('no reader')
      const close = reader.close.bind(reader)
      reader.close = async () => {
        open -= 1
        await close()
      }
      return reader
    }
    for (const [a, b] of bothWays(one as Buffer | null, other)) {
      await compareLayer(watched(a), watched(b), contentBudgets(), 10).catch(() => {})
      expect(open).toBe(0)
    }
  })
})
