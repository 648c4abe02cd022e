import type { Entry } from '../image/image.ts'
import { type ContentBudgets, pairCost, pairOfOne, pairOfSamples } from './content.ts'
import type { DifferenceList } from './difference-list.ts'
import { changedFields } from './entry.ts'
import type { EntryStream } from './entry-stream.ts'
import { type CompareContents, type ComparedContent, compareInStep, type Head } from './in-step.ts'
import { orderKey } from './path-order.ts'
import {
  forget,
  isEmpty,
  type LoneEntry,
  type Purse,
  readAlone,
  waitingLimit as usualLimit,
  Waiting,
} from './waiting.ts'

/** Lone entries kept before it is decided, by the sorted order, that their counterparts will not come. */
const patience = 20_000

/** A layer turned out to be unsorted after entries were judged by its order: it must be compared without that. */
export class OrderBroken extends Error {}

interface Side {
  name: 'a' | 'b'
  /** Null where the image has no such layer. */
  tar: EntryStream | null
  head: Entry | null
  key: string
  ordinal: number
  sorted: boolean
  /** Whether entries of the other side were judged by this side's order. */
  trusted: boolean
  waiting: Waiting
  /** Highest ordinal that found its counterpart. */
  matched: number
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
  #turn = false
  #same = 0
  #reordered = false

  constructor(
    a: EntryStream | null,
    b: EntryStream | null,
    differences: DifferenceList,
    budgets: ContentBudgets,
    trustOrder: boolean,
    { compare = compareInStep, waitingLimit = usualLimit }: { compare?: CompareContents; waitingLimit?: number } = {},
  ) {
    const purse = { left: waitingLimit }
    this.#a = sideOf('a', a, purse)
    this.#b = sideOf('b', b, purse)
    this.#compare = compare
    this.#differences = differences
    this.#budgets = budgets
    this.#trustOrder = trustOrder
  }

  /** Reads both tars to their ends. Throws a LayerError, or OrderBroken when `trustOrder` was too hopeful. */
  async run(): Promise<LockstepResult> {
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

  async #compareHeads(): Promise<void> {
    const [a, b] = [this.#a, this.#b]
    const [entryA, entryB] = [a.head as Entry, b.head as Entry]
    const [headA, headB] = [
      { stream: a.tar as EntryStream, entry: entryA },
      { stream: b.tar as EntryStream, entry: entryB },
    ]
    const { equal, content, nested } = await this.#compareContents(headA, headB)
    const fields = changedFields(entryA, entryB, !equal)
    this.#noteOrder(a.ordinal, b.ordinal)
    if (fields.length === 0) this.#same += 1
    else {
      const { path } = entryA
      const difference = { path, fields, a: entryA, b: entryB, digestA: null, digestB: null, content }
      this.#differences.add({ ...difference, kind: 'changed', ...(nested ? { nested } : {}) }, a.ordinal)
    }
    await advance(a)
    await advance(b)
  }

  async #compareContents(a: Head, b: Head): Promise<ComparedContent> {
    if (a.entry.size === 0 && b.entry.size === 0) return { equal: true, content: null }
    return await this.#compare(a, b, (sizeA, sizeB) => {
      const [full, short] = [pairCost(sizeA, sizeB, 'full'), pairCost(sizeA, sizeB, 'short')]
      return this.#differences.isFull ? 'none' : this.#budgets.changed.book(full, short)
    })
  }

  /** Which side's head to read alone: one that is awaited, else the one that sorts first, else by turns. */
  #next(): Side {
    const [a, b] = [this.#a, this.#b]
    if (a.head === null) return b
    if (b.head === null) return a
    if (b.waiting.has(a.head.path)) return a
    if (a.waiting.has(b.head.path)) return b
    if (a.sorted && b.sorted) return a.key <= b.key ? a : b
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
    if (this.#trustOrder && side.waiting.size > patience) this.#giveUpWaiting(side, other)
  }

  #compareLone(a: LoneEntry, b: LoneEntry): void {
    const { path } = a.entry
    const contentDiffers = a.digest !== b.digest && !(isEmpty(a) && isEmpty(b))
    const fields = changedFields(a.entry, b.entry, contentDiffers)
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
    const isOver = (path: string) => other.head === null || orderKey(path) < other.key
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

function sideOf(name: 'a' | 'b', tar: EntryStream | null, purse: Purse): Side {
  return {
    name,
    tar,
    head: null,
    key: '',
    ordinal: -1,
    sorted: true,
    trusted: false,
    waiting: new Waiting(purse),
    matched: -1,
  }
}

async function advance(side: Side): Promise<void> {
  side.head = (await side.tar?.next()) ?? null
  if (side.head === null) return
  side.ordinal += 1
  const key = orderKey(side.head.path)
  if (key < side.key) side.sorted = false
  if (!side.sorted && side.trusted) throw new OrderBroken()
  side.key = key
}
