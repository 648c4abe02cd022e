import type { ShellWord } from './shell-command.ts'
import type { ShellSource } from './shell-source.ts'
import type { SyntaxAssignment, SyntaxWord } from './shell-tree.ts'
import { fieldsOf, type Known, knownText, type ShellVariables, variablesIn } from './shell-word.ts'

/** A word with where it came from: a script inside it is read from its parts. */
export interface Argument {
  word: ShellWord
  syntax: SyntaxWord
}

/** What a written word is for the command: one argument, or several (or none) where a variable is split at blanks. */
export function argumentsOf(
  word: SyntaxWord | SyntaxAssignment,
  variables: ShellVariables,
  source: ShellSource,
): Argument[] {
  if ('name' in word) {
    const { value } = word
    const known = knownText(value, variables)
    const prefix = `${word.name}=`
    const written = { ...value, raw: prefix + value.raw, pos: Math.max(0, value.pos - prefix.length) }
    const shown = { value: known.value === null ? null : prefix + known.value, partial: prefix + known.partial }
    return [{ word: makeWord(written, shown, source), syntax: value }]
  }
  return fieldsOf(word, variables, true).map((known, index) => ({
    word: makeWord(word, known, source),
    // The commands inside a word that became several belong to the first.
    syntax: index === 0 ? word : { ...word, parts: [] },
  }))
}

/** A word that is not split: the value of an assignment, the target of a redirect. */
export const wholeWord = (word: SyntaxWord, variables: ShellVariables, source: ShellSource): ShellWord =>
  makeWord(word, knownText(word, variables), source)

const makeWord = (word: SyntaxWord, { value, partial }: Known, source: ShellSource): ShellWord => ({
  raw: word.raw,
  value,
  partial,
  range: source.toFile(word.pos, word.end),
  quoted: /["']/.test(word.raw),
  variables: variablesIn(word),
  substitutions: [],
})
