import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'

/**
 * The place to point at for a whole command: from its name to the word that says what to do, `npm install`; the name alone
 * when they are lines apart, for a finding over lines has no columns.
 */
export function headOf({ words, range }: ShellCommand, verb: ShellWord | null): Range {
  const first = words[0]?.range ?? range
  let end = first.end
  for (const word of words.slice(1, verb === null ? 1 : words.indexOf(verb) + 1)) {
    if (word.range.start > end + 1) return first
    end = Math.max(end, word.range.end)
  }
  return { start: first.start, end }
}
