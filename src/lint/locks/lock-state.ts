import { isPlaceholderHash } from '../placeholder.ts'
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
