import type { EntryField } from '../image/comparison.ts'
import type { Entry } from '../image/image.ts'
import { TarReader } from '../image/tar.ts'
import { passAlike } from '../image/tar-alike.ts'
import { type ContentBudgets, pairCost, pairOfOne, pairOfSamples } from './content.ts'
import { type DifferenceList, leastHeft } from './difference-list.ts'
import { changedFields, type HeaderWords } from './entry.ts'
import type { EntryStream } from './entry-stream.ts'
import {
  type CompareContents,
  type ComparedContent,
  compareInStep,
  compareReady,
  type Head,
  type Keep,
} from './in-step.ts'
import { comparePaths } from './path-order.ts'
import type { Purse } from './purse.ts'
import { advance, advanceReady, headOf, type Side, sideOf, stepTo } from './side.ts'
import { forget, isEmpty, type LoneEntry, readAlone } from './waiting.ts'

/** Contents of which nothing differs. */
const alike: ComparedContent = { equal: true, content: null }

export interface Course {
  /** Pays for entries that wait. */
  purse: Purse
  /** Whether, in a sorted layer, what has not come in its place will not come. */
  trustOrder: boolean
  compare?: CompareContents
  /** Of a layer counts what is unpacked: notes the rest. Of an archive in the image, all counts. */
  headers?: HeaderWords
}

export interface LockstepResult {
  same: number
  reordered: boolean
}

/**
 * Walks two layers side by side. Entries of one path meet in step, their contents are compared as they stream, nothing
 * is kept of what is equal. Others wait as facts and digest. The n-th entry of a path always meets the other side's
 * n-th: entries that replace each other within a layer cannot hide one another.
 */
export class Lockstep {
  #a: Side
  #b: Side
  #differences: DifferenceList
  #budgets: ContentBudgets
  #trustOrder: boolean
  #compare: CompareContents
  #headers: HeaderWords | null
  #turn = false
  #same = 0
  #reordered = false

  constructor(
    a: EntryStream | null,
    b: EntryStream | null,
    differences: DifferenceList,
    budgets: ContentBudgets,
    { purse, trustOrder, compare = compareInStep, headers }: Course,
  ) {
    this.#a = sideOf('a', a, purse)
    this.#b = sideOf('b', b, purse)
    this.#compare = compare
    this.#headers = headers ?? null
    this.#differences = differences
    this.#budgets = budgets
    this.#trustOrder = trustOrder
  }

