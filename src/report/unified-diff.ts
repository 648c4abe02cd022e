import type { LineRange } from './touched.ts'

/** Lines of a file as they are and as they would be. */
export interface ChangedLines {
  /** The first of `before`, 1-based. */
  line: number
  /** Never empty but in a new file: lines that are only put in come with the line they are put beside. */
  before: string[]
  after: string[]
  /** The lines of the old file that the change itself is about: of an insertion those on both its sides. */
  from: LineRange
}

/** The changes of a unified diff of one file, each run of changed lines by itself. What is no diff has none. */
export function changedLines(diff: string): ChangedLines[] {
  const [, ...hunks] = diff.split(/^(?=@@ )/m)
  return hunks.flatMap(changesOf)
}

function changesOf(hunk: string): ChangedLines[] {
  const [head = '', ...lines] = hunk.replace(/\n$/, '').split('\n')
  const start = /^@@ -(\d+)(?:,(\d+))? /.exec(head)
  if (!start) return []
  const changes: ChangedLines[] = []
  // Of an empty old side the number is that of the line before it.
  let line = Number(start[1]) + (start[2] === '0' ? 1 : 0)
  for (let at = 0; at < lines.length; ) {
    if (!isChange(lines[at])) {
      if (lines[at]?.startsWith(' ')) line++
      at++
      continue
    }
    const [first, begun] = [at, line]
    const [before, after]: [string[], string[]] = [[], []]
    for (; at < lines.length && (isChange(lines[at]) || lines[at]?.startsWith('\\')); at++) {
      const text = lines[at] ?? ''
      if (text.startsWith('-')) before.push(text.slice(1))
      if (text.startsWith('+')) after.push(text.slice(1))
    }
    line += before.length
    changes.push(
      before.length > 0
        ? { line: begun, before, after, from: { start: begun, end: line - 1 } }
        : besides(begun, after, lines[first - 1], lines[at]),
    )
  }
  return changes
}

/** A line that is put in above another belongs to that one; at the end of a file to the last. */
function besides(line: number, added: string[], above: string | undefined, below: string | undefined): ChangedLines {
  const from = { start: Math.max(1, line - 1), end: line }
  if (below?.startsWith(' ')) return { line, before: [below.slice(1)], after: [...added, below.slice(1)], from }
  if (above?.startsWith(' '))
    return { line: line - 1, before: [above.slice(1)], after: [above.slice(1), ...added], from }
  return { line, before: [], after: added, from }
}

const isChange = (text: string | undefined): boolean => text !== undefined && /^[+-]/.test(text)
