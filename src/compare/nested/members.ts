import type { NestedDifference } from '../../image/comparison.ts'
import { pairOfSamples, wholeLimit } from '../content.ts'
import type { EntryStream } from '../entry-stream.ts'
import { type CompareContents, type ComparedContent, compareInStep, type Head, type Keep } from '../in-step.ts'
import { ByteReader } from './byte-reader.ts'
import { type ArchiveFormat, archiveFormat, magicSize } from './format.ts'
import { Tap } from './tap.ts'

const pieceSize = 256 * 1024

/** Compares what is in two members that are archives of one format, as their bytes stream past. */
export type CompareInside = (
  format: ArchiveFormat,
  a: AsyncIterable<Buffer>,
  b: AsyncIterable<Buffer>,
  path: string,
) => Promise<NestedDifference>

/**
 * Compares the contents of members as those of files, and looks into those that are archives themselves and too large
 * to be kept: while they pass, since they will not come again.
 */
export const memberComparer =
  (compareInside: CompareInside): CompareContents =>
  async (a, b, keep) => {
    const [left, right] = [readerOf(a.stream), readerOf(b.stream)]
    const format = archiveFormat(await left.peek(magicSize))
    const same = format !== null && format === archiveFormat(await right.peek(magicSize))
    const [headA, headB] = [headOf(a, left), headOf(b, right)]
    if (!same || (isKept(a) && isKept(b))) return await compareInStep(headA, headB, keep)
    return await comparePassing(format, headA, headB, keep, compareInside)
  }

/** Both contents are read once: by a comparison of what is in them, and by a digest and a sample of them as they are. */
async function comparePassing(
  format: ArchiveFormat,
  a: Head,
  b: Head,
  keep: Keep,
  compareInside: CompareInside,
): Promise<ComparedContent> {
  const tapA = new Tap(() => a.stream.chunk(), a.entry.size)
  const tapB = new Tap(() => b.stream.chunk(), b.entry.size)
  const nested = await compareInside(format, tapA.bytes(), tapB.bytes(), a.entry.path)
  const [digestA, digestB] = [await tapA.finish(), await tapB.finish()]
  if (digestA === digestB) return { equal: true, content: null }
  const grade = keep(tapA.sampler.size, tapB.sampler.size)
  if (grade === 'none') return { equal: false, content: null, nested }
  return { equal: false, content: pairOfSamples(tapA.sampler.sample(grade), tapB.sampler.sample(grade)), nested }
}

const isKept = ({ entry }: Head): boolean => entry.size >= 0 && entry.size <= wholeLimit

const headOf = ({ entry, stream }: Head, reader: ByteReader): Head => ({
  entry,
  stream: { next: () => stream.next(), chunk: () => reader.some(pieceSize) },
})

function readerOf(stream: EntryStream): ByteReader {
  return new ByteReader(
    (async function* () {
      for (let chunk = await stream.chunk(); chunk !== null; chunk = await stream.chunk()) yield chunk
    })(),
  )
}
