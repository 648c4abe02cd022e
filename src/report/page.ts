import { paints } from './paint.ts'

/** One of our own pages, as a person reads it in a terminal. */
export function renderPage(markdown: string, { colour, width = 100 }: { colour: boolean; width?: number }): string {
  const paint = paints(colour)
  const inline = (text: string): string => {
    if (!colour) return text
    return text
      .replace(/\*\*([^*]+)\*\*/g, (_, bold: string) => paint.bold(bold))
      .replace(/`([^`]+)`/g, (_, code: string) => paint.cyan(code))
  }
  const lines: string[] = []
  let fenced = false
  for (const line of markdown.trimEnd().split(/\r?\n/)) {
    if (/^\s*```/.test(line)) fenced = !fenced
    else if (fenced) lines.push(line === '' ? '' : `    ${paint.green(line)}`)
    else if (line.startsWith('#')) lines.push(paint.bold(line.replace(/^#+\s*/, '')))
    else if (line.startsWith('|')) lines.push(inline(unlinked(line)))
    else lines.push(...wrapped(unlinked(line), width).map(inline))
  }
  return `${lines.join('\n')}\n`
}

/** The ids and titles of all pages, in columns. */
export function renderPageList(
  pages: readonly { id: string; title: string }[],
  { colour }: { colour: boolean },
): string {
  const paint = paints(colour)
  const width = Math.max(0, ...pages.map(({ id }) => id.length))
  return pages.map(({ id, title }) => `${paint.bold(id.padEnd(width))}  ${title}\n`).join('')
}

/** A page beside this one needs no address: its name is its id. */
const unlinked = (line: string): string =>
  line.replace(/\[([^\]]*)\]\(([^)]*)\)/g, (_, label: string, address: string) =>
    /^https?:/.test(address) ? `${label} (${address})` : label,
  )

/** Lines of whole words; those of a list go on under its text. Code in backticks stays whole where it fits. */
function wrapped(line: string, width: number): string[] {
  const indent = /^\s*(?:[-*]|\d+\.)\s+/.exec(line)?.[0].length ?? 0
  const lines: string[] = []
  let current = ''
  for (const word of line.match(/(?:`[^`]*`|\S)+|^\s+/g) ?? []) {
    const longer = current === '' || /^\s+$/.test(current) ? `${current}${word}` : `${current} ${word}`
    if (longer.length > width && current.trim() !== '') {
      lines.push(current)
      current = `${' '.repeat(indent)}${word}`
    } else current = longer
  }
  return [...lines, current]
}
