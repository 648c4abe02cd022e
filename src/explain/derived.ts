import type { Evidence } from '../finding.ts'
import type { EntryDifference } from '../image/comparison.ts'
import { coverageStamps } from './causes/gcov-stamp.ts'
import { compiledOrigins } from './compiled-origins.ts'
import { textsOf } from './content.ts'
import type { ExplainedEntry } from './entries.ts'
import { mentionsPath, readsClock } from './instruction-text.ts'
import { pairLimit, shortest, textLimit, type ValuePair, valuesOf } from './value-pairs.ts'
import { asChanged, hashedNames } from './values/hashed-names.ts'
import type { ByteList, NumberPair } from './values/number-pairs.ts'
import { byteListsOf, numbersOf } from './values/number-pairs.ts'
import type { Clock } from './values/time.ts'
import { mask } from './values/time.ts'
import { randomTokens } from './values/tokens.ts'

/** A list of certificate authorities is longer than most texts. */
const searchLimit = 256 << 10

/** A file that differs, what it differs by, and where it is. */
export interface Origin {
  path: string
  values: readonly ValuePair[]
  /** What a compiler makes other bytes of than the text has. */
  numbers?: readonly NumberPair[]
  lists?: readonly ByteList[]
}

/**
 * The origins whose values a file quotes, when it differs by nothing else: with each side's values put aside, both texts are
 * one. Empty when something is left over. `instruction` is the text of what made the file: a time to the second, which any
 * instruction may have read from the clock, counts only when it names the origin.
 */
export function originsOf(entry: EntryDifference, origins: readonly Origin[], instruction: string): Origin[] {
  const texts = textsOf(entry)
  if (!texts || texts.a.length > searchLimit || texts.b.length > searchLimit) return []
  let { a, b } = texts
  const quoted: Origin[] = []
  const trusted: { value: ValuePair; origin: Origin }[] = []
  for (const origin of origins) {
    if (origin.path === entry.path) continue
    const linked = mentionsPath(instruction, origin.path, !readsClock(instruction))
    for (const value of origin.values) {
      if (value.coarse && !linked) continue
      trusted.push({ value, origin })
      if (!a.includes(value.a) || !b.includes(value.b)) continue
      if (!quoted.includes(origin)) quoted.push(origin)
      a = a.replaceAll(value.a, mask)
      b = b.replaceAll(value.b, mask)
      if (a === b) return quoted
    }
  }
  if (texts.a.length > textLimit || texts.b.length > textLimit) return []
  return [...new Set([...quoted, ...quotedInPart(a, b, trusted)])].filter(() => sameButParts(a, b, trusted))
}

/**
 * The origins of which a text holds a value where it also differs by something else: each side its own, in whole, and none
 * that another instruction may have written by itself.
 */
function heldBeside(entry: EntryDifference, origins: readonly Origin[]): Origin[] {
  const texts = textsOf(entry)
  if (!texts || texts.a.length > textLimit || texts.b.length > textLimit) return []
  // A value belongs to whoever had it first: others hold it, too.
  const known: ValuePair[] = []
  return origins.filter(({ path, values }) => {
    if (path === entry.path) return false
    const held = values.filter(
      ({ a, b, coarse, part }) =>
        !coarse &&
        part !== true &&
        a.length >= longEnough &&
        texts.a.includes(a) &&
        texts.b.includes(b) &&
        !known.some(other => other.a.includes(a) && other.b.includes(b)),
    )
    known.push(...held)
    return held.length > 0
  })
}

/** Of a value that stands in a text beside others, chance repeats no more. */
const longEnough = 12

/** The origins of tokens that are a part of one of the values, in the same place of it: `cut -c1-12`. */
function quotedInPart(a: string, b: string, trusted: readonly { value: ValuePair; origin: Origin }[]): Origin[] {
  return (randomTokens(a, b) ?? []).flatMap(token => {
    const whole = token.a.length >= shortest ? trusted.find(({ value }) => holds(value, token)) : undefined
    return whole ? [whole.origin] : []
  })
}

function sameButParts(a: string, b: string, trusted: readonly { value: ValuePair }[]): boolean {
  const left = randomTokens(a, b)
  if (left === null) return false
  return left.every(token => token.a.length >= shortest && trusted.some(({ value }) => holds(value, token)))
}

function holds(value: ValuePair, token: { a: string; b: string }): boolean {
  const at = value.a.indexOf(token.a)
  return at >= 0 && token.a.length === token.b.length && value.b.startsWith(token.b, at)
}

/** An entry with the place and the text of the instruction that made it. */
export interface Place {
  entry: ExplainedEntry
  start: number
  text: string
  /** It was copied there as it is: it quotes nothing. */
  copied?: boolean
}

/** Work is bounded: so many characters are looked through for values of other files. */
const budget = 300_000_000

