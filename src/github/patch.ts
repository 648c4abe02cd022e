import type { LineRange } from '../report/touched.ts'
import type { PullFile } from './requests.ts'

/** What a pull request's diff says of one file, in lines of the new file. */
export interface FileDiff {
  /** The lines that were added or changed; null where nobody knows which. */
  touched: LineRange[] | null
  /** All lines that the diff shows, with their texts: on these alone a review can comment. */
  shown: ReadonlyMap<number, string>
}

/** Reads GitHub's patch of one file. A patch that is missing, or does not hold what GitHub counts, is nothing known. */
export function readPatch({ status, patch, additions, changes }: PullFile): FileDiff {
  const nothing = new Map<number, string>()
  if (status === 'removed' || status === 'unchanged') return { touched: [], shown: nothing }
  if (typeof patch !== 'string') return { touched: status === 'renamed' && changes === 0 ? [] : null, shown: nothing }
  const shown = new Map<number, string>()
  const added: number[] = []
  let next = 0
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d{1,9})/.exec(line)
    if (hunk) {
      next = Number(hunk[1])
      continue
    }
    if (!/^[+ ]/.test(line) || next === 0) continue
    shown.set(next, line.slice(1))
    if (line.startsWith('+')) added.push(next)
    next++
  }
  return additions === undefined || additions === added.length
    ? { touched: rangesOf(added), shown }
    : { touched: null, shown: nothing }
}

/** Lines in their order, as ranges of those that follow each other. */
export function rangesOf(lines: Iterable<number>): LineRange[] {
  const ranges: LineRange[] = []
  for (const line of lines) {
    const last = ranges.at(-1)
    if (last && last.end + 1 === line) last.end = line
    else ranges.push({ start: line, end: line })
  }
  return ranges
}
