import * as zlib from 'node:zlib'
import { Decoder } from './decoder.ts'
import { pieceSize } from './gunzip.ts'
import { unzstdFrames } from './zstd/frames.ts'

/** Since 22.15 and 23.8; where it is not there we do it ourselves, five times slower. */
const nodeReadsZstd = typeof zlib.createZstdDecompress === 'function'

/** Decompresses zstd of any number of frames (pzstd and zstd:chunked write many). */
export const unzstd = (bytes: AsyncIterable<Buffer>, size = pieceSize): AsyncGenerator<Buffer> =>
  nodeReadsZstd ? byNode(bytes, size) : unzstdFrames(bytes)

/**
 * Node's own stream ends after the first frame and drops the rest without a word, so what a frame left over of its input
 * starts the next one here.
 */
async function* byNode(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let frame = new Decoder(zlib.createZstdDecompress({ chunkSize: size }))
  try {
    for await (const chunk of bytes) {
      let rest = chunk
      while (rest.length > 0) {
        const before = frame.taken
        yield* frame.feed(rest)
        rest = rest.subarray(frame.taken - before)
        if (rest.length === 0) break
        if (frame.taken === 0) throw new Error('a zstd frame takes no bytes')
        frame.close()
        frame = new Decoder(zlib.createZstdDecompress({ chunkSize: size }))
      }
    }
    yield* frame.finish()
  } finally {
    frame.close()
  }
}
