import type { ContentSample } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'

/** A stretch of a file. */
export interface Place {
  offset: number
  length: number
}

/** Where a .NET assembly keeps what is drawn anew: offsets in the file. */
export interface Assembly {
  /** Offset of the PE header's time stamp, its value in seconds. */
  stamp: number
  time: number
  checksum: number
  /** The stream of GUIDs; its first is the module's. */
  guids: Place
  mvid: string
  /** The debug directory, and of what it points to all but the path of the PDB. */
  debug: Place[]
  /** The PDB in the file (compressed), where it is one. */
  embedded: Place | null
  /** A deterministic compiler makes the IDs of all that it compiled, and the time stamp, too: its highest bit is set then. */
  deterministic: boolean
}

/** What a compiler draws, or makes of all else: the stamp, the checksum, the GUIDs and what names the PDB. */
export const idsOf = ({ stamp, checksum, guids, debug }: Assembly): Place[] => [
  { offset: stamp, length: 4 },
  { offset: checksum, length: 4 },
  guids,
  ...debug,
]

/** Reads PE and CLI headers after ECMA-335, partition II.24 and II.25; null when the file is no assembly. */
export function readAssembly(sample: ContentSample): Assembly | null {
  try {
    return read(bytesOf(sample.head))
  } catch {
    return null
  }
}

/** The time stamp (s) in the header of a .NET assembly, of which no more need be here than its beginning; null for any other file. */
export function stampOf({ head }: ContentSample): number | null {
  try {
    const bytes = bytesOf(head)
    const headers = headersOf(bytes)
    return headers === null || headers.cli === 0 ? null : bytes.readUInt32LE(headers.pe + 8)
  } catch {
    return null
  }
}

/** Whether a time stamp is made of all that was compiled, and no time. */
export const isDerived = (stamp: number): boolean => stamp >= 0x80000000

function headersOf(bytes: Buffer): { pe: number; optional: number; directories: number; cli: number } | null {
  if (bytes.toString('latin1', 0, 2) !== 'MZ') return null
  const pe = bytes.readUInt32LE(0x3c)
  if (bytes.toString('latin1', pe, pe + 4) !== 'PE\0\0') return null
  const optional = pe + 24
  const directories = optional + (bytes.readUInt16LE(optional) === 0x20b ? 112 : 96)
  return { pe, optional, directories, cli: bytes.readUInt32LE(directories + 14 * 8) }
}

function read(bytes: Buffer): Assembly | null {
  const headers = headersOf(bytes)
  if (!headers || headers.cli === 0) return null
  const { pe, optional, directories, cli } = headers
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
  const metadata = fileOffset(bytes.readUInt32LE(fileOffset(cli) + 8))
  const guids = streamOf(bytes, metadata, '#GUID')
  if (!guids) return null
  const mvid = bytes.toString('hex', guids.offset, guids.offset + 16)
  const debugAt = bytes.readUInt32LE(directories + 6 * 8)
  const debug =
    debugAt === 0
      ? { places: [], embedded: null }
      : debugPlaces(bytes, fileOffset(debugAt), bytes.readUInt32LE(directories + 6 * 8 + 4))
  const time = bytes.readUInt32LE(pe + 8)
  return {
    ...{ stamp: pe + 8, time, checksum: optional + 64, guids, mvid },
    ...{ debug: debug.places, embedded: debug.embedded, deterministic: isDerived(time) },
  }
}

/** `BSJB`, a version, then the streams with their names. */
function streamOf(bytes: Buffer, metadata: number, wanted: string): Place | null {
  if (bytes.toString('latin1', metadata, metadata + 4) !== 'BSJB') return null
  let at = metadata + 16 + bytes.readUInt32LE(metadata + 12)
  const streams = bytes.readUInt16LE(at + 2)
  at += 4
  for (let index = 0; index < Math.min(streams, 32); index++) {
    const end = bytes.indexOf(0, at + 8)
    const name = bytes.toString('latin1', at + 8, end)
    if (name === wanted) return { offset: metadata + bytes.readUInt32LE(at), length: bytes.readUInt32LE(at + 4) }
    at = at + 8 + (Math.floor(name.length / 4) + 1) * 4
  }
  return null
}

const [codeView, embeddedPdb, idLength] = [2, 17, 24]

function debugPlaces(bytes: Buffer, at: number, size: number): { places: Place[]; embedded: Place | null } {
  const places = [{ offset: at, length: size }]
  let embedded: Place | null = null
  for (let entry = at; entry + 28 <= at + Math.min(size, 28 * 16); entry += 28) {
    const place = { offset: bytes.readUInt32LE(entry + 24), length: bytes.readUInt32LE(entry + 16) }
    const type = bytes.readUInt32LE(entry + 12)
    if (type === embeddedPdb) embedded = place
    places.push(type === codeView ? { offset: place.offset, length: Math.min(idLength, place.length) } : place)
  }
  return { places, embedded }
}

/** Where the ID of a portable PDB stands, of 20 bytes: at the beginning of its stream `#Pdb`. Null for any other file. */
export function pdbId(bytes: Buffer): number | null {
  try {
    return streamOf(bytes, 0, '#Pdb')?.offset ?? null
  } catch {
    return null
  }
}
