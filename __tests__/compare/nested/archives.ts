import { crc32, deflateRawSync } from 'node:zlib'
import { pairOfSamples } from '../../../src/compare/content.ts'
import { compareKept } from '../../../src/compare/nested/archive.ts'
import { type Limits, nestedLimits } from '../../../src/compare/nested/limits.ts'
import type { ContentSample, NestedDifference } from '../../../src/image/comparison.ts'
import { changed } from '../../explain/subject.ts'

/** Zips and ar archives made by hand, byte by byte, honest or not. */
export interface CraftedMember {
  name: string
  content?: Buffer | string
  /** 8, deflate, unless said. */
  method?: number
  level?: number
  /** Seconds since 1970, in an extended timestamp. */
  time?: number
  dosTime?: number
  mode?: number
  flags?: number
  /** Length and checksum follow the data: with a mark, without one, or in eight bytes. */
  descriptor?: 'marked' | 'bare' | 'wide'
  zip64?: boolean
  /** What the directory says instead. */
  directory?: Partial<{ name: string; crc: number; offset: number; stored: number; size: number }>
  /** What the own header says instead. */
  local?: Partial<{ crc: number; stored: number; size: number }>
}

export interface CraftedZip {
  comment?: string
  prefix?: string
  suffix?: string
  /** Members that the directory leaves out. */
  hidden?: string[]
}

export function zipOf(members: readonly CraftedMember[], more: CraftedZip = {}): Buffer {
  const prefix = Buffer.from(more.prefix ?? '')
  const parts: Buffer[] = [prefix]
  const directory: Buffer[] = []
  let offset = prefix.length
  for (const member of members) {
    const { head, data, tail, line } = memberOf(member, offset)
    parts.push(head, data, tail)
    offset += head.length + data.length + tail.length
    if (!more.hidden?.includes(member.name)) directory.push(line)
  }
  const lines = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(lines.length, 12)
  end.writeUInt32LE(offset, 16)
  const comment = Buffer.from(more.comment ?? '')
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, lines, end, comment, Buffer.from(more.suffix ?? '')])
}

function memberOf(member: CraftedMember, offset: number) {
  const content = Buffer.from(member.content ?? '')
  const method = member.method ?? 8
  const data = method === 8 ? deflateRawSync(content, { level: member.level ?? 6 }) : content
  const name = Buffer.from(member.name)
  const open = member.descriptor !== undefined
  const flags = (member.flags ?? 0) | (open ? 8 : 0)
  const sum = crc32(content)
  const own = { crc: open ? 0 : sum, stored: open ? 0 : data.length, size: open ? 0 : content.length, ...member.local }
  const time = member.time === undefined ? Buffer.alloc(0) : timeField(member.time)
  const wide = member.zip64 ? wideField(own.size, own.stored) : Buffer.alloc(0)
  const head = Buffer.alloc(30)
  head.write('PK\x03\x04', 'latin1')
  head.writeUInt16LE(20, 4)
  fields(head, 6, flags, method, member.dosTime ?? 0x5b754000, member.zip64 ? { ...own, stored: ~0, size: ~0 } : own)
  head.writeUInt16LE(name.length, 26)
  head.writeUInt16LE(time.length + wide.length, 28)
  const listed = { crc: sum, stored: data.length, size: content.length, offset, ...member.directory }
  const listedName = Buffer.from(member.directory?.name ?? member.name)
  const line = Buffer.alloc(46)
  line.write('PK\x01\x02', 'latin1')
  line.writeUInt16LE(0x31e, 4)
  line.writeUInt16LE(20, 6)
  fields(line, 8, flags, method, member.dosTime ?? 0x5b754000, listed)
  line.writeUInt16LE(listedName.length, 28)
  line.writeUInt32LE((((member.mode ?? 0o644) | 0o100000) << 16) >>> 0, 38)
  line.writeUInt32LE(listed.offset, 42)
  return {
    head: Buffer.concat([head, name, time, wide]),
    data,
    tail: descriptorOf(member.descriptor, sum, data.length, content.length),
    line: Buffer.concat([line, listedName]),
  }
}

function fields(
  into: Buffer,
  at: number,
  flags: number,
  method: number,
  dos: number,
  sizes: Record<'crc' | 'stored' | 'size', number>,
) {
  into.writeUInt16LE(flags, at)
  into.writeUInt16LE(method, at + 2)
  into.writeUInt32LE(dos, at + 4)
  into.writeUInt32LE(sizes.crc >>> 0, at + 8)
  into.writeUInt32LE(sizes.stored >>> 0, at + 12)
  into.writeUInt32LE(sizes.size >>> 0, at + 16)
}

function timeField(time: number): Buffer {
  const field = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0])
  field.writeInt32LE(time, 5)
  return field
}

function wideField(size: number, stored: number): Buffer {
  const field = Buffer.alloc(20)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(16, 2)
  field.writeBigUInt64LE(BigInt(size), 4)
  field.writeBigUInt64LE(BigInt(stored), 12)
  return field
}

function descriptorOf(form: CraftedMember['descriptor'], crc: number, stored: number, size: number): Buffer {
  if (form === undefined) return Buffer.alloc(0)
  const [mark, width] = [form === 'bare' ? '' : 'PK\x07\x08', form === 'wide' ? 8 : 4]
  const numbers = Buffer.alloc(4 + 2 * width)
  numbers.writeUInt32LE(crc, 0)
  for (const [at, value] of [stored, size].entries()) numbers.writeUInt32LE(value, 4 + at * width)
  return Buffer.concat([Buffer.from(mark, 'latin1'), numbers])
}

export function arOf(
  members: readonly { name: string; content?: Buffer | string; time?: number; mode?: number }[],
): Buffer {
  const parts = [Buffer.from('!<arch>\n')]
  for (const { name, content = '', time = 0, mode = 0o644 } of members) {
    const bytes = Buffer.from(content)
    const field = (value: string | number, width: number) => String(value).padEnd(width)
    const header = [
      field(`${Buffer.from(name).toString('latin1')}/`, 16),
      field(time, 12),
      field(0, 6),
      field(0, 6),
      field(mode.toString(8), 8),
    ]
    parts.push(Buffer.from(`${header.join('')}${field(bytes.length, 10)}\`\n`, 'latin1'), bytes)
    if (bytes.length % 2 === 1) parts.push(Buffer.from('\n'))
  }
  return Buffer.concat(parts)
}

const whole = (head: Buffer): ContentSample => ({ size: head.length, head, whole: true, tail: Buffer.alloc(0) })

/** What differs inside two archives that are at hand; null when they are not opened. */
export async function inside(
  a: Buffer,
  b: Buffer,
  path = 'x',
  limits: Limits = nestedLimits(),
): Promise<NestedDifference | null> {
  const content = pairOfSamples(whole(a), whole(b))
  return await compareKept({ ...changed(path, 'a', 'b'), content }, limits, 0)
}

/** The members that differ, as `path: fields` or `path: kind`. */
export const told = (nested: NestedDifference | null | undefined): string[] =>
  (nested?.members ?? []).map(({ path, kind, fields }) => `${path}: ${kind === 'changed' ? fields.join(' ') : kind}`)
