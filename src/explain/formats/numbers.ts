/** How a number is stored: `f8` is a 64-bit float, `u2` a 16-bit unsigned integer, `bf2` a bfloat16. */
export type NumberType = 'f8' | 'f4' | 'f2' | 'bf2' | 'i8' | 'u8' | 'i4' | 'u4' | 'i2' | 'u2' | 'i1' | 'u1'

/** Both sides' bytes of one array of numbers; equally long. */
export interface NumberArray {
  name: string
  type: NumberType
  bigEndian: boolean
  a: Buffer
  b: Buffer
}

/** How the numbers of one or more arrays differ. */
export interface NumberDifference {
  count: number
  differing: number
  /** The same numbers in another order, in every array that differs. */
  permuted: boolean
  /** Every differing pair is one number but for rounding. */
  rounding: boolean
  /** Every number is the other side's times one factor, or plus one amount: made of one value that differs, not each by chance. */
  related: boolean
  /** Units in the last place between the farthest pair; NaN for integers. */
  ulp: number
  /** `32-bit floats`. */
  form: string
  first: { name: string; index: number; a: string; b: string } | null
}

const sizes: Record<NumberType, number> = {
  f8: 8,
  f4: 4,
  f2: 2,
  bf2: 2,
  i8: 8,
  u8: 8,
  i4: 4,
  u4: 4,
  i2: 2,
  u2: 2,
  i1: 1,
  u1: 1,
}

/** Bits of the mantissa, and how far rounding may move a number, relative to the larger one. */
const precision: Partial<Record<NumberType, { bits: number; tolerance: number }>> = {
  f8: { bits: 52, tolerance: 1e-9 },
  f4: { bits: 23, tolerance: 1e-4 },
  f2: { bits: 10, tolerance: 8e-3 },
  bf2: { bits: 7, tolerance: 3e-2 },
}

/** In bytes. */
export const sizeOf = (type: NumberType): number => sizes[type]
const isFloat = (type: NumberType): boolean => type.includes('f')

const words: Partial<Record<NumberType, string>> = { bf2: 'bfloat16 numbers' }
const formOf = (type: NumberType): string =>
  words[type] ?? `${8 * sizes[type]}-bit ${isFloat(type) ? 'floats' : 'integers'}`

/** Numpy's names (`<f8`, `float32`, `|u1`) and those of safetensors (`BF16`). Null for anything else, structures too. */
export function numberType(name: string): { type: NumberType; bigEndian: boolean } | null {
  const short = /^([<>=|]?)([fiu])(1|2|4|8)$/.exec(name)
  if (short) return typed(`${short[2]}${short[3]}`, short[1] === '>')
  const long = /^(?:(bfloat|BF)|(float|F)|(uint|U)|(int|I))(8|16|32|64)$/.exec(name)
  if (!long) return null
  const letter = long[1] ? 'bf' : long[2] ? 'f' : long[3] ? 'u' : 'i'
  return typed(`${letter}${Number(long[5]) / 8}`, false)
}

const typed = (name: string, bigEndian: boolean): { type: NumberType; bigEndian: boolean } | null =>
  Object.hasOwn(sizes, name) ? { type: name as NumberType, bigEndian } : null

/** The number at a place. 64-bit integers lose what a double cannot hold. */
export function readNumber(bytes: Buffer, at: number, type: NumberType, bigEndian: boolean): number {
  const size = sizes[type]
  if (type === 'f8') return bigEndian ? bytes.readDoubleBE(at) : bytes.readDoubleLE(at)
  if (type === 'f4') return bigEndian ? bytes.readFloatBE(at) : bytes.readFloatLE(at)
  if (type === 'f2') return half(bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at))
  if (type === 'bf2') return brain(bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at))
  if (size === 8) {
    const value = bigEndian ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at)
    return Number(type === 'i8' ? BigInt.asIntN(64, value) : value)
  }
  if (type.startsWith('u')) return bigEndian ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size)
  return bigEndian ? bytes.readIntBE(at, size) : bytes.readIntLE(at, size)
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const scratch = Buffer.alloc(4)
function brain(bits: number): number {
  scratch.writeUInt32LE((bits << 16) >>> 0, 0)
  return scratch.readFloatLE(0)
}

/** Distance of two numbers in units in the last place of the larger. */
const distance = (a: number, b: number, bits: number): number =>
  Math.abs(a - b) / 2 ** (Math.floor(Math.log2(Math.max(Math.abs(a), Math.abs(b)))) - bits)

