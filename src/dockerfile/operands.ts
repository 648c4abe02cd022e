import { isSeparator, skipSpace } from './blanks.ts'
import type { Word } from './dockerfile.ts'
import type { JsonString } from './json.ts'
import { readJsonForm } from './json.ts'
import type { LogicalText } from './logical.ts'
import { rangeOf } from './logical.ts'
import type { Slice } from './split.ts'
import { splitAtBlanks, splitQuoted } from './split.ts'

/** What stands after keyword and flags, read by the rule of the keyword. */
export interface Operands {
  words: Word[]
  json: JsonString[] | null
  /** The JSON form holds something that is not a string: BuildKit refuses it. */
  refused: boolean
}

const jsonKeywords = ['ADD', 'COPY', 'VOLUME', 'RUN', 'CMD', 'ENTRYPOINT', 'SHELL']
const blankKeywords = ['ADD', 'COPY', 'VOLUME', 'FROM', 'EXPOSE']

/** Reads operands as BuildKit's line parsers do, each keyword by its own rule. */
export function readOperands(keyword: string, logical: LogicalText, operands: Slice, escapeChar: string): Operands {
  const { text } = logical
  const typed = keyword === 'HEALTHCHECK'
  const typeEnd = typed ? endOfBlankWord(text, operands) : operands.start
  const rest = { start: skipSpace(text, typeEnd, operands.end), end: operands.end }
  const json = typed || jsonKeywords.includes(keyword) ? readJsonForm(text, rest) : null
  const type = typed && typeEnd > operands.start ? [{ start: operands.start, end: typeEnd }] : []
  const slices = json !== null && json !== 'refused' ? type : [...type, ...wordsOf(keyword, text, rest, escapeChar)]
  return {
    words: slices.map(slice => wordAt(logical, slice)),
    json: json === 'refused' ? null : json,
    refused: json === 'refused',
  }
}

export const wordAt = (logical: LogicalText, { start, end }: Slice): Word => ({
  raw: logical.text.slice(start, end),
  range: rangeOf(logical, start, end),
})

function wordsOf(keyword: string, text: string, operands: Slice, escapeChar: string): Slice[] {
  if (operands.end <= operands.start) return []
  if (blankKeywords.includes(keyword)) return splitAtBlanks(text, operands)
  if (keyword === 'ARG') return splitQuoted(text, operands, escapeChar)
  if (keyword === 'ENV' || keyword === 'LABEL') {
    const words = splitQuoted(text, operands, escapeChar)
    const first = words[0]
    // `ENV name value with blanks`: the form without `=`.
    if (first !== undefined && !text.slice(first.start, first.end).includes('=')) return splitLegacyPair(text, operands)
    return words
  }
  // Everything else is one text for Docker: a shell line, a path, a user.
  return [operands]
}

function splitLegacyPair(text: string, operands: Slice): Slice[] {
  const nameEnd = endOfBlankWord(text, operands)
  let valueStart = nameEnd
  while (valueStart < operands.end && isSeparator(text[valueStart])) valueStart++
  const name = { start: operands.start, end: nameEnd }
  return valueStart < operands.end ? [name, { start: valueStart, end: operands.end }] : [name]
}

function endOfBlankWord(text: string, { start, end }: Slice): number {
  let at = start
  while (at < end && !isSeparator(text[at])) at++
  return at
}
