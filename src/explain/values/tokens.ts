import { maskPieces } from './time.ts'
import { encodesText, readsAsWords } from './wordlike.ts'

/** A piece of text that differs and looks like chance: same shape on both sides, no meaning. */
export interface Token {
  form: 'UUID' | 'memory address' | 'hexadecimal' | 'base64' | 'letters and digits' | 'decimal'
  a: string
  b: string
  /** Where it begins in A's text. */
  index: number
}

const uuid = /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/g
const address = /\b0x[0-9a-f]{9,16}\b/g
const run = /[A-Za-z0-9+/_-]{6,}={0,2}/g

/**
 * The random tokens that two texts differ by, when they differ by nothing else; null otherwise. Times must have been
 * masked before: whatever still differs and has the shape of chance on both sides is one.
 */
export function randomTokens(a: string, b: string): Token[] | null {
  const addresses = pairUp(a, b, address, () => 'memory address') ?? { tokens: [], a, b }
  const uuids = pairUp(addresses.a, addresses.b, uuid, (one, other) =>
    isPattern(one) || isPattern(other) ? null : 'UUID',
  )
  const afterUuid = uuids ? { ...uuids, tokens: [...addresses.tokens, ...uuids.tokens] } : addresses
  const rest = pairUp(afterUuid.a, afterUuid.b, run, formOf) ?? { tokens: [], a: afterUuid.a, b: afterUuid.b }
  if (rest.a !== rest.b) return null
  const tokens = [...afterUuid.tokens, ...rest.tokens]
  return tokens.length > 0 ? tokens : null
}

function pairUp(
  a: string,
  b: string,
  pattern: RegExp,
  judge: (a: string, b: string) => Token['form'] | null,
): { tokens: Token[]; a: string; b: string } | null {
  const inA = [...a.matchAll(pattern)]
  const inB = [...b.matchAll(pattern)]
  if (inA.length !== inB.length) return null
  const tokens: Token[] = []
  const piecesA: { index: number; length: number }[] = []
  const piecesB: { index: number; length: number }[] = []
  inA.forEach((matchA, order) => {
    const matchB = inB[order]
    if (!matchB || matchA[0] === matchB[0]) return
    const core = differingCore(matchA[0], matchB[0])
    const index = matchA.index + core.start
    const colour = a[index - 1] === '#' && isColour(core.a) && isColour(core.b)
    const form = colour ? null : judge(core.a, core.b)
    if (!form) return
    tokens.push({ form, a: core.a, b: core.b, index })
    piecesA.push({ index, length: core.a.length })
    piecesB.push({ index: matchB.index + core.start, length: core.b.length })
  })
  return { tokens, a: maskPieces(a, piecesA), b: maskPieces(b, piecesB) }
}

/** The token without a word that both sides share in front of a separator: `build-3f2a…` is `3f2a…`. */
function differingCore(a: string, b: string): { a: string; b: string; start: number } {
  if (/^[0-9a-fA-F-]{36}$/.test(a)) return { a, b, start: 0 }
  let shared = 0
  while (shared < a.length && a[shared] === b[shared]) shared++
  const start =
    Math.max(a.lastIndexOf('-', shared - 1), a.lastIndexOf('_', shared - 1), a.lastIndexOf('/', shared - 1)) + 1
  const safe = start > 0 && start <= shared && a.slice(0, start) === b.slice(0, start) ? start : 0
  const end = sharedFolders(a.slice(safe), b.slice(safe))
  return { a: a.slice(safe, a.length - end), b: b.slice(safe, b.length - end), start: safe }
}

/** How long the end is that both share from a slash on: `/main.c` of `Xa3fQ1/main.c`. */
function sharedFolders(a: string, b: string): number {
  let shared = 0
  const shorter = Math.min(a.length, b.length) - 1
  while (shared < shorter && a[a.length - 1 - shared] === b[b.length - 1 - shared]) shared++
  const slash = a.indexOf('/', a.length - shared)
  return slash < 0 ? 0 : a.length - slash
}

