import type { NestedDifference } from '../../image/comparison.ts'

export type ArchiveFormat = NestedDifference['format']

/** Enough bytes of a content's beginning to tell its format. */
export const magicSize = 512
/** How long a program ahead of a zip may be. */
export const prefixLimit = 64 * 1024
export const localMagic = Buffer.from('PK\x03\x04')

const magics: readonly [ArchiveFormat, number, Buffer][] = [
  ['zip', 0, localMagic],
  ['zip', 0, Buffer.from('PK\x05\x06')],
  ['gzip', 0, Buffer.from([0x1f, 0x8b, 8])],
  ['zstd', 0, Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ['ar', 0, Buffer.from('!<arch>\n')],
  ['xz', 0, Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
  ['tar', 257, Buffer.from('ustar\0')],
  ['tar', 257, Buffer.from('ustar  \0')],
]

/** The format of an archive by its first bytes; a name proves nothing. Null for anything else. */
export function archiveFormat(head: Uint8Array): ArchiveFormat | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const found = magics.find(([, at, magic]) => bytes.subarray(at, at + magic.length).equals(magic))
  if (found) return found[0]
  const text = bytes.toString('latin1', 0, 10)
  if (/^BZh[1-9]1AY&SY/.test(text)) return 'bzip2'
  // A zip behind a script that runs it: zipapp, pex, shiv, executable jars.
  return text.startsWith('#!') && bytes.subarray(0, prefixLimit).includes(localMagic) ? 'zip' : null
}
