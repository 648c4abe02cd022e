import type { Range } from './dockerfile.ts'
import type { LogicalText } from './logical.ts'
import { rangeOf } from './logical.ts'
import type { SyntaxPart, SyntaxWord } from './shell-tree.ts'
import type { Slice } from './split.ts'

/** Text to read as shell, and the way from its indices to the file. */
export interface ShellSource {
  text: string
  toFile: (start: number, end: number) => Range
}

export const sourceOf = (logical: LogicalText): ShellSource => ({
  text: logical.text,
  toFile: (start, end) => rangeOf(logical, start, end),
})

/** A source whose every unit stands for some indices of another source. */
export function mappedSource(text: string, units: Slice[], outer: ShellSource): ShellSource {
  return {
    text,
    toFile: (start, end) => {
      const from = units[start]?.start ?? units.at(-1)?.end ?? 0
      const to = end > start ? (units[end - 1]?.end ?? from) : from
      return outer.toFile(from, Math.max(from, to))
    },
  }
}

/**
 * The text a word hands to another shell: quotes off, escapes resolved; variables stay as written, for that shell to meet;
 * a substitution, whose commands are known already, becomes `$@`, which nobody knows.
 */
export function scriptSource(words: SyntaxWord[], outer: ShellSource): ShellSource {
  const text: string[] = []
  const units: Slice[] = []
  const push = (chars: string, unitAt: (index: number) => Slice): void => {
    text.push(chars)
    for (let index = 0; index < chars.length; index++) units.push(unitAt(index))
  }
  words.forEach((word, index) => {
    if (index > 0) push(' ', () => ({ start: word.pos, end: word.pos }))
    for (const part of word.parts) pushPart(part, push)
  })
  return mappedSource(text.join(''), units, outer)
}

function pushPart(part: SyntaxPart, push: (chars: string, unitAt: (index: number) => Slice) => void): void {
  const whole = { start: part.pos, end: part.end }
  const within = (start: number, end: number): Slice =>
    start < part.end ? { start, end: Math.min(end, part.end) } : { start: part.end, end: part.end }
  if (part.kind === 'text') {
    const units =
      part.units ?? align(part.raw, part.value).map(({ start, end }) => within(part.pos + start, part.pos + end))
    push(part.value, index => units[index] ?? whole)
  } else if (part.kind === 'variable') push(part.raw, index => within(part.pos + index, part.pos + index + 1))
  else push('$@', () => whole)
}

/** Where each unit of a value stands in how it is written: what is skipped are quotes and escapes. */
function align(raw: string, value: string): Slice[] {
  const units: Slice[] = []
  let at = raw.length > value.length && /^['"]/.test(raw) ? 1 : 0
  if (raw.length > value.length && raw.startsWith("$'")) at = 2
  for (let index = 0; index < value.length; index++) {
    const width = raw[at] === '\\' && raw[at] !== value[index] ? 2 : 1
    units.push({ start: at, end: at + width })
    at += width
  }
  return units
}
