import { createHash } from 'node:crypto'
import { textOf } from '../../image/byte-text.ts'
import type { Entry } from '../../image/image.ts'
import { noRecords, type PaxRecords } from '../../image/pax.ts'
import { unknownSize } from '../entry-stream.ts'

/** What a zip's local header or its directory says of a member's data (APPNOTE 4.3.7, 4.3.12). */
export interface ZipFacts {
  name: string
  flags: number
  method: number
  crc: number
  /** Of the compressed data; null where a descriptor behind it tells (flag 3). */
  stored: number | null
  size: number | null
  /** Sizes have eight bytes. */
  zip64: boolean
  /** DOS date and time as they stand. */
  dosTime: number
}

export interface LocalHeader extends ZipFacts {
  entry: Entry
}

export interface DirectoryHeader extends ZipFacts {
  offset: number
  mode: number
  /** What only the directory says, as records. */
  facts: PaxRecords
}

interface ExtraField {
  id: number
  data: Buffer
}

/** By the bits for its content and for its header (APPNOTE 4.4.4). */
export const isEncrypted = ({ flags }: ZipFacts): boolean => (flags & 0x2041) !== 0
/** Whether sizes and CRC-32 stand behind the content. */
export const hasDescriptor = ({ flags }: ZipFacts): boolean => (flags & 8) !== 0

/** Reads a local header: its fixed part of 30 bytes, name and extra fields. */
export function localHeader(fixed: Buffer, name: Buffer, extra: Buffer): LocalHeader {
  const fields = extraFields(extra)
  const facts = factsOf(fixed, 4, name, fields)
  const pax = noRecords()
  pax['zip.version'] = String(fixed.readUInt16LE(4))
  pax['zip.flags'] = String(facts.flags)
  pax['zip.method'] = String(facts.method)
  const time = timesOf(fields)
  if (time.modified !== null) pax['zip.dos-time'] = String(facts.dosTime)
  if (time.others !== '') pax['zip.other-times'] = time.others
  for (const field of fields) if (field.id !== 0x5455 && field.id !== 1) addExtra(pax, 'zip.extra', field)
  const entry: Entry = {
    path: facts.name.replace(/\/$/, ''),
    type: facts.name.endsWith('/') ? 'directory' : 'file',
    ...{ mode: 0, uid: 0, gid: 0, uname: '', gname: '', linkTarget: '', device: '' },
    size: facts.size ?? unknownSize,
    mtime: String(time.modified ?? dosSeconds(facts.dosTime)),
    pax,
  }
  return { ...facts, entry }
}

/** Reads a header of the directory: its fixed part of 46 bytes, name, extra fields and comment. */
export function directoryHeader(fixed: Buffer, name: Buffer, extra: Buffer, comment: Buffer): DirectoryHeader {
  const fields = extraFields(extra)
  const facts = factsOf(fixed, 6, name, fields)
  const attributes = fixed.readUInt32LE(38)
  const pax = noRecords()
  pax['zip.made-by'] = String(fixed.readUInt16LE(4))
  pax['zip.attributes'] = `${fixed.readUInt16LE(36)},${attributes & 0xffff},${attributes >>> 28}`
  if (comment.length > 0) pax['zip.comment'] = shown(comment, 'utf8')
  for (const field of fields) if (field.id !== 1) addExtra(pax, 'zip.directory-extra', field)
  let offset = fixed.readUInt32LE(42)
  if (offset === 0xffffffff) offset = wide(fields, [24, 20].filter(at => fixed.readUInt32LE(at) === 0xffffffff).length)
  return { ...facts, offset, mode: (attributes >>> 16) & 0o7777, facts: pax }
}

/** Both headers have these fields in one order, `at` behind another beginning. */
function factsOf(fixed: Buffer, at: number, name: Buffer, fields: readonly ExtraField[]): ZipFacts {
  const flags = fixed.readUInt16LE(at + 2)
  const stored = fixed.readUInt32LE(at + 14)
  const size = fixed.readUInt32LE(at + 18)
  const method = fixed.readUInt16LE(at + 4)
  // A local header that a descriptor completes says nothing, or what counts only where nothing else tells the end.
  const isOpen = (flags & 8) !== 0 && at === 4 && (method !== 0 || stored === 0)
  const sizes = [
    size === 0xffffffff ? wide(fields, 0) : size,
    stored === 0xffffffff ? wide(fields, size === 0xffffffff ? 1 : 0) : stored,
  ]
  return {
    name: textOf(name),
    flags,
    method,
    dosTime: fixed.readUInt32LE(at + 6),
    crc: fixed.readUInt32LE(at + 10),
    size: isOpen ? null : (sizes[0] as number),
    stored: isOpen ? null : (sizes[1] as number),
    zip64: fields.some(({ id }) => id === 1),
  }
}

/** The n-th value of eight bytes in the zip64 field; NaN where there is none: it equals nothing. */
function wide(fields: readonly ExtraField[], index: number): number {
  const data = fields.find(({ id }) => id === 1)?.data
  return data && data.length >= 8 * index + 8 ? Number(data.readBigUInt64LE(8 * index)) : Number.NaN
}

function extraFields(extra: Buffer): ExtraField[] {
  const fields: ExtraField[] = []
  for (let at = 0; at < extra.length; ) {
    const size = at + 4 <= extra.length ? extra.readUInt16LE(at + 2) : Number.NaN
    // What is no field (padding of zipalign) is kept as it stands, under a number no field has.
    if (!(at + 4 + size <= extra.length)) return [...fields, { id: -1, data: extra.subarray(at) }]
    fields.push({ id: extra.readUInt16LE(at), data: extra.subarray(at + 4, at + 4 + size) })
    at += 4 + size
  }
  return fields
}

/** Seconds since 1970 of the extended timestamp field (0x5455), and its access and creation times. */
function timesOf(fields: readonly ExtraField[]): { modified: number | null; others: string } {
  const data = fields.find(({ id }) => id === 0x5455)?.data
  if (!data || data.length < 5 || ((data[0] as number) & 1) === 0) return { modified: null, others: '' }
  const others: number[] = []
  for (let at = 5; at + 4 <= data.length && at < 13; at += 4) others.push(data.readInt32LE(at))
  return { modified: data.readInt32LE(1), others: others.join(',') }
}

function addExtra(facts: PaxRecords, prefix: string, { id, data }: ExtraField): void {
  const key = `${prefix}.${id < 0 ? 'padding' : id.toString(16).padStart(4, '0')}`
  facts[key] = key in facts ? `${facts[key]},${shown(data, 'hex')}` : shown(data, 'hex')
}

/** Short bytes as they are, long ones as a digest: a fact to compare. */
const shown = (bytes: Buffer, form: 'hex' | 'utf8'): string =>
  bytes.length <= 64 ? bytes.toString(form) : `sha256 ${createHash('sha256').update(bytes).digest('hex')}`

/** A DOS date and time, in local time taken as UTC, in seconds since 1970; 0 when impossible. */
function dosSeconds(dos: number): number {
  const [date, time] = [dos >>> 16, dos & 0xffff]
  const ms = Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  )
  return Number.isFinite(ms) ? ms / 1000 : 0
}
