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
  /** Access and change time of an old GNU or star header as they stand; empty in all others. */
  gnuTimes: string
  /** What an old GNU sparse header (type S) says of its holes: the bytes, and whether more blocks of it follow. */
  sparse: { map: Buffer; extended: boolean } | null
}

/** Each header is read in this one place: a million of them need no views of their own. */
const block = Buffer.from(new ArrayBuffer(blockSize))
const words = new Int32Array(block.buffer)

const [ustarMagic, gnuMagic, starMark] = ['ustar\0', 'ustar  \0', 'tar\0'].map(text => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
]

/** Reads the header block at `at`; throws a LayerError (without a place) when it is not one. */
export function parseHeader(bytes: Buffer, at = 0): TarHeader {
  bytes.copy(block, 0, at, at + blockSize)
  verifyChecksum()
  const gnu = stands(gnuMagic, 257)
  const ustar = stands(ustarMagic, 257)
  const star = ustar && stands(starMark, 508)
  const prefix = ustar ? text(345, star ? 131 : 155) : ''
  const name = text(0, 100)
  const typeflag = block[156] === 0 ? '\0' : String.fromCharCode(block[156] as number)
  return {
    typeflag,
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkname: text(157, 100),
    mode: integer(100, 8, 'mode'),
    uid: integer(108, 8, 'user id'),
    gid: integer(116, 8, 'group id'),
    size: natural(124, 12, 'size'),
    mtime: numeric(136, 12, 'modification time').toString(),
    uname: gnu || ustar ? text(265, 32) : '',
    gname: gnu || ustar ? text(297, 32) : '',
    device: gnu || ustar ? device() : '',
    gnuTimes: gnu ? ownTimes(345) : star ? ownTimes(476) : '',
    sparse: gnu && typeflag === 'S' ? { map: Buffer.from(block.subarray(386, 495)), extended: block[482] !== 0 } : null,
  }
}

/** The sum of all bytes, those of the checksum itself taken as blanks. */
function verifyChecksum(): void {
  let [even, odd] = [0, 0]
  for (let at = 0; at < words.length; at += 1) {
    // Four bytes at once, in four sums of 16 bits, which 128 bytes cannot overflow.
    const word = words[at] as number
    even += word & 0x00ff00ff
    odd += (word >>> 8) & 0x00ff00ff
  }
  let unsigned = (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16) + 256
  for (let at = 148; at < 156; at += 1) unsigned -= block[at] as number
  // Go reads no binary number here, others do.
  const stated = octal(148, 8, 'checksum')
  if (stated !== unsigned && stated !== signedSum()) throw new LayerError('the tar header has a wrong checksum')
}

/** Some old writers summed signed bytes. */
function signedSum(): number {
  let sum = 256
  for (let at = 0; at < blockSize; at += 1) if (at < 148 || at >= 156) sum += block.readInt8(at)
  return sum
}

function stands(mark: Buffer, at: number): boolean {
  for (let index = 0; index < mark.length; index += 1) if (block[at + index] !== mark[index]) return false
  return true
}

function device(): string {
  const major = integer(329, 8, 'device major number')
  const minor = integer(337, 8, 'device minor number')
  return major === 0 && minor === 0 ? '' : `${major},${minor}`
}

/** Both stand behind each other, from this byte on. */
function ownTimes(at: number): string {
  if (block[at] === 0 && block[at + 12] === 0) return ''
  return `${numeric(at, 12, 'access time')},${numeric(at + 12, 12, 'change time')}`
}

/** Up to the first zero byte. */
function text(at: number, length: number): string {
  let end = at
  let bits = 0
  for (; end < at + length && block[end] !== 0; end += 1) bits |= block[end] as number
  if (end === at) return ''
  return bits < 0x80 ? block.toString('latin1', at, end) : textOf(block, at, end)
}

function natural(at: number, length: number, field: string): number {
  const value = integer(at, length, field)
  if (value < 0) throw new LayerError(`the ${field} in the tar header is negative`)
  return value
}

function integer(at: number, length: number, field: string): number {
  const value = Number(numeric(at, length, field))
  if (!Number.isSafeInteger(value)) throw new LayerError(`the ${field} in the tar header is absurd`)
  return value
}

function numeric(at: number, length: number, field: string): number | bigint {
  return (block[at] as number) & 0x80 ? base256(at, length) : octal(at, length, field)
}

/** GNU's binary numbers: two's complement, big-endian, the top bit of the first byte being the mark. */
function base256(at: number, length: number): bigint {
  const bits = BigInt(length * 8 - 1)
  const value = BigInt(`0x${block.toString('hex', at, at + length)}`) & ((1n << bits) - 1n)
  return BigInt.asIntN(length * 8 - 1, value)
}

/** Octal digits between optional spaces and zero bytes; nothing else may hide in the field. */
function octal(at: number, length: number, field: string): number {
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
