import type { ContentPair } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'

/** How many of 256 values `count` random bytes are expected to show. */
const expectedKinds = (count: number): number => 256 * (1 - (255 / 256) ** count)

/**
 * Whether both sides' bytes, as far as they are here, look drawn by chance from the first one on: no common head, no more
 * equal bytes than chance gives, all values about as often, and no column of a fixed width (as numbers have) poorer than the rest.
 */
export function isRandom(content: ContentPair): boolean {
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  const length = Math.min(a.length, b.length)
  if (content.a.size !== content.b.size || length < 16 || (a[0] === b[0] && a[1] === b[1])) return false
  return equalAsByChance(a, b, length) && [a, b].every(bytes => evenly(bytes, length) && columnsEven(bytes, length))
}

function equalAsByChance(a: Buffer, b: Buffer, length: number): boolean {
  let equal = 0
  for (let at = 0; at < length; at++) if (a[at] === b[at]) equal++
  const expected = length / 256
  return equal <= expected + 4 * Math.sqrt(expected) + 1
}

/** Behind a head that both share (the mark of a format), nothing but chance: something encrypted or compressed. */
export function isRandomBehindHead(content: ContentPair): boolean {
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  let shared = 0
  while (shared < 64 && shared < a.length && a[shared] === b[shared]) shared++
  const behind = (sample: ContentPair['a'], head: Buffer): ContentPair['a'] => ({
    ...sample,
    size: sample.size - shared,
    head: head.subarray(shared),
  })
  return isRandom({ ...content, a: behind(content.a, a), b: behind(content.b, b) })
}

/** What `openssl enc` writes: a mark, and a salt drawn anew each time, which makes every byte behind it another one. */
export function isSalted(content: ContentPair): boolean {
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  const marked = [a, b].every(head => head.length >= 32 && head.toString('latin1', 0, 8) === 'Salted__')
  return marked && a.compare(b, 8, 16, 8, 16) !== 0
}

/** Chi-square over the byte values; for short content the number of different values. */
function evenly(bytes: Buffer, length: number): boolean {
  const counts = new Uint32Array(256)
  for (let at = 0; at < length; at++) {
    const byte = bytes[at] ?? 0
    counts[byte] = (counts[byte] ?? 0) + 1
  }
  const kinds = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  if (kinds < expectedKinds(length) * 0.8) return false
  if (length < 2048) return true
  const expected = length / 256
  const square = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // 255 degrees of freedom: 255 on average, 22.6 to either side.
  return square < 390
}

/** Numbers of 2, 4 or 8 bytes have a byte (the exponent, the highest) that takes few values. */
function columnsEven(bytes: Buffer, length: number): boolean {
  if (length < 64) return true
  for (let column = 0; column < 8; column++) {
    const seen = new Set<number>()
    let count = 0
    for (let at = column; at < length; at += 8, count++) seen.add(bytes[at] ?? 0)
    if (seen.size < expectedKinds(count) * 0.7) return false
  }
  return true
}
