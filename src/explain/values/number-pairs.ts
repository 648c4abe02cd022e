import type { ByteRun } from '../../image/comparison.ts'
import { bytesOf, runBounds } from '../content.ts'

/** A number that two texts differ by, as each of them writes it: `1700001234`, `0x3f2aUL`, `0.25`. */
export interface NumberPair {
  a: string
  b: string
}

/** Bytes that a text lists as numbers: `0x3f, 0x2a, …`, as xxd -i writes them, or a table of larger ones. */
export interface ByteList {
  a: Buffer
  b: Buffer
}

const [textLimit, pairLimit] = [64 << 10, 60]
const number =
  /(?<![\w.])-?(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)(?=[uUlLfFnN]{0,3}(?![\w.])|[ui](?:8|16|32|64|size)\b)/g

/** The numbers that two texts differ by, when they differ by nothing else; each pair once. */
export function numbersOf(a: string, b: string): NumberPair[] {
  if (a.length > textLimit || b.length > textLimit) return []
  const [linesA, linesB] = [a.split('\n'), b.split('\n')]
  if (linesA.length !== linesB.length) return []
  const pairs = new Map<string, NumberPair>()
  for (const [index, line] of linesA.entries()) {
    const other = linesB[index] ?? ''
    if (line === other || line.length > 4096 || other.length > 4096) continue
    // A line that differs by more says nothing of its numbers; another line may.
    if (line.replace(number, '#') !== other.replace(number, '#')) continue
    const [inA, inB] = [line.match(number) ?? [], other.match(number) ?? []]
    for (const [at, p] of inA.entries()) {
      const q = inB[at] ?? p
      if (p !== q && pairs.size < pairLimit) pairs.set(`${p} ${q}`, { a: p, b: q })
    }
  }
  return [...pairs.values()]
}

const listed =
  /(?:-?(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)[uUlLfF]{0,3}\s{0,20},\s{0,20}){3,}-?(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?)/g

/** Lists of numbers that two texts have in the same places and that differ, as a machine keeps them; none shorter than eight bytes. */
export function byteListsOf(a: string, b: string): ByteList[] {
  if (a.length > textLimit || b.length > textLimit) return []
  const [inA, inB] = [a.match(listed) ?? [], b.match(listed) ?? []]
  if (inA.length !== inB.length || inA.length > 20) return []
  return inA.flatMap((list, at) => {
    const [p, q] = [numbersIn(list), numbersIn(inB[at] ?? '')]
    return p.length === q.length && p.length <= 4096 ? inAllSizes(p, q) : []
  })
}

const numbersIn = (list: string): string[] =>
  list.split(',').map(one => one.trim().replace(/(?<=^-?\d+\.?\d*)[uUlLfF]+$/, ''))

/** As integers of each size that holds them all, and as floats. */
function inAllSizes(p: readonly string[], q: readonly string[]): ByteList[] {
  const [first, ...pairs] = p.map((a, index) => formsBySize({ a, b: q[index] ?? a }))
  return [...(first?.keys() ?? [])].flatMap((form): ByteList[] => {
    const parts = [first, ...pairs].map(forms => forms?.get(form))
    if (parts.some(part => part === undefined)) return []
    const a = Buffer.concat(parts.map(part => part?.[0] ?? Buffer.alloc(0)))
    const b = Buffer.concat(parts.map(part => part?.[1] ?? Buffer.alloc(0)))
    return a.length >= 8 && !a.equals(b) ? [{ a, b }] : []
  })
}

/** Little-endian, by size and kind: `i4`, `f8`. */
function formsBySize(pair: NumberPair): Map<string, [Buffer, Buffer]> {
  const [p, q] = [integerOf(pair.a), integerOf(pair.b)]
  const whole = p === null || q === null ? [] : integerForms(p, q)
  return new Map([
    ...whole,
    ...floats(pair, true).map((form): [string, [Buffer, Buffer]] => [`f${form[0].length}`, form]),
  ])
}

/** Whether the run is a part of the list, at one place of it on both sides. */
export function holdsBytes(run: ByteRun, { a, b }: ByteList): boolean {
  const { start, end } = runBounds(run)
  const [p, q] = [bytesOf(run.a).subarray(start, end), bytesOf(run.b).subarray(start, end)]
  if (end - start < Math.min(run.length, 4)) return false
  for (let at = a.indexOf(p); at >= 0; at = a.indexOf(p, at + 1))
    if (b.subarray(at, at + q.length).equals(q)) return true
  return false
}