  /** Reads both tars to their ends. Throws a LayerError (OutOfStep is one), or OrderBroken when `trustOrder` was too hopeful. */
  async run(): Promise<LockstepResult> {
    try {
      return await this.#walk()
    } finally {
      for (const side of [this.#a, this.#b]) side.waiting.clear()
    }
  }

  async #walk(): Promise<LockstepResult> {
    const [a, b] = [this.#a, this.#b]
    await Promise.all([advance(a), advance(b)])
    while (a.head !== null || b.head !== null) {
      if (this.#areInStep()) await this.#compareHeads()
      else await this.#settle(this.#next())
    }
    for (const side of [a, b]) {
      for (const lone of side.waiting.takeWhile(() => true)) this.#reportLone(side, lone)
    }
    return { same: this.#same, reordered: this.#reordered }
  }

  #areInStep(): boolean {
    const [a, b] = [this.#a, this.#b]
    const path = a.head?.path
    if (path === undefined || path !== b.head?.path) return false
    return !a.waiting.has(path) && !b.waiting.has(path)
  }

  /** Compares the heads, and whatever follows them that need not be waited for. */
  async #compareHeads(): Promise<void> {
    const [a, b] = [this.#a, this.#b]
    do {
      const [headA, headB] = [headOf(a), headOf(b)]
      const compared = this.#compareReady(headA, headB) ?? (await this.#compare(headA, headB, this.#keep))
      this.#noteCompared(headA.entry, headB.entry, compared)
      this.#passAlike()
      if (!advanceReady(a)) await advance(a)
      if (!advanceReady(b)) await advance(b)
    } while (this.#areInStep())
  }

  #noteCompared(a: Entry, b: Entry, { equal, content, nested, digests }: ComparedContent): void {
    const fields = this.#changedFields(a, b, !equal)
    this.#noteMet()
    if (fields.length === 0) {
      this.#same += 1
      return
    }
    const [digestA, digestB] = [digests?.a ?? null, digests?.b ?? null]
    const difference = { path: a.path, fields, a, b, digestA, digestB, content }
    this.#differences.add({ ...difference, kind: 'changed', ...(nested ? { nested } : {}) }, this.#a.ordinal)
  }

  #changedFields(a: Entry, b: Entry, contentDiffers: boolean): EntryField[] {
    const fields = changedFields(a, b, contentDiffers)
    return fields.length === 0 || this.#headers === null ? fields : this.#headers.leave(fields, a, b)
  }

  /** What can be told of two contents without waiting for any of them; null where that is nothing. */
  #compareReady(a: Head, b: Head): ComparedContent | null {
    if (a.entry.size === 0 && b.entry.size === 0) return alike
    const [left, right] = [a.stream.contentReady?.() ?? null, b.stream.contentReady?.() ?? null]
    if (left === null || right === null) return null
    if (left.equals(right)) return alike
    return this.#compare === compareInStep ? compareReady(left, right, this.#keep) : null
  }

  #keep: Keep = (sizeA, sizeB) => {
    const [full, short] = [pairCost(sizeA, sizeB, 'full'), pairCost(sizeA, sizeB, 'short')]
    const { isFull, room } = this.#differences
    if (isFull || room < leastHeft + short) return 'none'
    return this.#budgets.changed.book(room < leastHeft + full ? Number.POSITIVE_INFINITY : full, short)
  }

  /** Most entries of most layers: byte for byte the same on both sides. */
  #passAlike(): void {
    const [a, b] = [this.#a, this.#b]
    if (!(a.tar instanceof TarReader && b.tar instanceof TarReader)) return
    passAlike(a.tar, b.tar, ({ path }) => {
      if (a.waiting.has(path) || b.waiting.has(path)) return false
      stepTo(a, path)
      stepTo(b, path)
      this.#noteMet()
      this.#same += 1
      return true
    })
  }

  /** Which side's head to read alone: one that is awaited, else the one that sorts first, else by turns. */
  #next(): Side {
    const [a, b] = [this.#a, this.#b]
    if (a.head === null) return b
    if (b.head === null) return a
    if (b.waiting.has(a.head.path)) return a
    if (a.waiting.has(b.head.path)) return b
    if (a.sorted && b.sorted) return comparePaths(a.path, b.path) <= 0 ? a : b
    this.#turn = !this.#turn
    return this.#turn ? a : b
  }

  async #settle(side: Side): Promise<void> {
    const other = side === this.#a ? this.#b : this.#a
    const lone = await readAlone(side.tar as EntryStream, side.head as Entry, side.ordinal, this.#budgets.oneSided)
    const partner = other.waiting.take(lone.entry.path)
    if (partner) this.#compareLone(side === this.#a ? lone : partner, side === this.#a ? partner : lone)
    else side.waiting.add(lone)
    await advance(side)
    if (this.#trustOrder && side.waiting.areMany) this.#giveUpWaiting(side, other)
  }

  #compareLone(a: LoneEntry, b: LoneEntry): void {
    const { path } = a.entry
    const contentDiffers = a.digest !== b.digest && !(isEmpty(a) && isEmpty(b))
    const fields = this.#changedFields(a.entry, b.entry, contentDiffers)
    this.#noteOrder(a.ordinal, b.ordinal)
    if (!fields.includes('content')) for (const lone of [a, b]) forget(lone, this.#budgets.oneSided)
    if (fields.length === 0) {
      this.#same += 1
      return
    }
    const content = fields.includes('content') ? pairOfSamples(a.sample, b.sample) : null
    const [digestA, digestB] = [a.digest, b.digest]
    this.#differences.add(
      { path, kind: 'changed', fields, a: a.entry, b: b.entry, digestA, digestB, content },
      a.ordinal,
    )
  }

  #noteMet(): void {
    this.#noteOrder(this.#a.ordinal, this.#b.ordinal)
  }

  /** One of the two just met is the latest of its side, so a crossing shows in the other's ordinal. */
  #noteOrder(ordinalA: number, ordinalB: number): void {
    if (ordinalA < this.#a.matched || ordinalB < this.#b.matched) this.#reordered = true
    this.#a.matched = Math.max(this.#a.matched, ordinalA)
    this.#b.matched = Math.max(this.#b.matched, ordinalB)
  }

  /** In sorted layers nothing comes that sorts before the other side's head. */
  #giveUpWaiting(side: Side, other: Side): void {
    if (!other.sorted) return
    other.trusted = true
    const isOver = (path: string) => other.head === null || comparePaths(path, other.path) < 0
    for (const lone of side.waiting.takeWhile(isOver)) this.#reportLone(side, lone)
  }

  #reportLone(side: Side, lone: LoneEntry): void {
    const isA = side === this.#a
    this.#differences.add(
      {
        path: lone.entry.path,
        kind: isA ? 'only-in-a' : 'only-in-b',
        fields: [],
        a: isA ? lone.entry : null,
        b: isA ? null : lone.entry,
        digestA: isA ? lone.digest : null,
        digestB: isA ? null : lone.digest,
        content: lone.sample && pairOfOne(side.name, lone.sample),
      },
      lone.ordinal,
    )
  }
}
