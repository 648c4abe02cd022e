import * as zlib from 'node:zlib'

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})

/** CRC-32 of these bytes behind others whose CRC-32 is `before`; Node's own since 20.15. */
export const crc32: (bytes: Buffer, before: number) => number = zlib.crc32 ?? plainCrc32

/** The same, where Node has none. */
export function plainCrc32(bytes: Buffer, before: number): number {
  let value = ~before
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] as number) ^ (value >>> 8)
  return ~value >>> 0
}
