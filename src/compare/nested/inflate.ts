import { createInflateRaw, inflateRawSync } from 'node:zlib'
import { Decoder } from '../../image/decoder.ts'
import { LayerError } from '../../image/layer-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { Inflation } from './limits.ts'

const pieceSize = 64 * 1024
/** Bytes of a content that is small: decompressed in one go, without a stream and its buffers. */
const smallLimit = 256 * 1024
/** Bytes within which a content of unknown length is hoped to end. */
const guessed = 16 * 1024

/** Lengths of a compressed content, as its headers say; null where they do not. */
export interface StatedSizes {
  stored: number | null
  size: number | null
}

/**
 * The content of one deflate stream. `stored` is its length, or null when only its own end tells; what lies behind it
 * is left in the source. Throws a LayerError when it is damaged, or longer or shorter than stated.
 */
export async function* inflateRaw(
  source: ByteReader,
  { stored, size }: StatedSizes,
  inflation: Inflation,
): AsyncGenerator<Buffer> {
  const isSmall = (stored ?? 0) <= smallLimit && (size ?? 0) <= smallLimit
  const content = isSmall ? await inflatedAtOnce(source, { stored, size }, inflation) : null
  if (content === null) yield* inflatedAsItStreams(source, stored, inflation)
  else if (content.length > 0) yield content
}

/**
 * Null, and nothing taken, where it is larger, damaged, cut off, or of other lengths than stated: as it streams, it is told
 * what it is.
 */
async function inflatedAtOnce(
  source: ByteReader,
  { stored, size }: StatedSizes,
  inflation: Inflation,
): Promise<Buffer | null> {
  const bytes = await source.peek(stored ?? 1)
  const atHand = stored === null ? source.atHand(guessed) : bytes
  const options = {
    // What it is most likely to need, so that it needs no second buffer.
    ...{ chunkSize: Math.max(64, size ?? guessed), maxOutputLength: size === null ? smallLimit : size + 1 },
    // Not in the types: it adds the decompressor, which knows how much it took.
    info: true,
  }
  try {
    const { buffer, engine } = inflateRawSync(atHand, options) as unknown as Inflated
    if (size !== null && buffer.length !== size) return null
    if (stored !== null && engine.bytesWritten !== stored) return null
    await source.take(engine.bytesWritten)
    inflation.use(buffer.length)
    return buffer
  } catch (error) {
    if (error instanceof LayerError) throw error
    return null
  }
}

interface Inflated {
  buffer: Buffer
  engine: { bytesWritten: number }
}

async function* inflatedAsItStreams(
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
