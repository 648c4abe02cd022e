import type { TextPair } from './elf-text.ts'

const pairLimit = 300
/** A table is split into its strings up to this size. */
const tableLimit = 6 << 20

/** The strings of a table that only one side has, in pairs that were told, and the places of the others. */
export interface JudgedStrings {
  pairs: (TextPair & { at: number })[]
  rest: number[]
}

/** Zero-terminated strings as a bag: only those that one side has count, whatever their order. Null when the bags are equal. */
export function judgeBags(
  { a, b }: { a: Buffer; b: Buffer },
  kindOf: (p: string, q: string) => TextPair | null,
): JudgedStrings | null {
  if (a.length > tableLimit || b.length > tableLimit) return { pairs: [], rest: [0] }
  const [listA, listB] = [a.toString('latin1').split('\0'), b.toString('latin1').split('\0')]
  const [onlyA, onlyB] = [without(listA, listB), without(listB, listA)]
  if (onlyA.length === 0 && onlyB.length === 0) return null
  const judged: JudgedStrings = { pairs: [], rest: [] }
  const waiting = onlyB.slice(0, pairLimit)
  for (const p of onlyA.slice(0, pairLimit)) {
    const best = mostAlike(p, waiting)
    const q = best === null ? null : (waiting.splice(best, 1)[0] ?? null)
    const at = Math.max(0, a.indexOf(p, 0, 'latin1'))
    const pair = q === null ? null : kindOf(p, q)
    if (pair) judged.pairs.push({ ...pair, at })
    else judged.rest.push(at)
  }
  if (waiting.length > 0 || onlyA.length > pairLimit || onlyB.length > pairLimit) judged.rest.push(0)
  return judged
}

/** What is in one list more often than in the other. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const text of other) counts.set(text, (counts.get(text) ?? 0) + 1)
  return list.filter(text => {
    const left = counts.get(text) ?? 0
    if (left > 0) counts.set(text, left - 1)
    return left === 0
  })
}

/** The index of the text that shares most at both ends. */
function mostAlike(text: string, others: readonly string[]): number | null {
  let best: number | null = null
  let bestShared = Number.NEGATIVE_INFINITY
  others.forEach((other, index) => {
    const shorter = Math.min(text.length, other.length, 512)
    let front = 0
    while (front < shorter && text[front] === other[front]) front++
    let back = 0
    while (back < shorter - front && text[text.length - 1 - back] === other[other.length - 1 - back]) back++
    const shared = front + back - Math.abs(text.length - other.length) / 2
    if (shared > bestShared) [best, bestShared] = [index, shared]
  })
  return best
}
