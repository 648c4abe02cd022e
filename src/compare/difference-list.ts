import type { ContentPair, EntryDifference } from '../image/comparison.ts'
import { shareTexts, textWeight, weightBeside, weightOf } from './entry.ts'
import { comparePaths } from './path-order.ts'
import type { Purse } from './purse.ts'

/** Whether a path sorts before another (negative), behind it (positive), or the order of entries alone decides (0). */
type PathOrder = (a: string, b: string) => number

interface Kept {
  ordinal: number
  weight: number
  purse: Purse
  difference: EntryDifference
}

/** The first differing entries of a layer in its order, and the count of all. */
export class DifferenceList {
  total = 0
  #kept: Kept[] = []
  #limit: number
  #purses: readonly Purse[]
  #order: PathOrder

  /** `purses` pay for what is kept, the first that can; `order` sorts before the ordinals do. */
  constructor(limit: number, purses: readonly Purse[], order: PathOrder = comparePaths) {
    this.#limit = limit
    this.#purses = purses
    this.#order = order
  }

  /** Whether later ones will only be counted. */
  get isFull(): boolean {
    return this.#kept.length >= this.#limit
  }

  /** Bytes that one more may take at most. */
  get room(): number {
    return Math.max(0, ...this.#purses.map(({ left }) => left))
  }

  /** `ordinal` orders entries of one path. */
  add(difference: EntryDifference, ordinal: number): void {
    this.total += 1
    const { a, b } = difference
    if (a && b) shareTexts(a, b)
    const weight = heft(difference)
    const purse = this.#purses.find(one => one.take(weight))
    if (purse === undefined) return
    this.#kept.push({ ordinal, weight, purse, difference })
    if (this.#kept.length >= 2 * this.#limit + 100) this.#cut()
  }

  list(): EntryDifference[] {
    this.#cut()
    return this.#kept.map(kept => kept.difference)
  }

  #cut(): void {
    this.#kept.sort((p, q) => this.#order(p.difference.path, q.difference.path) || p.ordinal - q.ordinal)
    for (const { weight, purse } of this.#kept.splice(this.#limit)) purse.giveBack(weight)
  }
}

/** What finding the cause of a difference takes for as long as all are explained: digests, indexes, proofs that name the path. */
const explaining = { content: 2_400, facts: 1_200 }

/** What is known before its content is: nothing of it is kept when there is not that much. */
export const leastHeft = 8 * 1024

/** About how many bytes of memory a difference takes, and explaining it; members of an archive are counted on their own. */
export function heft({ path, a, b, content }: EntryDifference): number {
  const entries = a && b ? weightOf(a) + weightBeside(a, b) : a ? weightOf(a) : b ? weightOf(b) : 0
  return (
    200 + 2 * textWeight(path) + entries + (content ? explaining.content + contentWeight(content) : explaining.facts)
  )
}

function contentWeight({ a, b, runs }: ContentPair): number {
  let bytes = 1_000
  for (const sample of [a, b]) bytes += sample.head.length + sample.tail.length
  for (const run of runs) bytes += 300 + run.a.length + run.b.length
  return bytes
}
