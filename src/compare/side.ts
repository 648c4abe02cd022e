import type { Entry } from '../image/image.ts'
import type { EntryStream } from './entry-stream.ts'
import type { Head } from './in-step.ts'
import { comparePaths } from './path-order.ts'
import type { Purse } from './purse.ts'
import { Waiting } from './waiting.ts'

/** A layer turned out to be unsorted after entries were judged by its order: it must be compared without that. */
export class OrderBroken extends Error {}

/** One of two layers that are walked in step, and where the walk is. */
export interface Side {
  name: 'a' | 'b'
  /** Null where the image has no such layer. */
  tar: EntryStream | null
  head: Entry | null
  /** Of the head, or the last entry. */
  path: string
  ordinal: number
  sorted: boolean
  /** Whether entries of the other side were judged by this side's order. */
  trusted: boolean
  waiting: Waiting
  /** Highest ordinal that found its counterpart. */
  matched: number
}

export function sideOf(name: 'a' | 'b', tar: EntryStream | null, purse: Purse): Side {
  return {
    name,
    tar,
    head: null,
    path: '',
    ordinal: -1,
    sorted: true,
    trusted: false,
    waiting: new Waiting(purse),
    matched: -1,
  }
}

/** What its content is compared by. */
export const headOf = ({ tar, head }: Side): Head => ({ stream: tar as EntryStream, entry: head as Entry })

/** Goes on to the next entry. */
export async function advance(side: Side): Promise<void> {
  side.head = (await side.tar?.next()) ?? null
  if (side.head !== null) stepTo(side, side.head.path)
}

/** The same where nothing need be waited for; false where it must be. */
export function advanceReady(side: Side): boolean {
  const head = side.tar?.nextReady?.() ?? null
  if (head === null) return false
  side.head = head
  stepTo(side, head.path)
  return true
}

/** Notes that an entry of this path is the next, whoever read it. */
export function stepTo(side: Side, path: string): void {
  side.ordinal += 1
  if (side.sorted && comparePaths(path, side.path) < 0) side.sorted = false
  if (!side.sorted && side.trusted) throw new OrderBroken()
  side.path = path
}
