import type { Location } from '../finding.ts'

/** Lines of a file, both ends inclusive, 1-based. */
export interface LineRange {
  start: number
  end: number
}

/**
 * The lines that a change added or changed, by file relative to the root of the repository, with forward slashes.
 * A file's null: it was changed, and nobody knows which lines (GitHub leaves out the diff of a big file). Null for all: nobody knows.
 */
export type Touched = ReadonlyMap<string, readonly LineRange[] | null> | null

/** Whether any of the lines was touched. What nobody knows counts as touched: a finding must not be lost by it. */
export function isTouched(touched: Touched, { file, line, endLine }: Location): boolean {
  if (touched === null) return true
  const ranges = touched.get(repositoryPath(file))
  if (ranges === undefined) return false
  return ranges === null || ranges.some(({ start, end }) => start <= Math.max(line, endLine) && line <= end)
}

/** Whether all of the lines are known to have been touched, and lie together. */
export const allTouched = (touched: Touched, file: string, { start, end }: LineRange): boolean =>
  touched?.get(repositoryPath(file))?.some(range => range.start <= start && end <= range.end) ?? false

/** As GitHub names it: `./Dockerfile` is `Dockerfile`. */
export const repositoryPath = (file: string): string => file.replace(/^(?:\.\/+)+/, '')
