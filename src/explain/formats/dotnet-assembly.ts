import type { ContentSample } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'

/** Where a .NET assembly keeps what is drawn anew: offsets in the file. */
export interface Assembly {
  /** Offset of the PE header's time stamp, its value in seconds. */
  stamp: number
  time: number
  checksum: number
  /** The stream of GUIDs; its first is the module's. */
  guids: { offset: number; length: number }
  mvid: string
  /** Entries of the debug directory. */
  debug: { offset: number; length: number }[]
}

/** Reads PE and CLI headers after ECMA-335, partition II.24 and II.25; null when the file is no assembly. */
export function readAssembly(sample: ContentSample): Assembly | null {
  try {
    return read(bytesOf(sample.head))
  } catch {
    return null
  }
}

function read(bytes: Buffer): Assembly | null {
  if (bytes.toString('latin1', 0, 2) !== 'MZ') return null
  const pe = bytes.readUInt32LE(0x3c)
  if (bytes.toString('latin1', pe, pe + 4) !== 'PE\0\0') return null
  const optional = pe + 24
  const directories = optional + (bytes.readUInt16LE(optional) === 0x20b ? 112 : 96)
  const sections = optional + bytes.readUInt16LE(pe + 20)
  const count = bytes.readUInt16LE(pe + 6)
  const fileOffset = (address: number): number => {
    for (let index = 0; index < Math.min(count, 96); index++) {
      const at = sections + 40 * index
      const [size, start, raw] = [bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 12), bytes.readUInt32LE(at + 20)]
      if (address >= start && address < start + size) return address - start + raw
    }
    throw new Error('not in a section')
  }
  const cli = bytes.readUInt32LE(directories + 14 * 8)
  if (cli === 0) return null
  const metadata = fileOffset(bytes.readUInt32LE(fileOffset(cli) + 8))
  const guids = guidStream(bytes, metadata)
  if (!guids) return null
  const mvid = bytes.toString('hex', guids.offset, guids.offset + 16)
  const debugAt = bytes.readUInt32LE(directories + 6 * 8)
  const debug =
    debugAt === 0 ? [] : debugPlaces(bytes, fileOffset(debugAt), bytes.readUInt32LE(directories + 6 * 8 + 4))
  return { stamp: pe + 8, time: bytes.readUInt32LE(pe + 8), checksum: optional + 64, guids, mvid, debug }
}

/** `BSJB`, a version, then the streams with their names. */
function guidStream(bytes: Buffer, metadata: number): { offset: number; length: number } | null {
  if (bytes.toString('latin1', metadata, metadata + 4) !== 'BSJB') return null
  let at = metadata + 16 + bytes.readUInt32LE(metadata + 12)
  const streams = bytes.readUInt16LE(at + 2)
  at += 4
  for (let index = 0; index < Math.min(streams, 32); index++) {
    const end = bytes.indexOf(0, at + 8)
    const name = bytes.toString('latin1', at + 8, end)
    if (name === '#GUID') return { offset: metadata + bytes.readUInt32LE(at), length: bytes.readUInt32LE(at + 4) }
    at = at + 8 + (Math.floor(name.length / 4) + 1) * 4
  }
  return null
}

function debugPlaces(bytes: Buffer, at: number, size: number): { offset: number; length: number }[] {
  const places = [{ offset: at, length: size }]
  for (let entry = at; entry + 28 <= at + Math.min(size, 28 * 16); entry += 28)
    places.push({ offset: bytes.readUInt32LE(entry + 24), length: bytes.readUInt32LE(entry + 16) })
  return places
}
