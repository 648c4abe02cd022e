import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'

/** Whether this Node can read zstd: since 22.15 and 23.8. */
export const canReadZstd = typeof zlib.createZstdDecompress === 'function'

/**
 * Decompresses zstd of any number of frames (pzstd and zstd:chunked write many). Node's own stream ends after the first
 * frame and drops the rest without a word, so what a frame left over of its input starts the next one here.
 */
export async function* unzstd(bytes: AsyncIterable<Buffer>, pieceSize: number): AsyncGenerator<Buffer> {
  let frame = new Frame(pieceSize)
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
        frame = new Frame(pieceSize)
      }
    }
    yield* frame.finish()
  } finally {
    frame.close()
  }
}

/** One run of Node's decompressor, driven by hand: what was given in is read out before more is given. */
class Frame {
  #decoder: Transform & { bytesWritten: number }
  #error: Error | null = null
  #wake = () => {}

  constructor(pieceSize: number) {
    this.#decoder = zlib.createZstdDecompress({ chunkSize: pieceSize })
    this.#decoder.on('readable', () => this.#wake())
    this.#decoder.on('error', error => {
      this.#error = error
      this.#wake()
    })
  }

  /** Bytes of input that were used up. */
  get taken(): number {
    return this.#decoder.bytesWritten
  }

  feed(chunk: Buffer): AsyncGenerator<Buffer> {
    return this.#drain(done => this.#decoder.write(chunk, done))
  }

  finish(): AsyncGenerator<Buffer> {
    return this.#drain(done => this.#decoder.end(done))
  }

  close(): void {
    this.#decoder.destroy()
  }

  async *#drain(start: (done: () => void) => void): AsyncGenerator<Buffer> {
    let done = false
    start(() => {
      done = true
      this.#wake()
    })
    for (;;) {
      const isLast = done
      for (let piece = this.#decoder.read(); piece !== null; piece = this.#decoder.read()) yield piece as Buffer
      if (this.#error) throw this.#error
      if (isLast) return
      if (!done) await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }
}
