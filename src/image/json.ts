import { repeatedKey, unwholeNumber } from './json-keys.ts'
import { quoted } from './layer-error.ts'

/** Each value takes many times its text in memory: by default, more than any manifest, index or config has. */
const valueLimit = 250_000
const depthLimit = 64

export interface JsonLimits {
  depth?: number
  values?: number
  /** Bytes that are no UTF-8 are taken as U+FFFD instead of refused. */
  lenient?: boolean
  /** An object that has a key twice is refused. */
  unique?: boolean
  /** Numbers are whole, and written so: Go reads `1.8e2` as none of bytes. */
  whole?: boolean
}

/**
 * A JSON object, or why there is none as the end of a sentence whose subject is the file ("is not JSON"). Never throws;
 * what nests too deep or holds too many values is not even parsed.
 */
export function jsonObject(bytes: Uint8Array, limits: JsonLimits = {}): Record<string, unknown> | string {
  const problem = jsonProblem(bytes, limits)
  if (problem !== null) return problem
  let text: string
  let value: unknown
  // A byte order mark is left in: no engine reads a manifest that begins with one, so neither may we.
  const ignoreBOM = limits.lenient !== true
  try {
    text = new TextDecoder('utf-8', { fatal: limits.lenient !== true, ignoreBOM }).decode(bytes)
    value = JSON.parse(text, exact)
  } catch {
    return 'is not JSON'
  }
  const twice = limits.unique ? repeatedKey(text) : null
  if (twice !== null) return `has ${quoted(twice)} twice in one object: readers do not agree on which counts`
  const odd = limits.whole ? unwholeNumber(text) : null
  if (odd !== null) return `has the number ${quoted(odd)}, which engines do not read as a whole one`
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : 'is not a JSON object'
}

/** A number too long for JavaScript stays its text, where the engine tells it: two that are not equal must not become one. */
function exact(_: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? (context?.source ?? value) : value
}

/**
 * Why a text of JSON is not to be parsed: its depth or the number of its values would take far more memory than its
 * bytes. Null when it may be; whether it is JSON at all is for the parser to say.
 */
export function jsonProblem(
  bytes: Uint8Array,
  { depth: deepest = depthLimit, values: most = valueLimit }: JsonLimits = {},
): string | null {
  let depth = 0
  let values = 0
  for (let at = 0; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case 0x22: // "
        at = endOfText(bytes, at)
        break
      case 0x5b: // [
      case 0x7b: // {
        depth += 1
        values += 1
        if (depth > deepest) return `is nested more than ${deepest} levels deep`
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1
        break
      case 0x2c: // ,
        values += 1
    }
    if (values > most) return `has more than ${most} values`
  }
  return null
}

/** Where the text that begins at a quote ends. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === 0x5c) at += 1
    else if (bytes[at] === 0x22) return at
  }
  return bytes.length
}
