import type { Evidence } from '../../finding.ts'
import type { ByteRun, ContentPair } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers, isAligned, textsOf } from '../content.ts'
import { accountsFor, elfOf, sectionEvidence, timeEvidenceOf } from '../formats/elf-evidence.ts'
import { dateFromEpoch } from '../rewrite.ts'
import { moment, quoteUnlessSecret } from '../values/excerpt.ts'
import type { RunTime } from '../values/run-time.ts'
import { timeOfRun } from '../values/run-time.ts'
import type { Clock } from '../values/time.ts'
import { maskPieces, timesWithin } from '../values/time.ts'
import type { TimeMatch } from '../values/time-forms.ts'
import { randomTokens } from '../values/tokens.ts'
import { zonedClock } from '../values/zone.ts'

/** Values that decode to each side's own build time, in any format: rule zero. */
export const buildTime: Cause = {
  id: 'build-time',
  recognise: subject =>
    contentDiffers(subject.entry) ? (timeInText(subject) ?? timeInProgram(subject) ?? timeInBytes(subject)) : null,
  describe: ({ subjects, instruction, recognitions }) => ({
    title: 'The time of the build is written into a file',
    message: `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} the wall-clock time at which the build ran: side A has a moment of build A, side B one of build B. Every build, on every machine, gives another file, and with it another image digest.${isMixed(recognitions) ? ' Not all that differs is a time: the evidence shows the rest.' : ''}`,
    remedy: {
      text: /\bgit\b[^;&|\n]{0,200}\bcommit\b/.test(instruction?.logical.text ?? '')
        ? 'git writes the time into the commit, and its name depends on it: export GIT_AUTHOR_DATE and GIT_COMMITTER_DATE as "@$SOURCE_DATE_EPOCH +0000" before `git commit`.'
        : 'Leave the time out, or take it from SOURCE_DATE_EPOCH, the time of the commit, which is the same in every build.' +
          (isMixed(recognitions)
            ? ' The rest needs a fix of its own: a fixed value for what is drawn, a seed for numbers of chance, no durations.'
            : ''),
      needsEpoch: true,
      rewrite: dateFromEpoch,
    },
  }),
}

const isMixed = (recognitions: readonly Recognition[]): boolean =>
  recognitions.some(({ variant }) => variant === 'mixed')

/** Both texts with the times of their own build masked: what is left over, and the times that differ. */
export function maskTimes(a: string, b: string, clock: Clock): MaskedTexts {
  // Several causes ask for the same two texts, one after the other.
  if (last?.a !== a || last.b !== b || last.clock !== clock) last = { a, b, clock, masked: maskAnew(a, b, clock) }
  return last.masked
}

let last: { a: string; b: string; clock: Clock; masked: MaskedTexts } | null = null

interface MaskedTexts {
  a: string
  b: string
  pairs: [Piece, Piece][]
  /** The times were read in a zone that only they tell, and by chance they might be of no build. */
  zoneLikely?: boolean
}

function maskAnew(a: string, b: string, clock: Clock): MaskedTexts {
  const masked = maskBy(a, b, clock)
  if (a === b || (masked.a === masked.b && masked.pairs.length > 0)) return masked
  const zoned = zonedClock(a, b, clock)
  const local = zoned ? maskBy(a, b, zoned.clock) : masked
  return zoned && local.pairs.length > masked.pairs.length ? { ...local, zoneLikely: !zoned.certain } : masked
}

function maskBy(a: string, b: string, clock: Clock): MaskedTexts {
  const inA = timesWithin(a, clock.a)
  const inB = timesWithin(b, clock.b)
  const piece = (text: string) => (time: TimeMatch) => ({
    ...time,
    text: text.slice(time.index, time.index + time.length),
  })
  const [piecesA, piecesB] = [inA.map(piece(a)), inB.map(piece(b))]
  const pairs =
    piecesA.length === piecesB.length
      ? piecesA.flatMap((one, index): [Piece, Piece][] => {
          const other = piecesB[index]
          return other && one.text !== other.text ? [[one, other]] : []
        })
      : []
  return { a: maskPieces(a, inA), b: maskPieces(b, inB), pairs }
}

export type Piece = TimeMatch & { text: string }

function timeInText({ entry, clock }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const masked = maskTimes(texts.a, texts.b, clock)
  const [first] = masked.pairs
  if (masked.a === masked.b && first) {
    return {
      confidence: masked.zoneLikely ? 'likely' : 'certain',
      evidence: masked.pairs.slice(0, 3).map(([a, b]) => textEvidence(entry.path, a, b, texts.a)),
    }
  }
  return mostLinesByTime(texts, entry.path, clock)
}