/** What kind of chance a pair of differing tokens has the shape of; null when it could mean something. */
export function formOf(a: string, b: string): Token['form'] | null {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b))
    return randomDecimal(a.replace('-', ''), b.replace('-', '')) ? 'decimal' : null
  if ((encodesText(a) && encodesText(b)) || isPattern(a) || isPattern(b)) return null
  // Counters and times in any base begin alike; of chance, three characters do once in thousands.
  if (a.length < 16 && a.slice(0, 3) === b.slice(0, 3)) return null
  if (a.length === b.length && a.length >= 8 && /^[0-9a-f]+$/.test(a + b)) return scattered(a, b) ? 'hexadecimal' : null
  if (a.length === b.length && a.length >= 8 && /^[0-9A-F]+$/.test(a + b)) return scattered(a, b) ? 'hexadecimal' : null
  if (Math.abs(a.length - b.length) > 2 || !scattered(a, b) || readsAsWords(a) || readsAsWords(b)) return null
  if (a.length >= 16 && Math.min(jumpShare(a), jumpShare(b)) < 0.15) return null
  if (a.length >= 16 && mixed(a) && mixed(b)) return /[+/=]/.test(a + b) ? 'base64' : 'letters and digits'
  if (isPadded(a) && isPadded(b) && a.length === b.length && mixed(a) && mixed(b)) return 'base64'
  return a.length === b.length && a.length >= 6 && /^\w+$/.test(a + b) && mixed(a + b) && caseJumps(a + b) >= 4
    ? 'letters and digits'
    : null
}

/** Eight random bytes or more in base64, which ends in `=`: neither a word nor the code of one. */
const isPadded = (text: string): boolean =>
  text.length >= 12 &&
  text.length % 4 === 0 &&
  /^[A-Za-z0-9+/]+={1,2}$/.test(text) &&
  caseJumps(text) >= 4 &&
  Buffer.from(text, 'base64').some(byte => byte < 9 || byte > 126)

/** A few characters again and again, characters in their order, or words for debuggers (`deadbeef`): somebody wrote it. */
function isPattern(text: string): boolean {
  const plain = text.replaceAll('-', '').toLowerCase().slice(0, 1000)
  if (plain.length < 6) return false
  if (new Set(plain).size < Math.min(4, plain.length / 3)) return true
  if (/^(?:dead|beef|cafe|babe|face|feed|c0de|f00d|d00d|0000|ffff|1234|5678|90ab|9abc|abcd|cdef)+$/.test(plain))
    return true
  const steps = [...plain].slice(1).map((character, at) => character.charCodeAt(0) - plain.charCodeAt(at))
  return [1, -1].some(step => steps.filter(one => one === step).length >= 0.7 * steps.length)
}

/** `#3fa2c8`, `#fff8`: a colour. */
const isColour = (text: string): boolean => /^(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/.test(text)

/**
 * Whether letters and digits are mixed as chance alone mixes them: small letters, capitals and digits, many of each, and not as
 * formulas and names put them (`C17H21NO4`, `Fe2O3SiO2`, `AbcDef12`).
 */
export function mixedByChance(text: string): boolean {
  const plain = text.replace(/[^A-Za-z0-9]/g, '')
  if (plain.length < 16 || ![/[a-z]/, /[A-Z]/, /\d/].every(kind => kind.test(plain))) return false
  return jumpShare(plain) >= 0.3 && new Set(plain).size >= 10 && !/^(?:[A-Z][a-z]{0,2}\d{0,4})+$/.test(plain)
}

/** Six digits or more that differ from the start: not a counter, not a date, not a time out of its window. */
function randomDecimal(a: string, b: string): boolean {
  if (a.length < 6 || b.length < 6 || looksLikeTime(a) || looksLikeTime(b)) return false
  return a.slice(0, 3) !== b.slice(0, 3) && scattered(a, b)
}

const looksLikeTime = (digits: string): boolean =>
  /^(?:19|20)\d{6}(?:\d{4}|\d{6})?$/.test(digits) || ([10, 13, 16, 19].includes(digits.length) && /^1/.test(digits))

/** At least half of the characters differ: chance changes all of them, a counter or a version only a few. */
function scattered(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length)
  let differing = 0
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) differing++
  return differing * 2 >= length
}

const mixed = (text: string): boolean => [/[a-z]/, /[A-Z]/, /\d/].filter(kind => kind.test(text)).length >= 2

const kindOf = (character: string): string =>
  /[a-z]/.test(character) ? 'lower' : /[A-Z]/.test(character) ? 'upper' : /\d/.test(character) ? 'digit' : 'other'

/** How often lower case, upper case and digits follow each other: words have few, mktemp's six letters many. */
function caseJumps(text: string): number {
  let jumps = 0
  for (let at = 1; at < text.length; at++) if (kindOf(text[at - 1] ?? '') !== kindOf(text[at] ?? '')) jumps++
  return jumps
}

/** How many of the places between two characters are such a jump: three in five by chance, few in words and abbreviations. */
export function jumpShare(text: string): number {
  const plain = text.replace(/[^A-Za-z0-9]/g, '')
  return plain.length < 2 ? 0 : caseJumps(plain) / (plain.length - 1)
}
