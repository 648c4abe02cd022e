import type { ByteRun, ContentPair } from '../../image/comparison.ts'
import { bytesOf, isAligned, runBounds } from '../content.ts'
import type { RunTime } from '../values/run-time.ts'
import { timeOfRun } from '../values/run-time.ts'
import { runsBetween, splitAtZeros } from '../values/runs-between.ts'
import type { Clock } from '../values/time.ts'
import type { Elf, Section } from './elf.ts'
import { contentOf, placeAt, readElf, uncompressed } from './elf.ts'
import type { Names } from './elf-names.ts'
import { followsFromNames, namesOf } from './elf-names.ts'
import { judgeBags } from './elf-strings.ts'
import type { TextPair } from './elf-text.ts'
import { kindOfPair, repeatsValues, temporaryNames, timesOfPair } from './elf-text.ts'

/** Where and why two ELF files differ, section by section. Offsets are of the file of side A. */
export interface ElfDifference {
  /** Sections (and headers) that differ, as far as they could be told. */
  sections: string[]
  /** Sections and headers in which only values of this one kind differ: times as text or number. */
  times: (RunTime & { section: string; run?: ByteRun })[]
  texts: (TextPair & { section: string; offset: number })[]
  /** What differs by consequence only: a hash over the file, a place of a string that moved. */
  follows: string[]
  /** String sections that hold the same strings in another order. */
  moved: string[]
  /** What nothing accounts for. */
  rest: { section: string; offset: number; text?: { a: string; b: string }; run?: ByteRun }[]
  /** Every differing byte was seen. */
  complete: boolean
}

/** Notes and sections that hold a hash over the rest of the file, or over a file beside it. */
const hashes = new Set(['.note.gnu.build-id', '.note.go.buildid', '.gnu_debuglink'])

/** Compares two ELF files; null when one is none. Files not whole here are compared where their runs are known. */
export function elfDifference(content: ContentPair, clock: Clock): ElfDifference | null {
  if (![content.a, content.b].every(({ head }) => head.length >= 64 && bytesOf(head).readUInt32BE(0) === 0x7f454c46))
    return null
  const [a, b] = [readElf(content.a), readElf(content.b)]
  const found = new Found(clock)
  if (a && b && content.a.whole && content.b.whole) bySection(content, { a, b }, found)
  else byRuns(content, a, found)
  return found.result()
}

class Found {
  readonly clock: Clock
  #sections = new Set<string>()
  #follows = new Set<string>()
  #moved = new Set<string>()
  times: ElfDifference['times'] = []
  texts: ElfDifference['texts'] = []
  rest: ElfDifference['rest'] = []
  complete = true

  constructor(clock: Clock) {
    this.clock = clock
  }

  differs(section: string): void {
    this.#sections.add(section)
  }

  follows(section: string): void {
    this.#follows.add(section)
  }

  moved(section: string): void {
    this.#moved.add(section)
  }