/** How the arrays differ; null when nothing differs. Reads every number once, and those of a permutation twice. */
export function compareNumbers(arrays: readonly NumberArray[]): NumberDifference | null {
  const found: NumberDifference = {
    count: 0,
    differing: 0,
    permuted: true,
    rounding: true,
    related: true,
    ulp: 0,
    form: '',
    first: null,
  }
  const relation: Relation = { factor: null, amount: null, one: true, other: true }
  for (const array of arrays) compareOne(array, found, relation)
  found.related = relation.one || relation.other
  if (found.first === null) return null
  const { differing } = found
  return {
    ...found,
    related: found.related && differing >= 4,
    ulp: found.rounding ? Math.max(1, Math.round(found.ulp)) : Number.NaN,
  }
}

/** Of the first pair, and whether all others have the same. */
interface Relation {
  factor: number | null
  amount: number | null
  one: boolean
  other: boolean
}

function relate(relation: Relation, p: number, q: number): void {
  const near = (x: number, y: number): boolean => Math.abs(x - y) <= 1e-5 * Math.max(Math.abs(x), Math.abs(y))
  relation.factor ??= q / p
  relation.amount ??= q - p
  relation.one &&= near(q / p, relation.factor)
  relation.other &&= near(q - p, relation.amount)
}

function compareOne(array: NumberArray, found: NumberDifference, relation: Relation): void {
  const { a, b, type, bigEndian, name } = array
  const size = sizes[type]
  const count = Math.floor(Math.min(a.length, b.length) / size)
  found.count += count
  if (a.equals(b)) return
  const rule = precision[type]
  const scale = rule ? largest(array, count) * 2 ** -rule.bits : 0
  for (let index = 0; index < count; index++) {
    const at = index * size
    if (a.compare(b, at, at + size, at, at + size) === 0) continue
    const [p, q] = [readNumber(a, at, type, bigEndian), readNumber(b, at, type, bigEndian)]
    found.differing++
    relate(relation, p, q)
    if (found.first === null) {
      found.first = { name, index, a: String(p), b: String(q) }
      found.form = formOf(type)
    }
    if (!found.rounding) continue
    const near = rule && Number.isFinite(p) && Number.isFinite(q) ? Math.abs(p - q) : Number.POSITIVE_INFINITY
    const relative = near <= (rule?.tolerance ?? 0) * Math.max(Math.abs(p), Math.abs(q))
    // What cancels to nearly nothing keeps the rounding of the numbers it came from.
    if (!relative && near > 64 * scale) found.rounding = false
    else if (relative && rule) found.ulp = Math.max(found.ulp, distance(p, q, rule.bits))
  }
  if (found.permuted) found.permuted = sameNumbers(a, b, size)
}

function largest({ a, type, bigEndian }: NumberArray, count: number): number {
  let most = 0
  for (let index = 0; index < count; index++) {
    const value = Math.abs(readNumber(a, index * sizes[type], type, bigEndian))
    if (value > most && Number.isFinite(value)) most = value
  }
  return most
}

/** Whether two arrays of numbers of `size` bytes, three or more, hold the same ones in whatever order. */
export function sameNumbers(a: Buffer, b: Buffer, size: number): boolean {
  if (a.length !== b.length || a.length < 3 * size || a.length > 1 << 20) return false
  const sorted = (bytes: Buffer): string[] => {
    const items: string[] = []
    for (let at = 0; at + size <= bytes.length; at += size) items.push(bytes.toString('latin1', at, at + size))
    return items.sort()
  }
  const other = sorted(b)
  return sorted(a).every((item, index) => item === other[index])
}

/**
 * Whether bytes read as floats of an everyday size: what weights and measurements are, and what chance bytes or code read
 * as floats hardly ever are. `atLeast`: how many numbers there must be.
 */
export function plausibleFloats(bytes: Buffer, type: NumberType, bigEndian: boolean, atLeast = 16): boolean {
  const count = Math.min(Math.floor(bytes.length / sizes[type]), 4096)
  let [good, other] = [0, 0]
  for (let index = 0; index < count; index++) {
    const value = Math.abs(readNumber(bytes, index * sizes[type], type, bigEndian))
    if (value === 0) continue
    if (value > 1e-8 && value < 1e8) good++
    else other++
  }
  return good >= atLeast && other * 50 <= good
}

/** Nothing but floats of an everyday size, few of them: measurements, coordinates. Chance bytes hardly ever are. */
export const areFloats = (bytes: Buffer): boolean =>
  (bytes.length % 8 === 0 && plausibleFloats(bytes, 'f8', false, 1)) ||
  (bytes.length % 4 === 0 && plausibleFloats(bytes, 'f4', false, 3))
