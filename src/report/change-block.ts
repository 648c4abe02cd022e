import type { Fix, LinesChange } from '../finding.ts'
import { fence } from './markdown.ts'

/** What a fix does to the lines of a file, as a diff of the real lines; empty where nothing would change. */
export function changeBlock({ before, after }: Pick<LinesChange, 'before' | 'after'>): string {
  const lines = changeLines(before, after)
  return lines.length === 0 ? '' : fence(lines.join('\n'), 'diff')
}

/** The same as lines that begin with a blank, `-` or `+`; so many of those that stay are shown on each side. */
export function changeLines(before: readonly string[], after: readonly string[], around = 3): string[] {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  if (head + tail >= Math.max(before.length, after.length)) return []
  return [
    ...before.slice(Math.max(0, head - around), head).map(line => ` ${line}`),
    ...before.slice(head, before.length - tail).map(line => `-${line}`),
    ...after.slice(head, after.length - tail).map(line => `+${line}`),
    ...before.slice(before.length - tail, before.length - tail + around).map(line => ` ${line}`),
  ]
}

/** What is to be done, without what a diff beside it says better. */
export const fixWords = ({ text, change }: Pick<Fix, 'text' | 'change'>): string =>
  change === undefined
    ? text
    : text
        .replace(/ Append the line to the RUN of line \d+ \(with .{1,60}? before it\)\./, '')
        .replace(/ Put `ARG SOURCE_DATE_EPOCH` above the instruction\./, '')
