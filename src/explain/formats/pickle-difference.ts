import { inflateSync } from 'node:zlib'
import type { ContentPair } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'
import type { NumberArray } from './numbers.ts'
import type { Pickle } from './pickle.ts'
import { readPickle } from './pickle.ts'
import type { PickleLeaf } from './pickle-value.ts'

/** How two pickles differ. */
export interface PickleDifference {
  /** Numbers at the same places of both. */
  arrays: NumberArray[]
  /** Texts at the same places that differ. */
  texts: { a: string; b: string }[]
  /** Integers, and bytes without a meaning, at the same places that differ. */
  others: number
  /** The same pieces in another order: how many are out of place, and whether texts are among them. */
  moved: { count: number; texts: boolean; first: { a: string; b: string } } | null
  /** The same texts (names of classes and fields) around other numbers, more of them or fewer. */
  reshaped: boolean
  /** Holds a set. */
  sets: boolean
  /** All of both was seen. */
  complete: boolean
}

const inflated = 4 << 20

/** Both sides of a file as pickles (joblib's compressed ones, too); null when they are none. */
export function comparePickles(content: ContentPair): PickleDifference | null {
  const whole = content.a.whole && content.b.whole
  const [a, b] = [pickleIn(bytesOf(content.a.head), whole), pickleIn(bytesOf(content.b.head), whole)]
  return a && b ? differenceOf(a, b) : null
}

/** A pickle, or one that joblib compressed, of which all must be here. */
export function pickleIn(bytes: Buffer, whole = true): Pickle | null {
  if (bytes[0] === 0x80) return readPickle(bytes)
  if (bytes.length > 12 && bytes.toString('latin1', 0, 6) === '\x93NUMPY') {
    // An array of Python objects is a pickle behind the header.
    const start = bytes[6] === 1 ? 10 + bytes.readUInt16LE(8) : 12 + bytes.readUInt32LE(8)
    return bytes.subarray(0, start).includes("'|O'") ? readPickle(bytes.subarray(start)) : null
  }
  // joblib.dump(…, compress=3) is one zlib stream, without a dictionary (which text that begins with `x ` would have).
  if (!whole || bytes[0] !== 0x78 || bytes.length < 3 || bytes.readUInt16BE(0) % 31 !== 0) return null
  if ((bytes[1] as number) & 0x20) return null
  try {
    return readPickle(inflateSync(bytes, { maxOutputLength: inflated }))
  } catch {
    return null
  }
}

function differenceOf(a: Pickle, b: Pickle): PickleDifference | null {
  const complete = a.complete && b.complete
  const length = complete ? Math.max(a.leaves.length, b.leaves.length) : Math.min(a.leaves.length, b.leaves.length)
  const found: PickleDifference = {
    arrays: [],
    texts: [],
    others: 0,
    moved: complete ? movedIn(a.leaves, b.leaves) : null,
    reshaped: false,
    sets: a.sets && b.sets,
    complete,
  }
  if (found.moved) return found
  for (let index = 0; index < length; index++) {
    const [one, two] = [a.leaves[index], b.leaves[index]]
    if (!one || !two || one.kind !== two.kind) return reshaped(a, b, found)
    if (keyOf(one) === keyOf(two)) continue
    if (one.kind === 'text' && two.kind === 'text') found.texts.push({ a: one.text, b: two.text })
    else if (one.kind === 'float' && two.kind === 'float')
      found.arrays.push({ name: '', type: 'f8', bigEndian: true, a: one.bytes, b: two.bytes })
    else if (one.kind === 'bytes' && two.kind === 'bytes' && one.array && one.bytes.length === two.bytes.length)
      found.arrays.push({ name: '', ...one.array, a: one.bytes, b: two.bytes })
    else found.others++
  }
  // Names that no longer stand opposite each other: more numbers on one side have moved them.
  return found.texts.length > 0 && sameTexts(a, b) ? reshaped(a, b, found) : found
}

function reshaped(a: Pickle, b: Pickle, found: PickleDifference): PickleDifference | null {
  return sameTexts(a, b) ? { ...found, arrays: [], texts: [], others: 0, reshaped: true } : null
}

const sameTexts = (a: Pickle, b: Pickle): boolean => {
  const texts = ({ leaves }: Pickle): string =>
    leaves.flatMap(leaf => (leaf.kind === 'text' ? [leaf.text] : [])).join('\0')
  const [p, q] = [texts(a), texts(b)]
  return p !== '' && (a.complete && b.complete ? p === q : p.startsWith(q) || q.startsWith(p))
}

function keyOf(leaf: PickleLeaf): string {
  return 'bytes' in leaf ? `${leaf.kind}\0${leaf.bytes.toString('latin1')}` : `${leaf.kind}\0${leaf.text}`
}

function movedIn(a: readonly PickleLeaf[], b: readonly PickleLeaf[]): PickleDifference['moved'] {
  if (a.length !== b.length) return null
  const [keysA, keysB] = [a.map(keyOf), b.map(keyOf)]
  const out = keysA.flatMap((key, index) => (key === keysB[index] ? [] : [index]))
  const [first] = out
  if (first === undefined || out.length < 2) return null
  const sorted = [...keysB].sort()
  if (![...keysA].sort().every((key, index) => key === sorted[index])) return null
  const shown = (key: string | undefined): string => (key ?? '').replace(/^\w+\0/, '')
  return {
    count: out.length,
    texts: out.some(index => a[index]?.kind === 'text'),
    first: { a: shown(keysA[first]), b: shown(keysB[first]) },
  }
}
