import type { ContentSample } from '../image/comparison.ts'
import { readAt } from './content.ts'
import { dosTime } from './run-time.ts'

/** A member as the central directory of a zip file lists it. */
export interface ZipMember {
  name: string
  crc: number
  size: number
  /** Of the compressed data. */
  stored: number
  method: number
  /** Ms since 1970, in local time taken as UTC, even seconds. */
  time: number
  /** Extended time (UTC) in ms, where there is one. */
  extended: number | null
  /** Of the local header. */
  offset: number
}

const limit = 20_000

/** The members of a zip file in the order of its central directory; null when it is not one, or not here. */
export function zipMembers(sample: ContentSample): ZipMember[] | null {
  const end = directoryEnd(sample)
  if (!end) return null
  const directory = readAt(sample, end.offset, end.size)
  if (!directory) return null
  const members: ZipMember[] = []
  for (let at = 0; at + 46 <= directory.length && members.length < limit; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) break
    const [name, extra, comment] = [28, 30, 32].map(field => directory.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ]
    const extraAt = at + 46 + name
    members.push({
      name: directory.toString('utf8', at + 46, extraAt),
      method: directory.readUInt16LE(at + 10),
      time: dosTime(directory.readUInt16LE(at + 14), directory.readUInt16LE(at + 12)),
      crc: directory.readUInt32LE(at + 16),
      stored: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      extended: extendedTime(directory.subarray(extraAt, extraAt + extra)),
      offset: directory.readUInt32LE(at + 42),
    })
    at = extraAt + extra + comment
  }
  return members
}

function directoryEnd(sample: ContentSample): { offset: number; size: number } | null {
  const have = Math.min(sample.size, 22 + 65_535, sample.whole ? sample.head.length : sample.tail.length)
  const tail = readAt(sample, sample.size - have, have)
  if (!tail) return null
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) === 0x06054b50)
      return { size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) }
  }
  return null
}

/** The modification time of an extended timestamp field (0x5455). */
function extendedTime(extra: Buffer): number | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const size = extra.readUInt16LE(at + 2)
    if (extra.readUInt16LE(at) === 0x5455 && size >= 5 && at + 9 <= extra.length && (extra[at + 4] ?? 0) & 1)
      return extra.readInt32LE(at + 5) * 1000
    at += 4 + size
  }
  return null
}
