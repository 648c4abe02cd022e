import type { ByteRun } from '../../image/comparison.ts'
import { bytesOf, runBounds } from '../content.ts'

/** A number that two texts differ by, as each of them writes it: `1700001234`, `0x3f2aUL`, `0.25`. */
export interface NumberPair {
  a: string
  b: string
}

/** Bytes that a text lists one by one: `0x3f, 0x2a, …`, as xxd -i writes them. */
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

const listed = /(?:(?:0[xX][0-9a-fA-F]{1,2}|\d{1,3})\s{0,20},\s{0,20}){7,}(?:0[xX][0-9a-fA-F]{1,2}|\d{1,3})/g

/** Lists of bytes that two texts have in the same places and that differ; none shorter than eight bytes. */
export function byteListsOf(a: string, b: string): ByteList[] {
  if (a.length > textLimit || b.length > textLimit) return []
  const [inA, inB] = [a.match(listed) ?? [], b.match(listed) ?? []]
  if (inA.length !== inB.length || inA.length > 20) return []
  return inA.flatMap((list, at) => {
    const [p, q] = [bytesOfList(list), bytesOfList(inB[at] ?? '')]
    return p && q && p.length === q.length && !p.equals(q) ? [{ a: p, b: q }] : []
  })
}

function bytesOfList(text: string): Buffer | null {
  const values = text.split(',').map(Number)
  return values.every(value => value >= 0 && value < 256) ? Buffer.from(values) : null
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

/** Whether a compiler may have written the pair of numbers over the run: as an integer of 1 to 8 bytes, or as a float. */
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
  return [8, 4, 2, 1].flatMap((size): [Buffer, Buffer][] => {
    const bits = BigInt(8 * size)
    if ([p, q].some(value => value >= 1n << bits || value < -(1n << (bits - 1n)))) return []
    const [left, right] = [littleEndian(p, size), littleEndian(q, size)]
    const pairs: [Buffer, Buffer][] = [[left, right]]
    if (size > 1) pairs.push([Buffer.from(left).reverse(), Buffer.from(right).reverse()])
    return pairs
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

function floats({ a, b }: NumberPair): [Buffer, Buffer][] {
  const [p, q] = [Number(a), Number(b)]
  if (!Number.isFinite(p) || !Number.isFinite(q) || p === q) return []
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