  result(): ElfDifference {
    const { times, texts, complete } = this
    const rest = this.rest.filter(
      ({ text }) => !text || !repeatsValues(text, [...texts.map(({ core }) => core), ...times], this.clock),
    )
    return {
      sections: [...this.#sections],
      follows: [...this.#follows],
      moved: [...this.#moved],
      ...{ times, texts, rest, complete },
    }
  }
}

/** By the runs at equal offsets: right for files of one layout, and all there is for files that are not whole here. */
function byRuns(content: ContentPair, elf: Elf | null, found: Found): void {
  found.complete = isAligned(content) && content.runs.every(isShown)
  for (const run of content.runs.flatMap(splitAtZeros)) {
    const section = elf ? placeAt(elf, run.offset) : 'a section that is not known'
    found.differs(section)
    judgeRun(run, section, found)
  }
}

/** All of a run's bytes are in its excerpts. */
export const isShown = ({ before, length, a, b }: ByteRun): boolean => before + length <= Math.min(a.length, b.length)

function judgeRun(run: ByteRun, section: string, found: Found): boolean {
  if (hashes.has(section) || isBuildId(run)) {
    found.follows(section)
    return true
  }
  const time = timeOfRun(run, found.clock)
  const text = textOfRun(run)
  const pair = text ? kindOfPair(text.a, text.b, found.clock, isDebug(section)) : null
  if (pair?.kind === 'vcs') found.texts.push({ ...pair, section, offset: run.offset })
  else if (time && (typeof time.a === 'string' || time.covers)) {
    found.times.push({ ...time, section, run })
    if (!time.covers) found.rest.push({ section, offset: run.offset, run, ...(text ? { text } : {}) })
  } else if (pair) found.texts.push({ ...pair, section, offset: run.offset })
  else {
    found.rest.push({ section, offset: run.offset, run, ...(text ? { text } : {}) })
    return false
  }
  return true
}

const isDebug = (section: string): boolean => section.startsWith('.debug_')

/** The GNU build-id note: sizes, type 3, owner `GNU`, then 16 or 20 bytes of hash. */
function isBuildId(run: ByteRun): boolean {
  if (run.length > 24) return false
  const around = bytesOf(run.a).subarray(0, run.before)
  const owner = around.lastIndexOf('GNU\0')
  return owner >= 4 && around.readUInt32LE(owner - 4) === 3
}

/** The printable text around a run; null when the run itself is none. */
export function textOfRun(run: ByteRun): { a: string; b: string } | null {
  const { start, end } = runBounds(run)
  const read = (bytes: Uint8Array): string | null => {
    const text = bytesOf(bytes).toString('latin1')
    if (end - start < run.length || !/^[\t\x20-\x7e]+$/.test(text.slice(start, end))) return null
    const left = /[\t\x20-\x7e]*$/.exec(text.slice(0, start))?.[0] ?? ''
    return left + (/^[\t\x20-\x7e]*/.exec(text.slice(start))?.[0] ?? '')
  }
  const [a, b] = [read(run.a), read(run.b)]
  return a !== null && b !== null ? lineOf(a, b) : null
}

/** Go's build information is lines of text: the line that differs speaks for itself. */
function lineOf(a: string, b: string): { a: string; b: string } {
  const at = [...a].findIndex((character, index) => character !== b[index])
  const from = Math.max(a.lastIndexOf('\t', at), 0)
  return /\tbuild\t$|^build\t/.test(a.slice(0, from + 1))
    ? { a: a.slice(from).trim(), b: b.slice(from).trim() }
    : { a, b }
}

/** By the section tables of both: a section that grew does not make all that comes behind it differ. */
function bySection(content: ContentPair, elf: { a: Elf; b: Elf }, found: Found): void {
  const pairs = pairSections(elf.a, elf.b, found)
  const names = namesOf(content, pairs)
  const numbers: { section: Section; a: Buffer; b: Buffer }[] = []
  for (const [p, q] of pairs) {
    const [rawA, rawB] = [contentOf(content.a, p), contentOf(content.b, q)]
    if (rawA === null || rawB === null) found.complete = false
    if (rawA === null || rawB === null || rawA.equals(rawB)) continue
    found.differs(p.name)
    const [a, b] = [uncompressed(rawA, p, elf.a), uncompressed(rawB, q, elf.b)]
    if (hashes.has(p.name)) found.follows(p.name)
    else if (a === null || b === null || a.equals(b)) found.rest.push({ section: p.name, offset: p.offset })
    else if (p.strings) judgeStrings(p, { a, b }, found)
    else numbers.push({ section: p, a, b })
  }
  // What names strings by their place is judged once it is known which strings differ.
  for (const { section, a, b } of numbers) judgeNumbers(section, a, b, names, found)
  outsideOfSections(content, elf, found)
}

function judgeNumbers(section: Section, a: Buffer, b: Buffer, names: readonly Names[], found: Found): void {
  const runs = a.length === b.length ? (runsBetween(a, b, section.offset)?.flatMap(splitAtZeros) ?? null) : null
  const before = found.rest.length
  const times = found.times.flatMap(({ a: p, b: q }) =>
    typeof p === 'string' && typeof q === 'string' ? [{ a: p, b: q }] : [],
  )
  const values = [...found.texts.map(({ core }) => core), ...times]
  for (const run of runs ?? []) {
    if (followsFromNames(a, b, run.offset - section.offset, run.length, names, values)) found.follows(section.name)
    else judgeRun(run, section.name, found)
    if (found.rest.length - before > 200) break
  }
  if (runs === null) found.rest.push({ section: section.name, offset: section.offset })
  if (found.rest.length > before) searchNames(section, a, b, found)
}

/** Sections of one name (without a drawn suffix) in their order; one that is left over is a difference of its own. */
function pairSections(a: Elf, b: Elf, found: Found): [Section, Section][] {
  const waiting = new Map<string, Section[]>()
  const key = (name: string): string => name.replace(/^(\.gnu\.(?:debug)?lto_.*\.)[0-9a-f]{6,16}$/, '$1')
  for (const section of b.sections) waiting.set(key(section.name), [...(waiting.get(key(section.name)) ?? []), section])
  const pairs: [Section, Section][] = []
  for (const section of a.sections) {
    const twin = waiting.get(key(section.name))?.shift()
    if (twin) pairs.push([section, twin])
    else {
      found.differs(section.name)
      found.rest.push({ section: section.name, offset: section.offset })
    }
  }
  for (const section of [...waiting.values()].flat()) {
    found.differs(section.name)
    found.rest.push({ section: section.name, offset: section.offset })
  }
  return pairs
}

function judgeStrings(section: Section, tables: { a: Buffer; b: Buffer }, found: Found): void {
  const { name, offset } = section
  const judged = judgeBags(tables, (p, q) => kindOfPair(p, q, found.clock, isDebug(name)))
  if (judged === null) {
    found.moved(name)
    return
  }
  for (const pair of judged.pairs) {
    if (pair.kind !== 'time') found.texts.push({ ...pair, section: name, offset: offset + pair.at })
    for (const time of pair.kind === 'time' ? timesOfPair(pair.a, pair.b, found.clock) : [])
      found.times.push({ ...time, section: name, offset: offset + pair.at + time.index, covers: true })
  }
  for (const at of judged.rest) found.rest.push({ section: name, offset: offset + at })
}

const searchLimit = 4 << 20

/** A section whose parts have moved: names of temporary files in it still say why. */
function searchNames(section: Section, a: Buffer, b: Buffer, found: Found): void {
  const texts = { a: a.toString('latin1', 0, searchLimit), b: b.toString('latin1', 0, searchLimit) }
  const names = temporaryNames(texts.a, texts.b)
  names.a.forEach((name, index) => {
    const other = names.b[index]
    const pair = other === undefined ? null : kindOfPair(name, other, found.clock)
    if (pair && !found.texts.some(({ core }) => core.a === pair.core.a))
      found.texts.push({ ...pair, section: section.name, offset: section.offset + texts.a.indexOf(name) })
  })
}

/** Headers follow from the sections; bytes that belong to no section do not. */
function outsideOfSections(content: ContentPair, elf: { a: Elf; b: Elf }, found: Found): void {
  if (!isAligned(content)) return
  for (const run of content.runs) {
    const place = placeAt(elf.a, run.offset)
    if (place === 'the ELF header' || place === 'the section headers') found.follows(place)
    else if (place === 'between sections') {
      found.differs(place)
      found.rest.push({ section: place, offset: run.offset })
    }
  }
}
