import type { ContentSample, EntryDifference } from '../image/comparison.ts'
import type { LayerView } from './cause.ts'
import { digestsOf } from './content-digest.ts'
import type { Rename } from './renames.ts'

/** A file of each side in a folder that an earlier instruction made under two names. */
export interface MovedFile {
  a: EntryDifference
  b: EntryDifference
}

/**
 * The two files that are one, but for the name of the folder they are in, where their contents differ: a later instruction
 * wrote another content in each build, which the name of the folder does not explain. Null for all else.
 */
export function movedFile(entry: EntryDifference, rename: Rename, layer: LayerView): MovedFile | null {
  if (entry.kind === 'changed') return null
  const [own, other] = entry.kind === 'only-in-a' ? [rename.a, rename.b] : [rename.b, rename.a]
  if (!entry.path.startsWith(`${own}/`)) return null
  const twin = layer.byPath.get(other + entry.path.slice(own.length))
  if (!twin || twin.kind === 'changed' || twin.kind === entry.kind) return null
  const [a, b] = entry.kind === 'only-in-a' ? [entry, twin] : [twin, entry]
  if (a.a?.type !== 'file' || b.b?.type !== 'file') return null
  const [inA, inB] = [digestsOf(a).a, digestsOf(b).b]
  return inA === null || inB === null || inA === inB ? null : { a, b }
}

/** The two as one file whose content differs. */
export function asOneFile({ a, b }: MovedFile): EntryDifference {
  const content =
    a.content && b.content ? { a: a.content.a, b: b.content.b, ...runsOf(a.content.a, b.content.b) } : null
  const [digestA, digestB] = [digestsOf(a).a, digestsOf(b).b]
  return { path: a.path, kind: 'changed', fields: ['content'], a: a.a, b: b.b, digestA, digestB, content }
}

/** One run from the first to the last differing byte: the finer ones are known of compared files only. */
function runsOf(
  a: ContentSample,
  b: ContentSample,
): Pick<NonNullable<EntryDifference['content']>, 'runs' | 'complete'> {
  if (!a.whole || !b.whole || a.size !== b.size) return { runs: [], complete: false }
  let [start, end] = [0, a.size]
  while (start < end && a.head[start] === b.head[start]) start += 1
  while (end > start && a.head[end - 1] === b.head[end - 1]) end -= 1
  const before = Math.min(start, 32)
  const shown = (head: Uint8Array): Uint8Array => head.subarray(start - before, start - before + 160)
  return { runs: [{ offset: start, length: end - start, before, a: shown(a.head), b: shown(b.head) }], complete: true }
}
