import { inflateSync } from 'node:zlib'
import type { ContentSample } from '../../image/comparison.ts'
import { bytesOf, readAt } from '../content.ts'

/** A section of an ELF file. Offsets and sizes in bytes. */
export interface Section {
  name: string
  type: number
  offset: number
  size: number
  /** Zero-terminated strings, one after the other. */
  strings: boolean
  compressed: boolean
  /** Index of the section whose strings this one names. */
  link: number
}

/** What is said of an ELF file's layout (System V ABI, chapter 4): its sections in the order of the table. */
export interface Elf {
  sections: Section[]
  wide: boolean
  little: boolean
  /** Where the section header table is. */
  table: { offset: number; size: number }
}

const magic = 0x7f454c46
const sectionLimit = 20_000
const [stringTable, noBits] = [3, 8]
const [stringsFlag, compressedFlag] = [0x20, 0x800]

/** Reads the section headers as far as the sample has them; null for no ELF file, a damaged one, or one without headers. */
export function readElf(sample: ContentSample): Elf | null {
  const head = bytesOf(sample.head)
  if (head.length < 64 || head.readUInt32BE(0) !== magic) return null
  const [wide, little] = [head[4] === 2, head[5] === 1]
  const number = reader(wide, little)
  const offset = number.word(head, wide ? 40 : 32)
  const entrySize = number.half(head, wide ? 58 : 46)
  const first = readAt(sample, offset, entrySize)
  if (offset === 0 || entrySize < (wide ? 64 : 40) || first === null) return null
  // More sections than 16 bits can say are counted in the first header.
  const count = number.half(head, wide ? 60 : 48) || number.word(first, wide ? 32 : 20)
  const names = number.half(head, wide ? 62 : 50)
  const table = count <= sectionLimit ? readAt(sample, offset, entrySize * count) : null
  if (table === null) return null
  const raw = Array.from({ length: count }, (_, index) => {
    const header = table.subarray(index * entrySize, (index + 1) * entrySize)
    const flags = number.word(header, 8)
    return {
      nameAt: number.int(header, 0),
      type: number.int(header, 4),
      flags,
      offset: number.word(header, wide ? 24 : 16),
      size: number.word(header, wide ? 32 : 20),
      link: number.int(header, wide ? 40 : 24),
    }
  })
  const strings = raw[names === 0xffff ? (raw[0]?.link ?? 0) : names]
  const text = strings ? readAt(sample, strings.offset, strings.size) : null
  if (text === null) return null
  const sections = raw.map(({ nameAt, type, flags, offset: start, size, link }) => ({
    ...{ name: stringAt(text, nameAt) ?? '', type, offset: start, link },
    size: type === noBits ? 0 : size,
    strings: (type === stringTable || (flags & stringsFlag) !== 0) && (flags & compressedFlag) === 0,
    compressed: (flags & compressedFlag) !== 0,
  }))
  return { sections, wide, little, table: { offset, size: entrySize * count } }
}

interface Reader {
  half: (bytes: Buffer, at: number) => number
  int: (bytes: Buffer, at: number) => number
  /** 4 or 8 bytes; of 8 what a double holds. */
  word: (bytes: Buffer, at: number) => number
}

function reader(wide: boolean, little: boolean): Reader {
  const int = (bytes: Buffer, at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const long = (bytes: Buffer, at: number): number =>
    Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  return {
    half: (bytes, at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    int,
    word: wide ? long : int,
  }
}

/** The section that an offset of the file lies in; null between sections. */
const sectionAt = ({ sections }: Elf, offset: number): Section | null =>
  sections.find(section => offset >= section.offset && offset < section.offset + section.size) ?? null

/** What an offset of the file belongs to, in words: a section's name, or the headers. */
export function placeAt(elf: Elf, offset: number): string {
  const section = sectionAt(elf, offset)
  if (section) return section.name
  if (offset < (elf.wide ? 64 : 52)) return 'the ELF header'
  const { offset: start, size } = elf.table
  return offset >= start && offset < start + size ? 'the section headers' : 'between sections'
}

/** A section's bytes; null where the sample does not hold them all. */
export const contentOf = (sample: ContentSample, { offset, size }: Section): Buffer | null =>
  size === 0 ? Buffer.alloc(0) : readAt(sample, offset, size)

const inflatedLimit = 12 << 20

/** A section's bytes as they were before zlib compressed them (SHF_COMPRESSED); null when that cannot be read or is too large. */
export function uncompressed(bytes: Buffer, { compressed }: Section, { wide, little }: Elf): Buffer | null {
  if (!compressed) return bytes
  const header = wide ? 24 : 12
  const type = bytes.length < header ? 0 : little ? bytes.readUInt32LE(0) : bytes.readUInt32BE(0)
  if (type !== 1) return null
  try {
    return inflateSync(bytes.subarray(header), { maxOutputLength: inflatedLimit })
  } catch {
    return null
  }
}

/** The zero-terminated string at an offset of a string table (latin-1); null outside of it. */
export function stringAt(table: Buffer, offset: number): string | null {
  if (offset < 0 || offset >= table.length) return null
  const end = table.indexOf(0, offset)
  return table.toString('latin1', offset, Math.min(end < 0 ? table.length : end, offset + 4096))
}
