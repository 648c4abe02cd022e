import type { Location } from '../finding.ts'
import type { Dockerfile, Place, Range } from './dockerfile.ts'

/**
 * Lines and columns of a range: 1-based, in UTF-16 units, lines ending at `\n` alone, the byte order mark in no column.
 * A range that ends with a line break ends on the line it breaks.
 */
export function placeOf(text: string, range: Range): Place {
  const starts = lineStarts(text)
  const line = lineAt(starts, range.start)
  const endLine = lineAt(starts, Math.max(range.start, range.end - 1))
  const lineStart = starts[line - 1] ?? 0
  return {
    line,
    endLine,
    column: Math.max(1, range.start - lineStart + 1),
    endColumn: line === endLine ? Math.max(1, range.end - lineStart + 1) : undefined,
  }
}

/** Where a range of a Dockerfile is, for a finding: with columns only when it is within one line. */
export function locate(dockerfile: Dockerfile, range: Range): Location {
  const { line, endLine, column, endColumn } = placeOf(dockerfile.text, range)
  if (endColumn === undefined) return { file: dockerfile.file, line, endLine }
  return { file: dockerfile.file, line, endLine, column, endColumn }
}

/** The starts of the lines of the text asked about last: many questions about one file cost one look at it. */
let last: { text: string; starts: number[] } = { text: '', starts: [0] }

function lineStarts(text: string): number[] {
  if (last.text === text) return last.starts
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  last = { text, starts }
  return starts
}

function lineAt(starts: number[], offset: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}
