import type { NumberType } from './numbers.ts'
import { numberType } from './numbers.ts'

/** What a pickle is made of, in the order of the file: texts, single numbers, arrays of numbers, other bytes. */
export type PickleLeaf =
  | { kind: 'text'; text: string }
  | { kind: 'integer'; text: string }
  | { kind: 'float'; bytes: Buffer }
  | { kind: 'bytes'; bytes: Buffer; array: { type: NumberType; bigEndian: boolean } | null }

/** What the machine that reads a pickle has on its stack. */
export type Value =
  | { kind: 'text'; text: string }
  | { kind: 'number'; number: number }
  /** `index`: which of the leaves. */
  | { kind: 'bytes'; leaf: PickleLeaf & { kind: 'bytes' }; index: number }
  | { kind: 'tuple'; items: Value[] }
  | { kind: 'dict'; entries: Map<string, Value> }
  | { kind: 'object'; name: string; items: Value[]; state: Value | null }
  | { kind: 'other' }

/** A value of which nothing need be known. */
export const other: Value = { kind: 'other' }

/** A datetime is ten bytes: year, month, day, hour, minute, second, microseconds. Null for other lengths. */
export function momentOf(bytes: Buffer): string | null {
  if (bytes.length !== 10) return null
  const two = (at: number): string => String((bytes[at] ?? 0) & 0x7f).padStart(2, '0')
  const micro = String(bytes.readUIntBE(7, 3)).padStart(6, '0')
  return `${bytes.readUInt16BE(0)}-${two(2)}-${two(3)}T${two(4)}:${two(5)}:${two(6)}.${micro}`
}

/** `numpy.dtype('f8', …)` with the byte order in its state: (3, '<', …). */
export function typeOf(dtype: Value | undefined): { type: NumberType; bigEndian: boolean } | null {
  if (dtype?.kind !== 'object' || dtype.items[0]?.kind !== 'text') return null
  const order = dtype.state?.kind === 'tuple' ? dtype.state.items[1] : undefined
  return numberType(`${order?.kind === 'text' ? order.text : ''}${dtype.items[0].text}`)
}

/** Bytes of one item; null for Python objects. */
export function itemSize(dtype: Value | undefined): number | null {
  const name = dtype?.kind === 'object' && dtype.items[0]?.kind === 'text' ? dtype.items[0].text : ''
  const match = /^([a-zA-Z])(\d+)$/.exec(name)
  if (!match || match[1] === 'O') return null
  return Number(match[2]) * (match[1] === 'U' ? 4 : 1)
}

/** Bytes that are the numbers of an array of this type. */
export function markArray(bytes: Value | undefined, dtype: Value | undefined): void {
  if (bytes?.kind === 'bytes') bytes.leaf.array = typeOf(dtype)
}
