import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { ContentSample } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'
import type { HashedNames, HashedPair } from './hashed-names.ts'

/** Samples are not longer. */
const unpackedLimit = 512 * 1024

/** A file that a bundler or gzip put beside another one, compressed: `main.3f2a….js.gz` beside `main.3f2a….js`. */
export interface PackedCopy {
  plain: HashedPair
  /** Seconds since 1970 that both gzip headers hold, where they are not the same. */
  times: { a: number; b: number } | null
}

/** That each side's file, unpacked, is the side's file without `.gz` or `.br`; null when it is not, or was not read whole. */
export function packedCopyOf(pair: HashedPair, names: HashedNames): PackedCopy | null {
  const plain = /\.(?:gz|br)$/.test(pair.a.path) ? names.of(pair.a.path.slice(0, -3)) : null
  if (plain === null || plain.b.path !== pair.b.path.slice(0, -3)) return null
  const [a, b] = [pair.a.content?.a, pair.b.content?.b]
  if (!a || !b || !isPacked(a, plain.a.content?.a) || !isPacked(b, plain.b.content?.b)) return null
  const times = pair.a.path.endsWith('.gz') ? { a: timeOf(a), b: timeOf(b) } : null
  return { plain, times: times && times.a !== times.b ? times : null }
}

function isPacked(packed: ContentSample, plain: ContentSample | undefined): boolean {
  if (!packed.whole || !plain?.whole) return false
  const bytes = bytesOf(packed.head)
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    const content = (isGzip ? gunzipSync : brotliDecompressSync)(bytes, { maxOutputLength: unpackedLimit })
    return content.equals(plain.head)
  } catch {
    return false
  }
}

const timeOf = ({ head }: ContentSample): number => bytesOf(head).readUInt32LE(4)
