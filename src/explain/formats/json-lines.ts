import type { EntryDifference } from '../../image/comparison.ts'
import { contentDiffers, textsOf } from '../content.ts'

const textLimit = 1 << 16

/**
 * A JSON that stands in one line, with a line for each value, so that what is known of lines is known of its values: a score,
 * a time and an ID that differ are three things. Null for any other text.
 */
export function jsonLines(entry: EntryDifference): EntryDifference | null {
  const { content } = entry
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!content || !texts || ![texts.a, texts.b].every(isOneLine)) return null
  const [a, b] = [texts.a, texts.b].map(text => Buffer.from(laidOut(text), 'latin1')) as [Buffer, Buffer]
  const sample = (head: Buffer, own: typeof content.a): typeof content.a => ({ ...own, size: head.length, head })
  return { ...entry, content: { a: sample(a, content.a), b: sample(b, content.b), runs: [], complete: false } }
}

function isOneLine(text: string): boolean {
  if (text.length > textLimit || !/^\s*[[{]/.test(text) || text.trim().includes('\n')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The same characters, with a line's end behind each comma and opening bracket that is not in a text. */
const laidOut = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|[,[{]/g, piece => (piece.startsWith('"') ? piece : `${piece}\n`))
