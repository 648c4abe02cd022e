import type { Clock } from '../values/time.ts'
import { mask, maskPieces, timesWithin } from '../values/time.ts'
import { formOf } from '../values/tokens.ts'
import { zonedClock } from '../values/zone.ts'

/** Why two texts of a program differ. */
export type TextKind =
  /** A time of each build. */
  | 'time'
  /** A folder, or a file in it. */
  | 'path'
  /** A suffix drawn by the compiler for each object. */
  | 'seed'
  /** A temporary object file of the compiler driver. */
  | 'object'
  /** A temporary file of nvcc, with its process ID. */
  | 'cuda'
  /** What Go notes of the repository. */
  | 'vcs'

/** Two texts in one place of two programs. */
export interface TextPair {
  kind: TextKind
  a: string
  b: string
  /** The parts that differ, to the borders of words. */
  core: { a: string; b: string }
}

const seed = /(?:lto_.*|_GLOBAL__.*)[._][0-9a-fA-F]{6,16}(?:[._][0-9A-Fa-f]{1,8})?$/
const object = /(?<![A-Za-z0-9])cc[A-Za-z0-9]{6}\.|(?<![A-Za-z0-9])rustc[A-Za-z0-9]{6}(?![A-Za-z0-9])/
const cuda = /tmpxft_[0-9a-f]{8}_[0-9a-f]{8}/
/** nvcc's name for one source file, in symbols of what is private to it: the first number is of the folder. */
const module = /(?<=_(?:GLOBAL__N__|INTERNAL_))[0-9a-f]{8}(?=_\d{1,4}_\w{1,500}_cu_[0-9a-f]{8})/
const temporary = /\/(?:tmp|var\/tmp|dev\/shm)\/|(?<![a-z])tmp[._-]?[A-Za-z0-9_]{6,}|go-build\d{6,}/
const sourceFile = /\.(?:c|cc|cpp|cxx|cu|h|hh|hpp|hxx|inc|inl|S|s|rs|go|f90?|pyx?|swift|zig|d|m|mm|nim|ml|hs)(?::\d+)*$/

