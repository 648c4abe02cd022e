import type { Range } from './dockerfile.ts'

/**
 * The text Docker sees after joining continued lines, with the way back: every index of `text` has one offset in the
 * original file. Without it a word after a continuation could not be pointed at.
 */
export interface LogicalText {
  text: string
  /** Where each joined piece starts, in `text` and in the original; ascending. */
  pieces: { at: number; start: number }[]
}

/** Joins slices of the original text. */
export function joinPieces(original: string, slices: Range[]): LogicalText {
  const pieces: LogicalText['pieces'] = []
  const texts: string[] = []
  let at = 0
  for (const slice of slices) {
    if (slice.end <= slice.start) continue
    pieces.push({ at, start: slice.start })
    texts.push(original.slice(slice.start, slice.end))
    at += slice.end - slice.start
  }
  if (pieces.length === 0) pieces.push({ at: 0, start: slices[0]?.start ?? 0 })
  return { text: texts.join(''), pieces }
}

/** The offset in the original of the character at `index` of the joined text. */
export function offsetOf(logical: LogicalText, index: number): number {
  let low = 0
  let high = logical.pieces.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((logical.pieces[middle]?.at ?? 0) <= index) low = middle
    else high = middle - 1
  }
  const piece = logical.pieces[low] ?? { at: 0, start: 0 }
  return piece.start + (index - piece.at)
}

/** The range in the original from the character at `start` up to and with the one before `end`. */
export function rangeOf(logical: LogicalText, start: number, end: number): Range {
  if (end <= start) {
    const at = start > 0 && start >= logical.text.length ? offsetOf(logical, start - 1) + 1 : offsetOf(logical, start)
    return { start: at, end: at }
  }
  return { start: offsetOf(logical, start), end: offsetOf(logical, end - 1) + 1 }
}

/** The part of a joined text between two of its indices. */
export function partOf(logical: LogicalText, start: number, end: number): LogicalText {
  const inside = logical.pieces.filter(piece => piece.at > start && piece.at < end)
  const first = { at: 0, start: offsetOf(logical, start) }
  return {
    text: logical.text.slice(start, end),
    pieces: [first, ...inside.map(piece => ({ at: piece.at - start, start: piece.start }))],
  }
}
