import type { ContentSample, EntryDifference, EntryField } from '../image/comparison.ts'
import { textsOf } from './content.ts'
import { pairOfContents } from './content-digest.ts'

/**
 * Whether a later layer's difference of a path says nothing new beyond an earlier layer's: the file was stored again
 * (chmod, copy-up), or changed without adding a difference of its own.
 */
export function repeats(earlier: EntryDifference, later: EntryDifference): boolean {
  if (later.kind !== 'changed') return earlier.kind === later.kind
  if (!later.fields.includes('content')) return later.fields.every(field => earlier.fields.includes(field))
  if (earlier.kind !== 'changed' || !earlier.fields.includes('content')) return false
  const pair = pairOfContents(later)
  if (pair !== null && pair === pairOfContents(earlier)) return true
  const before = textsOf(earlier)
  const after = textsOf(later)
  return before === null || after === null || !hasNewDifference(before, after)
}

/**
 * What is new where a later layer stores an earlier difference of contents again, and with other permissions or another
 * owner on each side (`chmod` of what differs): those alone. Null where there is nothing of the kind.
 */
export function ownHeader(earlier: EntryDifference, later: EntryDifference): EntryDifference | null {
  if (earlier.kind !== 'changed' || later.kind !== 'changed' || !later.fields.includes('content')) return null
  const fields = later.fields.filter(field => headerFields.has(field) && !earlier.fields.includes(field))
  if (fields.length === 0 || !repeats(earlier, later)) return null
  return { ...later, fields, content: null, digestA: null, digestB: null }
}

const headerFields: ReadonlySet<EntryField> = new Set<EntryField>(['mode', 'uid', 'gid'])

/**
 * A later layer's difference of a text without the lines that each side had in an earlier layer, which are explained there:
 * what is new. The other lines keep their numbers. Null when nothing is left, or it is no text.
 */
export function asNew(earlier: EntryDifference, later: EntryDifference): EntryDifference | null {
  const [before, after] = [textsOf(earlier), textsOf(later)]
  if (!before || !after || !later.content || before.a.length + after.a.length > 1 << 19) return null
  const rest = (side: 'a' | 'b'): string => {
    const known = new Set(before[side].split('\n'))
    return after[side]
      .split('\n')
      .map(line => (known.has(line) ? '' : line))
      .join('\n')
  }
  const [a, b] = [rest('a'), rest('b')]
  if (a === b || (a === after.a && b === after.b)) return null
  const sample = (text: string): ContentSample => {
    const head = Buffer.from(text, 'latin1')
    return { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
  }
  const content = { a: sample(a), b: sample(b), runs: [], complete: false }
  return { ...later, content, digestA: null, digestB: null }
}

interface Texts {
  a: string
  b: string
}

/** Whether the later texts still differ when what the earlier ones differed by is taken out. */
function hasNewDifference(earlier: Texts, later: Texts): boolean {
  const a1 = earlier.a.split('\n')
  const b1 = earlier.b.split('\n')
  const known = { a: new Set(a1), b: new Set(b1) }
  const newA = later.a.split('\n').filter(line => !known.a.has(line))
  const newB = later.b.split('\n').filter(line => !known.b.has(line))
  if (newA.length === newB.length && newA.every((line, index) => line === newB[index])) return false
  if (a1.length !== b1.length) return true
  let [left, right] = [newA.join('\n'), newB.join('\n')]
  a1.slice(0, 2_000).forEach((line, index) => {
    const other = b1[index] ?? ''
    if (line === other) return
    const core = differingPart(line, other)
    if (core.a.length < 2 || core.b.length < 2) return
    left = left.replaceAll(core.a, '\uE001')
    right = right.replaceAll(core.b, '\uE001')
  })
  return left !== right
}

/** The part of two lines between what they share at both ends, widened to whole words. */
function differingPart(a: string, b: string): { a: string; b: string } {
  let front = 0
  while (front < Math.min(a.length, b.length) && a[front] === b[front]) front++
  let back = 0
  while (back < Math.min(a.length, b.length) - front && a[a.length - 1 - back] === b[b.length - 1 - back]) back++
  while (front > 0 && /\w/.test(a[front - 1] ?? '')) front--
  while (back > 0 && /\w/.test(a[a.length - back] ?? '')) back--
  return { a: a.slice(front, a.length - back), b: b.slice(front, b.length - back) }
}

/** Whether the path stands for one that is taken away from the layers below. */
export const isWhiteout = (path: string): boolean => /(?:^|\/)\.wh\.(?!\.wh\.)[^/]+$/.test(path)

/** The path a whiteout takes away; the path itself for anything else. */
export function withoutWhiteout(path: string): string {
  return path.replace(/(^|\/)\.wh\.(?!\.wh\.)([^/]+)$/, '$1$2')
}
