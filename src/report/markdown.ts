import { clip, visible, visibleLines } from './visible.ts'

/** The longest excerpt of a foreign text in running text or a table cell, in characters. */
const excerpt = 300

/**
 * A foreign text as running Markdown text. What Markdown or HTML could read is written as an entity, mentions,
 * references and addresses are broken by a zero-width space or an entity, so that nothing in it is a link or a ping.
 */
export function text(foreign: string, max = excerpt): string {
  return (
    entities(visible(clip(foreign.trim().replace(/\s+/g, ' '), max)))
      .replace(/@/g, '@&#8203;')
      .replace(/&#35;(?=\d)/g, '&#35;&#8203;')
      .replace(/\b(GH)-(?=\d)/gi, '$1&#45;&#8203;')
      // What looks like a commit is linked by GitHub; a mere number stays whole, to be copied.
      .replace(/\b(?=\d*[a-f])[0-9a-f]{7,64}\b/gi, found => `${found.slice(0, 6)}&#8203;${found.slice(6)}`)
      .replace(/^:(?=:)/, '&#58;')
      .replace(/^(?:[-+=]+|\d+(?=[.)](?:\s|$)))/, found => `${found}&#8203;`)
  )
}

/** A foreign text as inline code. An element and not backticks: it needs no fence and holds in a table cell. */
export const code = (foreign: string, max = excerpt): string =>
  `<code>${entities(visible(clip(foreign, max))).replace(/(?<=[\w.+-])@(?=[\w.-]*\.)/g, '&#8203;@') || '&nbsp;'}</code>`

/** A sentence of ours that quotes foreign words in backticks: the quotes become inline code, the rest text. */
export function prose(sentence: string, max = 2000): string {
  const parts = clip(sentence.trim().replace(/\s+/g, ' '), max).split(/`([^`]+)`/)
  return parts.map((part, index) => (index % 2 === 1 ? code(part) : inner(part))).join('')
}

/** Text that keeps the blanks at its ends, because a quote stands there. */
const inner = (part: string): string =>
  part === '' ? '' : `${/^\s/.test(part) ? ' ' : ''}${text(part, 2000)}${/\s$/.test(part) && part.trim() ? ' ' : ''}`

/** Foreign lines in a fence that none of them can close, and that no runner obeys if it shows them. The language is ours. */
export function fence(foreign: string, language = ''): string {
  const lines = visibleLines(foreign)
    .replace(/\n+$/, '')
    .replace(/^(\s*):(?=:)/gm, '$1\\u003a')
    .replaceAll('##[', '#\\u0023[')
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(run => run[0].length))
  const marks = '`'.repeat(longest + 1)
  return `${marks}${language}\n${lines}\n${marks}`
}

/** A link with our own, already escaped label; an address that is not plainly one of the web gives the label alone. */
export const link = (label: string, address: string | null): string =>
  address !== null && /^https?:\/\/[\w\-./~%#?=&+,:]+$/.test(address) ? `[${label}](${address})` : label

/** A table; cells are already escaped. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly string[] = [],
): string {
  const rule = head.map((_, index) => ({ right: '---:', center: ':---:' })[align[index] ?? ''] ?? '---')
  return [head, rule, ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}

/** A folded part; its title is already escaped. */
export const folded = (title: string, body: string, open = false): string =>
  `<details${open ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`

/** Characters that Markdown, its tables, its mathematics or HTML could take for theirs. */
const entities = (plain: string): string =>
  plain
    .replace(/[&<>`*[\]~\\|#$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, found => `&#${found.charCodeAt(0)};`)
    .replace(/:(?=\/\/)|(?<=\b(?:mailto|xmpp)):/gi, '&#58;')
    .replace(/\bwww\./gi, found => `${found.slice(0, 3)}&#46;`)
