import type { LexedWord } from './lexed-words.ts'
import type { Lexed } from './lexer.ts'
import { lexWord } from './lexer.ts'

/** `3<<-'EOF'` read: the name lines are compared with, and how the body is to be taken. */
export interface HeredocOpener {
  name: string
  quoted: boolean
  stripsTabs: boolean
  /** Indices into the logical text, end exclusive. */
  start: number
  end: number
}

/**
 * The heredocs a joined instruction line opens, as BuildKit finds them: words of its own lexer (always with `\` as
 * escape, whatever `# escape=` says), so `<<` inside quotes is none, `<< EOF` and `3<<EOF` are, `a<<EOF` is none,
 * and a line with an open quote (`it's`) has none at all.
 */
export function heredocOpeners(line: string): HeredocOpener[] {
  if (!line.includes('<<')) return []
  const openers: HeredocOpener[] = []
  for (const word of lexHeredoc(line, true, true)?.words ?? []) {
    const opener = readOpener(word)
    if (opener !== null) openers.push(opener)
  }
  return openers
}

function readOpener(word: LexedWord): HeredocOpener | null {
  const mark = /^\d*<<(-?)/.exec(word.text)
  if (mark === null) return null
  const rest = word.text.slice(mark[0].length).replace(/^[\t\n\f\r ]+/, '')
  if (rest === '' || rest.includes('<')) return null
  const words = lexHeredoc(rest, false, false)?.words ?? []
  const raw = lexHeredoc(rest, true, false)?.words ?? []
  const name = words[0]?.text
  if (name === undefined || words.length !== 1 || raw.length !== 1) return null
  return {
    name,
    // Docker's own test for "some part was quoted": quotes that are there raw and gone otherwise.
    quoted: countQuotes(name) !== countQuotes(raw[0]?.text ?? ''),
    stripsTabs: mark[1] === '-',
    start: word.start,
    end: word.end,
  }
}

const countQuotes = (text: string): number => text.split(/['"]/).length - 1

/** No variable has a value here: `$X` in a heredoc's name stands for itself. */
const lexHeredoc = (text: string, rawQuotes: boolean, rawEscapes: boolean): Lexed | null =>
  lexWord(text, { escape: '\\', lookup: () => undefined, rawQuotes, rawEscapes })
