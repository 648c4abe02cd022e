import { createHash } from 'node:crypto'
import type { Entry } from '../../image/image.ts'
import { LayerError, quoted } from '../../image/layer-error.ts'
import type { EntryStream } from '../entry-stream.ts'
import type { ByteReader } from './byte-reader.ts'
import { crc32 } from './crc.ts'
import { localMagic, prefixLimit } from './format.ts'
import { inflateRaw } from './inflate.ts'
import { entriesLimit, type Inflation } from './limits.ts'
import { memberKey, readDirectory, type ZipDirectory } from './zip-directory.ts'
import { hasDescriptor, isEncrypted, type LocalHeader, localHeader } from './zip-header.ts'

const pieceSize = 256 * 1024

/**
 * A zip as it streams: members by their local headers, then the directory, which must say the same of the same members in
 * the same order. What a reader by the directory would see in another way (members that overlap, lie, hide) is a LayerError.
 */
export class ZipReader implements EntryStream {
  /** What stands ahead of the first member: a script that runs the zip. */
  prefix: Buffer = Buffer.alloc(0)
  /** Known when `next()` has given null. */
  directory: ZipDirectory | null = null
  /** The member at hand, where its content cannot be read: what for. */
  unread = new Map<string, string>()
  /** Bytes that the last member's data took, when all of it was read. */
  lastStored = 0
  #source: ByteReader
  #inflation: Inflation
  #member: LocalHeader | null = null
  #offset = 0
  #content: AsyncIterator<Buffer> | null = null
  #count = 0
  #seen = createHash('sha256')

  constructor(source: ByteReader, inflation: Inflation) {
    this.#source = source
    this.#inflation = inflation
  }

