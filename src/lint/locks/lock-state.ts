import type { LockState } from './ecosystem.ts'

const most = 50

/** Collects what a lock file says, one package after the other. */
export class LockReader {
  readonly state: LockState = { packages: 0, unhashed: [], placeholders: [] }

  /**
   * @param hash as written; null: none, undefined: a package that has none in this format
   * @param line 1-based; a function where finding it costs something
   */
  add(name: string, hash: string | null | undefined, line: number | null | (() => number | null)): void {
    this.state.packages++
    if (hash === undefined) return
    const list = hash === null ? this.state.unhashed : isPlaceholderHash(hash) ? this.state.placeholders : null
    if (list === null || list.length >= most) return
    list.push({ name: name.slice(0, 200), line: typeof line === 'function' ? line() : line })
  }
}

/**
 * A hash that nobody computed: `sha256:aaaa…`, `sha512-AAAA…==`, `REPLACE_ME`, `<hash>`, `0123456789abcdef…`. A prefix with
 * the name of the algorithm, and what yarn puts before its own (`10c0/`), may stand in front.
 */
export function isPlaceholderHash(hash: string): boolean {
  const digits = hash
    .trim()
    .replace(/^(md5|sha-?\d+|h1|blake\w+)[:=-]/i, '')
    .replace(/^\w{1,6}\//, '')
    .replace(/=+$/, '')
  if (digits === '') return true
  if (/^(.)\1*$/s.test(digits)) return true
  if (/^(0123456789abcdef)+$/i.test(digits)) return true
  return !isDigest(digits) && /[<>{}]|replace|placeholder|your|todo|fixme|change.?me|xxxx/i.test(digits)
}

/** Hexadecimal, or base64 of the length of a known algorithm's: there a word may stand by chance. */
const isDigest = (digits: string): boolean =>
  /^[0-9a-f]+$/i.test(digits) || (/^[\w+/-]+$/.test(digits) && [22, 27, 38, 43, 64, 86].includes(digits.length))

/** The lines on which texts first stand, found in one walk however many are asked for. */
export function lineFinder(text: string): (needle: string) => number | null {
  let at = 0
  let line = 1
  return needle => {
    const found = text.indexOf(needle, at)
    const place = found >= 0 ? found : text.indexOf(needle)
    if (place < 0) return null
    if (place < at) {
      at = 0
      line = 1
    }
    for (let next = text.indexOf('\n', at); next >= 0 && next < place; next = text.indexOf('\n', next + 1)) {
      line++
      at = next + 1
    }
    return line
  }
}

/** The value of a JSON text if it is an object; null else. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    return asRecord(JSON.parse(text.replace(/^\ufeff/, '')))
  } catch {
    return null
  }
}

export const asRecord = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null

export const asText = (value: unknown): string | null => (typeof value === 'string' ? value : null)
