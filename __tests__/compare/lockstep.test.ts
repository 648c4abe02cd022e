import { describe, expect, test } from '@jest/globals'
import { contentBudgets } from '../../src/compare/content.ts'
import { compareLayer } from '../../src/compare/layer.ts'
import { memoryOfComparison, Purse } from '../../src/compare/purse.ts'
import { type CraftedEntry, endMark, entryBytes, tarOf } from '../image/crafted.ts'
import { compareTars, onlyLayer, opener } from './comparing.ts'

const numbered = (prefix: string, count: number): CraftedEntry[] =>
  Array.from({ length: count }, (_, n) => ({ name: `${prefix}${String(n).padStart(6, '0')}` }))

describe('many entries', () => {
  test('at most the asked for are listed, the first ones in order, all are counted', async () => {
    const [a, b] = [numbered('f', 2500), numbered('f', 2500).map(entry => ({ ...entry, mode: 0o600 }))]
    const { entries, total } = await compareLayer(opener(tarOf(a)), opener(tarOf(b)), contentBudgets(), 1000)
    expect(total).toBe(2500)
    expect(entries.map(({ path }) => path)).toEqual(a.slice(0, 1000).map(({ name }) => name))
  })

  test('10,000 are listed of an image’s layer', async () => {
    const layer = onlyLayer(await compareTars(tarOf(numbered('f', 12_000)), endMark))
    expect(layer).toMatchObject({ total: 12_000, same: 0 })
    expect(layer.entries).toHaveLength(10_000)
    expect(layer.entries[9_999]?.path).toBe('f009999')
  })

  test('a sorted layer with a large subtree of its own is read once', async () => {
    const opened: string[] = []
    const common = [...numbered('a', 100), ...numbered('z', 100)]
    const a = tarOf([...common.slice(0, 100), ...numbered('m', 21_000), ...common.slice(100)])
    const result = await compareLayer(opener(a, opened), opener(tarOf(common), opened), contentBudgets(), 10)
    expect(result).toMatchObject({ total: 21_000, same: 200, reordered: false })
    expect(result.entries[0]).toMatchObject({ path: 'm000000', kind: 'only-in-a' })
    expect(opened).toHaveLength(2)
  })

  test('so is one with less memory than that subtree would take to wait in', async () => {
    for (const [left, right] of [
      [3_000, 0],
      [0, 3_000],
      [3_000, 3_000],
    ] as const) {
      const opened: string[] = []
      const common = [...numbered('a', 100), ...numbered('z', 100)]
      const layerOf = (prefix: string, count: number): Buffer =>
        tarOf([...common.slice(0, 100), ...numbered(prefix, count), ...common.slice(100)])
      const memory = { ...memoryOfComparison(), waiting: new Purse(100_000) }
      const [a, b] = [opener(layerOf('m', left), opened), opener(layerOf('n', right), opened)]
      const result = await compareLayer(a, b, contentBudgets(), 10, memory)
      expect(result).toMatchObject({ total: left + right, same: 200, reordered: false })
      expect(opened).toHaveLength(2)
    }
  })

  test('a file beside its own whiteout is not given up for it', async () => {
    const a = tarOf([...numbered('m', 20_000), { name: 'x' }])
    const b = tarOf([{ name: '.wh.x' }, { name: 'x' }])
    const result = await compareLayer(opener(a), opener(b), contentBudgets(), 10)
    expect(result).toMatchObject({ total: 20_001, same: 1 })
  })

  test('a layer that turns out unsorted after that is read again, and nothing is wrongly called one-sided', async () => {
    const opened: string[] = []
    const block = Buffer.concat(numbered('m', 21_000).map(entryBytes))
    const [first, last] = [numbered('a', 10), numbered('z', 10)].map(list => Buffer.concat(list.map(entryBytes)))
    const a = Buffer.concat([first as Buffer, block, last as Buffer, endMark])
    const b = Buffer.concat([first as Buffer, last as Buffer, block, endMark])
    const result = await compareLayer(opener(a, opened), opener(b, opened), contentBudgets(), 10)
    expect(result).toEqual({ entries: [], total: 0, same: 21_020, reordered: true })
    // Once more without trust in its order, and once more to see what that order makes of it.
    expect(opened).toHaveLength(6)
  })
})

describe('order of a layer', () => {
  test('is by path component, as BuildKit sorts: its layers never look reordered or unsorted', async () => {
    const names = ['a', 'a/.wh.b', 'a/c', 'a-b', 'a.b', 'b']
    const list = names.map(name => ({ name }))
    const changed = list.filter(({ name }) => name !== 'a/c')
    const layer = onlyLayer(await compareTars(tarOf(list), tarOf(changed)))
    expect(layer).toMatchObject({ total: 1, same: 5, reordered: false, entries: [{ path: 'a/c', kind: 'only-in-a' }] })
  })
})

test('an empty file against a link differs in type and link alone, whether they meet in step or not', async () => {
  const [file, link] = [{ name: 'a' }, { name: 'a', typeflag: '1', linkname: 'z' }]
  const fieldsOf = async (a: CraftedEntry[], b: CraftedEntry[]) =>
    onlyLayer(await compareTars(tarOf(a), tarOf(b))).entries.find(({ path }) => path === 'a')?.fields
  expect(await fieldsOf([file, { name: 'z' }], [link, { name: 'z' }])).toEqual(['type', 'link'])
  expect(await fieldsOf([file, { name: 'z' }], [{ name: 'z' }, link])).toEqual(['type', 'link'])
})
