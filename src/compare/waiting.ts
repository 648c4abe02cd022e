import { createHash } from 'node:crypto'
import type { ContentSample } from '../image/comparison.ts'
import type { Entry } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { type ContentBudget, type Grade, Sampler, sampleCost } from './content.ts'
import { weightOf } from './entry.ts'
import type { EntryStream } from './entry-stream.ts'
import type { Purse } from './purse.ts'

/** Entries that may wait while others still come by. */
const patience = 20_000

const digestOfNothing = createHash('sha256').digest('hex')
const nothing: ContentSample = { size: 0, head: Buffer.alloc(0), whole: true, tail: Buffer.alloc(0) }

/** An entry whose counterpart has not come by: its facts, and of its content a digest and a bounded sample. */
export interface LoneEntry {
  entry: Entry
  /** Its place among all entries of its tar. */
  ordinal: number
  /** SHA-256 (hex) of a file's content; null for anything without content. */
  digest: string | null
  sample: ContentSample | null
  grade: Grade
}

/** Reads the content of the entry just given to its end. */
export async function readAlone(
  tar: EntryStream,
  entry: Entry,
  ordinal: number,
  budget: ContentBudget,
): Promise<LoneEntry> {
  if (entry.type !== 'file' && entry.type !== 'other')
    return { entry, ordinal, digest: null, sample: null, grade: 'none' }
  if (entry.size === 0) return { entry, ordinal, digest: digestOfNothing, sample: nothing, grade: 'none' }
  if (tar.contentDigest !== undefined)
    return { entry, ordinal, digest: tar.contentDigest(), sample: null, grade: 'none' }
  const hash = createHash('sha256')
  const sampler = new Sampler(entry.size)
  for (let chunk = await tar.chunk(); chunk !== null; chunk = await tar.chunk()) {
    hash.update(chunk)
    sampler.add(chunk)
  }
  const grade = budget.book(sampleCost(entry.size, 'full'), sampleCost(entry.size, 'short'))
  const sample = grade === 'none' ? null : sampler.sample(grade)
  return { entry, ordinal, digest: hash.digest('hex'), sample, grade }
}

/** Nothing to compare: an empty file is as much as a link here. */
export const isEmpty = ({ digest }: LoneEntry): boolean => digest === null || digest === digestOfNothing

/** Gives back what a lone entry's sample cost, when it is not kept. */
export function forget(lone: LoneEntry, budget: ContentBudget): void {
  budget.giveBack(lone.grade, sampleCost(lone.entry.size, lone.grade))
}

/** Taken from its front without moving the rest: a layer may have one path a million times. */
interface Queue {
  entries: (LoneEntry | undefined)[]
  next: number
}

/** More entries wait for their counterparts than there is memory for. */
export class OutOfStep extends LayerError {
  constructor() {
    super('the entries of both sides come in such different orders that memory does not suffice')
  }
}

/** Bytes that an entry takes that waits: its facts, its sample, and its place among the others. */
const heldBy = ({ entry, sample }: LoneEntry): number =>
  300 + weightOf(entry) + (sample ? 500 + sample.head.length + sample.tail.length : 0)

/** Lone entries of one side by path; of several with one path, the first comes out first. */
export class Waiting {
  #byPath = new Map<string, Queue>()
  #purse: Purse
  #held = 0
  #patience: number
  #size = 0

  constructor(purse: Purse) {
    this.#purse = purse
    this.#patience = purse.left / 4
  }

  /** Whether it is time to decide, where that can be done, that counterparts will not come. */
  get areMany(): boolean {
    return this.#size > patience || this.#held > this.#patience
  }

  has(path: string): boolean {
    return this.#byPath.has(path)
  }

  add(lone: LoneEntry): void {
    const { path } = lone.entry
    const held = heldBy(lone)
    if (!this.#purse.take(held)) throw new OutOfStep()
    this.#held += held
    const before = this.#byPath.get(path)
    if (before) before.entries.push(lone)
    else this.#byPath.set(path, { entries: [lone], next: 0 })
    this.#size += 1
  }

  take(path: string): LoneEntry | undefined {
    const queue = this.#byPath.get(path)
    const lone = queue?.entries[queue.next]
    if (queue === undefined || lone === undefined) return undefined
    queue.entries[queue.next] = undefined
    queue.next += 1
    if (queue.next === queue.entries.length) this.#byPath.delete(path)
    this.#size -= 1
    const held = heldBy(lone)
    this.#purse.giveBack(held)
    this.#held -= held
    return lone
  }

  /** Lets go of all that still wait, when a comparison is given up. */
  clear(): void {
    this.#byPath.clear()
    this.#purse.giveBack(this.#held)
    this.#held = 0
    this.#size = 0
  }

  /** Takes out, in the order they came, all for which `isOver` holds, up to the first for which it does not. */
  *takeWhile(isOver: (path: string) => boolean): Generator<LoneEntry> {
    for (const path of this.#byPath.keys()) {
      if (!isOver(path)) return
      for (let lone = this.take(path); lone; lone = this.take(path)) yield lone
    }
  }
}
