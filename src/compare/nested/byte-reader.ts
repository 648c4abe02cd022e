import { LayerError } from '../../image/layer-error.ts'

const empty: Buffer = Buffer.alloc(0)

/** Bytes of a stream as they are asked for: so many, or what there is. */
export class ByteReader {
  /** Bytes read so far. */
  position = 0
  #chunks: AsyncIterator<Buffer>
  #buffer = empty

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next bytes without reading them; fewer than asked for only at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.#buffer.length < length) {
      const { done, value } = await this.#chunks.next()
      if (done) break
      this.#buffer = this.#buffer.length === 0 ? value : Buffer.concat([this.#buffer, value])
    }
    return this.#buffer.subarray(0, length)
  }

  /** What is there without waiting for more, at most so many bytes. */
  atHand(most: number): Buffer {
    return this.#buffer.subarray(0, most)
  }

  /** Exactly so many bytes; a LayerError when they are not there. */
  async take(length: number): Promise<Buffer> {
    const bytes = await this.peek(length)
    if (bytes.length < length) throw new LayerError(`it is cut off at byte ${this.position}`)
    return this.#advance(length)
  }

  /** What comes next, at most so many bytes, never empty; null at the end. */
  async some(most: number): Promise<Buffer | null> {
    if ((await this.peek(1)).length === 0) return null
    return this.#advance(Math.min(most, this.#buffer.length))
  }

  /** Takes back the last bytes that it gave. */
  giveBack(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.position -= bytes.length
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([bytes, this.#buffer])
  }

  #advance(length: number): Buffer {
    const bytes = this.#buffer.subarray(0, length)
    this.#buffer = this.#buffer.subarray(length)
    this.position += length
    return bytes
  }
}