/** Gives every entry that only quotes values of an earlier instruction's entry that entry as its root. */
export function linkDerived(places: readonly Place[], clock: Clock): void {
  const inOrder = [...places].sort((p, q) => p.start - q.start)
  const origins: (Origin & { place: Place })[] = []
  let left = budget
  for (const place of inOrder) {
    const { entry } = place.entry.subject
    const before = origins.filter(origin => origin.place.start < place.start)
    left -= (entry.content?.a.size ?? 0) * before.reduce((sum, { values }) => sum + values.length, 0)
    if (left < 0) return
    const files = filesOf(place.entry)
    // What follows from another one holds values of its own all the same: the digest of a file, in a list.
    const settled = place.copied === true || place.entry.madeFrom !== undefined || place.entry.root !== null
    const quoted = !settled && mayQuote(place.entry) ? files.map(file => originsIn(file, place, before)) : []
    const roots = quoted.every(({ length }) => length > 0) ? rootsOf(quoted.flat(), before) : []
    const [root, ...others] = roots
    if (root) {
      place.entry.root = root.root ?? root
      const more = [...new Set(others.map(other => other.root ?? other))].filter(other => other !== place.entry.root)
      if (more.length > 0) place.entry.moreRoots = more
      place.entry.recognition = {
        confidence: nameProven(place.entry) ? 'certain' : 'likely',
        quotes: root.subject.entry.path,
        evidence: [quoteEvidence(place.entry, roots)],
      }
    } else if (!settled && place.entry.subject.entry.kind === 'changed') {
      const held = rootsOf(heldBeside(entry, before), before).map(one => one.root ?? one)
      if (held.length > 0) place.entry.alsoHolds = [...new Set(held)]
    }
    // Of what was made of another file, that one's values: the rest of its own came from elsewhere.
    const held = place.entry.madeFrom ? filesOf(place.entry.madeFrom) : files
    const own = origins.length < 100 ? held.map(file => originIn(file, clock)) : []
    const [values, numbers, lists] = [
      own.flatMap(one => one.values).slice(0, pairLimit),
      own.flatMap(one => one.numbers).slice(0, pairLimit),
      own.flatMap(one => one.lists).slice(0, pairLimit),
    ]
    if (values.length + numbers.length + lists.length > 0)
      origins.push({ path: entry.path, values, numbers, lists, place })
  }
}

/** What to look at of an entry: the files in an archive, both files of one that is called by its digest as one, else itself. */
function filesOf({ subject: { entry, layer }, inside }: ExplainedEntry): EntryDifference[] {
  if (inside) return inside.map(({ subject }) => subject.entry)
  const pair = entry.kind === 'only-in-a' ? hashedNames(layer.difference).of(entry.path) : null
  const changed = pair && asChanged(pair, layer.difference)
  return [changed ?? entry]
}

/** A file under two names: that these follow from the content. */
function nameProven({ subject: { entry, layer } }: ExplainedEntry): boolean {
  const names = entry.kind === 'only-in-a' ? hashedNames(layer.difference) : null
  const pair = names?.of(entry.path)
  if (!names || !pair) return true
  const { digest, named } = names.proofOf(pair)
  return digest !== null || named
}

/** What later files may hold of a file that differs. */
function originIn(file: EntryDifference, clock: Clock) {
  const texts = textsOf(file)
  const stamps = coverageStamps(file.content)
  return {
    values: valuesOf(file, clock),
    numbers: texts ? numbersOf(texts.a, texts.b) : [],
    lists: texts ? byteListsOf(texts.a, texts.b) : stamps ? [stamps] : [],
  }
}

/** The entries that were quoted, in the order of their instructions, each once. */
const rootsOf = (quoted: readonly Origin[], origins: readonly (Origin & { place: Place })[]): ExplainedEntry[] =>
  origins.filter(origin => quoted.includes(origin)).map(({ place }) => place.entry)

const originsIn = (file: EntryDifference, { entry, text }: Place, origins: readonly Origin[]): Origin[] =>
  compiledOrigins({ ...entry.subject, entry: file }, origins, text) ?? originsOf(file, origins, text)

/** Causes that a file's own format proves are no quotations. */
const mayQuote = ({ cause }: ExplainedEntry): boolean => mayBeQuoted.has(cause.id)
const mayBeQuoted = new Set([
  ...['random-token', 'build-time', 'unknown-difference', 'elapsed-time', 'generated-key'],
  ...['elf-build-path', 'hashed-name', 'gcov-stamp'],
])

const quoteEvidence = ({ subject }: ExplainedEntry, roots: readonly ExplainedEntry[]): Evidence => {
  const paths = roots.slice(0, 5).map(root => root.subject.entry.path)
  const named = paths.length > 1 ? `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}` : paths[0]
  return {
    what:
      roots.length > 1
        ? `differs only where it holds values of ${named}, which differ too`
        : `differs only where it holds a value of ${named}, which differs too`,
    path: subject.entry.path,
  }
}
