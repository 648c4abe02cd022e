import { createHash } from 'node:crypto'
import { LayerError } from '../../image/layer-error.ts'
import type { PaxRecords } from '../../image/pax.ts'
import { textWeight } from '../entry.ts'
import type { ByteReader } from './byte-reader.ts'
import { directoryLimit, entriesLimit } from './limits.ts'
import { directoryHeader, type ZipFacts } from './zip-header.ts'

/** What the directory at the end of a zip says beyond the members' own headers. */
export interface ZipDirectory {
  count: number
  /** SHA-256 (hex) over what it says of the members, to hold against what was seen. */
  seen: string
  /** Name, and of several of one name which → mode and further facts, as JSON: most are alike. */
  facts: ReadonlyMap<string, string>
  comment: Buffer
  /** Where the comment begins. */
  commentOffset: number
}

export interface DirectoryFacts {
  mode: number
  facts: PaxRecords
}

interface Data {
  offset: number
  crc: number
  stored: number
  size: number
}

/** All that a member's own header and its line in the directory must agree on, as one text. */
export function memberKey({ name, flags, method, dosTime }: ZipFacts, { offset, crc, stored, size }: Data): string {
  return JSON.stringify([name, flags, method, dosTime, offset, crc, stored, size])
}

/** The n-th member of a name. */
export const nthKey = (name: string, n: number): string => `${n} ${name}`

/**
 * Reads the directory and the end record to the end of the stream. `prefix` bytes stand ahead of the zip; offsets may
 * count from either place. Throws a LayerError for anything that is not in its place.
 */
export async function readDirectory(source: ByteReader, prefix: number): Promise<ZipDirectory> {
  const start = source.position
  const facts = new Map<string, string>()
  const texts = new Map<string, string>()
  const seen = createHash('sha256')
  const places = new Map<string, number>()
  let count = 0
  let shift = 0
  let weight = 0
  while ((await source.peek(4)).equals(headerMagic)) {
    const fixed = Buffer.from(await source.take(46))
    const [name, extra, comment] = [
      Buffer.from(await source.take(fixed.readUInt16LE(28))),
      Buffer.from(await source.take(fixed.readUInt16LE(30))),
      Buffer.from(await source.take(fixed.readUInt16LE(32))),
    ]
    const header = directoryHeader(fixed, name, extra, comment)
    if (count === 0 && header.offset === 0) shift = prefix
    count += 1
    if (count > entriesLimit) throw new LayerError(`its directory has more than ${entriesLimit} members`)
    const { crc, stored, size } = header
    const data = { offset: header.offset + shift, crc, stored: stored ?? 0, size: size ?? 0 }
    seen.update(`${memberKey(header, data)}\n`)
    // Most names are there once: only of others it is counted how often.
    const n = facts.has(nthKey(header.name, 0)) ? (places.get(header.name) ?? 1) : 0
    if (n > 0) places.set(header.name, n + 1)
    const text = JSON.stringify([header.mode, header.facts])
    if (!texts.has(text) && texts.size < 1000) texts.set(text, text)
    const own = texts.get(text) ?? text
    weight += 100 + textWeight(header.name) * (n > 0 ? 2 : 1) + (own === text ? 2 * text.length : 0)
    if (weight > directoryLimit) throw new LayerError('its directory is too large')
    facts.set(nthKey(header.name, n), own)
  }
  const end = source.position
  await skipZip64(source)
  const record = Buffer.from(await source.take(22))
  if (!record.subarray(0, 4).equals(endMagic)) throw new LayerError(`byte ${end} is no part of a zip`)
  if (record.readUInt32LE(4) !== 0) throw new LayerError('it is one of several parts')
  agree(record.readUInt16LE(8), count, 0xffff)
  agree(record.readUInt16LE(10), count, 0xffff)
  agree(record.readUInt32LE(12), end - start, 0xffffffff)
  agree(record.readUInt32LE(16), start - shift, 0xffffffff)
  const commentOffset = source.position
  const comment = Buffer.from(await source.take(record.readUInt16LE(20)))
  if ((await source.some(1)) !== null) throw new LayerError('there is something behind its end')
  return { count, seen: seen.digest('hex'), facts, comment, commentOffset }
}

const headerMagic = Buffer.from('PK\x01\x02')
const endMagic = Buffer.from('PK\x05\x06')
const end64Magic = Buffer.from('PK\x06\x06')
const locatorMagic = Buffer.from('PK\x06\x07')

/** The end records of large zips say what the plain one says; where that is full, what was seen counts. */
async function skipZip64(source: ByteReader): Promise<void> {
  if ((await source.peek(4)).equals(end64Magic)) {
    const head = Buffer.from(await source.take(12))
    const size = head.readBigUInt64LE(4)
    if (size > 65_536n) throw new LayerError('its end record is too large')
    await source.take(Number(size))
  }
  if ((await source.peek(4)).equals(locatorMagic)) await source.take(20)
}

function agree(stated: number, found: number, full: number): void {
  if (stated !== found && stated !== full) throw new LayerError('its end record does not fit its directory')
}
