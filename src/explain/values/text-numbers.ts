import { mask, maskPieces } from './time.ts'

/** Two texts that differ by numbers with a fraction alone. */
export interface TextNumbers {
  pairs: { a: string; b: string }[]
  /** Every pair is one number but for rounding; `sure` when so many digits agree that no other number is meant. */
  rounding: boolean
  sure: boolean
  /** The same numbers in another order. */
  permuted: boolean
}

/** Numbers with a point or an exponent, which are no part of a version or a name. */
const fraction =
  /(?<![\w.,+-]|\w-)[+-]?(?:\d{1,20}\.\d{1,30}(?:[eE][+-]?\d{1,3})?|\d{1,20}[eE][+-]?\d{1,3})(?![\w.]*\w)/g
const anyNumber = /(?<![\w.,+-]|\w-)[+-]?\d{1,20}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?(?![\w.]*\w)/g
const limit = 100_000

/**
 * The numbers that two texts differ by, when they differ by nothing else and at least one of them has five digits behind the point
 * (a price or a version has fewer); null otherwise.
 */
export function textNumbers(a: string, b: string): TextNumbers | null {
  const separated = (text: string): string => text.replace(/,/g, ', ')
  const [textA, textB] = [separated(a), separated(b)]
  const fractions = pairsOf(textA, textB, fraction)
  const pairs = fractions ?? pairsOf(textA, textB, anyNumber)
  if (pairs === null) return null
  const long = pairs.filter(pair => isLong(pair.a) && isLong(pair.b)).length
  // Integers alone may be counters, sizes, versions; beside many fractions they are of the model.
  if (long < (fractions === null ? 10 : 1)) return null
  const sorted = pairs.map(pair => pair.b).sort()
  return {
    pairs,
    rounding: pairs.every(({ a: p, b: q }) => isNear(p, q, digitsOf(p) < 11 ? 2e-6 : 1e-9)),
    // One number of twelve digits may be a measurement or an ID; one of fifteen is a float printed in full.
    sure: pairs.every(({ a: p, b: q }) => digitsOf(p) > (pairs.length < 3 ? 14 : 11) && isNear(p, q, 1e-11)),
    permuted:
      pairs.length > 2 &&
      pairs
        .map(pair => pair.a)
        .sort()
        .every((one, index) => one === sorted[index]),
  }
}

/** The pairs of numbers that differ, when nothing else does. */
function pairsOf(a: string, b: string, pattern: RegExp): { a: string; b: string }[] | null {
  const [inA, inB] = [[...a.matchAll(pattern)], [...b.matchAll(pattern)]]
  if (inA.length === 0 || inA.length !== inB.length || inA.length > limit) return null
  const piece = (match: RegExpExecArray) => ({ index: match.index, length: match[0].length })
  if (maskPieces(a, inA.map(piece)) !== maskPieces(b, inB.map(piece))) return null
  return inA.flatMap((match, index) => {
    const other = inB[index]?.[0] ?? mask
    return match[0] === other ? [] : [{ a: match[0], b: other }]
  })
}

const isLong = (number: string): boolean => /\.\d{5}|e/i.test(number)

const digitsOf = (number: string): number => number.replace(/e.*$/i, '').replace(/^[+-]?[0.]*|\./g, '').length

/** Whole numbers apart is not rounding, however large they are: times, counters. */
const isNear = (p: string, q: string, tolerance: number): boolean => {
  const [a, b] = [Number(p), Number(q)]
  const distance = Math.abs(a - b)
  return distance < 0.5 && distance <= tolerance * Math.max(Math.abs(a), Math.abs(b))
}