/** Whether a compiler may have written the pair of numbers over the run: as an integer of 1 to 8 bytes or in LEB128, or as a float. */
export function holdsNumber(run: ByteRun, pair: NumberPair): boolean {
  const [a, b] = [bytesOf(run.a), bytesOf(run.b)]
  return formsOf(pair).some(([p, q]) => covers(run, a, b, p, q))
}

/** The value lies over all that differs in the run, on each side its own. */
function covers(run: ByteRun, a: Buffer, b: Buffer, p: Buffer, q: Buffer): boolean {
  const size = p.length
  if (run.length > size) return false
  for (let at = Math.max(0, run.before + run.length - size); at <= run.before; at++)
    if (a.subarray(at, at + size).equals(p) && b.subarray(at, at + size).equals(q)) return true
  return false
}

const known = new WeakMap<NumberPair, [Buffer, Buffer][]>()

/** The pair as bytes, in each form that holds both. */
function formsOf(pair: NumberPair): [Buffer, Buffer][] {
  const made = known.get(pair)
  if (made) return made
  const forms = /[.eE]/.test(pair.a.replace(/^-?0[xX].*/, '')) ? floats(pair) : [...integers(pair), ...floats(pair)]
  known.set(pair, forms)
  return forms
}

function integers({ a, b }: NumberPair): [Buffer, Buffer][] {
  const [p, q] = [integerOf(a), integerOf(b)]
  if (p === null || q === null) return []
  // Debug data, WebAssembly and Protocol Buffers take seven bits a byte.
  const short = [true, false].map((signed): [Buffer, Buffer] => [sevenBits(p, signed), sevenBits(q, signed)])
  const plain = integerForms(p, q).flatMap(([, [left, right]]): [Buffer, Buffer][] =>
    left.length === 1
      ? [[left, right]]
      : [
          [left, right],
          [Buffer.from(left).reverse(), Buffer.from(right).reverse()],
        ],
  )
  // Python's larger integers take fifteen bits in two bytes.
  const long: [Buffer, Buffer] = [fifteenBits(p), fifteenBits(q)]
  return [...plain, ...[...short, long].filter(([left, right]) => left.length > 1 && left.length === right.length)]
}

function fifteenBits(value: bigint): Buffer {
  const bytes: number[] = []
  for (let left = value < 0n ? -value : value; left > 0n && bytes.length < 16; left >>= 15n)
    bytes.push(Number(left & 255n), Number((left >> 8n) & 127n))
  return Buffer.from(bytes)
}

/** LEB128. */
function sevenBits(value: bigint, signed: boolean): Buffer {
  const bytes: number[] = []
  for (let left = value; bytes.length < 10; left >>= 7n) {
    const part = Number(left & 127n)
    const rest = left >> 7n
    const ends = signed ? (rest === 0n && part < 64) || (rest === -1n && part >= 64) : rest === 0n
    bytes.push(ends ? part : part | 128)
    if (ends) return Buffer.from(bytes)
  }
  return Buffer.alloc(0)
}

/** In each size that holds both, the largest first. */
function integerForms(p: bigint, q: bigint): [string, [Buffer, Buffer]][] {
  return [8, 4, 2, 1].flatMap((size): [string, [Buffer, Buffer]][] => {
    const bits = BigInt(8 * size)
    if ([p, q].some(value => value >= 1n << bits || value < -(1n << (bits - 1n)))) return []
    return [[`i${size}`, [littleEndian(p, size), littleEndian(q, size)]]]
  })
}

function littleEndian(value: bigint, size: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return bytes.subarray(0, size)
}

function integerOf(text: string): bigint | null {
  const negative = text.startsWith('-')
  const digits = negative ? text.slice(1) : text
  if (!/^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(digits)) return null
  return negative ? -BigInt(digits) : BigInt(digits)
}

function floats({ a, b }: NumberPair, equalToo = false): [Buffer, Buffer][] {
  const [p, q] = [Number(a), Number(b)]
  if (!Number.isFinite(p) || !Number.isFinite(q) || (p === q && !equalToo)) return []
  const [double, single] = [8, 4].map((size): [Buffer, Buffer] => {
    const write = (value: number): Buffer => {
      const bytes = Buffer.alloc(size)
      if (size === 8) bytes.writeDoubleLE(value)
      else bytes.writeFloatLE(value)
      return bytes
    }
    return [write(p), write(q)]
  })
  return [double, single].filter(pair => pair !== undefined)
}

/** Whether a pair is too small to be told from chance by its bytes alone: a byte is soon met anywhere. */
export const isSmall = ({ a, b }: NumberPair): boolean =>
  [a, b].every(text => Number.isInteger(Number(text)) && Math.abs(Number(text)) < 256)
