import { createHash } from 'node:crypto'

const limit = 80
const secretName =
  /(secret|token|passw|passphrase|credential|private|api[_-]?key|access[_-]?key|auth(?!or)|salt|cookie|session|\bkey\b|_key\b|pwd)/i
const privateBlock = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const knownToken = /\b(ghp_|gho_|ghs_|github_pat_|xox[abpr]-|sk-|AKIA|ASIA|eyJ[A-Za-z0-9_-]{10})/

/** Whether a text names or holds something that must not be quoted. */
export const looksSecret = (text: string): boolean =>
  secretName.test(text) || privateBlock.test(text) || knownToken.test(text)

/** Bytes (latin-1 text) for people: control and non-ASCII characters escaped, at most 80 characters. */
export function excerpt(text: string): string {
  const shown = text.slice(0, limit).replace(/[^\x20-\x7e]/g, escapeCharacter)
  return shown.length > limit || text.length > limit ? `${shown.slice(0, limit)}…` : shown
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  return `\\x${(character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`
}

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
