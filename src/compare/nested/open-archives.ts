import type { ComparedLayer, EntryDifference, LayerDifference, NestedDifference } from '../../image/comparison.ts'
import type { Entry } from '../../image/image.ts'
import type { TarReader } from '../../image/tar.ts'
import { Turns } from '../turns.ts'
import { compareArchives, compareKept } from './archive.ts'
import { type ArchiveFormat, archiveFormat } from './format.ts'
import type { Limits } from './limits.ts'
import { Tap } from './tap.ts'

/** Opens one side's tar of a layer anew. */
export type OpenLayer = (side: 'A' | 'B', layer: ComparedLayer) => Promise<TarReader>

/**
 * Looks into the archives among a layer's differing files and notes what differs inside. Small ones are at hand; for
 * larger ones both layers are read once more, side by side, however many they are, and not at all when there are none.
 * Never makes a comparison fail: what cannot be read is noted as unread.
 */
export async function openArchives(layer: LayerDifference, open: OpenLayer, limits: Limits): Promise<void> {
  const wanted = new Map<string, Wanted>()
  const turns = new Turns()
  for (const difference of layer.entries) {
    await turns.pause()
    const format = formatOf(difference)
    if (format === null) continue
    limits.inflation.allow((difference.a?.size ?? 0) + (difference.b?.size ?? 0))
    const nested = await keptOrUnread(difference, format, limits)
    if (nested !== null) difference.nested = nested
    else if (!wanted.has(difference.path)) wanted.set(difference.path, { format, difference })
  }
  const { a, b } = layer
  if (wanted.size === 0 || !a || !b) return
  try {
    await readPair(
      wanted,
      () => open('A', a),
      () => open('B', b),
      limits,
    )
  } catch (error) {
    for (const { format, difference } of wanted.values())
      difference.nested = unread(format, `it could not be read again: ${String((error as Error)?.message ?? error)}`)
  }
}

async function keptOrUnread(
  difference: EntryDifference,
  format: ArchiveFormat,
  limits: Limits,
): Promise<NestedDifference | null> {
  try {
    return await compareKept(difference, limits, 0)
  } catch (error) {
    return unread(format, `it could not be read: ${String((error as Error)?.message ?? error)}`)
  }
}

interface Wanted {
  format: ArchiveFormat
  difference: EntryDifference
}

function formatOf({ kind, fields, a, b, content }: EntryDifference): ArchiveFormat | null {
  if (kind !== 'changed' || !fields.includes('content') || !content) return null
  if (a?.type !== 'file' || b?.type !== 'file') return null
  const format = archiveFormat(content.a.head)
  return format === archiveFormat(content.b.head) ? format : null
}

type OpenTar = () => Promise<TarReader>

async function readPair(wanted: Map<string, Wanted>, openA: OpenTar, openB: OpenTar, limits: Limits): Promise<void> {
  const a = await openA()
  try {
    const b = await openB()
    try {
      await walkPair(wanted, a, b, limits)
    } finally {
      await b.close()
    }
  } finally {
    await a.close()
  }
}

/** Goes from one wanted file to the next on both sides. What comes in another order on side B is left out. */
async function walkPair(wanted: Map<string, Wanted>, a: TarReader, b: TarReader, limits: Limits): Promise<void> {
  const turns = new Turns()
  while (wanted.size > 0) {
    await turns.pause()
    const entryA = await seek(a, entry => isWanted(wanted, entry, 'a'))
    if (entryA === null) break
    const { format, difference } = wanted.get(entryA.path) as Wanted
    const entryB = await seek(b, entry => {
      if (!isWanted(wanted, entry, 'b')) return false
      if (entry.path !== entryA.path) leaveOut(wanted, entry.path)
      return entry.path === entryA.path
    })
    if (entryB === null) leaveOut(wanted, entryA.path)
    else {
      const [tapA, tapB] = [new Tap(() => a.chunk(), entryA.size), new Tap(() => b.chunk(), entryB.size)]
      const nested = await compareArchives(format, tapA.bytes(), tapB.bytes(), difference.path, limits, 0)
      // The layer's own errors are no damage of the archive.
      for (const { error } of [tapA, tapB]) if (error !== null) throw error
      difference.nested = nested
      wanted.delete(entryA.path)
    }
  }
  for (const path of [...wanted.keys()]) leaveOut(wanted, path)
}

function isWanted(wanted: ReadonlyMap<string, Wanted>, entry: Entry, side: 'a' | 'b'): boolean {
  const found = wanted.get(entry.path)
  return found !== undefined && entry.type === 'file' && found.difference[side]?.size === entry.size
}

async function seek(tar: TarReader, isIt: (entry: Entry) => boolean): Promise<Entry | null> {
  for (let entry = await tar.next(); entry !== null; entry = await tar.next()) if (isIt(entry)) return entry
  return null
}

function leaveOut(wanted: Map<string, Wanted>, path: string): void {
  const found = wanted.get(path)
  wanted.delete(path)
  if (found) found.difference.nested = unread(found.format, 'the two layers hold their files in different orders')
}

const unread = (format: ArchiveFormat, reason: string): NestedDifference => ({
  format,
  ...{ members: [], total: 0, same: 0, reordered: false, packing: [] },
  unread: reason,
})
