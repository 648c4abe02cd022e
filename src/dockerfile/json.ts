import { skipSpace } from './blanks.ts'
import type { Slice } from './split.ts'

/** One string of a JSON form. */
export interface JsonString {
  value: string
  /** From quote to quote, quotes included. */
  slice: Slice
}

/**
 * Reads operands as Docker reads the exec form: a JSON array of strings, else it is the shell form.
 * @returns null for the shell form, `refused` for an array that holds anything but strings: BuildKit stops there
 */
export function readJsonForm(text: string, operands: Slice): JsonString[] | 'refused' | null {
  const start = skipSpace(text, operands.start, operands.end)
  if (text[start] !== '[') return null
  let value: unknown
  try {
    value = JSON.parse(text.slice(start, operands.end))
  } catch {
    return null
  }
  if (!Array.isArray(value)) return null
  if (!value.every(item => typeof item === 'string')) return 'refused'
  const strings: JsonString[] = []
  let at = start
  for (const item of value) {
    at = text.indexOf('"', at)
    const end = closingQuote(text, at) + 1
    strings.push({ value: item, slice: { start: at, end } })
    at = end
  }
  return strings
}

function closingQuote(text: string, open: number): number {
  let at = open + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

/** For every unit of a JSON string's value, what wrote it. */
export function jsonUnits(text: string, { slice }: JsonString): Slice[] {
  const units: Slice[] = []
  let at = slice.start + 1
  while (at < slice.end - 1) {
    const width = text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
    units.push({ start: at, end: at + width })
    at += width
  }
  return units
}
