import type { ByteRun, ContentPair, ContentSample, EntryDifference } from '../image/comparison.ts'

/** Text longer than this is not searched as a whole. */
const textLimit = 1 << 20

/** The bytes of a sample as a Buffer over the same memory. */
export const bytesOf = (sample: Uint8Array): Buffer => Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength)

/** Of the last samples asked for, both sides of one entry or two: each recogniser asks again, and texts are large objects. */
const recent: { head: Uint8Array; text: string | null }[] = []

/** The content as latin-1 text when all of it is here and it reads as text; else null. One character is one byte. */
export function textOf(sample: ContentSample): string | null {
  if (!sample.whole || sample.head.length > textLimit) return null
  const known = recent.find(({ head }) => head === sample.head)
  if (known) return known.text
  const text = textIn(bytesOf(sample.head))
  if (recent.unshift({ head: sample.head, text }) > 4) recent.pop()
  return text
}

function textIn(bytes: Buffer): string | null {
  if (bytes.subarray(0, 8192).includes(0)) return null
  const text = bytes.toString('latin1')
  return oddBytes(bytes, 8192) * 50 > Math.min(text.length, 8192) ? null : text
}

/** Control characters that no text has, among the first bytes. A plain loop: it is asked of every path many times. */
function oddBytes(bytes: Buffer, most: number): number {
  let odd = 0
  for (let at = 0; at < bytes.length && at < most; at++) {
    const byte = bytes[at] as number
    if (byte < 32 && (byte < 9 || byte > 13) && byte !== 27) odd++
  }
  return odd
}

/** Both sides as text; null unless both are whole and text, and the entry is on both sides. */
export function textsOf(entry: EntryDifference): { a: string; b: string } | null {
  if (!entry.content || entry.kind !== 'changed') return null
  const a = textOf(entry.content.a)
  const b = textOf(entry.content.b)
  return a === null || b === null ? null : { a, b }
}

/** Both sides' bytes when all of both is here. */
export function wholesOf(content: ContentPair | null): { a: Buffer; b: Buffer } | null {
  if (!content?.a.whole || !content.b.whole) return null
  return { a: bytesOf(content.a.head), b: bytesOf(content.b.head) }
}

/** Whether content differs (and is the reason that the path is listed). */
export const contentDiffers = (entry: EntryDifference): boolean =>
  entry.kind === 'changed' && entry.fields.includes('content')

/** The part of a run's excerpt that differs: from `before` on, as long as the excerpt reaches. */
export function runBounds(run: ByteRun): { start: number; end: number } {
  const start = run.before
  return { start, end: Math.min(start + run.length, run.a.length, run.b.length) }
}

/** Whether both sides have the same size and every differing byte is listed. */
export const isAligned = (content: ContentPair): boolean => content.complete && content.a.size === content.b.size

/** Reads a stretch of the content by absolute offset, from head or tail; null when it is not here. */
export function readAt(sample: ContentSample, offset: number, length: number): Buffer | null {
  if (offset < 0 || length < 0 || offset + length > sample.size) return null
  if (offset + length <= sample.head.length) return bytesOf(sample.head).subarray(offset, offset + length)
  const tailStart = sample.size - sample.tail.length
  if (offset < tailStart) return null
  return bytesOf(sample.tail).subarray(offset - tailStart, offset - tailStart + length)
}

/** Whether both contents begin with these bytes. */
export function bothBegin(content: ContentPair | null, magic: readonly number[], at = 0): boolean {
  if (!content) return false
  return [content.a, content.b].every(sample => magic.every((byte, index) => sample.head[at + index] === byte))
}
