import type { EntryDifference } from '../image/comparison.ts'
import type { ContentBudgets } from './content.ts'
import { DifferenceList } from './difference-list.ts'
import { HeaderWords } from './entry.ts'
import type { EntryStream, LayerStream } from './entry-stream.ts'
import { type Course, Lockstep, type LockstepResult } from './lockstep.ts'
import { orderSensitivePaths } from './order.ts'
import { type Part, partOf } from './part.ts'
import { type Memory, memoryOfComparison, Purse } from './purse.ts'
import { OrderBroken } from './side.ts'
import { OutOfStep } from './waiting.ts'

/** Opens one layer anew; null where the image has no such layer. */
export type LayerOpener = (() => Promise<LayerStream>) | null

export interface ComparedEntries {
  entries: EntryDifference[]
  total: number
  same: number
  reordered: boolean
  headers?: readonly string[]
}

/** Into how many parts the paths of a layer are divided when the entries that wait would take too much memory: tried in order. */
const divisions = [4, 16, 64]
/** Bytes that one pair of layers is worth reading for that. */
const readLimit = 256 * 1024 ** 3
/** Of each layer a little is kept, even when there is no memory for more. */
const leastOfLayer = 64 * 1024

/**
 * Compares two layers entry by entry in one pass over both. Layers of builders that do not sort may need a second one; where
 * nearly all entries are out of step, a pass for each part of the paths. Throws a LayerError when either cannot be read to its
 * proper end. Memory does not grow with the layers.
 * @param share bytes of `memory.kept` that this pair may take; `lowest`: there is no layer below
 */
export async function compareLayer(
  a: LayerOpener,
  b: LayerOpener,
  budgets: ContentBudgets,
  entryLimit: number,
  memory: Memory = memoryOfComparison(),
  { share = memory.kept.left, stored = 0, lowest = false }: { share?: number; stored?: number; lowest?: boolean } = {},
): Promise<ComparedEntries> {
  return await withinShare(memory, share, async purses => {
    const found = await walk(a, b, { budgets, entryLimit, purses, memory, stored })
    if (!found.reordered || found.total > 0 || a === null || b === null) return found
    const list = new DifferenceList(entryLimit, purses())
    await orderDifferences(a, b, list, new Purse(memory.kept.left + memory.waiting.left), lowest)
    return { ...found, entries: list.list(), total: list.total, same: found.same - list.total }
  })
}

/** Lets the work take from purses of its own, and takes from those of the whole comparison what it took. */
async function withinShare<T>(memory: Memory, share: number, work: (purses: () => Purse[]) => Promise<T>): Promise<T> {
  let own: Purse[] = []
  const [most, least] = [Math.min(share, memory.kept.left), Math.min(leastOfLayer, memory.reserve.left)]
  const result = await work(() => {
    own = [new Purse(most), new Purse(least)]
    return own
  })
  memory.kept.take(most - (own[0]?.left ?? most))
  memory.reserve.take(least - (own[1]?.left ?? least))
  return result
}

interface Walk {
  budgets: ContentBudgets
  entryLimit: number
  /** New ones each time the comparison begins anew. */
  purses: () => Purse[]
  memory: Memory
  /** Bytes of both layers as stored. */
  stored: number
}

async function walk(a: LayerOpener, b: LayerOpener, how: Walk): Promise<ComparedEntries> {
  try {
    return (await inOnePass(a, b, how, true)) ?? (await inOnePass(a, b, how, false)) ?? (await inParts(a, b, how))
  } catch (error) {
    if (error instanceof OutOfStep) return await inParts(a, b, how)
    throw error
  }
}

/** Null when the layers are not in the order that was trusted. */
async function inOnePass(
  a: LayerOpener,
  b: LayerOpener,
  { budgets, entryLimit, purses, memory }: Walk,
  trustOrder: boolean,
): Promise<ComparedEntries | null> {
  const list = new DifferenceList(entryLimit, purses())
  const headers = new HeaderWords()
  const walked = await inLockstep(a, b, list, budgets, { purse: memory.waiting, trustOrder, headers })
  return walked && { entries: list.list(), total: list.total, ...walked, ...told(headers) }
}

/** Reads both layers once for each part of their paths. */
async function inParts(
  a: LayerOpener,
  b: LayerOpener,
  { budgets, entryLimit, purses, memory, stored }: Walk,
): Promise<ComparedEntries> {
  for (const of of divisions.filter(of => of * stored <= readLimit)) {
    const list = new DifferenceList(entryLimit, purses())
    let same = 0
    const headers = new HeaderWords()
    try {
      for (let index = 0; index < of; index += 1) {
        const course = { purse: memory.waiting, trustOrder: false, headers }
        same += (await inLockstep(a, b, list, budgets, course, { index, of }))?.same ?? 0
      }
      // So many entries were out of step: where nothing else differs, their order does.
      return { entries: list.list(), total: list.total, same, reordered: true, ...told(headers) }
    } catch (error) {
      if (!(error instanceof OutOfStep)) throw error
    }
  }
  throw new OutOfStep()
}

const told = ({ words }: HeaderWords): Pick<ComparedEntries, 'headers'> =>
  words.size === 0 ? {} : { headers: [...words] }

async function inLockstep(
  a: LayerOpener,
  b: LayerOpener,
  list: DifferenceList,
  budgets: ContentBudgets,
  course: Course,
  part: Part | null = null,
): Promise<LockstepResult | null> {
  const own = (tar: LayerStream | null): EntryStream | null => (tar !== null && part !== null ? partOf(tar, part) : tar)
  return await withReaders(a, b, async (tarA, tarB) => {
    try {
      return await new Lockstep(own(tarA), own(tarB), list, budgets, course).run()
    } catch (error) {
      if (error instanceof OrderBroken) return null
      throw error
    }
  })
}

async function orderDifferences(
  a: Exclude<LayerOpener, null>,
  b: Exclude<LayerOpener, null>,
  list: DifferenceList,
  purse: Purse,
  lowest: boolean,
): Promise<void> {
  const paths = await withReaders(a, b, (tarA, tarB) =>
    orderSensitivePaths(tarA as LayerStream, tarB as LayerStream, purse, lowest),
  )
  if (paths.size > 0) await withReaders(a, null, async tar => listFirst(tar as LayerStream, paths, list))
}

/** The first entry of each of the paths. */
async function listFirst(tar: LayerStream, paths: Set<string>, list: DifferenceList): Promise<void> {
  let ordinal = 0
  for (let entry = await tar.next(); entry !== null; entry = await tar.next(), ordinal += 1) {
    const { path } = entry
    if (!paths.delete(path)) continue
    const nothing = { digestA: null, digestB: null, content: null }
    list.add({ path, kind: 'changed', fields: ['order'], a: entry, b: entry, ...nothing }, ordinal)
  }
}

/** Opens both sides, and lets go of both whatever happens. */
async function withReaders<T>(
  a: LayerOpener,
  b: LayerOpener,
  work: (a: LayerStream | null, b: LayerStream | null) => Promise<T>,
): Promise<T> {
  const tarA = a && (await a())
  try {
    const tarB = b && (await b())
    try {
      return await work(tarA, tarB)
    } finally {
      await tarB?.close()
    }
  } finally {
    await tarA?.close()
  }
}
