import type { ContentPair } from '../../image/comparison.ts'
import { jsonObject } from '../../image/json.ts'
import { bothBegin, bytesOf } from '../content.ts'
import type { NumberArray } from './numbers.ts'
import { numberType, plausibleFloats, sizeOf } from './numbers.ts'

/** The arrays of numbers in a file. */
export interface ArrayFile {
  arrays: NumberArray[]
  /** Whether everything outside of the arrays is equal, and all of both sides is here. */
  exact: boolean
  /** `a NumPy array`. */
  what: string
}

/** Reads a file of numbers by its format, as far as its beginning is here; null when it is none. */
export function readArrays(content: ContentPair): ArrayFile | null {
  if (content.a.size !== content.b.size) return null
  return numpyArray(content) ?? safetensors(content)
}

const npy = [0x93, ...Buffer.from('NUMPY')]

/** `\x93NUMPY`, version, length of the header, a Python dict as text, then the numbers. */
function numpyArray(content: ContentPair): ArrayFile | null {
  if (!bothBegin(content, npy)) return null
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  if (a.length < 12 || b.length < 12) return null
  const start = a[6] === 1 ? 10 + a.readUInt16LE(8) : 12 + a.readUInt32LE(8)
  if (start > a.length || !a.subarray(0, start).equals(b.subarray(0, start))) return null
  const type = numberType(/'descr': '([^']{1,10})'/.exec(a.toString('latin1', 0, start))?.[1] ?? '')
  if (!type) return null
  const array = { name: '', ...type, a: a.subarray(start), b: b.subarray(start) }
  return { arrays: [array], exact: content.a.whole && content.b.whole, what: 'a NumPy array' }
}

/** Eight bytes of length, a JSON header with each tensor's type and place, then the numbers. */
function safetensors(content: ContentPair): ArrayFile | null {
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  if (a.length < 16 || a[8] !== 0x7b || a.readUInt32LE(4) !== 0) return null
  const start = 8 + a.readUInt32LE(0)
  if (start > a.length || !a.subarray(0, start).equals(b.subarray(0, start))) return null
  const header = jsonObject(a.subarray(8, start))
  if (typeof header === 'string') return null
  const arrays = Object.entries(header).flatMap(([name, tensor]) => {
    const { dtype, data_offsets: place } = (tensor ?? {}) as { dtype?: unknown; data_offsets?: unknown }
    const type = numberType(String(dtype))
    if (!type || !Array.isArray(place) || !place.every(Number.isSafeInteger)) return []
    const [from, to] = [start + Number(place[0]), start + Number(place[1])]
    return from < start || to < from ? [] : [{ name, ...type, a: a.subarray(from, to), b: b.subarray(from, to) }]
  })
  if (arrays.length === 0) return null
  return { arrays, exact: content.a.whole && content.b.whole, what: 'a safetensors file' }
}

/**
 * The numbers of a file whose format is not known here (a tensor of a .pt file, ONNX, HDF5, RDS): from the first to the last
 * difference, read as floats in the one way that makes everyday numbers of both sides. Null when no way does, or more than one.
 */
export function arraysByShape(content: ContentPair): ArrayFile | null {
  if (content.a.size !== content.b.size) return null
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  const length = Math.min(a.length, b.length)
  let [first, last] = [0, length]
  while (first < length && a[first] === b[first]) first++
  while (last > first && a[last - 1] === b[last - 1]) last--
  if (last - first < 48) return null
  // R writes the highest byte first. 32 bits before 64: two small floats may read as one large, but not the other way.
  const bigEndian = a[0] === 0x58 && a[1] === 0x0a
  for (const type of ['f4', 'f8'] as const) {
    const size = sizeOf(type)
    const fitting = Array.from({ length: size }, (_, shift) => Math.max(0, first - size + 1) + shift).flatMap(from => {
      const to = from + Math.floor((last - from + size - 1) / size) * size
      const [partA, partB] = [a.subarray(from, to), b.subarray(from, to)]
      return [partA, partB].every(part => plausibleFloats(part, type, bigEndian) && varied(part, size))
        ? [{ name: '', type, bigEndian, a: partA, b: partB }]
        : []
    })
    const [only] = fitting
    if (only && fitting.length === 1)
      return { arrays: [only], exact: content.a.whole && content.b.whole, what: 'floats' }
  }
  return null
}

/** Floats that were computed differ in their low bytes; text and code that happen to read as floats repeat. */
function varied(bytes: Buffer, size: number): boolean {
  const seen = new Set<string>()
  let count = 0
  for (let at = 0; at + size <= bytes.length && count < 4096; at += size, count++)
    seen.add(bytes.toString('latin1', at, at + size))
  const printable = bytes.subarray(0, 4096).filter(byte => byte >= 0x20 && byte < 0x7f).length
  return seen.size * 4 > count && printable * 10 < Math.min(bytes.length, 4096) * 8
}