  async next(): Promise<Entry | null> {
    if (this.directory !== null) return null
    while (this.#member !== null) await this.chunk()
    if (this.#source.position === 0) await this.#skipPrefix()
    if (!(await this.#source.peek(4)).equals(localMagic)) {
      this.directory = await readDirectory(this.#source, this.prefix.length)
      if (this.directory.count !== this.#count || this.directory.seen !== this.#seen.digest('hex'))
        throw new LayerError('its directory does not say the same of its members as their own headers')
      return null
    }
    return await this.#begin()
  }

  /** The next piece of the content, decompressed; of what cannot be decompressed, as it stands. */
  async chunk(): Promise<Buffer | null> {
    const { done, value } = (await this.#content?.next()) ?? { done: true, value: undefined }
    if (!done) return value
    this.#member = null
    this.#content = null
    return null
  }

  /** Whether both sides' members, of which nothing has been read, say to be one content compressed in one way. */
  isStoredAs(other: ZipReader): boolean {
    const [a, b] = [this.#member, other.#member]
    if (!a || !b || a.stored === null || a.method === 0) return false
    return a.stored === b.stored && a.size === b.size && a.crc === b.crc && a.method === b.method
  }

  /** Gives the member's data as it is stored, of which nothing has been read yet. */
  async *stored(): AsyncGenerator<Buffer> {
    if (this.#member === null) return
    this.#content = this.#read(this.#member, true)
    for (let chunk = await this.chunk(); chunk !== null; chunk = await this.chunk()) yield chunk
  }

  async #skipPrefix(): Promise<void> {
    if (!(await this.#source.peek(2)).equals(Buffer.from('#!'))) return
    const at = (await this.#source.peek(prefixLimit)).indexOf(localMagic)
    this.prefix = Buffer.from(await this.#source.take(Math.max(0, at)))
  }

  async #begin(): Promise<Entry> {
    this.#count += 1
    if (this.#count > entriesLimit) throw new LayerError(`it has more than ${entriesLimit} members`)
    this.#offset = this.#source.position
    const fixed = Buffer.from(await this.#source.take(30))
    const name = Buffer.from(await this.#source.take(fixed.readUInt16LE(26)))
    const member = localHeader(fixed, name, await this.#source.take(fixed.readUInt16LE(28)))
    if (Number.isNaN(member.stored) || Number.isNaN(member.size)) throw new LayerError('a member has no usable size')
    if (member.entry.path === '') throw new LayerError('a member has no name')
    const reason = obstacleOf(member)
    this.unread.clear()
    if (reason !== null) this.unread.set(member.entry.path, reason)
    if (reason !== null && member.stored === null)
      throw new LayerError(`the end of member ${quoted(member.entry.path)} cannot be told (${reason})`)
    this.#member = member
    this.#content = this.#read(member, reason !== null)
    return member.entry
  }

  async *#read(member: LocalHeader, asStored: boolean): AsyncGenerator<Buffer> {
    const { entry, method } = member
    const start = this.#source.position
    const isInflated = !asStored && method === 8
    const isContent = !asStored || method === 0
    let [crc, size] = [0, 0]
    const content = isInflated
      ? inflateRaw(this.#source, member, this.#inflation)
      : member.stored === null
        ? this.#untilDescriptor(member)
        : this.#bytes(member.stored)
    for await (const piece of content) {
      if (isContent) crc = crc32(piece, crc)
      size += piece.length
      yield piece
    }
    const found = { crc, stored: this.#source.position - start, size }
    const stated = { crc: member.crc, stored: found.stored, size: member.size ?? 0 }
    // What was not decompressed is taken as stated, and held against the directory.
    const own = isContent ? found : stated
    if (hasDescriptor(member)) await this.#readDescriptor(own, member)
    else if (own.crc !== stated.crc || own.size !== stated.size)
      throw new LayerError(`member ${quoted(entry.path)} does not have the length or checksum that it says`)
    entry.size = own.size
    this.lastStored = found.stored
    this.#seen.update(`${memberKey(member, { ...own, offset: this.#offset })}\n`)
  }

  async *#bytes(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      const piece = await this.#source.some(Math.min(left, pieceSize))
      if (piece === null) throw new LayerError(`it is cut off at byte ${this.#source.position}`)
      left -= piece.length
      yield piece
    }
  }

  /** Data that is stored as it is and of unknown length: up to a descriptor that fits all before it. */
  async *#untilDescriptor({ zip64 }: LocalHeader): AsyncGenerator<Buffer> {
    let [crc, size] = [0, 0]
    for (;;) {
      const next = await this.#source.peek(pieceSize)
      const mark =
        size === 0 && descriptorSize(next, { crc, stored: 0, size }, zip64) !== null ? 0 : next.indexOf(descriptorMark)
      if (
        mark >= 0 &&
        mark + 26 <= next.length &&
        descriptorSize(next.subarray(mark), sizesOf(crc32(next.subarray(0, mark), crc), size + mark), zip64) !== null
      ) {
        if (mark > 0) yield await this.#source.take(mark)
        return
      }
      // Of a mark that is none, one byte; of an end that may be half a mark, or half a descriptor, nothing yet.
      const length = mark < 0 ? next.length - 3 : mark === 0 ? 1 : mark
      if (length <= 0 || (mark === 0 && next.length < 26))
        throw new LayerError(`it is cut off at byte ${this.#source.position}`)
      const piece = await this.#source.take(length)
      crc = crc32(piece, crc)
      size += piece.length
      yield piece
    }
  }

  /** What follows data whose length was not known when it was written; with or without a mark, of 4 or 8 bytes a number. */
  async #readDescriptor({ crc, stored, size }: Own, { entry, zip64 }: LocalHeader): Promise<void> {
    const length = descriptorSize(await this.#source.peek(26), { crc, stored, size }, zip64)
    if (length !== null) {
      await this.#source.take(length)
      return
    }
    throw new LayerError(`what follows the data of member ${quoted(entry.path)} does not fit it`)
  }
}

const descriptorMark = Buffer.from('PK\x07\x08')

const sizesOf = (crc: number, size: number): Own => ({ crc, stored: size, size })

/** Bytes of the descriptor that begins here, when it says this and a header follows; else null. */
function descriptorSize(next: Buffer, { crc, stored, size }: Own, zip64: boolean): number | null {
  const isMarked = next.subarray(0, 4).equals(descriptorMark)
  for (const at of isMarked ? [4, 0] : [0]) {
    for (const wide of zip64 ? [true, false] : [false, true]) {
      const end = at + (wide ? 20 : 12)
      if (next.length < end || next.readUInt32LE(at) !== crc) continue
      const numbers = wide
        ? [Number(next.readBigUInt64LE(at + 4)), Number(next.readBigUInt64LE(at + 12))]
        : [next.readUInt32LE(at + 4), next.readUInt32LE(at + 8)]
      // Zeros fit numbers of any length: another header must follow.
      if (numbers[0] === stored && numbers[1] === size && next.toString('latin1', end, end + 2) === 'PK') return end
    }
  }
  return null
}

type Own = Record<'crc' | 'stored' | 'size', number>

function obstacleOf(member: LocalHeader): string | null {
  if (isEncrypted(member)) return 'encrypted'
  return member.method === 0 || member.method === 8 ? null : `compressed by method ${member.method}`
}
