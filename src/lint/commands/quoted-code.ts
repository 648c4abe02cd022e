import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { View } from '../view.ts'

/** The program that stands on the command line of R or Julia, or in its heredoc. */
export interface QuotedCode {
  word: ShellWord
  /** As the interpreter reads it, `${name}` where it is not known. */
  text: string
}

const programs: Record<'r' | 'julia', { name: RegExp; option: RegExp }> = {
  r: { name: /^(R|Rscript|r|littler)$/, option: /^(-e|--eval)$/ },
  julia: { name: /^julia[\d.-]*$/, option: /^(-e|-E|-[a-zA-Z]*e|--eval|--print)$/ },
}

export function codesOf(command: ShellCommand, language: 'r' | 'julia'): QuotedCode[] {
  const { name, option } = programs[language]
  if (!name.test(command.name)) return []
  const codes = command.words.flatMap((word, at) => {
    const before = command.words[at - 1]?.partial ?? ''
    if (option.test(before)) return [{ word, text: word.partial }]
    const attached = /^(?:--eval=|-e(?=[A-Za-z].*[(]))(.*)$/s.exec(word.partial)?.[1]
    return attached === undefined ? [] : [{ word, text: attached }]
  })
  const bodies = command.redirects.filter(({ operator }) => operator.startsWith('<<'))
  return [...codes, ...bodies.map(({ target }) => ({ word: target, text: target.partial }))]
}

/** Where a text first stands inside a word, in the file; the whole word where it is written otherwise. */
export function placeIn({ dockerfile }: View, { word }: QuotedCode, text: string): Range {
  const { start, end } = word.range
  const at = dockerfile.text.slice(start, end).indexOf(text)
  return at < 0 || text === ''
    ? oneLine(dockerfile.text, word.range)
    : { start: start + at, end: start + at + text.length }
}

/** A heredoc as a place would be many lines: its first. */
function oneLine(text: string, { start, end }: Range): Range {
  const line = text.indexOf('\n', start)
  return line < 0 || line >= end ? { start, end } : { start, end: line }
}
