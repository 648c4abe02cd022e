/** Digests that bundlers use and Node does not offer. Not for security: only to tell whether a name is one of them. */

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits))

/** MD4 (RFC 1320), in hexadecimal: what webpack names files by. */
export function md4(bytes: Buffer): string {
  const padded = Buffer.alloc((((bytes.length + 8) >> 6) + 1) << 6)
  bytes.copy(padded)
  padded[bytes.length] = 0x80
  padded.writeUInt32LE((bytes.length << 3) >>> 0, padded.length - 8)
  padded.writeUInt32LE(Math.floor(bytes.length / 2 ** 29), padded.length - 4)
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  const words = new Int32Array(16)
  for (let block = 0; block < padded.length; block += 64) {
    for (let at = 0; at < 16; at++) words[at] = padded.readInt32LE(block + 4 * at)
    const before = [a, b, c, d] as const
    for (let step = 0; step < 48; step++) {
      const { mix, constant, order, shifts } = rounds[step >> 4] as Round
      const sum = (a + mix(b, c, d) + (words[order[step & 15] ?? 0] ?? 0) + constant) | 0
      ;[a, b, c, d] = [d, rotate(sum, shifts[step & 3] ?? 0), b, c]
    }
    ;[a, b, c, d] = [(a + before[0]) | 0, (b + before[1]) | 0, (c + before[2]) | 0, (d + before[3]) | 0]
  }
  const digest = Buffer.alloc(16)
  for (const [at, word] of [a, b, c, d].entries()) digest.writeInt32LE(word | 0, 4 * at)
  return digest.toString('hex')
}

interface Round {
  mix: (b: number, c: number, d: number) => number
  constant: number
  order: readonly number[]
  shifts: readonly number[]
}

const rounds: readonly Round[] = [
  {
    mix: (b, c, d) => (b & c) | (~b & d),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (b, c, d) => (b & c) | (b & d) | (c & d),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (b, c, d) => b ^ c ^ d,
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
]

const mask = (1n << 64n) - 1n
const [prime1, prime2, prime3, prime4, prime5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const
const times = (value: bigint, factor: bigint): bigint => (value * factor) & mask
const turn = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & mask
const round = (sum: bigint, lane: bigint): bigint => times(turn((sum + times(lane, prime2)) & mask, 31n), prime1)
const merge = (hash: bigint, sum: bigint): bigint => (times(hash ^ round(0n, sum), prime1) + prime4) & mask

/** XXH64 with seed 0, in hexadecimal. */
export function xxhash64(bytes: Buffer): string {
  let [hash, at]: [bigint, number] = [prime5, 0]
  if (bytes.length >= 32) {
    const sums = [(prime1 + prime2) & mask, prime2, 0n, (mask + 1n - prime1) & mask]
    for (; at + 32 <= bytes.length; at += 32)
      for (let lane = 0; lane < 4; lane++) sums[lane] = round(sums[lane] ?? 0n, bytes.readBigUInt64LE(at + 8 * lane))
    hash = [1n, 7n, 12n, 18n].reduce((sum, bits, lane) => (sum + turn(sums[lane] ?? 0n, bits)) & mask, 0n)
    for (const sum of sums) hash = merge(hash, sum)
  }
  hash = (hash + BigInt(bytes.length)) & mask
  for (; at + 8 <= bytes.length; at += 8)
    hash = (times(turn(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n), prime1) + prime4) & mask
  if (at + 4 <= bytes.length) {
    hash = (times(turn(hash ^ times(BigInt(bytes.readUInt32LE(at)), prime1), 23n), prime2) + prime3) & mask
    at += 4
  }
  for (; at < bytes.length; at++) hash = times(turn(hash ^ times(BigInt(bytes[at] ?? 0), prime5), 11n), prime1)
  hash = times(hash ^ (hash >> 33n), prime2)
  hash = times(hash ^ (hash >> 29n), prime3)
  return (hash ^ (hash >> 32n)).toString(16).padStart(16, '0')
}
