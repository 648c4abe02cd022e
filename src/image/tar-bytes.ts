import { compressionOf } from './blob.ts'
import { LayerError, quoted } from './layer-error.ts'
import { blockSize } from './tar-header.ts'
import { isZero } from './zeros.ts'

/** The bytes of a tar as they stream: those at hand, how far they were taken, and what is said of the place where they are wrong. */
export class TarBytes {
  /** Bytes taken so far. */
  position = 0
  /** At hand are those from `offset` on. */
  buffer: Buffer = Buffer.alloc(0)
  offset = 0
  /** The path of the entry read last, for errors. */
  entry = ''
  #chunks: AsyncIterator<Buffer>
  #place: string
  /** What it is instead, where its beginning says so: as it came it was no packed stream any more. */
  #packed: string | null = null

  /** `place` names the layer in errors. */
  constructor(chunks: AsyncIterable<Buffer>, place: string) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#place = place
  }

  /** Whether none are at hand and none come. */
  async isOver(): Promise<boolean> {
    return this.offset === this.buffer.length && !(await this.#fill())
  }

  /** Those at hand, at most so many. */
  take(most: number): Buffer {
    const bytes = this.buffer.subarray(this.offset, this.offset + most)
    this.standAt(this.offset + bytes.length)
    return bytes
  }

  /** Takes what is at hand up to this offset. */
  standAt(offset: number): void {
    this.position += offset - this.offset
    this.offset = offset
  }

  /** False where the stream ended before that. */
  async skip(length: number): Promise<boolean> {
    for (let left = length; left > 0; ) {
      if (await this.isOver()) return false
      left -= this.take(left).length
    }
    return true
  }

  /** False where the stream ended before the bytes were full. */
  async fill(bytes: Buffer): Promise<boolean> {
    for (let filled = 0; filled < bytes.length; ) {
      if (await this.isOver()) return false
      filled += this.take(bytes.length - filled).copy(bytes, filled)
    }
    return true
  }

  async block(): Promise<Buffer> {
    const at = this.position
    if (this.buffer.length - this.offset >= blockSize) {
      if (at === 0) this.#packed = packedAgain(this.buffer)
      return this.take(blockSize)
    }
    const block = Buffer.alloc(blockSize)
    const isWhole = await this.fill(block)
    if (at === 0) this.#packed = packedAgain(block)
    if (isWhole) return block
    this.fail(this.position === at ? 'it is cut off: there is no end mark' : 'it is cut off in a header', at)
  }

  /** After the first zero block only zeros may come: whatever else is there, some tool would unpack it. */
  async readZeros(): Promise<void> {
    while (!(await this.isOver())) {
      const at = this.position
      const piece = this.take(this.buffer.length)
      if (isZero(piece)) continue
      this.fail('there is something behind its end mark', at + piece.findIndex(byte => byte !== 0))
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  /** Does what knows no place, and names it. */
  at<T>(at: number, work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (error instanceof LayerError && error.place === '') this.fail(error.reason, at)
      throw error
    }
  }

  fail(reason: string, at: number): never {
    const why = at === 0 ? (this.#packed ?? reason) : reason
    const behind = this.entry === '' ? '' : `, behind ${quoted(this.entry)}`
    throw new LayerError(why, `${this.#place}, byte ${at} of its tar${behind}`)
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next()
      if (done) return false
      if (value.length === 0) continue
      this.buffer = value
      this.offset = 0
      return true
    }
  }
}

/** A tar may begin so, too, by the name of its first file; then it says that it is a tar. */
function packedAgain(first: Buffer): string | null {
  const compression = compressionOf(first)
  if (compression === 'none' || first.toString('latin1', 257, 262) === 'ustar') return null
  return `it is compressed twice: unpacked once, it is a ${compression} stream and no tar, and no engine unpacks it again. Pack the layer's tar once, with gzip or zstd`
}
