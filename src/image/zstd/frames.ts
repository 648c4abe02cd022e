import { setImmediate } from 'node:timers/promises'
import { blockLimit, decodeBlock, type FrameState, newFrame } from './block.ts'

/** What zstd's own programs take without being asked for more. */
const windowLimit = 128 * 1024 ** 2

/** A few bytes may give gigabytes: after so many, signals and timers have their turn, which they had only where bytes are read. */
const turnAfter = 32 * 1024 ** 2

/**
 * Decompresses zstd (RFC 8878) of any number of frames, for a Node that cannot. Whatever the bytes claim, a block gives
 * 128 KiB at most, in bounded work, and memory grows only with what was really given, up to the window of 128 MiB.
 * Checksums are not looked at: whoever reads knows the digest.
 * @throws where the bytes are damaged, end too early, or need a dictionary
 */
export async function* unzstdFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const [input, output] = [new Input(bytes), new Window()]
  let isFirst = true
  while (isFirst || !(await input.isOver())) {
    isFirst = false
    const magic = (await input.take(4)).readUInt32LE()
    if (magic === 0xfd2fb528) yield* frame(input, output)
    else if (magic >>> 4 === 0x184d2a5) await input.skip((await input.take(4)).readUInt32LE())
    else throw new Error('it is not zstd, or something is behind it that is not')
  }
}

async function* frame(input: Input, output: Window): AsyncGenerator<Buffer> {
  const { window, size, hasChecksum } = await readHeader(input)
  const state = newFrame()
  output.begin(window)
  const most = Math.min(blockLimit, Math.max(window, 1))
  for (let isLast = false; !isLast; ) {
    const header = (await input.take(3)).readUIntLE(0, 3)
    isLast = (header & 1) === 1
    const content = await blockOf(input, (header >> 1) & 3, header >> 3, most, output, state)
    if (content.length > 0) yield content
    if (output.isTurn()) await setImmediate()
  }
  if (size !== null && output.total !== size) throw new Error(`a zstd frame of ${size} bytes gives ${output.total}`)
  if (hasChecksum) await input.take(4)
}

async function readHeader(input: Input): Promise<{ window: number; size: number | null; hasChecksum: boolean }> {
  const flags = (await input.take(1))[0] as number
  if ((flags & 8) !== 0) throw new Error('a zstd frame has an unknown form')
  const isWhole = (flags & 32) !== 0
  const exponent = isWhole ? 0 : ((await input.take(1))[0] as number)
  const idWidth = [0, 1, 2, 4][flags & 3] as number
  if (idWidth > 0 && (await input.take(idWidth)).readUIntLE(0, idWidth) !== 0)
    throw new Error('it was compressed with a dictionary')
  const width = [isWhole ? 1 : 0, 2, 4, 8][flags >> 6] as number
  const field = width === 0 ? null : await input.take(width)
  const size =
    field === null
      ? null
      : width === 8
        ? Number(field.readBigUInt64LE())
        : field.readUIntLE(0, width) + (width === 2 ? 256 : 0)
  const window = isWhole ? (size as number) : 2 ** (10 + (exponent >> 3)) * (1 + (exponent & 7) / 8)
  if (window > windowLimit && !(isWhole && window <= blockLimit))
    throw new Error(`its zstd frame needs a window of ${Math.round(window / 1024 ** 2)} MiB, more than is given`)
  return { window, size, hasChecksum: (flags & 4) !== 0 }
}

async function blockOf(
  input: Input,
  type: number,
  size: number,
  most: number,
  output: Window,
  state: FrameState,
): Promise<Buffer> {
  if (type === 3 || size > most) throw new Error('a zstd block is damaged')
  if (type === 0) {
    const content = await input.take(size)
    return output.add((out, at) => at + content.copy(out, at))
  }
  if (type === 1) {
    const [byte] = await input.take(1)
    return output.add((out, at) => out.fill(byte as number, at, at + size) && at + size)
  }
  const block = await input.take(size)
  return output.add((out, at, least) => decodeBlock(block, state, out, at, least))
}

/** The last bytes that a frame gave: as many as its window, and some more, so that they are moved seldom. Serves all frames. */
class Window {
  total = 0
  #sinceTurn = 0
  #size = 0
  #most = 0
  #bytes = Buffer.alloc(2 * blockLimit)
  #at = 0

  begin(size: number): void {
    this.total = 0
    this.#at = 0
    this.#size = size
    this.#most = size + Math.max(2 * blockLimit, size >> 1)
  }

  /** @param write puts a block behind `at`, gives its end; nothing before `least` is of the window */
  add(write: (out: Buffer, at: number, least: number) => number): Buffer {
    this.#makeRoom()
    const start = this.#at
    this.#at = write(this.#bytes, start, Math.max(0, start - this.#size))
    this.total += this.#at - start
    this.#sinceTurn += this.#at - start
    // What is here is overwritten later.
    return Buffer.from(this.#bytes.subarray(start, this.#at))
  }

  /** Whether much was given since it was last so. */
  isTurn(): boolean {
    if (this.#sinceTurn < turnAfter) return false
    this.#sinceTurn = 0
    return true
  }

  #makeRoom(): void {
    if (this.#at + blockLimit <= this.#bytes.length) return
    if (this.#bytes.length < this.#most) {
      const larger = Buffer.alloc(Math.min(this.#most, 2 * this.#bytes.length))
      this.#bytes.copy(larger, 0, 0, this.#at)
      this.#bytes = larger
      if (this.#at + blockLimit <= larger.length) return
    }
    const kept = Math.min(this.#size, this.#at)
    this.#bytes.copyWithin(0, this.#at - kept, this.#at)
    this.#at = kept
  }
}

/** Bytes that are taken piece by piece. */
class Input {
  #source: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#source = bytes[Symbol.asyncIterator]()
  }

  async isOver(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next()
      if (done) return true
      this.#rest = value
    }
    return false
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let missing = length; missing > 0; ) {
      if (await this.isOver()) throw new Error('its zstd ends in the middle')
      const part = this.#rest.subarray(0, missing)
      this.#rest = this.#rest.subarray(part.length)
      missing -= part.length
      if (part.length === length) return part
      parts.push(part)
    }
    return Buffer.concat(parts)
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) {
      if (await this.isOver()) throw new Error('its zstd ends in the middle')
      const part = this.#rest.subarray(0, missing)
      this.#rest = this.#rest.subarray(part.length)
      missing -= part.length
    }
  }
}
