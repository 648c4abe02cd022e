import type { EntryDifference } from '../image/comparison.ts'
import { maskTimes } from './causes/build-time.ts'
import { textsOf, wholesOf } from './content.ts'
import { digestsOf } from './content-digest.ts'
import { pemBlocks } from './formats/pem.ts'
import { timeOfRun } from './values/run-time.ts'
import type { Clock } from './values/time.ts'
import { randomTokens } from './values/tokens.ts'

/** A value that a file differs by: what A has, and what B has in its place. */
export interface ValuePair {
  a: string
  b: string
  /** Two instructions that run one after the other may write it by themselves: a time to the second. */
  coarse: boolean
  /** The beginning of a digest, which may be shorter than other values. */
  part?: boolean
}

/** In characters: chance could repeat shorter ones. */
export const shortest = 8
export const pairLimit = 40
/** Longer texts are not looked through for values. */
export const textLimit = 64 << 10

/** The values that a file differs by, longest first; none shorter than eight characters, which chance could repeat. */
export function valuesOf(entry: EntryDifference, clock: Clock): ValuePair[] {
  const texts = textsOf(entry)
  const own = texts ? valuesOfTexts(texts.a, texts.b, clock) : [...encodedBytes(entry), ...timesInside(entry, clock)]
  // The digest of a second is as little of its own as the second.
  const coarse = own.length > 0 && own.every(value => value.coarse)
  const pairs = [...own, ...digestValues(entry, coarse)]
  const known = new Set<string>()
  return pairs
    .filter(({ a, b, part }) => {
      const key = `${a}\0${b}`
      if ((Math.min(a.length, b.length) < shortest && part !== true) || a === b || known.has(key)) return false
      known.add(key)
      return true
    })
    .sort((p, q) => q.a.length - p.a.length)
    .slice(0, pairLimit)
}

function valuesOfTexts(a: string, b: string, clock: Clock): ValuePair[] {
  if (a.length > textLimit || b.length > textLimit) return []
  const masked = maskTimes(a, b, clock)
  const times = masked.pairs.map(([p, q]) => ({ a: p.text, b: q.text, coarse: p.span >= 1000 || q.span >= 1000 }))
  // Masking has put the times aside: what is left over is no time.
  const tokens = (randomTokens(masked.a, masked.b) ?? []).flatMap(token => forms(token.a, token.b))
  return [...times, ...tokens, ...wholeBlocks(a, b), ...wholeLines(a, b, clock)]
}

/** A value and the ways in which scripts quote it: a UUID without its dashes. */
function forms(a: string, b: string): ValuePair[] {
  const bare = (text: string): string => text.replace(/[-\s:]/g, '')
  const whole = [
    { a, b, coarse: false },
    { a: bare(a), b: bare(b), coarse: false },
  ]
  // git shows the first seven characters of a commit, or a few more.
  const commit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
  const short = commit.test(a) && commit.test(b) ? [12, 11, 10, 9, 8, 7] : []
  return [
    ...whole,
    ...short.map(length => ({ a: a.slice(0, length), b: b.slice(0, length), coarse: false, part: true })),
  ]
}

/** Keys and certificates that differ: bundles hold them as they are. */
function wholeBlocks(a: string, b: string): ValuePair[] {
  const [blocksA, blocksB] = [pemBlocks(a), pemBlocks(b)]
  if (blocksA.length !== blocksB.length || blocksA.length > 100) return []
  return blocksA.map((block, index) => ({ a: block.text, b: blocksB[index]?.text ?? '', coarse: false }))
}

/** Lines that differ, each as one value: `echo "built: $(cat stamp)"` quotes a line as it is. */
function wholeLines(a: string, b: string, clock: Clock): ValuePair[] {
  const [linesA, linesB] = [a.split('\n'), b.split('\n')]
  if (linesA.length !== linesB.length || linesA.length > 1_000) return []
  return linesA.flatMap((line, index) => {
    const [p, q] = [line.trim(), (linesB[index] ?? '').trim()]
    if (p === q || p.length > 400 || q.length > 400) return []
    const masked = maskTimes(p, q, clock)
    const coarse = masked.pairs.some(([one]) => one.span >= 1000) || (masked.pairs.length === 0 && p.length < 16)
    return [{ a: p, b: q, coarse }]
  })
}

/** The digest of a small file, as far as scripts cut it off: `sha256sum f | cut -c1-12`. */
function digestValues(entry: EntryDifference, coarse: boolean): ValuePair[] {
  const { a, b } = digestsOf(entry)
  if (entry.kind !== 'changed' || a === null || b === null || a === b) return []
  return [64, 16, 12, 10, 8, 7].map(length => ({
    ...{ a: a.slice(0, length), b: b.slice(0, length), coarse, part: true },
  }))
}

/** A small file of bytes, as scripts write it into texts. */
function encodedBytes(entry: EntryDifference): ValuePair[] {
  const bytes = entry.kind === 'changed' ? wholesOf(entry.content) : null
  if (!bytes || bytes.a.length > 512 || bytes.b.length > 512 || bytes.a.equals(bytes.b)) return []
  return (['hex', 'base64', 'base64url'] as const).map(form => ({
    a: bytes.a.toString(form),
    b: bytes.b.toString(form),
    coarse: false,
  }))
}

/** Times as text inside a program: what it prints when it runs. */
const timesInside = (entry: EntryDifference, clock: Clock): ValuePair[] =>
  (entry.content?.runs ?? []).flatMap(run => {
    const time = timeOfRun(run, clock)
    return typeof time?.a === 'string' && typeof time.b === 'string' ? [{ a: time.a, b: time.b, coarse: true }] : []
  })
