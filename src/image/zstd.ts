import * as zlib from 'node:zlib'
import { Decoder } from './decoder.ts'
import { pieceSize } from './gunzip.ts'
import { unzstdFrames } from './zstd/frames.ts'

/** Since 22.15 and 23.8; where it is not there we do it ourselves, five times slower. */
const nodeReadsZstd = typeof zlib.createZstdDecompress === 'function'

/** Decompresses zstd of any number of frames (pzstd and zstd:chunked write many). */
export const unzstd = (bytes: AsyncIterable<Buffer>, size = pieceSize): AsyncGenerator<Buffer> =>
  nodeReadsZstd ? byNode(bytes, size) : unzstdFrames(bytes)

/** So many frames, of so few bytes each: to begin one costs Node more than to decompress it. */
const manyFrames = 32
const smallFrame = 8 * 1024

/**
 * Node's own stream ends after the first frame and drops the rest without a word, so what a frame left over of its input
 * starts the next one here. Where frames are small, and there may be millions, we do the rest ourselves.
 */
async function* byNode(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  const chunks = bytes[Symbol.asyncIterator]()
  let frame = new Decoder(zlib.createZstdDecompress({ chunkSize: size }))
  let [frames, taken] = [0, 0]
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      let rest = next.value
      while (rest.length > 0) {
        const before = frame.taken
        yield* frame.feed(rest)
        rest = rest.subarray(frame.taken - before)
        if (rest.length === 0) break
        if (frame.taken === 0) throw new Error('a zstd frame takes no bytes')
        frames += 1
        taken += frame.taken
        frame.close()
        if (frames >= manyFrames && taken < frames * smallFrame) return yield* unzstdFrames(withFirst(rest, chunks))
        frame = new Decoder(zlib.createZstdDecompress({ chunkSize: size }))
      }
    }
    yield* frame.finish()
  } finally {
    frame.close()
    await chunks.return?.()
  }
}

/** These bytes, and then those that come. */
async function* withFirst(first: Buffer, others: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (let next = await others.next(); !next.done; next = await others.next()) yield next.value
}