/** What kind of difference two texts show; null when they could mean something. `debug`: they are of debug data. */
export function kindOfPair(a: string, b: string, clock: Clock, debug = false): TextPair | null {
  const core = differingCore(a, b)
  const pair = (kind: TextKind): TextPair => ({ kind, a, b, core })
  if (/^(?:build\s+)?vcs[.=]/.test(a) && /^(?:build\s+)?vcs[.=]/.test(b)) return pair('vcs')
  if (timesOfPair(a, b, clock).length > 0) return pair('time')
  // The differing part must be of the word that has the pattern, and the word be all that differs.
  const words = wordsAround(a, b, core)
  if (words === null) return null
  const both = (pattern: RegExp): boolean => pattern.test(words.a) && pattern.test(words.b)
  const gone = (pattern: RegExp): boolean =>
    both(pattern) && words.a.replaceAll(everywhere(pattern), '') === words.b.replaceAll(everywhere(pattern), '')
  if (gone(cuda) || gone(module) || (both(cuda) && sharesEnd(words))) return pair('cuda')
  if (gone(/cc[A-Za-z0-9]{6}(?=\.)|rustc[A-Za-z0-9]{6}/) && both(object)) return pair('object')
  if (both(seed) && gone(/(?<=[._])[0-9a-fA-F]{6,16}(?:[._][0-9A-Fa-f]{1,8})?$/)) return pair('seed')
  if (isVersion(core) || !(both(/\//) || both(/^tmp/))) return null
  if (both(temporary) && (temporary.test(upToCore(words, core)) || drawn(core))) return pair('path')
  return both(/^[^/]{0,40}(?:\.{0,2}\/)+[^/]+/) && sharesEnd(words) && (debug || both(sourceFile) || drawn(core))
    ? pair('path')
    : null
}

const everywhere = (pattern: RegExp): RegExp => new RegExp(pattern, 'g')

const drawn = ({ a, b }: TextPair['core']): boolean =>
  formOf(a, b) !== null ||
  (/^\d{3,}$/.test(a) && /^\d{3,}$/.test(b)) ||
  [a, b].every(text => /^tmp[._-]?\w{6,}$/.test(text))

/** `gcc-12` and `gcc-13`: another release, and no chance. */
const isVersion = ({ a, b }: TextPair['core']): boolean =>
  [a, b].every(text => /^[A-Za-z+_-]*\d{1,2}(?:\.\d{1,3})*(?:[.-]\w{1,6})?$/.test(text)) &&
  a.replace(/\d+/g, '#') === b.replace(/\d+/g, '#')

const upToCore = (words: { a: string }, core: TextPair['core']): string =>
  words.a.slice(0, words.a.indexOf(core.a) + core.a.length)

const separator = /[\s"'`,;()<>|]/

/** The words (without blanks and quotes) that the differing parts stand in; null when more than one word differs. */
function wordsAround(a: string, b: string, core: TextPair['core']): { a: string; b: string } | null {
  if (separator.test(core.a) || separator.test(core.b)) return null
  let front = 0
  const shorter = Math.min(a.length, b.length)
  while (front < shorter && a[front] === b[front]) front++
  const word = (text: string): string => {
    let [from, to] = [front, front]
    while (from > 0 && !separator.test(text[from - 1] ?? '')) from--
    while (to < text.length && !separator.test(text[to] ?? '')) to++
    return text.slice(from, to)
  }
  return { a: word(a), b: word(b) }
}

/** The times that are all that two texts differ by; none when something else differs. */
export function timesOfPair(
  a: string,
  b: string,
  clock: Clock,
): { index: number; length: number; form: string; a: string; b: string }[] {
  if (a.length > 4096 || b.length > 4096) return []
  const inUtc = timesBy(a, b, clock)
  if (inUtc.length > 0) return inUtc
  const zoned = zonedClock(a, b, clock)
  return zoned?.certain ? timesBy(a, b, zoned.clock) : []
}

function timesBy(a: string, b: string, clock: Clock): ReturnType<typeof timesOfPair> {
  const [inA, inB] = [timesWithin(a, clock.a), timesWithin(b, clock.b)]
  if (inA.length !== inB.length || maskPieces(a, inA) !== maskPieces(b, inB)) return []
  return inA.flatMap(({ index, length, form }, order) => {
    const twin = inB[order]
    const [p, q] = [a.slice(index, index + length), twin ? b.slice(twin.index, twin.index + twin.length) : '']
    return p === q ? [] : [{ index, length, form, a: p, b: q }]
  })
}

/** `/build/7f3/src/main.c` and `/build/9a1/src/main.c`: one file in two folders. */
function sharesEnd({ a, b }: { a: string; b: string }): boolean {
  const name = (text: string): string => text.slice(text.lastIndexOf('/') + 1)
  return name(a) === name(b) && name(a) !== ''
}

const wordCharacter = /[A-Za-z0-9_.+-]/

/** What two texts do not share at both ends, widened to words of a path: `tmp.Xa3` of `/tmp/tmp.Xa3/main.c`. */
function differingCore(a: string, b: string): { a: string; b: string } {
  const shorter = Math.min(a.length, b.length)
  let front = 0
  while (front < shorter && a[front] === b[front]) front++
  let back = 0
  while (back < shorter - front && a[a.length - 1 - back] === b[b.length - 1 - back]) back++
  while (front > 0 && wordCharacter.test(a[front - 1] ?? '')) front--
  while (back > 0 && wordCharacter.test(a[a.length - back] ?? '')) back--
  return { a: a.slice(front, a.length - back), b: b.slice(front, b.length - back) }
}

const known = [
  /tmpxft_[0-9a-f]{8}_[0-9a-f]{8}/g,
  /(?<![A-Za-z0-9])cc[A-Za-z0-9]{6}(?=\.(?:o|s|c|res|ltrans))/g,
  /(?<![A-Za-z0-9])rustc[A-Za-z0-9]{6}(?![A-Za-z0-9])/g,
  /\/(?:tmp|var\/tmp|dev\/shm)\/[A-Za-z0-9_.+-]{6,60}/g,
  /(?<![A-Za-z0-9])tmp\.[A-Za-z0-9]{6,12}(?![A-Za-z0-9])/g,
]

/** Names of temporary files and folders that one text has and the other has not, each once, at most 20 a side. */
export function temporaryNames(a: string, b: string): { a: string[]; b: string[] } {
  const found = { a: new Set<string>(), b: new Set<string>() }
  for (const pattern of known) {
    for (const [side, text] of Object.entries({ a, b }) as ['a' | 'b', string][])
      for (const [name] of text.matchAll(pattern)) if (found[side].size < 500) found[side].add(name)
  }
  return {
    a: [...found.a].filter(name => !found.b.has(name)).slice(0, 20),
    b: [...found.b].filter(name => !found.a.has(name)).slice(0, 20),
  }
}

/** Whether a text differs only by values that were told elsewhere, or the beginning of one: Go's `v0.0.0-20261121-0a1b2c3d4e5f`. */
export function repeatsValues(
  text: { a: string; b: string },
  values: readonly { a: string | number; b: string | number }[],
  clock: Clock,
): boolean {
  if (text.a.length > 1024 || text.b.length > 1024) return false
  const put = (side: 'a' | 'b'): string =>
    values
      .slice(0, 20)
      .flatMap(value => [String(value[side]), String(value[side]).slice(0, 12)])
      .filter(value => value.length >= 7)
      .reduce(
        (left, value) => left.replaceAll(value, mask),
        maskPieces(text[side], timesWithin(text[side], clock[side])),
      )
  return put('a') === put('b')
}
