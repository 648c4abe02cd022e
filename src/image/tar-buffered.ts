import { textOf } from './byte-text.ts'
import type { Entry } from './image.ts'
import { LayerError } from './layer-error.ts'
import { extensionLimit, type PaxRecords, parsePax } from './pax.ts'
import { type Extensions, entryOf } from './tar-entry.ts'
import { blockSize, parseHeader } from './tar-header.ts'

/** An entry, and where in the buffer its content begins. */
export interface EntryAt {
  entry: Entry
  content: number
}

/**
 * The entry whose headers begin at this byte, where all of them are in the buffer and nothing is special about them; null
 * for anything else: a reader that goes step by step finds out what it is.
 */
export function entryAt(buffer: Buffer, start: number, global: PaxRecords | null): EntryAt | null {
  const extensions: Extensions = { pax: null, longName: null, longLink: null, facts: null }
  try {
    for (let at = start; at + blockSize <= buffer.length && buffer[at] !== 0; ) {
      const header = parseHeader(buffer, at)
      if (header.sparse !== null || header.typeflag === 'g') return null
      at += blockSize
      if (!isExtension(header.typeflag)) return { entry: entryOf(header, extensions, global), content: at }
      const end = at + header.size
      if (end > buffer.length || header.size > extensionLimit) return null
      if (!extended(extensions, header.typeflag, buffer.subarray(at, end))) return null
      at = end + paddingOf(header.size)
    }
    return null
  } catch (error) {
    if (error instanceof LayerError) return null
    throw error
  }
}

/** Bytes up to the next block, behind so many. */
export function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize
}

/** The text of a GNU long name. */
export function longText(bytes: Buffer): string {
  const zero = bytes.indexOf(0)
  return textOf(bytes, 0, zero < 0 ? bytes.length : zero)
}

const isExtension = (typeflag: string): boolean => typeflag === 'x' || typeflag === 'L' || typeflag === 'K'

/** Notes what such a header says; false when there is one of its kind already. */
function extended(extensions: Extensions, typeflag: string, bytes: Buffer): boolean {
  const field = typeflag === 'x' ? 'pax' : typeflag === 'L' ? 'longName' : 'longLink'
  if (extensions[field] !== null) return false
  if (field === 'pax') extensions.pax = parsePax(bytes)
  else extensions[field] = longText(bytes)
  return true
}
