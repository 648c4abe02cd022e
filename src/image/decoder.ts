import type { Transform } from 'node:stream'

/** A stream of node:zlib; it counts the bytes of input it used up. */
type Decompressor = Transform & { bytesWritten: number }

/** One of Node's decompressors, driven by hand: what was given in is read out before more is given. */
export class Decoder {
  #decoder: Decompressor
  #error: Error | null = null
  #wake = () => {}

  constructor(decoder: Decompressor) {
    this.#decoder = decoder
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
