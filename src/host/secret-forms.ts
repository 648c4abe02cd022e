import { secretParts } from './secret-parts.ts'

/** Shorter ones would take pieces out of innocent words. */
const shortest = 4

/**
 * Every form in which a secret may be met: itself, each of its lines, the passwords in it, and all of them as base64 (wherever in it
 * they begin), in hex, percent-encoded, backwards, as text of JSON or of HTML, and as our own excerpts write bytes. None is shorter
 * than four characters.
 */
export const secretForms = (values: readonly string[]): string[] =>
  [...new Set(plainForms(values).flatMap(text => [text, ...encodings(text)]))].filter(form => form.length >= shortest)

/** The values, their lines without the blanks around them, and the passwords in them. */
export function plainForms(values: readonly string[]): string[] {
  const texts = values.flatMap(value => [
    value,
    value.trim(),
    ...value.split(/\r\n|[\r\n]/).map(line => line.trim()),
    ...secretParts(value),
  ])
  return [...new Set(texts)].filter(text => text.trim().length >= shortest)
}

function encodings(text: string): string[] {
  const bytes = Buffer.from(text)
  // Without halves of surrogate pairs, which cannot be encoded.
  const wellFormed = bytes.toString()
  const hex = bytes.toString('hex')
  const percent = encodeURIComponent(wellFormed).replace(/[!'()*]/g, byCode)
  const latin = bytes.toString('latin1')
  const asJson = JSON.stringify(text).slice(1, -1)
  return [
    ...base64Forms(bytes),
    ...[hex, hex.toUpperCase(), hex.replace(/(..)(?=.)/g, '$1 '), backwards(wellFormed)],
    ...[
      encodeURIComponent(wellFormed),
      percent,
      percent.replace(/%[0-9A-F]{2}/g, lower),
      percent.replaceAll('%20', '+'),
    ],
    ...[asJson, asJson.replace(/[<>&\u2028\u2029]/g, byUnit)],
    text.replace(/[&<>"']/g, found => entities[found] ?? found),
    latin.replace(
      /[^\x20-\x7e]/g,
      found => shortEscapes[found] ?? `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`,
    ),
  ]
}

/** By characters, as `rev` does it. A short one is a word by chance. */
const backwards = (text: string): string => (text.length >= 8 ? [...text].reverse().join('') : text)

/** Padded, as it is when it stands alone; and without what its neighbours have a part in, where it is in the middle. */
function base64Forms(bytes: Buffer): string[] {
  const inside = [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const own = (before + bytes.length) % 3 === 0 ? text.length : text.length - 1
    return text.slice([0, 2, 3][before], own)
  })
  // A short piece of base64 says nothing and is met everywhere.
  const all = [bytes.toString('base64'), ...inside].filter(text => text.length > shortest)
  return all.flatMap(text => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}

const byCode = (found: string): string => `%${found.charCodeAt(0).toString(16).toUpperCase()}`
/** As Go writes JSON, and so as images are described. */
const byUnit = (found: string): string => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
const lower = (found: string): string => found.toLowerCase()
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const shortEscapes: Record<string, string> = { '\n': '\\n', '\t': '\\t' }
