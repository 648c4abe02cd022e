import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import type { HistoryEntry, Image } from '../../image/image.ts'
import { matches } from './blame.ts'

/** Entries of two histories that tell of the same step; null where one side has no such step. */
export interface HistoryPair {
  a: HistoryEntry | null
  b: HistoryEntry | null
  /** The instruction that both tell of; null when not known for sure. */
  instruction: Instruction | null
}

/** Histories may be of any length; no image that anybody builds has so many steps. */
const mostEntries = 2000

/**
 * Two histories side by side, with the instruction of each step. Of unequal numbers the common beginning and end are
 * paired first, so that one step more does not shift all others.
 */
export function pairHistories(
  imageA: Image,
  imageB: Image,
  dockerfile: Dockerfile | null,
  lineage: readonly Instruction[],
): HistoryPair[] {
  const [a, b] = [historyOf(imageA), historyOf(imageB)]
  const [linesA, linesB] = [a, b].map(history => historyLines(history, dockerfile, lineage))
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && alike(a[head], b[head])) head++
  let tail = 0
  while (tail < shorter - head && alike(a.at(-1 - tail), b.at(-1 - tail))) tail++
  const middle = Math.max(a.length, b.length) - head - tail
  const places = [
    ...Array.from({ length: head }, (_, at) => [at, at]),
    ...Array.from({ length: middle }, (_, at) => [
      head + at < a.length - tail ? head + at : -1,
      head + at < b.length - tail ? head + at : -1,
    ]),
    ...Array.from({ length: tail }, (_, at) => [a.length - tail + at, b.length - tail + at]),
  ]
  return places.map(([atA = -1, atB = -1]) => ({
    a: a[atA] ?? null,
    b: b[atB] ?? null,
    instruction: linesA?.[atA] ?? linesB?.[atB] ?? null,
  }))
}

const historyOf = (image: Image): HistoryEntry[] =>
  (Array.isArray(image.config.history) ? image.config.history : []).slice(0, mostEntries)

const alike = (a: HistoryEntry | undefined, b: HistoryEntry | undefined): boolean =>
  a?.created_by === b?.created_by && (a?.empty_layer ?? false) === (b?.empty_layer ?? false)

/**
 * The instruction of each history entry. BuildKit writes one entry for every instruction of the lineage but FROM, so the
 * ends are alike as far as they match; what is left (a squashed image, another builder's) is matched by its text, where only
 * one instruction can be meant.
 */
function historyLines(
  history: readonly HistoryEntry[],
  dockerfile: Dockerfile | null,
  lineage: readonly Instruction[],
): (Instruction | null)[] {
  if (dockerfile === null) return history.map(() => null)
  const written = lineage.filter(({ keyword }) => keyword !== 'FROM')
  const lines: (Instruction | null)[] = history.map(() => null)
  let matched = 0
  for (; matched < history.length && matched < written.length; matched++) {
    const [entry, instruction] = [history[history.length - 1 - matched], written[written.length - 1 - matched]]
    if (!entry || !instruction || !matches(entry.created_by ?? '', instruction, dockerfile)) break
    lines[history.length - 1 - matched] = instruction
  }
  const left = written.slice(0, written.length - matched)
  if (left.length === 0) return lines
  for (const [at, entry] of history.slice(0, history.length - matched).entries()) {
    const meant = left.filter(instruction => tellsOf(entry.created_by ?? '', instruction, dockerfile))
    if (meant.length === 1) lines[at] = meant[0] ?? null
  }
  return lines
}

/** By text alone more is asked: the whole instruction, blanks aside. */
function tellsOf(createdBy: string, { keyword, argumentRange }: Instruction, dockerfile: Dockerfile): boolean {
  const bare = (text: string): string => text.replace(/[\s\\]+/g, '')
  const written = bare(dockerfile.text.slice(argumentRange.start, argumentRange.end))
  const told = createdBy.slice(0, 20_000)
  return written.length >= 3 && bare(told).includes(written) && (keyword === 'RUN' || told.includes(keyword))
}
