import type { EntryDifference } from '../image/comparison.ts'
import { weightOf } from './entry.ts'
import { orderKey } from './path-order.ts'

/** Bytes of entry facts kept, whatever the number of entries. */
const defaultWeight = 64 * 1024 * 1024

interface Kept {
  key: string
  ordinal: number
  difference: EntryDifference
}

/** The first differing entries of a layer in its order, and the count of all. */
export class DifferenceList {
  total = 0
  #kept: Kept[] = []
  #weight = 0
  #limit: number
  #weightLimit: number
  #keyOf: (path: string) => string

  /** `keyOf` gives what entries are sorted by before their ordinals. */
  constructor(limit: number, keyOf: (path: string) => string = orderKey, weightLimit = defaultWeight) {
    this.#limit = limit
    this.#weightLimit = weightLimit
    this.#keyOf = keyOf
  }

  /** Whether later ones will only be counted. */
  get isFull(): boolean {
    return this.#kept.length >= this.#limit
  }

  /** `ordinal` orders entries of one path. */
  add(difference: EntryDifference, ordinal: number): void {
    this.total += 1
    const weight = heft(difference)
    if (this.#weight + weight > this.#weightLimit) return
    this.#weight += weight
    this.#kept.push({ key: this.#keyOf(difference.path), ordinal, difference })
    if (this.#kept.length >= 2 * this.#limit + 100) this.#cut()
  }

  list(): EntryDifference[] {
    this.#cut()
    return this.#kept.map(kept => kept.difference)
  }

  #cut(): void {
    this.#kept.sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : x.ordinal - y.ordinal))
    for (const dropped of this.#kept.splice(this.#limit)) this.#weight -= heft(dropped.difference)
  }
}

/** About how many bytes of memory the facts of a difference take. */
export function heft(difference: EntryDifference): number {
  return (difference.a ? weightOf(difference.a) : 0) + (difference.b ? weightOf(difference.b) : 0)
}
