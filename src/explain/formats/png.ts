import type { ContentSample } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'

/** A chunk of a PNG image. */
export interface Chunk {
  type: string
  offset: number
  /** Its data as latin-1. */
  value: string
  /** Of texts and times what they say, else how long it is. */
  text: string
}

/** The chunks of a PNG image as far as they are here, at most 1,000 (PNG specification, 5.3). */
export function chunksOf(sample: ContentSample): Chunk[] {
  const bytes = bytesOf(sample.head)
  const chunks: Chunk[] = []
  for (let at = 8; at + 12 <= bytes.length && chunks.length < 1_000; ) {
    const size = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const data = bytes.subarray(at + 8, at + 8 + size)
    if (!/^[A-Za-z]{4}$/.test(type)) break
    chunks.push({ type, offset: at, value: data.toString('latin1'), text: textOf(type, data) })
    at += 12 + size
  }
  return chunks
}

function textOf(type: string, data: Buffer): string {
  if (type === 'tIME' && data.length === 7) {
    const part = (index: number): string => String(data[index]).padStart(2, '0')
    return `${data.readUInt16BE(0)}-${part(2)}-${part(3)} ${part(4)}:${part(5)}:${part(6)}`
  }
  if (type === 'tEXt') return data.toString('latin1', 0, 200).replace('\0', ': ')
  return `${data.length} bytes`
}
