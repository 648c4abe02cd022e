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
  // A comment line says nothing; of the same length, so that places stay.
  const withoutComments = (text: string): string => text.replace(/^[ \t]*#.*$/gm, line => ' '.repeat(line.length))
  const bodies = command.redirects.filter(({ operator }) => operator.startsWith('<<'))
  return [...codes, ...bodies.map(({ target }) => ({ word: target, text: withoutComments(target.partial) }))]
}

/**
 * Where a piece of the program stands in the file; the whole word where it is written otherwise there.
 * @param at its offset in the program: of the places with the same text the same one is taken
 */
export function placeIn({ dockerfile }: View, { word, text }: QuotedCode, piece: string, at: number): Range {
  const written = dockerfile.text.slice(word.range.start, word.range.end)
  let place = written.indexOf(piece)
  for (let earlier = text.indexOf(piece); place >= 0 && earlier >= 0 && earlier < at; ) {
    place = written.indexOf(piece, place + 1)
    earlier = text.indexOf(piece, earlier + 1)
  }
  if (place < 0 || piece === '') return oneLine(dockerfile.text, word.range)
  return { start: word.range.start + place, end: word.range.start + place + piece.length }
}

/** A heredoc as a place would be many lines: its first. */
function oneLine(text: string, { start, end }: Range): Range {
  const line = text.indexOf('\n', start)
  return line < 0 || line >= end ? { start, end } : { start, end: line }
}
