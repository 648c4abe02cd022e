import { isUtf8 } from 'node:buffer'

/**
 * Bytes as text such that different bytes always give different text: names that are not UTF-8 must not look alike.
 * Bytes that are not UTF-8 become lone surrogates U+DC80 to U+DCFF, which no valid UTF-8 decodes to (as PEP 383 does).
 */
export function textOf(bytes: Buffer, start = 0, end = bytes.length): string {
  const text = bytes.toString('utf8', start, end)
  if (!text.includes('\uFFFD')) return text
  const part = bytes.subarray(start, end)
  return isUtf8(part) ? text : escaped(part)
}

function escaped(bytes: Buffer): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] as number)
    const sequence = bytes.subarray(at, at + length)
    if (sequence.length === length && isUtf8(sequence)) {
      parts.push(sequence.toString('utf8'))
      at += length
    } else {
      parts.push(String.fromCharCode(0xdc00 + (bytes[at] as number)))
      at += 1
    }
  }
  return parts.join('')
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}
