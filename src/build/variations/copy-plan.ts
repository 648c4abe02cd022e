import { size as inWords } from '../disk.ts'
import type { ContextEntry, ContextFacts, Variation } from './variation.ts'

/** How an entry comes into the copy: `link` is a second name of the same file, which stays as it is. */
export type PlannedEntry = ContextEntry & { by: 'make' | 'copy' | 'link' }

export interface CopyPlan {
  /** In the order in which they are made; a folder may come after what is in it. */
  entries: PlannedEntry[]
  copied: Amount
  /** Shared with the context, and so not varied. */
  linked: Amount
}

export interface Amount {
  files: number
  bytes: number
}

/** What the file system can do, and how much of it may be used. */
export interface CopyMeans {
  /** Copies that share their blocks until one is written. */
  clones: boolean
  /** Second names: the copy is on the context's file system. */
  links: boolean
  /** Bytes that the copy may write. */
  most: number
}

/** A plain copy of a file of this size takes about as long as making it a thousand times smaller would. */
const bigFile = 16 * 1024 ** 2

/**
 * What side B's context is made of: small files are copied and varied, as far as the budget goes, smallest first; what is
 * bigger is linked and stays as it is. Clones cost nothing, so then all is varied.
 * @returns why not, in words, where it would take more disk than it may
 */
export function planCopy(
  context: readonly ContextEntry[],
  facts: ContextFacts,
  varied: readonly Variation[],
  means: CopyMeans,
): CopyPlan | { refused: string } {
  const files = context.filter(({ type }) => type === 'file').sort((a, b) => a.size - b.size)
  const limit = means.links ? bigFile : Number.POSITIVE_INFINITY
  const plan: CopyPlan = { entries: [], copied: { files: 0, bytes: 0 }, linked: { files: 0, bytes: 0 } }
  const linked = new Set<string>()
  for (const { path, size } of files) {
    const copies = means.clones || (size < limit && plan.copied.bytes + size <= means.most)
    if (!copies && !means.links)
      return {
        refused: `a copy of it would take ${inWords(files.reduce((sum, file) => sum + file.size, 0))} of disk, and ${inWords(means.most)} may be used here`,
      }
    const amount = copies ? plan.copied : plan.linked
    amount.files++
    amount.bytes += size
    if (!copies) linked.add(path)
  }
  const vary = (entry: ContextEntry): ContextEntry =>
    varied.reduce((changed, variation) => variation.entry?.(changed, facts) ?? changed, entry)
  plan.entries = context.map(entry => {
    if (linked.has(entry.path)) return { ...entry, by: 'link' }
    return { ...vary(entry), by: entry.type === 'file' ? 'copy' : 'make' }
  })
  if (varied.some(({ id }) => id === 'order')) plan.entries.reverse()
  return plan
}
