/** Bits of a zstd block that are read from their end to their beginning (RFC 8878, 4.1). */
export class BackwardBits {
  /** Bits that are left; below zero: more were read than there are, and zeros were given. */
  left: number
  private readonly bytes: Uint8Array
  private readonly start: number

  /** @throws where the last byte, whose highest bit marks the end, is zero or not there */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? (bytes[end - 1] as number) : 0
    if (last === 0) throw new Error('a zstd bit stream has no end mark')
    this.bytes = bytes
    this.start = start
    this.left = (end - start) * 8 - 8 + (31 - Math.clz32(last))
  }

  read(count: number): number {
    this.left -= count
    return this.at(this.left, count)
  }

  /** The next bits, which stay. */
  peek(count: number): number {
    return this.at(this.left - count, count)
  }

  /** At most 31 bits. */
  private at(from: number, count: number): number {
    if (count === 0) return 0
    if (from < 0) return from + count <= 0 ? 0 : this.at(0, from + count) << -from
    const at = this.start + (from >>> 3)
    const { bytes } = this
    const shift = from & 7
    // Beyond the end of the array there is nothing that is asked for.
    const low =
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      shift
    const all = shift + count > 32 ? low | ((bytes[at + 4] as number) << (32 - shift)) : low
    return all & ((1 << count) - 1)
  }
}
