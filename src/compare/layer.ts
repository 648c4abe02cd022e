import type { EntryDifference } from '../image/comparison.ts'
import type { TarReader } from '../image/tar.ts'
import type { ContentBudgets } from './content.ts'
import { DifferenceList } from './difference-list.ts'
import { Lockstep, type LockstepResult, OrderBroken } from './lockstep.ts'
import { orderSensitiveDifferences } from './order.ts'
import { orderKey } from './path-order.ts'

/** Opens one layer's tar anew; null where the image has no such layer. */
export type LayerOpener = (() => Promise<TarReader>) | null

export interface ComparedEntries {
  entries: EntryDifference[]
  total: number
  same: number
  reordered: boolean
}

/**
 * Compares two layers entry by entry in one pass over both. Layers of builders that do not sort may need a second one.
 * Throws a LayerError when either cannot be read to its proper end. Memory does not grow with the layers.
 */
export async function compareLayer(
  a: LayerOpener,
  b: LayerOpener,
  budgets: ContentBudgets,
  entryLimit: number,
  weightLimit?: number,
): Promise<ComparedEntries> {
  const walk = (trustOrder: boolean): Promise<ComparedEntries | null> =>
    inLockstep(a, b, budgets, new DifferenceList(entryLimit, orderKey, weightLimit), trustOrder)
  const compared = (await walk(true)) ?? (await walk(false))
  if (compared === null) throw new Error('a comparison that does not trust the order cannot find it broken')
  if (compared.reordered && compared.total === 0 && a !== null && b !== null) {
    const entries = await withReaders(a, b, (tarA, tarB) => orderDifferences(tarA as TarReader, tarB as TarReader))
    const { same } = compared
    return { ...compared, entries: entries.slice(0, entryLimit), total: entries.length, same: same - entries.length }
  }
  return compared
}

async function inLockstep(
  a: LayerOpener,
  b: LayerOpener,
  budgets: ContentBudgets,
  differences: DifferenceList,
  trustOrder: boolean,
): Promise<ComparedEntries | null> {
  return await withReaders(a, b, async (tarA, tarB) => {
    try {
      const walked: LockstepResult = await new Lockstep(tarA, tarB, differences, budgets, trustOrder).run()
      return { entries: differences.list(), total: differences.total, ...walked }
    } catch (error) {
      if (error instanceof OrderBroken) return null
      throw error
    }
  })
}

async function orderDifferences(a: TarReader, b: TarReader): Promise<EntryDifference[]> {
  const entries = await orderSensitiveDifferences(a, b)
  return entries.map(entry => ({
    path: entry.path,
    kind: 'changed',
    fields: ['order'],
    a: entry,
    b: entry,
    digestA: null,
    digestB: null,
    content: null,
  }))
}

/** Opens both sides, and lets go of both whatever happens. */
async function withReaders<T>(
  a: LayerOpener,
  b: LayerOpener,
  work: (a: TarReader | null, b: TarReader | null) => Promise<T>,
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
