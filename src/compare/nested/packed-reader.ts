import { createHash } from 'node:crypto'
import { textOf } from '../../image/byte-text.ts'
import { gunzipped } from '../../image/gunzip.ts'
import type { Entry } from '../../image/image.ts'
import { LayerError } from '../../image/layer-error.ts'
import { noRecords } from '../../image/pax.ts'
import { unzstd } from '../../image/zstd.ts'
import { type EntryStream, unknownSize } from '../entry-stream.ts'
import type { ByteReader } from './byte-reader.ts'
import { counted } from './inflate.ts'
import type { Inflation } from './limits.ts'

const pieceSize = 256 * 1024
/** Of files shorter than a header may be; thousands of them are looked into. */
const smallPieceSize = 32 * 1024
const headerLimit = 64 * 1024

/** The header of a gzip file (RFC 1952), as it stands. */
export interface GzipHeader {
  /** Seconds since 1970; 0 is none. */
  time: number
  name: string
  /** Bytes of it. */
  length: number
  level: number
  system: number
  /** Flags, extra field and comment. */
  extra: string
}

/** A compressed file as an archive of one member: its content. */
export class PackedReader implements EntryStream {
  header: GzipHeader | null = null
  /** SHA-256 (hex) of what follows the header, and its length, when all was read. */
  body: { digest: string; size: number } | null = null
  #source: ByteReader
  #format: 'gzip' | 'zstd'
  #name: string
  #inflation: Inflation
  #pieceSize = pieceSize
  #content: AsyncIterator<Buffer> | null = null
  #entry: Entry | null = null

  /** `name` is the member's where no header says it. */
  constructor(source: ByteReader, format: 'gzip' | 'zstd', name: string, inflation: Inflation) {
    this.#source = source
    this.#format = format
    this.#name = name
    this.#inflation = inflation
  }

  async next(): Promise<Entry | null> {
    if (this.#entry !== null) {
      while ((await this.chunk()) !== null);
      return null
    }
    const first = await this.#source.peek(headerLimit)
    if (first.length < headerLimit) this.#pieceSize = smallPieceSize
    if (this.#format === 'gzip') this.header = gzipHeader(first)
    const entry: Entry = {
      ...{ path: this.#name, type: 'file', mode: 0, uid: 0, gid: 0, uname: '', gname: '', linkTarget: '' },
      ...{ device: '', mtime: '0', size: unknownSize, pax: noRecords() },
    }
    this.#content = this.#read(entry)
    this.#entry = entry
    return entry
  }

  async chunk(): Promise<Buffer | null> {
    const { done, value } = (await this.#content?.next()) ?? { done: true, value: undefined }
    return done ? null : value
  }

  async *#read(entry: Entry): AsyncGenerator<Buffer> {
    const bytes = this.#stored()
    const content = this.#format === 'gzip' ? gunzipped(bytes, this.#pieceSize) : unzstd(bytes, this.#pieceSize)
    let size = 0
    try {
      for await (const piece of counted(content, this.#inflation)) {
        size += piece.length
        if (piece.length > 0) yield piece
      }
    } catch (error) {
      if (error instanceof LayerError) throw error
      throw new LayerError('its compressed data is damaged or cut off', '', { cause: error })
    }
    entry.size = size
  }

  async *#stored(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    const begin = this.header?.length ?? 0
    if (begin > 0) yield Buffer.from(await this.#source.take(begin))
    for (let piece = await this.#source.some(pieceSize); piece; piece = await this.#source.some(pieceSize)) {
      hash.update(piece)
      yield piece
    }
    this.body = { digest: hash.digest('hex'), size: this.#source.position - begin }
  }
}

/** Throws a LayerError when the bytes do not begin with a whole header. */
export function gzipHeader(bytes: Buffer): GzipHeader {
  const flags = bytes.length < 10 ? Number.NaN : (bytes[3] as number)
  let at = 10
  if (flags & 4) at += 2 + (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : bytes.length)
  const extraEnd = at
  const text = (): string => {
    const zero = bytes.indexOf(0, at)
    if (zero < 0) throw new LayerError('its header is cut off')
    const value = textOf(bytes, at, zero)
    at = zero + 1
    return value
  }
  const name = flags & 8 ? text() : ''
  const comment = flags & 16 ? text() : ''
  if (Number.isNaN(flags) || at > bytes.length) throw new LayerError('its header is cut off')
  return {
    time: bytes.readUInt32LE(4),
    name,
    length: at + (flags & 2 ? 2 : 0),
    level: bytes[8] as number,
    system: bytes[9] as number,
    extra: `${flags} ${bytes.toString('hex', 10, Math.min(extraEnd, 100))} ${comment}`,
  }
}
