import { visible, visibleLines } from '../visible.ts'

/** Markup that is safe to write into a page: made by `html` alone, so nothing foreign in it is more than text. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type Value = Html | string | number | null | undefined | false | readonly Value[]

/** Our own markup with values in it: whatever is no `Html` is escaped, and its unseen characters written out. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(strings.reduce((page, string, at) => `${page}${written(values[at - 1])}${string}`))

function written(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map(written).join('')
  return escaped(visible(String(value)))
}

/** Several foreign lines, for `<pre>`: line ends and tabs stay. */
export const lines = (text: string): Html => new Html(escaped(visibleLines(text)))

/** Text that a page holds as data: no tag begins in it, and none ends. */
export const asData = (value: unknown): Html =>
  new Html(
    JSON.stringify(value).replace(
      /[<>&\u007f-\u009f\p{Bidi_Control}\u2028\u2029\p{Cs}]/gu,
      found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )

/** A sentence of ours that quotes foreign words in backticks. */
export const prose = (sentence: string): Html =>
  html`${sentence.split(/`([^`]+)`/).map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`

/**
 * A line that the summary says in Markdown: its strong words, code and breaks. Anything else in it is text, whatever it
 * looks like.
 */
export function fromMarkdown(line: string): Html {
  let strong = false
  const parts = line.split(/(<\/?code>|<br>|\*\*)/).map((part): Html => {
    if (part === '<code>' || part === '</code>' || part === '<br>') return new Html(part)
    if (part !== '**') return html`${decoded(part)}`
    strong = !strong
    return new Html(strong ? '<strong>' : '</strong>')
  })
  return html`${parts}${strong ? new Html('</strong>') : null}`
}

const decoded = (text: string): string =>
  text
    .replace(/&#8203;/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, found => entities[found] ?? found)
