import type { ContentPair, ContentSample } from '../image/comparison.ts'
import { RunRecorder } from './runs.ts'

const KiB = 1024
const MiB = 1024 * KiB
/** Content up to this size is shown whole. */
export const wholeLimit = 256 * KiB
/** One for all: thousands of empty ones take memory, too. */
const none: Buffer = Buffer.alloc(0)
/** Bytes shown of each end of a longer one. */
const edge = 64 * KiB
/** Bytes shown, and runs, when the budget is used up. */
const shortHead = 4 * KiB
const shortRuns = 4

export type Grade = 'full' | 'short' | 'none'

/** How many bytes of contents a comparison may keep: full samples, then short ones, then none. */
export class ContentBudget {
  #left: Record<'full' | 'short', number>

  constructor(full: number, short: number) {
    this.#left = { full, short }
  }

  /** The best grade that is still affordable; its cost is booked. */
  book(full: number, short: number): Grade {
    for (const [grade, cost] of [['full', full] as const, ['short', short] as const]) {
      if (this.#left[grade] < cost) continue
      this.#left[grade] -= cost
      return grade
    }
    return 'none'
  }

  giveBack(grade: Grade, bytes: number): void {
    if (grade !== 'none') this.#left[grade] += bytes
  }
}

/**
 * Two budgets, so that a thousand new files cannot leave the changed ones without evidence. What is kept is paid for out of
 * the purse of the whole comparison as well.
 */
export interface ContentBudgets {
  changed: ContentBudget
  oneSided: ContentBudget
}

/** What one comparison may keep of contents: of files that changed, and of those that only one side has. */
export function contentBudgets(): ContentBudgets {
  return { changed: new ContentBudget(24 * MiB, 8 * MiB), oneSided: new ContentBudget(8 * MiB, 4 * MiB) }
}

/** Bytes that a sample of a content of this size takes. */
export function sampleCost(size: number, grade: Grade): number {
  if (grade === 'none') return 0
  if (grade === 'short') return Math.min(size, shortHead)
  return size <= wholeLimit ? size : 2 * edge
}

/** Watches one content stream past and keeps references to its ends; only a sample taken of it copies bytes. */
export class Sampler {
  #size: number
  #headEnd: number
  #tailStart: number
  #offset = 0
  #head: Buffer[] = []
  #tail: Buffer[] = []
  #tailSize = 0

  /** Of a size that is not known (negative), all is kept that may turn out to be the head or the tail. */
  constructor(size: number) {
    this.#size = size
    this.#headEnd = size <= wholeLimit ? (size < 0 ? wholeLimit : size) : edge
    this.#tailStart = size < 0 ? 0 : size <= wholeLimit ? size : size - edge
  }

  /** Bytes of the content: as stated, or as seen so far. */
  get size(): number {
    return this.#size < 0 ? this.#offset : this.#size
  }

  add(chunk: Buffer): void {
    const end = this.#offset + chunk.length
    if (end <= this.#headEnd) this.#head.push(chunk)
    else if (this.#offset < this.#headEnd) this.#head.push(chunk.subarray(0, this.#headEnd - this.#offset))
    if (end > this.#tailStart) this.#addTail(chunk.subarray(Math.max(0, this.#tailStart - this.#offset)))
    this.#offset = end
  }

  sample(grade: Grade): ContentSample {
    const { size } = this
    const whole = size <= wholeLimit
    const head = copied(this.#head)
    if (grade === 'full') {
      const tail = whole ? none : copied([copied(this.#tail).subarray(-edge)])
      return { size, head: head.length <= edge || whole ? head : copied([head.subarray(0, edge)]), whole, tail }
    }
    const length = sampleCost(size, grade)
    return { size, head: copied([head.subarray(0, length)]), whole: length === size, tail: none }
  }

  #addTail(bytes: Buffer): void {
    this.#tail.push(bytes)
    this.#tailSize += bytes.length
    while (this.#tailSize - (this.#tail[0] as Buffer).length >= edge)
      this.#tailSize -= (this.#tail.shift() as Buffer).length
  }
}

/** Content that is not there. */
const absent: ContentSample = { size: 0, head: none, whole: true, tail: none }

/** The views of two contents that streamed past together. */
export function pairOf(a: Sampler, b: Sampler, recorder: RunRecorder, grade: Grade): ContentPair | null {
  if (grade === 'none') return null
  const [sampleA, sampleB] = [a.sample(grade), b.sample(grade)]
  const { runs, all } = recorder.finish(grade === 'full' ? undefined : shortRuns)
  return { a: sampleA, b: sampleB, runs, complete: all }
}

/** The views of two contents that were sampled apart: runs are sought as far as both samples reach. */
export function pairOfSamples(a: ContentSample | null, b: ContentSample | null): ContentPair | null {
  if (a === null || b === null) return null
  const recorder = new RunRecorder()
  const common = Math.min(a.head.length, b.head.length)
  recorder.feed(Buffer.from(a.head.subarray(0, common)), Buffer.from(b.head.subarray(0, common)))
  const whole = a.whole && b.whole
  if (whole && a.size > common) recorder.rest('a', Buffer.from(a.head.subarray(common)))
  if (whole && b.size > common) recorder.rest('b', Buffer.from(b.head.subarray(common)))
  const { runs, all } = recorder.finish()
  return { a, b, runs, complete: all && whole }
}

/** The view of a content that one side alone has; there is nothing to hold it against, so there are no runs. */
export function pairOfOne(side: 'a' | 'b', sample: ContentSample): ContentPair {
  const pair = { a: absent, b: absent, runs: [], complete: sample.whole }
  return { ...pair, [side]: sample }
}

/** Most bytes that a pair of such contents takes, its runs included. */
export function pairCost(sizeA: number, sizeB: number, grade: 'full' | 'short'): number {
  const runs = grade === 'full' ? 64 : shortRuns
  return sampleCost(sizeA, grade) + sampleCost(sizeB, grade) + 320 * Math.min(runs, Math.max(sizeA, sizeB))
}

/** In memory of their own: a few bytes kept in Node's shared pool would keep alive all that was beside them. */
function copied(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length === 0) return none
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const part of parts) at += part.copy(bytes, at)
  return bytes
}
