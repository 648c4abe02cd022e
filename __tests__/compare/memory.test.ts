import { describe, expect, test } from '@jest/globals'
import { contentBudgets } from '../../src/compare/content.ts'
import { heft } from '../../src/compare/difference-list.ts'
import { type ComparedEntries, compareLayer } from '../../src/compare/layer.ts'
import { type Memory, memoryOfComparison, Purse } from '../../src/compare/purse.ts'
import { TarReader } from '../../src/image/tar.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'

const memory = (kept: number, waiting: number, reserve = 0): Memory => ({
  kept: new Purse(kept),
  waiting: new Purse(waiting),
  reserve: new Purse(reserve),
})
const plenty = 1 << 26

const files = (count: number, content: (n: number) => string): CraftedEntry[] =>
  Array.from({ length: count }, (_, n) => ({ name: `d/f${String(n).padStart(5, '0')}`, content: content(n) }))

/** In another order on each call's seed, the same for one seed. */
const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  items
    .map((item, at) => ({ item, place: (Math.imul(at + 1, seed) >>> 0) % 1_000_003 }))
    .sort((p, q) => p.place - q.place)
    .map(({ item }) => item)

async function compared(
  a: CraftedEntry[],
  b: CraftedEntry[],
  own: Memory,
): Promise<{ layer: ComparedEntries; reads: number }> {
  let reads = 0
  const opener = (tar: Buffer) => async () => {
    reads += 1
    return new TarReader(
      (async function* () {
        yield tar
      })(),
      'layer',
    )
  }
  const layer = await compareLayer(opener(tarOf(a)), opener(tarOf(b)), contentBudgets(), 1000, own)
  return { layer, reads }
}

describe('when the entries that wait would take too much memory', () => {
  const a = files(3_000, n => `content ${n}`)
  const b = files(3_000, n => (n % 100 === 7 ? `another ${n}` : `content ${n}`)).filter((_, n) => n % 500 !== 13)

  test('layers are compared part by part, with the same result', async () => {
    const [left, right] = [shuffled(a, 2_654_435_761), shuffled(b, 40_503)]
    const usual = await compared(left, right, memory(plenty, plenty))
    const scarce = await compared(left, right, memory(plenty, 600_000))
    const facts = ({ entries, total, same }: ComparedEntries) => ({
      ...{ total, same },
      entries: entries.map(({ path, kind, fields }) => ({ path, kind, fields })),
    })
    expect(scarce.reads).toBeGreaterThan(usual.reads)
    expect(facts(scarce.layer)).toEqual(facts(usual.layer))
    expect(usual.layer).toMatchObject({ total: 36, same: 2_964 })
  })

  test('equal layers in another order stay equal, and a link before its target is found', async () => {
    const [left, right] = [shuffled(a, 2_654_435_761), shuffled(a, 40_503)]
    const { layer } = await compared(left, right, memory(plenty, 600_000))
    expect(layer).toEqual({ entries: [], total: 0, same: 3_000, reordered: true })
    const link: CraftedEntry = { name: 'd/link', typeflag: '1', linkname: 'd/f00001' }
    const swapped = await compared([...left, link], [link, ...right], memory(plenty, 600_000))
    expect(swapped.layer).toMatchObject({ total: 1, same: 3_000, entries: [{ path: 'd/link', fields: ['order'] }] })
  })

  test('when no number of parts is enough, there is no result', async () => {
    await expect(compared(a, [...a].reverse(), memory(plenty, 100))).rejects.toThrow(/memory does not suffice/)
  })

  test('nor where there is not enough to see what another order makes of the layers', async () => {
    const [left, right] = [shuffled(a, 2_654_435_761), shuffled(a, 40_503)]
    await expect(compared(left, right, memory(0, 300_000))).rejects.toThrow(/too many entries in another order/)
  })

  test('what waited is given back', async () => {
    const own = memory(plenty, plenty)
    await compared(shuffled(a, 2_654_435_761), shuffled(b, 40_503), own)
    expect(own.waiting.left).toBe(plenty)
  })
})

describe('when no more can be kept', () => {
  const a = files(2_000, n => `content ${n}`)
  const b = files(2_000, n => `another ${n}`)

  test('all differences are counted, and those listed are the first ones', async () => {
    const own = memory(200_000, plenty)
    const { layer } = await compared(a, b, own)
    expect(layer.total).toBe(2_000)
    expect(layer.entries.length).toBeGreaterThan(10)
    expect(layer.entries.map(({ path }) => path)).toEqual(a.slice(0, layer.entries.length).map(({ name }) => name))
    const weight = layer.entries.reduce((sum, entry) => sum + heft(entry), 0)
    expect(weight).toBeLessThanOrEqual(200_000)
    expect(own.kept.left).toBe(200_000 - weight)
  })

  test('of each layer there is a little all the same; with nothing at all, the count', async () => {
    const { layer } = await compared(a, b, memory(0, plenty, 1 << 20))
    expect(layer.entries.length).toBeGreaterThan(3)
    const nothing = await compared(a, b, memory(0, plenty))
    expect(nothing.layer).toMatchObject({ entries: [], total: 2_000, same: 0 })
  })

  test('long paths, link targets and records count as what they are', async () => {
    const long = files(60, n => `${n}`).map(entry => ({
      ...entry,
      pax: { path: `${'d/'.repeat(1_500)}${entry.name}` },
    }))
    const other = long.map(entry => ({ ...entry, mode: 0o600 }))
    const { layer } = await compared(long, other, memory(200_000, plenty))
    expect(layer.total).toBe(60)
    expect(layer.entries.length).toBeLessThan(25)
  })
})

test('what a comparison may hold is far below what a process may take', () => {
  const { kept, reserve, waiting } = memoryOfComparison()
  expect(kept.left + reserve.left + waiting.left).toBeLessThanOrEqual(128 << 20)
})