/** Some lines differ by nothing but a time of their own build, others do not: likely, and said so. */
function mostLinesByTime(texts: { a: string; b: string }, path: string, clock: Clock): Recognition | null {
  const a = texts.a.split('\n')
  const b = texts.b.split('\n')
  if (a.length !== b.length) return null
  const differing = a.flatMap((line, index) => (line === b[index] ? [] : [index])).slice(0, 200)
  const byTime = differing.flatMap(index => {
    const masked = maskTimes(a[index] ?? '', b[index] ?? '', clock)
    const pair = masked.a === masked.b ? masked.pairs[0] : undefined
    return pair ? [{ index, pair }] : []
  })
  const first = byTime[0]
  if (!first) return null
  const timed = new Set(byTime.map(({ index }) => index))
  const rest = differing
    .filter(index => !timed.has(index))
    .map(index => ({ index, a: a[index] ?? '', b: b[index] ?? '' }))
  return {
    confidence: 'likely',
    variant: 'mixed',
    evidence: [
      {
        what: `line ${first.index + 1} differs only by its ${first.pair[0].form}`,
        path,
        a: quoteUnlessSecret(first.pair[0].text, ''),
        b: quoteUnlessSecret(first.pair[1].text, ''),
      },
      ...otherLines(rest, path),
    ],
  }
}

interface LinePair {
  index: number
  a: string
  b: string
}

/** What the other lines differ by, the first of each kind. */
function otherLines(rest: readonly LinePair[], path: string): Evidence[] {
  const kinds = new Map<string, LinePair[]>()
  for (const line of rest) {
    const kind = kindOf(line)
    kinds.set(kind, [...(kinds.get(kind) ?? []), line])
  }
  return [...kinds].slice(0, 3).map(([kind, lines]) => {
    const [first] = lines as [LinePair]
    return {
      what: `${lines.length} more line(s) differ by ${kind}, from line ${first.index + 1}`,
      path,
      a: quoteUnlessSecret(first.a, first.a),
      b: quoteUnlessSecret(first.b, first.b),
    }
  })
}

function kindOf({ a, b }: LinePair): string {
  if (a.length + b.length > 20_000) return 'something that is not a time'
  const tokens = randomTokens(a, b)
  if (tokens) return `a value drawn by chance (${tokens[0]?.form})`
  const frame = (line: string): string => line.replace(/\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?/g, '#')
  return frame(a) === frame(b) ? 'a number' : 'something that is not a time'
}

const textEvidence = (path: string, a: Piece, b: Piece, text: string): Evidence => ({
  what: `build time as text (${a.form}) in line ${text.slice(0, a.index).split('\n').length}`,
  path,
  offset: a.index,
  a: a.text,
  b: b.text,
})

/** A time in a program, in any form but those of the compiler's macros: `-X main.built=$(date)`, `-DBUILT="$(date)"`. */
function timeInProgram(subject: Subject): Recognition | null {
  const elf = elfOf(subject)
  if (!elf || elf.times.length === 0) return null
  const { path } = subject.entry
  return {
    confidence: accountsFor(elf, ['time']) ? 'certain' : 'likely',
    evidence: [...elf.times.slice(0, 3).map(time => timeEvidenceOf(path, time)), ...sectionEvidence(path, elf)],
  }
}

/** The times in the differing runs of a binary, or of a text that is not whole here. */
function timeInBytes({ entry, clock }: Subject): Recognition | null {
  if (!entry.content || isElf(entry.content)) return null
  const { runs } = entry.content
  const times = runs.map(run => ({ run, time: timeOfRun(run, clock) }))
  const found = times.flatMap(({ time }) => (time ? [time] : []))
  if (found.length === 0) return null
  const all = isAligned(entry.content) && times.every(({ time }) => time?.covers)
  const unexplained = times.find(({ time }) => !time?.covers)?.run
  return {
    confidence: all ? 'certain' : 'likely',
    evidence: [
      ...found.slice(0, 3).map(time => runEvidence(entry.path, time)),
      ...(unexplained ? [restEvidence(entry.path, unexplained)] : []),
    ],
  }
}

const isElf = (content: ContentPair): boolean => bothBegin(content, [0x7f, 0x45, 0x4c, 0x46])

/** One run's time as evidence, the raw values as dates. */
export const runEvidence = (path: string, time: RunTime): Evidence => ({
  what:
    typeof time.a === 'string'
      ? `build time as text (${time.form})`
      : `build time in ${time.length} bytes (${time.form})`,
  path,
  offset: time.offset,
  a: typeof time.a === 'string' ? time.a : moment(time.a),
  b: typeof time.b === 'string' ? time.b : moment(time.b),
})

const restEvidence = (path: string, run: ByteRun): Evidence => ({
  what: 'other bytes differ that are not a time',
  path,
  offset: run.offset,
})
