import { textOf } from './byte-text.ts'
import { LayerError } from './layer-error.ts'

export const blockSize = 512

/** The fields of one header block (ustar, GNU, star, V7) as they stand, before PAX and GNU extensions are applied. */
export interface TarHeader {
  typeflag: string
  name: string
  linkname: string
  /** All bits, file type bits of some writers included. */
  mode: number
  uid: number
  gid: number
  size: number
  /** Seconds since 1970, decimal. */
  mtime: string
  uname: string
  gname: string
  device: string
  /** Access and change time of an old GNU header as it stands; empty in all others. */
  gnuTimes: string
  /** What an old GNU sparse header (type S) says of its holes: the bytes, and whether more blocks of it follow. */
  sparse: { map: Buffer; extended: boolean } | null
}

/** Reads a header block; throws a LayerError (without a place) when it is not one. */
export function parseHeader(block: Buffer): TarHeader {
  verifyChecksum(block)
  const magic = block.toString('latin1', 257, 263)
  const gnu = magic === 'ustar ' && block.toString('latin1', 263, 265) === ' \0'
  const ustar = magic === 'ustar\0'
  const star = ustar && block.toString('latin1', 508, 512) === 'tar\0'
  const prefix = ustar ? text(block, 345, star ? 131 : 155) : ''
  const name = text(block, 0, 100)
  const typeflag = block[156] === 0 ? '\0' : String.fromCharCode(block[156] as number)
  return {
    typeflag,
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkname: text(block, 157, 100),
    mode: integer(block, 100, 8, 'mode'),
    uid: integer(block, 108, 8, 'user id'),
    gid: integer(block, 116, 8, 'group id'),
    size: natural(block, 124, 12, 'size'),
    mtime: numeric(block, 136, 12, 'modification time').toString(),
    uname: gnu || ustar ? text(block, 265, 32) : '',
    gname: gnu || ustar ? text(block, 297, 32) : '',
    device: gnu || ustar ? device(block) : '',
    gnuTimes: gnu ? gnuTimes(block) : '',
    sparse: gnu && typeflag === 'S' ? { map: Buffer.from(block.subarray(386, 495)), extended: block[482] !== 0 } : null,
  }
}

function verifyChecksum(block: Buffer): void {
  let unsigned = 256
  let signed = 256
  for (let at = 0; at < blockSize; at += 1) {
    if (at === 148) at = 156
    const byte = block[at] as number
    unsigned += byte
    signed += byte < 128 ? byte : byte - 256
  }
  const stated = integer(block, 148, 8, 'checksum')
  // Some old writers summed signed bytes.
  if (stated !== unsigned && stated !== signed) throw new LayerError('the tar header has a wrong checksum')
}

function device(block: Buffer): string {
  const major = integer(block, 329, 8, 'device major number')
  const minor = integer(block, 337, 8, 'device minor number')
  return major === 0 && minor === 0 ? '' : `${major},${minor}`
}

function gnuTimes(block: Buffer): string {
  if (block[345] === 0 && block[357] === 0) return ''
  return `${numeric(block, 345, 12, 'access time')},${numeric(block, 357, 12, 'change time')}`
}

function text(block: Buffer, at: number, length: number): string {
  const zero = block.indexOf(0, at)
  return zero === at ? '' : textOf(block, at, zero < 0 || zero > at + length ? at + length : zero)
}

function natural(block: Buffer, at: number, length: number, field: string): number {
  const value = integer(block, at, length, field)
  if (value < 0) throw new LayerError(`the ${field} in the tar header is negative`)
  return value
}

function integer(block: Buffer, at: number, length: number, field: string): number {
  const value = Number(numeric(block, at, length, field))
  if (!Number.isSafeInteger(value)) throw new LayerError(`the ${field} in the tar header is absurd`)
  return value
}

function numeric(block: Buffer, at: number, length: number, field: string): number | bigint {
  return (block[at] as number) & 0x80 ? base256(block, at, length) : octal(block, at, length, field)
}

/** GNU's binary numbers: two's complement, big-endian, the top bit of the first byte being the mark. */
function base256(block: Buffer, at: number, length: number): bigint {
  const bits = BigInt(length * 8 - 1)
  const value = BigInt(`0x${block.toString('hex', at, at + length)}`) & ((1n << bits) - 1n)
  return BigInt.asIntN(length * 8 - 1, value)
}

/** Octal digits between optional spaces and zero bytes; nothing else may hide in the field. */
function octal(block: Buffer, at: number, length: number, field: string): number {
  const end = at + length
  let next = at
  while (next < end && isFiller(block[next] as number)) next += 1
  let value = 0
  for (; next < end; next += 1) {
    const digit = (block[next] as number) - 0x30
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
  }
  while (next < end && isFiller(block[next] as number)) next += 1
  if (next < end) throw new LayerError(`the ${field} in the tar header is not a number`)
  return value
}

function isFiller(byte: number): boolean {
  return byte === 0x20 || byte === 0
}
