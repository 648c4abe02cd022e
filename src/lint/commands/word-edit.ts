import type { ShellWord } from '../../dockerfile/shell.ts'
import type { DraftEdit } from '../rule.ts'
import type { Step, View } from '../view.ts'

/** How a word of a command stands in the file: bare, or as a string of the JSON form; null when it came by a variable or in pieces. */
function formOf({ dockerfile }: View, { instruction }: Step, word: ShellWord): 'bare' | 'json' | null {
  const written = dockerfile.text.slice(word.range.start, word.range.end)
  if (word.value === null || !/^[\w@./:=+-]+$/.test(word.value)) return null
  if (written === word.value) return 'bare'
  return instruction.json !== null && written === `"${word.value}"` ? 'json' : null
}

/** Puts another word in a word's place; null where that is not safe. */
export function replaceWord(view: View, step: Step, word: ShellWord, text: string): DraftEdit[] | null {
  const form = formOf(view, step, word)
  if (form === null) return null
  return [{ range: word.range, text: form === 'json' ? `"${text}"` : text }]
}

/** Puts a word behind a word; null where that is not safe. */
export function insertAfter(view: View, step: Step, word: ShellWord, text: string): DraftEdit[] | null {
  const form = formOf(view, step, word)
  if (form === null) return null
  const { end } = word.range
  return [{ range: { start: end, end }, text: form === 'json' ? `, "${text}"` : ` ${text}` }]
}
