import { createHash } from 'node:crypto'
import type { ContentPair, NestedDifference } from '../image/comparison.ts'
import type { Entry } from '../image/image.ts'
import { type Grade, pairOf, Sampler } from './content.ts'
import type { EntryStream } from './entry-stream.ts'
import { RunRecorder } from './runs.ts'

/** One side's entry, whose content is the stream's next to be read. */
export interface Head {
  stream: EntryStream
  entry: Entry
}

export interface ComparedContent {
  equal: boolean
  content: ContentPair | null
  nested?: NestedDifference
  /** SHA-256 (hex) of both, where one side has no bytes. */
  digests?: { a: string | null; b: string | null }
}

/** What may be kept of two contents of these sizes; called at most once, for contents that differ. */
export type Keep = (sizeA: number, sizeB: number) => Grade

/** Compares the contents of two entries that met. */
export type CompareContents = (a: Head, b: Head, keep: Keep) => Promise<ComparedContent>

/** Reads two contents side by side to their ends; nothing is kept of what is equal. */
export const compareInStep: CompareContents = async (a, b, keep) => {
  if (a.stream.contentDigest !== undefined || b.stream.contentDigest !== undefined) return compareDigests(a, b)
  const [samplerA, samplerB] = [new Sampler(a.entry.size), new Sampler(b.entry.size)]
  const recorder = new RunRecorder()
  let left = await nextChunk(a.stream, samplerA)
  let right = await nextChunk(b.stream, samplerB)
  while (left !== null && right !== null) {
    const common = Math.min(left.length, right.length)
    recorder.feed(upTo(left, common), upTo(right, common))
    left = common < left.length ? left.subarray(common) : await nextChunk(a.stream, samplerA)
    right = common < right.length ? right.subarray(common) : await nextChunk(b.stream, samplerB)
  }
  for (; left !== null; left = await nextChunk(a.stream, samplerA)) recorder.rest('a', left)
  for (; right !== null; right = await nextChunk(b.stream, samplerB)) recorder.rest('b', right)
  if (recorder.equal) return { equal: true, content: null }
  return { equal: false, content: pairOf(samplerA, samplerB, recorder, keep(samplerA.size, samplerB.size)) }
}

/** Of a side that has no bytes to show, only whether they are the same. */
async function compareDigests(a: Head, b: Head): Promise<ComparedContent> {
  const digests = { a: await digestOfHead(a), b: await digestOfHead(b) }
  return { equal: digests.a === digests.b, content: null, digests }
}

async function digestOfHead({ stream, entry }: Head): Promise<string | null> {
  if (stream.contentDigest !== undefined) return stream.contentDigest()
  if (entry.size === 0) return null
  const hash = createHash('sha256')
  for (let chunk = await stream.chunk(); chunk !== null; chunk = await stream.chunk()) hash.update(chunk)
  return hash.digest('hex')
}

/** The same of two contents that are at hand and not alike. */
export function compareReady(a: Buffer, b: Buffer, keep: Keep): ComparedContent {
  const [samplerA, samplerB] = [new Sampler(a.length), new Sampler(b.length)]
  samplerA.add(a)
  samplerB.add(b)
  const recorder = new RunRecorder()
  const common = Math.min(a.length, b.length)
  recorder.feed(upTo(a, common), upTo(b, common))
  if (a.length > common) recorder.rest('a', a.subarray(common))
  if (b.length > common) recorder.rest('b', b.subarray(common))
  return { equal: false, content: pairOf(samplerA, samplerB, recorder, keep(a.length, b.length)) }
}

async function nextChunk(stream: EntryStream, sampler: Sampler): Promise<Buffer | null> {
  const chunk = await stream.chunk()
  if (chunk !== null) sampler.add(chunk)
  return chunk
}

function upTo(chunk: Buffer, length: number): Buffer {
  return chunk.length === length ? chunk : chunk.subarray(0, length)
}
