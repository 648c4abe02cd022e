import type { Edit } from '../finding.ts'

/** The texts of the files that may be changed, by their names in findings; one that is not there yet is empty. */
export type Texts = ReadonlyMap<string, string>

/** Edits that are made together or not at all. */
export interface Change {
  edits: readonly Edit[]
}

/** A place of a text in offsets, and what goes there. */
interface Splice {
  file: string
  start: number
  end: number
  text: string
  /** There is no text yet: all insertions go in, one after the other. */
  fresh: boolean
}

/**
 * Parts changes, worst first, into those that can be made together and those that have to wait for another round, because
 * they touch what a worse one changes. What names a place that is not there (`astray`) can never be made.
 */
export function sortOut<C extends Change>(
  texts: Texts,
  changes: readonly C[],
): { together: C[]; later: C[]; astray: C[] } {
  const taken = new Map<string, Taken>()
  const sorted: { together: C[]; later: C[]; astray: C[] } = { together: [], later: [], astray: [] }
  for (const change of changes) {
    const splices = splicesOf(texts, change)
    if (splices === null || splices.some((one, at) => clashes(splices.slice(0, at), one))) sorted.astray.push(change)
    else if (splices.some(one => isTaken(taken.get(one.file), one))) sorted.later.push(change)
    else {
      sorted.together.push(change)
      for (const one of splices) take(taken, one)
    }
  }
  return sorted
}

/** The texts with these changes made. They do not touch each other: `sortOut` sees to it; what two share is made once. */
export function applyChanges(texts: Texts, changes: readonly Change[]): Texts {
  const byFile = new Map<string, Map<string, Splice>>()
  for (const splice of changes.flatMap(change => splicesOf(texts, change) ?? [])) {
    const unique = byFile.get(splice.file) ?? new Map<string, Splice>()
    byFile.set(splice.file, unique.set(`${splice.start} ${splice.end} ${splice.text}`, splice))
  }
  const changed = new Map(texts)
  for (const [file, unique] of byFile) {
    const [text, splices] = [texts.get(file) ?? '', [...unique.values()]]
    changed.set(file, text === '' ? linesOnce(splices) : spliced(text, splices))
  }
  return changed
}

/** A new file takes the lines of all that fill it, each once. */
const linesOnce = (splices: readonly Splice[]): string =>
  [...new Set(splices.flatMap(({ text }) => text.match(/[^\n]*\n|[^\n]+$/g) ?? []))].join('')

function spliced(text: string, splices: Splice[]): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, text: inserted } of splices.sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(from, start), inserted)
    from = end
  }
  return [...parts, text.slice(from)].join('')
}

/** Null when a place is not in its text: the edit was made for another one. */
function splicesOf(texts: Texts, { edits }: Change): Splice[] | null {
  const splices = edits.map(edit => {
    const text = texts.get(edit.file)
    if (text === undefined) return null
    const start = offsetOf(text, edit.line, edit.column)
    const end = offsetOf(text, edit.endLine, edit.endColumn)
    if (start === null || end === null || end < start) return null
    return { file: edit.file, start, end, text: asWritten(text, end, edit.text), fresh: text === '' }
  })
  return splices.includes(null) || splices.length === 0 ? null : (splices as Splice[])
}

/** The file's own line ends; and a file that ends without one goes on doing so. */
function asWritten(text: string, end: number, inserted: string): string {
  const open = text !== '' && end === text.length && !text.endsWith('\n')
  const own = open ? inserted.replace(/\r?\n$/, '') : inserted
  return own.replace(/\r?\n/g, lineEndAt(text, end))
}

/** Of the line at an offset; of the line before where the last one has none. */
function lineEndAt(text: string, offset: number): '\n' | '\r\n' {
  const next = text.indexOf('\n', offset)
  const end = next >= 0 ? next : text.lastIndexOf('\n', offset)
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n'
}

/** Offset of a 1-based line and column; the byte order mark is in no column. Null when there is no such place. */
function offsetOf(text: string, line: number, column: number): number | null {
  const starts = lineStarts(text)
  const start = starts[line - 1]
  if (start === undefined || column < 1) return null
  const end = line < starts.length ? (starts[line] as number) - 1 : text.length
  const offset = start + column - 1
  return offset <= end ? offset : null
}

const known = { text: '', starts: [0] }

/** Of the text asked about last: many edits of one file cost one look at it. */
function lineStarts(text: string): number[] {
  if (known.text === text) return known.starts
  const starts = [text.startsWith('\ufeff') ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  known.text = text
  known.starts = starts
  return starts
}

/** What of a file is changed already: its splices by start, for a search by halves. */
type Taken = Splice[]

function take(taken: Map<string, Taken>, splice: Splice): void {
  const list = taken.get(splice.file) ?? []
  taken.set(splice.file, list)
  const at = firstFrom(list, splice.start)
  const there = list[at]
  if (there === undefined || !isSame(there, splice)) list.splice(at, 0, splice)
}

/** Only neighbours can touch: what is taken does not overlap. */
function isTaken(list: Taken | undefined, splice: Splice): boolean {
  if (list === undefined) return false
  const at = firstFrom(list, splice.start)
  // The one before can reach in, and so can what starts at the splice's end; nothing between them goes further.
  for (let near = Math.max(0, at - 1); near < list.length; near++) {
    const one = list[near] as Splice
    if (one.start > splice.end) return false
    if (clashes([one], splice)) return true
  }
  return false
}

function firstFrom(list: Taken, start: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as Splice).start < start) low = middle + 1
    else high = middle
  }
  return low
}

/** Touching is enough: of two insertions at one place nobody can say which goes first. The same one twice is no clash. */
const clashes = (others: readonly Splice[], splice: Splice): boolean =>
  others.some(
    one =>
      !splice.fresh &&
      one.file === splice.file &&
      one.start <= splice.end &&
      splice.start <= one.end &&
      !isSame(one, splice),
  )

const isSame = (a: Splice, b: Splice): boolean => a.start === b.start && a.end === b.end && a.text === b.text
