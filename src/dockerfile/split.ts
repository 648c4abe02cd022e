import { isSeparator, isSpace, skipSpace, trimEnd } from './blanks.ts'

/** Indices into a logical text, end exclusive. */
export interface Slice {
  start: number
  end: number
}

export interface SplitFlag extends Slice {
  /** The flag as Docker reads it: quotes and escapes gone, `--mount=type=cache`. */
  text: string
}

export interface SplitCommand {
  keyword: Slice
  flags: SplitFlag[]
  /** What is left for the instruction, blanks around it gone. */
  operands: Slice
}

/** Splits a joined line into keyword, `--flags` and the rest, as BuildKit does for every instruction alike. */
export function splitCommand(text: string, from: number, to: number, escapeChar: string): SplitCommand {
  const start = skipSpace(text, from, to)
  const end = trimEnd(text, start, to)
  let keywordEnd = start
  while (keywordEnd < end && !isSeparator(text[keywordEnd])) keywordEnd++
  const flags: SplitFlag[] = []
  let at = skipSpace(text, keywordEnd, end)
  while (text.startsWith('--', at) && at + 1 < end) {
    const flag = readFlag(text, at, end, escapeChar)
    at = skipSpace(text, flag.end, end)
    if (flag.text === '--') break
    flags.push(flag)
  }
  return { keyword: { start, end: keywordEnd }, flags, operands: { start: at, end: Math.max(at, end) } }
}

function readFlag(text: string, start: number, end: number, escapeChar: string): SplitFlag {
  const chars: string[] = []
  let quote = ''
  let at = start
  for (; at < end; at++) {
    let char = text[at] as string
    if (quote === '' && isSpace(char)) break
    if (char === quote) {
      quote = ''
      continue
    }
    if (quote === '' && (char === '"' || char === "'")) {
      quote = char
      continue
    }
    if (char === escapeChar) {
      if (at + 1 >= end) continue
      at++
      char = text[at] as string
    }
    chars.push(char)
  }
  return { text: chars.join(''), start, end: at }
}

/** Operands split at blanks only, quotes and all: FROM, EXPOSE, COPY, ADD and VOLUME in the shell form. */
export function splitAtBlanks(text: string, { start, end }: Slice): Slice[] {
  const words: Slice[] = []
  let at = start
  while (at < end) {
    while (at < end && isSeparator(text[at])) at++
    const wordStart = at
    while (at < end && !isSeparator(text[at])) at++
    if (at > wordStart) words.push({ start: wordStart, end: at })
  }
  return words
}

/** Operands split at blanks outside quotes, escapes respected: ENV, LABEL and ARG. */
export function splitQuoted(text: string, { start, end }: Slice, escapeChar: string): Slice[] {
  const words: Slice[] = []
  let at = skipSpace(text, start, end)
  while (at < end) {
    const wordStart = at
    let quote = ''
    for (; at < end; at++) {
      const char = text[at] as string
      if (quote === '' && isSpace(char)) break
      if (char === escapeChar && quote !== "'") at++
      else if (char === quote) quote = ''
      else if (quote === '' && (char === '"' || char === "'")) quote = char
    }
    at = Math.min(at, end)
    words.push({ start: wordStart, end: at })
    at = skipSpace(text, at, end)
  }
  return words
}
