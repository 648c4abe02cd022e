/**
 * Characters that a reader cannot see, or that change how the text around them is read: controls, bidirectional
 * overrides, zero-width characters, tags, line separators, halves of a surrogate pair.
 */
const unseen =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1bca0}-\u{1bca3}\u{e0000}-\u{e0fff}]|\u034f|[\u17b4\u17b5]|[\u180b-\u180d\u180f]/gu

const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text on one line, with every unseen character written out: a tab as `\t`, an override as `\u202e`. */
export const visible = (text: string): string => text.replace(unseen, written)

/** The same for several lines: line ends and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(unseen, found => (found === '\n' || found === '\t' ? found : written(found)))

function written(found: string): string {
  const code = found.codePointAt(0) ?? 0
  return short[found] ?? (code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`)
}

/** At most `max` UTF-16 units, an ellipsis included, never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff]$/, '')}…`
}

/** The same, but its start and its end stay: of a long path both tell where it is. */
export function bothEnds(text: string, max: number): string {
  if (text.length <= max) return text
  const end = text.slice(-Math.floor(max / 2)).replace(/^[\udc00-\udfff]/, '')
  return `${clip(text, max - end.length)}${end}`
}

/** At most `max` bytes of UTF-8, an ellipsis included, never half a character. */
export function clipBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text
  // A cut inside a character leaves the replacement character behind.
  const kept = Buffer.from(text)
    .subarray(0, Math.max(0, max - 3))
    .toString('utf8')
  return `${kept.replace(/\ufffd+$/, '')}…`
}

/** Nothing in it reads as a command to a runner that shows it: `::x::` at the start of a line, `##[x]` anywhere. */
export const obeyedByNobody = (text: string): string =>
  text.replace(/^(\s*):(?=:)/gm, '$1\u200b:').replace(/##\[/g, '##\u200b[')

/** UTF-16 units. Half a snippet would be pasted and break; what is longer is in report.json alone. */
const snippetLimit = 4096

/** A snippet as it can be pasted: whole or not at all, inert, its lines and tabs kept. */
export const pasteable = (snippet: string | undefined, max = snippetLimit): string | undefined =>
  snippet === undefined || snippet.length > max ? undefined : visibleLines(snippet).replace(/\n+$/, '')
