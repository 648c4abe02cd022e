import type { EntryDifference } from '../../image/comparison.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { encodesText } from './wordlike.ts'

const word = /[A-Za-z0-9+/_-]{12,}={0,2}/g

/**
 * A text with its differing words in base64 or hexadecimal decoded (`date | base64`), so that what is known of texts is known of
 * them. Null where no word differs that holds a text on both sides.
 */
export function decodedText(entry: EntryDifference): EntryDifference | null {
  const { content } = entry
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!content || !texts || texts.a.length > 1 << 16 || texts.b.length > 1 << 16) return null
  const [inA, inB] = [texts.a.match(word) ?? [], texts.b.match(word) ?? []]
  if (inA.length !== inB.length) return null
  const holdsText = inA.map((one, at) => one !== inB[at] && encodesText(one) && encodesText(inB[at] ?? ''))
  if (!holdsText.includes(true)) return null
  const decoded = (text: string): Buffer => {
    let at = 0
    const plain = text.replace(word, one => (holdsText[at++] ? textIn(one) : one))
    return Buffer.from(plain, 'latin1')
  }
  const [a, b] = [decoded(texts.a), decoded(texts.b)]
  const sample = (head: Buffer, own: typeof content.a): typeof content.a => ({ ...own, size: head.length, head })
  return { ...entry, content: { a: sample(a, content.a), b: sample(b, content.b), runs: [], complete: false } }
}

const textIn = (encoded: string): string =>
  Buffer.from(encoded, /^(?:[0-9a-f]{2})+$/i.test(encoded) ? 'hex' : 'base64').toString('latin1')
