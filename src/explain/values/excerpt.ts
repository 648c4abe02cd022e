import { createHash } from 'node:crypto'

const limit = 80
const secretName =
  /(secret|token|passw|passphrase|credential|private|api[_-]?key|access[_-]?key|auth(?!or)|salt|cookie|session|\bkey\b|_key\b|pwd)/i
const privateBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const knownToken = /\b(ghp_|gho_|ghs_|github_pat_|xox[abpr]-|sk-|AKIA|ASIA|eyJ[A-Za-z0-9_-]{10})/

/** Whether a text names or holds something that must not be quoted. */
export const looksSecret = (text: string): boolean =>
  secretName.test(text) || privateBlock.test(text) || knownToken.test(text)

/**
 * Bytes (latin-1 text) for people, at most 80 characters: UTF-8 is decoded where all of it is text, and whatever is unseen, changes
 * how the text around it is read, or is no text is written out (`\x92`, `\u{202e}`).
 */
export function excerpt(text: string): string {
  // Of four bytes at most is a character, and one more shows whether there is more.
  const start = text.slice(0, 4 * limit + 4)
  return clipped(anyWide.test(start) ? [...start].map(writtenOut) : charactersOf(start), text.length > start.length)
}

/** A name for people: of a path, a user, a package, which are Unicode and no bytes. */
export const excerptOfName = (name: string): string => {
  const start = name.slice(0, 2 * limit + 2)
  return clipped([...start].map(writtenOut), name.length > start.length)
}

/** As many of the characters, each whole, as 80 have room for. */
function clipped(characters: readonly string[], more: boolean): string {
  let shown = ''
  for (const character of characters) {
    if (shown.length + character.length > limit) return `${shown}…`
    shown += character
  }
  return more ? `${shown}…` : shown
}

const anyWide = /[^\0-\xff]/
const anyHigh = /[\x80-\xff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what no text has.
const noText = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/
/** What a cut leaves of a character at the beginning and at the end. */
const [cutAhead, cutBehind] = [/^[\x80-\xbf]{1,3}/, /(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})$/]
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Each character as it is shown; a byte is one where the bytes are no UTF-8. */
function charactersOf(bytes: string): string[] {
  if (anyHigh.test(bytes) && !noText.test(bytes)) {
    const [ahead, behind] = [cutAhead, cutBehind].map(cut => cut.exec(bytes)?.[0] ?? '') as [string, string]
    try {
      const middle = utf8.decode(Buffer.from(bytes.slice(ahead.length, bytes.length - behind.length), 'latin1'))
      return [...[...ahead].map(escapeByte), ...[...middle].map(writtenOut), ...[...behind].map(escapeByte)]
    } catch {
      // Latin-1, or no text at all.
    }
  }
  return [...bytes].map(escapeByte)
}

const short: Record<string, string> = { '\n': '\\n', '\t': '\\t' }

/** What a reader sees: no controls, overrides, fillers, blanks, nor an accent of its own, which makes an é that looks like the other. */
const seen = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\p{Script=Inherited}\u2800]/u

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return escapeByte(character)
  return seen.test(character) ? character : `\\u{${code.toString(16)}}`
}

const escapeByte = (byte: string): string =>
  byte >= ' ' && byte <= '~' ? byte : (short[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)

/** Bytes as hexadecimal pairs, at most 16 of them. */
export const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.subarray(0, 16))
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ') + (bytes.length > 16 ? ' …' : '')

/** Stands for a value that must not be shown, and still tells two of them apart. */
export const withheld = (value: string | Uint8Array): string =>
  `(secret, not shown; sha256 ${createHash('sha256').update(value).digest('hex').slice(0, 8)}…)`

/** A value quoted, or withheld when its surroundings say that it is a secret. */
export const quoteUnlessSecret = (value: string, surroundings: string): string =>
  looksSecret(surroundings) || looksSecret(value) ? withheld(Buffer.from(value, 'latin1')) : excerpt(value)

/** A moment (ms since 1970) as people read it, to the second, or to the millisecond when it has some. */
export function moment(ms: number): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return String(ms)
  const iso = new Date(Math.floor(ms)).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, Math.floor(ms) % 1000 === 0 ? 19 : 23)} UTC`
}
