import type { EntryDifference, NestedDifference } from '../../image/comparison.ts'
import { LayerError } from '../../image/layer-error.ts'
import { TarReader } from '../../image/tar.ts'
import { DifferenceList, heft } from '../difference-list.ts'
import type { EntryStream } from '../entry-stream.ts'
import { Lockstep } from '../lockstep.ts'
import type { Purse } from '../purse.ts'
import { ArReader } from './ar-reader.ts'
import type { ArchivePair, Finished } from './archive-pair.ts'
import { ByteReader } from './byte-reader.ts'
import { type ArchiveFormat, archiveFormat } from './format.ts'
import { gzipPacking } from './gzip-packing.ts'
import { depthLimit, type Limits, memberLimit } from './limits.ts'
import { memberComparer } from './members.ts'
import { PackedReader } from './packed-reader.ts'
import { ZipPair } from './zip-pair.ts'

/** Formats that can be named and not read. */
const isClosed = (format: ArchiveFormat): boolean => format === 'xz' || format === 'bzip2'

/** An archive whose format cannot be read here. */
const closedArchive = (format: ArchiveFormat): NestedDifference => ({
  format,
  ...{ members: [], total: 0, same: 0, reordered: false, packing: [] },
  unread: `it is compressed with ${format}, which is not read`,
})

/** A compressed file is one file, packed: it takes less of the depth than an archive of many. */
const depthOf = (format: ArchiveFormat): number => (format === 'gzip' || format === 'zstd' ? 0.3 : 1)

const isTooDeep = (format: ArchiveFormat, depth: number): boolean => depth + depthOf(format) >= depthLimit + 1

/**
 * What differs inside two archives, each read once as it streams. `depth` counts the archives they are in. What is
 * damaged, too large or too deep is told as `unread`; only errors of the sources' own get out of the sources, which must
 * remember them.
 */
export async function compareArchives(
  format: ArchiveFormat,
  bytesA: AsyncIterable<Buffer>,
  bytesB: AsyncIterable<Buffer>,
  path: string,
  limits: Limits,
  depth: number,
): Promise<NestedDifference> {
  if (isClosed(format)) return closedArchive(format)
  const nothing = { format, members: [], total: 0, same: 0, reordered: false, packing: [] }
  if (isTooDeep(format, depth)) return { ...nothing, unread: `it lies more than ${depthLimit} archives deep` }
  const [sourceA, sourceB] = [new ByteReader(bytesA), new ByteReader(bytesB)]
  const pair = pairOf(format, sourceA, sourceB, path, limits)
  const { kept, waiting } = limits.memory
  const list = new DifferenceList(Math.max(0, Math.min(memberLimit, limits.members.left)), [kept], () => 0)
  const inside = depth + depthOf(format)
  const plain = memberComparer((...pair) => compareArchives(...pair, limits, inside))
  const course = { compare: pair.compare?.(plain) ?? plain, purse: waiting, trustOrder: false }
  const lockstep = new Lockstep(pair.a, pair.b, list, limits.budgets, course)
  const { same, reordered, damage } = await walk(lockstep)
  const found = { members: list.list(), total: list.total, same }
  const finished = paidBy(
    kept,
    damage === null ? pair.finish(found) : { ...found, packing: [], unread: damage },
    found.members,
  )
  limits.members.left -= finished.members.length
  for (const member of finished.members) await openKept(member, limits, inside)
  return { ...nothing, reordered, ...finished }
}

function pairOf(format: ArchiveFormat, a: ByteReader, b: ByteReader, path: string, limits: Limits): ArchivePair {
  if (format === 'zip') return new ZipPair(a, b, limits.inflation)
  if (format === 'gzip' || format === 'zstd') {
    const name = unpackedName(path)
    const [left, right] = [a, b].map(source => new PackedReader(source, format, name, limits.inflation)) as [
      PackedReader,
      PackedReader,
    ]
    return {
      a: left,
      b: right,
      finish: found => ({ ...found, packing: gzipPacking(left, right, found), unread: null }),
    }
  }
  const readerOf = (source: ByteReader): EntryStream =>
    format === 'ar' ? new ArReader(source) : new TarReader(piecesOf(source), '')
  return { a: readerOf(a), b: readerOf(b), finish: found => ({ ...found, packing: [], unread: null }) }
}

/** Takes for what is kept besides the members that the list has paid for; leaves it out when there is no memory for it. */
function paidBy(kept: Purse, finished: Finished, members: readonly EntryDifference[]): Finished {
  const more = finished.members.slice(members.length)
  let weight = 300
  for (const member of more) weight += heft(member)
  for (const { member, a, b } of finished.packing) weight += 150 + 2 * ((member?.length ?? 0) + a.length + b.length)
  if (kept.take(weight)) return finished
  return {
    ...finished,
    members: [...members],
    packing: [],
    unread: finished.unread ?? 'too much differs to keep all of it',
  }
}

/** Runs the comparison as far as the archives can be read. */
async function walk(lockstep: Lockstep): Promise<{ same: number; reordered: boolean; damage: string | null }> {
  try {
    return { ...(await lockstep.run()), damage: null }
  } catch (error) {
    if (!(error instanceof LayerError)) throw error
    return { same: 0, reordered: false, damage: error.message.replace(/^, /, '') }
  }
}

/** Looks into a member that is an archive and was kept whole. */
async function openKept(member: EntryDifference, limits: Limits, depth: number): Promise<void> {
  if (member.nested) return
  const nested = await compareKept(member, limits, depth)
  if (nested !== null) member.nested = nested
}

/** What differs inside a file whose both contents are at hand; null when they are no archives of one format. */
export async function compareKept(
  { path, kind, fields, content }: EntryDifference,
  limits: Limits,
  depth: number,
): Promise<NestedDifference | null> {
  if (kind !== 'changed' || !fields.includes('content') || !content?.a.whole || !content.b.whole) return null
  const format = archiveFormat(content.a.head)
  if (format === null || format !== archiveFormat(content.b.head)) return null
  const [a, b] = [piecesOfBytes(content.a.head), piecesOfBytes(content.b.head)]
  return await compareArchives(format, a, b, path, limits, depth)
}

async function* piecesOfBytes(bytes: Uint8Array): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

async function* piecesOf(source: ByteReader): AsyncGenerator<Buffer> {
  for (let piece = await source.some(256 * 1024); piece !== null; piece = await source.some(256 * 1024)) yield piece
}

/** `a/app.tgz` → `app.tar`, `notes.gz` → `notes`. */
function unpackedName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name.replace(/\.(?:t[agz]+|svgz)$/i, '.tar').replace(/\.(?:gz|z|zst|zstd)$/i, '') || 'content'
}
