import { readFileSync } from 'node:fs'
import { pairOf, pairOfSamples, Sampler } from '../../src/compare/content.ts'
import { compareKept } from '../../src/compare/nested/archive.ts'
import { nestedLimits } from '../../src/compare/nested/limits.ts'
import { RunRecorder } from '../../src/compare/runs.ts'
import type { LayerView, Subject } from '../../src/explain/cause.ts'
import { recogniseCause } from '../../src/explain/causes.ts'
import { recogniseAll } from '../../src/explain/inside.ts'
import { findRenames } from '../../src/explain/renames.ts'
import type { Clock } from '../../src/explain/values/time.ts'
import type { ContentSample, EntryDifference, EntryField, LayerDifference } from '../../src/image/comparison.ts'
import type { Entry } from '../../src/image/image.ts'

const at = (text: string): number => Date.parse(text)

/** Build A ran at 03:00, build B at 03:01 of 2026-11-21. */
export const clock: Clock = {
  epoch: 1_700_000_000,
  a: { startedAt: at('2026-11-21T03:00:00Z'), endedAt: at('2026-11-21T03:00:30Z') },
  b: { startedAt: at('2026-11-21T03:01:10Z'), endedAt: at('2026-11-21T03:01:40Z') },
}

export const fixture = (name: string): { a: Buffer; b: Buffer } => ({
  a: readFileSync(new URL(`fixtures/${name}.a`, import.meta.url)),
  b: readFileSync(new URL(`fixtures/${name}.b`, import.meta.url)),
})

export const entry = (path: string, more: Partial<Entry> = {}): Entry => ({
  path,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  size: 0,
  mtime: '1700000000',
  linkTarget: '',
  device: '',
  pax: {},
  ...more,
})

const sample = (bytes: Buffer): ContentSample => ({
  size: bytes.length,
  head: bytes,
  whole: true,
  tail: Buffer.alloc(0),
})

/** A file whose content differs, with the runs the comparison would give. */
export function changed(path: string, a: Buffer | string, b: Buffer | string): EntryDifference {
  const [bytesA, bytesB] = [Buffer.from(a as string, 'latin1'), Buffer.from(b as string, 'latin1')]
  return {
    path,
    kind: 'changed',
    fields: ['content'],
    a: entry(path, { size: bytesA.length }),
    b: entry(path, { size: bytesB.length }),
    digestA: null,
    digestB: null,
    content: pairOfSamples(sample(bytesA), sample(bytesB)),
  }
}

/** The same, as a comparison keeps it: of a large file its ends, and what differs between. */
export function changedLarge(path: string, a: Buffer, b: Buffer): EntryDifference {
  const [samplerA, samplerB] = [new Sampler(a.length), new Sampler(b.length)]
  const recorder = new RunRecorder()
  const common = Math.min(a.length, b.length)
  samplerA.add(a)
  samplerB.add(b)
  recorder.feed(a.subarray(0, common), b.subarray(0, common))
  if (a.length > common) recorder.rest('a', a.subarray(common))
  if (b.length > common) recorder.rest('b', b.subarray(common))
  return { ...changed(path, a, b), content: pairOf(samplerA, samplerB, recorder, 'full') }
}

/** A path whose header alone differs. */
export const changedHeader = (
  path: string,
  fields: EntryField[],
  a: Partial<Entry>,
  b: Partial<Entry>,
): EntryDifference => ({
  path,
  kind: 'changed',
  fields,
  a: entry(path, a),
  b: entry(path, b),
  digestA: null,
  digestB: null,
  content: null,
})

/** A path of one side. */
export function only(
  side: 'a' | 'b',
  path: string,
  more: Partial<Entry> = {},
  digest: string | null = null,
): EntryDifference {
  const own = entry(path, more)
  const isA = side === 'a'
  return {
    path,
    kind: isA ? 'only-in-a' : 'only-in-b',
    fields: [],
    a: isA ? own : null,
    b: isA ? null : own,
    digestA: isA ? digest : null,
    digestB: isA ? null : digest,
    content: null,
  }
}

export const layerOf = (entries: EntryDifference[], index = 1): LayerDifference => ({
  index,
  a: { descriptor: { mediaType: '', digest: `a${index}`, size: 1 }, diffId: `a${index}`, history: undefined },
  b: { descriptor: { mediaType: '', digest: `b${index}`, size: 1 }, diffId: `b${index}`, history: undefined },
  entries,
  total: entries.length,
  same: 0,
  reordered: false,
})

export function subjectOf(own: EntryDifference, others: EntryDifference[] = []): Subject {
  const entries = [own, ...others]
  const layer: LayerView = {
    difference: layerOf(entries),
    renames: findRenames(entries),
    byPath: new Map(entries.map(one => [one.path, one])),
    pathOfDigest: new Map(),
    packages: null,
  }
  return { entry: own, layer, clock }
}

/** The id and confidence of the cause that explains an entry. */
export function causeOf(own: EntryDifference, others: EntryDifference[] = []): string {
  const { cause, recognition } = recogniseCause(subjectOf(own, others))
  return `${cause.id} ${recognition.confidence}`
}

/** The same difference with what the comparison sees inside, for archives. */
export async function opened(own: EntryDifference): Promise<EntryDifference> {
  const nested = await compareKept(own, nestedLimits(), 0)
  return nested === null ? own : { ...own, nested }
}

/** All causes of an archive, its own and those of the files in it, in their order. */
export async function causesOf(own: EntryDifference, others: EntryDifference[] = []): Promise<string> {
  const explained = recogniseAll(subjectOf(await opened(own), others))
  return explained.map(({ cause, recognition }) => `${cause.id} ${recognition.confidence}`).join(', ')
}
