const esc = String.fromCharCode(27)
const colour = new RegExp(`${esc}\\[\\d+m`, 'g')

/** As a reader sees it: without colours. */
const lengthOf = (text: string): number => text.replace(colour, '').length

/**
 * A line broken at blanks so that none is longer than `width`, but for words that are; later lines are indented by `hang`.
 * @param width in characters; without it nothing is broken
 */
export function wrap(line: string, width: number | undefined, hang: number): string {
  if (width === undefined || lengthOf(line) <= width) return line
  const indent = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let current = ''
  let taken = 0
  // Two blanks part the columns of a line: they stay, unless the line ends there.
  for (const [, blanks = '', word = ''] of line.slice(indent.length).matchAll(/( *)([^ ]+)/g)) {
    const start = lines.length === 0 ? indent.length : hang
    const length = lengthOf(word)
    if (current !== '' && start + taken + blanks.length + length > width) {
      lines.push(`${lines.length === 0 ? indent : ' '.repeat(hang)}${current}`)
      current = word
      taken = length
    } else {
      const apart = current === '' ? '' : blanks
      current += apart + word
      taken += apart.length + length
    }
  }
  return [...lines, `${lines.length === 0 ? indent : ' '.repeat(hang)}${current}`].join('\n')
}
