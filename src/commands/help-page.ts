import { wrap } from '../report/wrap.ts'

/** What a line of two columns begins with: a flag and its value, or what stands for an argument. */
const firstColumn = /^ {2,}\S.*? {2,}(?=\S)/

/** Narrower than this a second column would be a word wide. */
const leastColumn = 30

/**
 * Help as it fits into a terminal: what stands in a second column stays in it.
 * @param width in characters; undefined where it goes into a file or another program, which is given it as it is
 */
export function helpPage(text: string, width: number | undefined): string {
  if (width === undefined) return text
  const across = Math.max(40, width)
  return text
    .split('\n')
    .map(line => {
      const column = firstColumn.exec(line)?.[0].length ?? 2
      return wrap(line, across, column <= across - leastColumn ? column : 6)
    })
    .join('\n')
}
