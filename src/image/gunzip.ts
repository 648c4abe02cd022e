import { createGunzip, type Gunzip } from 'node:zlib'
import { isZero } from './zeros.ts'

/** Uncompressed bytes come in pieces of this size: fewer turns of the event loop, still small beside any layer. */
export const pieceSize = 256 * 1024

/** The content of a gzip file of any number of members, in pieces of at most `size` bytes: a small file needs no large ones. */
export async function* gunzipped(bytes: AsyncIterable<Buffer>, size = pieceSize): AsyncGenerator<Buffer> {
  const options = { chunkSize: size, readableHighWaterMark: 4 * size }
  const decoder = createGunzip(options)
  const given = new Given()
  const feeding = feed(bytes, decoder, given)
  feeding.catch(error => decoder.readableEnded || decoder.destroy(error))
  try {
    yield* decoder as AsyncIterable<Buffer>
    await feeding
    given.seePadding(decoder.bytesWritten)
  } finally {
    decoder.destroy()
  }
}

/** Gives a decompressor its input. What comes when it has ended (zeros as padding) is read all the same: it counts. */
async function feed(bytes: AsyncIterable<Buffer>, decoder: Gunzip, given: Given): Promise<void> {
  let wake = () => {}
  for (const event of ['drain', 'end', 'close']) decoder.on(event, () => wake())
  for await (const chunk of bytes) {
    // Node 20 calls a decompressor that has ended an errored one when it is let go of.
    if (decoder.errored && !decoder.readableEnded) return
    given.add(chunk, decoder.bytesWritten)
    const isOver = decoder.readableEnded || decoder.destroyed
    if (isOver) given.seePadding(decoder.bytesWritten)
    if (isOver || decoder.write(chunk)) continue
    await new Promise<void>(resolve => {
      wake = resolve
    })
  }
  if (!decoder.destroyed) decoder.end()
}

/** What a decompressor was given and has not taken. */
class Given {
  #chunks: Buffer[] = []
  /** Where the first of them begins among all bytes given. */
  #from = 0

  /** `taken`: bytes that it took of all. */
  add(chunk: Buffer, taken: number): void {
    this.#drop(taken)
    this.#chunks.push(chunk)
  }

  /** Behind the end of a gzip file there may be zeros. Whatever else is there, some tools refuse it, others do not. */
  seePadding(taken: number): void {
    this.#drop(taken)
    for (const chunk of this.#chunks.splice(0)) {
      if (!isZero(chunk)) throw new Error('there is something behind its gzip')
      this.#from += chunk.length
    }
  }

  #drop(taken: number): void {
    for (let first = this.#chunks[0]; first && taken > this.#from; first = this.#chunks[0]) {
      const length = Math.min(first.length, taken - this.#from)
      this.#from += length
      if (length === first.length) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(length)
    }
  }
}
