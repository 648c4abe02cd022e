import type { Random } from './random.ts'

const odd = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x20, 0x22, 0x27, 0x30, 0x5c]
const numbers = [-1, 0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
const written = [
  '-1',
  '0',
  '1',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
  '1e999',
  '0x7f',
  '017',
  'NaN',
]
const openers = ['[', '{', '(', '{"a":', '[[', '$(', '${', '- ', '<', '`', '"', '\\']

type Change = (bytes: Buffer, random: Random, words: readonly Buffer[], other: Buffer) => Buffer

const place = (bytes: Buffer, random: Random): number => random.below(bytes.length + 1)

function put(bytes: Buffer, at: number, length: number, instead: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), instead, bytes.subarray(at + length)])
}

/** Where a line begins. */
function lineAt(bytes: Buffer, random: Random): number {
  const at = bytes.lastIndexOf(10, random.below(bytes.length + 1))
  return at + 1
}

function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(10, at)
  return end === -1 ? bytes.length : end + 1
}

const insertWord: Change = (bytes, random, words) =>
  words.length === 0 ? bytes : put(bytes, place(bytes, random), 0, random.of(words))

const changes: readonly Change[] = [
  insertWord,
  insertWord,
  insertWord,
  // A word in the place of something.
  (bytes, random, words) => {
    const word = words.length === 0 ? Buffer.alloc(1) : random.of(words)
    return put(bytes, place(bytes, random), random.below(2) === 0 ? word.length : random.length(bytes.length), word)
  },
  // One bit.
  (bytes, random) => {
    if (bytes.length === 0) return bytes
    const [copy, at] = [Buffer.from(bytes), random.below(bytes.length)]
    copy[at] = (copy[at] as number) ^ (1 << random.below(8))
    return copy
  },
  // One byte.
  (bytes, random) => {
    if (bytes.length === 0) return bytes
    const copy = Buffer.from(bytes)
    copy[random.below(bytes.length)] = random.below(2) === 0 ? random.of(odd) : random.below(256)
    return copy
  },
  // A number as a machine writes it.
  (bytes, random) => {
    const width = random.of([1, 2, 4, 8])
    if (bytes.length < width) return bytes
    const [copy, at, number] = [Buffer.from(bytes), random.below(bytes.length - width + 1), BigInt(random.of(numbers))]
    const value = BigInt.asUintN(8 * width, number)
    for (let index = 0; index < width; index++) {
      const shift = 8 * (random.below(2) === 0 ? index : index)
      copy[at + index] = Number((value >> BigInt(shift)) & 255n)
    }
    if (random.below(2) === 0) copy.subarray(at, at + width).reverse()
    return copy
  },
  // A number as people write it.
  (bytes, random) => {
    const digits = [...bytes.toString('latin1').matchAll(/\d+/g)]
    const found = digits.length === 0 ? undefined : random.of(digits)
    return put(bytes, found?.index ?? place(bytes, random), found?.[0].length ?? 0, Buffer.from(random.of(written)))
  },
  // Less.
  (bytes, random) => put(bytes, place(bytes, random), random.length(bytes.length), Buffer.alloc(0)),
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
  // A piece again, somewhere else.
  (bytes, random) => {
    const from = place(bytes, random)
    return put(bytes, place(bytes, random), 0, bytes.subarray(from, from + random.length(bytes.length)))
  },
  // A piece many times.
  (bytes, random) => {
    const from = place(bytes, random)
    const piece = bytes.subarray(from, from + random.length(24))
    return put(bytes, from, 0, Buffer.concat(Array.from({ length: 2 ** random.below(9) }, () => piece)))
  },
  // A piece of another input.
  (bytes, random, _, other) => {
    const from = place(other, random)
    return put(bytes, place(bytes, random), random.length(40), other.subarray(from, from + random.length(other.length)))
  },
  // The beginning of one, the end of another.
  (bytes, random, _, other) =>
    Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))]),
  // A line gone, doubled, or moved.
  (bytes, random) => {
    const at = lineAt(bytes, random)
    const line = Buffer.from(bytes.subarray(at, endOfLine(bytes, at)))
    const kind = random.below(3)
    const rest = kind === 0 ? bytes : put(bytes, at, line.length, Buffer.alloc(0))
    return kind === 1 ? rest : put(rest, lineAt(rest, random), 0, line)
  },
  // A tower.
  (bytes, random) => put(bytes, place(bytes, random), 0, Buffer.from(random.of(openers).repeat(2 ** random.below(11)))),
  // Two places change sides.
  (bytes, random) => {
    const [one = 0, two = 0, three = 0] = [place(bytes, random), place(bytes, random), place(bytes, random)].sort(
      (a, b) => a - b,
    )
    return Buffer.concat([
      bytes.subarray(0, one),
      bytes.subarray(two, three),
      bytes.subarray(one, two),
      bytes.subarray(three),
    ])
  },
]

/** Another input: one that is known, changed in a few places. */
export function mutated(bytes: Buffer, other: Buffer, random: Random, words: readonly Buffer[], most: number): Buffer {
  let result = bytes
  for (let left = 1 + random.below(2 ** random.below(4)); left > 0; left--) {
    result = random.of(changes)(result, random, words, other)
    if (result.length > most) result = result.subarray(0, most)
  }
  return result
}
