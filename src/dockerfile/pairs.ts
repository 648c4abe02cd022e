import type { Instruction, Range, Word } from './dockerfile.ts'
import { offsetOf, rangeOf } from './logical.ts'

/** One `name=value` of ENV, LABEL or ARG. */
export interface Pair {
  name: string
  /** As written, quotes still there; null for an ARG without default. */
  value: Word | null
  range: Range
}

/** The pairs of an ENV, LABEL or ARG, the old form `ENV name value` included; none for other instructions. */
export function pairsOf(instruction: Instruction): Pair[] {
  const { keyword, words } = instruction
  if (keyword !== 'ENV' && keyword !== 'LABEL' && keyword !== 'ARG') return []
  const [first, second] = words
  if (first !== undefined && keyword !== 'ARG' && !first.raw.includes('=')) {
    if (second === undefined) return []
    return [{ name: first.raw, value: second, range: { start: first.range.start, end: second.range.end } }]
  }
  return words.map(word => readPair(instruction, word)).filter(pair => pair.name !== '')
}

function readPair(instruction: Instruction, word: Word): Pair {
  const equals = word.raw.indexOf('=')
  if (equals < 0) return { name: word.raw, value: null, range: word.range }
  const start = indexOf(instruction, word) + equals + 1
  const raw = word.raw.slice(equals + 1)
  const range =
    raw === ''
      ? { start: word.range.end, end: word.range.end }
      : rangeOf(instruction.logical, start, start + raw.length)
  return { name: word.raw.slice(0, equals), value: { raw, range }, range: word.range }
}

/** The index of a word in the joined line: the way from file to line, once per pair. */
function indexOf({ logical }: Instruction, word: Word): number {
  let low = 0
  let high = logical.text.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (offsetOf(logical, middle) < word.range.start) low = middle + 1
    else high = middle
  }
  return low
}
