import { createInflateRaw } from 'node:zlib'
import { Decoder } from '../../image/decoder.ts'
import { LayerError } from '../../image/layer-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { Inflation } from './limits.ts'

const pieceSize = 64 * 1024

/**
 * The content of one deflate stream. `stored` is its length, or null when only its own end tells; what lies behind it
 * is left in the source. Throws a LayerError when it is damaged, or longer or shorter than stated.
 */
export async function* inflateRaw(
  source: ByteReader,
  stored: number | null,
  inflation: Inflation,
): AsyncGenerator<Buffer> {
  const decoder = new Decoder(createInflateRaw({ chunkSize: pieceSize }))
  let left = stored ?? Number.POSITIVE_INFINITY
  try {
    while (left > 0) {
      const chunk = await source.some(Math.min(left, 4 * pieceSize))
      if (chunk === null) throw new LayerError(`it is cut off at byte ${source.position}`)
      const before = decoder.taken
      yield* counted(decoder.feed(chunk), inflation)
      const taken = decoder.taken - before
      left -= taken
      if (taken === chunk.length) continue
      source.giveBack(chunk.subarray(taken))
      if (stored !== null) throw new LayerError('its compressed data is shorter than stated')
      return
    }
    yield* counted(decoder.finish(), inflation)
  } catch (error) {
    if (error instanceof LayerError) throw error
    throw new LayerError('its compressed data is damaged', '', { cause: error })
  } finally {
    decoder.close()
  }
}

/** Counts against the limit what a decompressor gives out. */
export async function* counted(pieces: AsyncIterable<Buffer>, inflation: Inflation): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    inflation.use(piece.length)
    yield piece
  }
}
