import { wrap } from '../report/wrap.ts'

/** Narrower than this a second column would be a word wide. */
const leastColumn = 30

/**
 * Help as it fits into a terminal: what stands in a second column stays in it, or beneath the first where there is no room
 * beside it.
 * @param width in characters; undefined where it goes into a file or another program, which is given it as it is
 */
export function helpPage(text: string, width: number | undefined): string {
  const across = Math.max(40, width ?? 0)
  if (width === undefined || text.split('\n').every(line => line.length <= across)) return text
  return wholeLines(text)
    .flatMap(line => {
      const [, left = '', gap = '', right = ''] = /^( +\S.*?)( {2,})(\S(?:(?! {2}).)*)$/.exec(line) ?? []
      const column = left.length + gap.length
      if (left === '' || line.length <= across) return wrap(line, across, 0)
      if (column <= across - leastColumn) return wrap(line, across, column)
      return [wrap(left, across, 6), wrap(`      ${right}`, across, 6)]
    })
    .join('\n')
}

/** What goes on in the second column of the next line belongs to this one. */
function wholeLines(text: string): string[] {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    if (/^ {12,}\S(?:(?! {2}).)*$/.test(line)) lines.push(`${lines.pop() ?? ''} ${line.trim()}`)
    else lines.push(line)
  }
  return lines
}
