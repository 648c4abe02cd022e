import { createHash } from 'node:crypto'

/** One entry of a Java key store. */
export interface JksEntry {
  alias: string
  /** 1: a private key with its certificates, 2: a trusted certificate. */
  tag: number
  /** When it was put in, in ms since 1970, and where that stands. */
  time: number
  offset: number
  /** SHA-256 (hex) of all the rest of the entry. */
  data: string
}

const entryLimit = 5_000

/** The entries of a key store of the JKS format; null when the bytes are not exactly one, with its checksum at the end. */
export function jksEntries(bytes: Buffer): JksEntry[] | null {
  if (bytes.length < 32 || bytes.readUInt32BE(0) !== 0xfeedfeed) return null
  const version = bytes.readUInt32BE(4)
  const count = bytes.readUInt32BE(8)
  if (version < 1 || version > 2 || count > entryLimit) return null
  const reader = new Reader(bytes, 12)
  const entries: JksEntry[] = []
  for (let index = 0; index < count; index++) {
    const tag = reader.number(4)
    const alias = reader.text()
    const offset = reader.at
    const time = reader.number(8)
    const start = reader.at
    if (tag === 1) {
      reader.skip(reader.number(4))
      const chain = reader.number(4)
      if (chain > 100) return null
      for (let one = 0; one < chain; one++) reader.certificate(version)
    } else if (tag === 2) reader.certificate(version)
    else return null
    if (reader.failed) return null
    const data = createHash('sha256').update(bytes.subarray(start, reader.at)).digest('hex')
    entries.push({ alias, tag, time, offset, data })
  }
  return reader.at + 20 === bytes.length ? entries : null
}

/** Reads on; past the end it says `failed` and gives zeros. */
class Reader {
  failed = false
  at: number
  readonly bytes: Buffer

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.at = at
  }

  number(length: 2 | 4 | 8): number {
    const at = this.skip(length)
    if (at < 0) return 0
    return length === 8 ? Number(this.bytes.readBigUInt64BE(at)) : this.bytes.readUIntBE(at, length)
  }

  text(): string {
    const length = this.number(2)
    const at = this.skip(length)
    return at < 0 ? '' : this.bytes.toString('latin1', at, at + length)
  }

  certificate(version: number): void {
    if (version === 2) this.text()
    this.skip(this.number(4))
  }

  /** Where the skipped bytes begin; -1 when they are not all there. */
  skip(length: number): number {
    const at = this.at
    if (this.failed || at + length > this.bytes.length) {
      this.failed = true
      return -1
    }
    this.at = at + length
    return at
  }
}
