import type { Readable } from 'node:stream'
import { uncompressedLayer } from '../image/blob.ts'
import type { ComparedLayer, Comparison, LayerDifference } from '../image/comparison.ts'
import type { Visit } from '../image/contents.ts'
import type { Entry, Image } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { layersOf } from '../image/manifest.ts'
import { TarReader } from '../image/tar.ts'
import { alignLayers, type LayerPair } from './align.ts'
import { configDifferences, manifestDifferences } from './config.ts'
import { type ContentBudgets, contentBudgets } from './content.ts'
import { type OpenBlob, openLayer, type SideName } from './contents.ts'
import type { LayerStream } from './entry-stream.ts'
import { compareLayer, type LayerOpener } from './layer.ts'
import { levelByDigest, levelByLayers } from './levels.ts'
import { type Limits, nestedLimits } from './nested/limits.ts'
import { openArchives } from './nested/open-archives.ts'
import { type Memory, memoryOfComparison } from './purse.ts'
import { unprovenLayers } from './unproven.ts'

/** Differing entries listed of one layer, and of all layers together; each layer lists at least a few. */
const entryLimit = 10_000
const entryLimitOfImage = 50_000
const entriesAtLeast = 100
/** What a layer may take of the memory that is left, when others come behind it. */
const shareOfLayer = 0.75

export interface CompareProgress {
  /** Pairs of layers done, and to do. */
  done: number
  of: number
}

export interface CompareInput {
  imageA: Image
  imageB: Image
  open: OpenBlob
  signal?: AbortSignal
  /**
   * Reads layers of one diff ID and different blobs, too: a config may lie about them. Not needed where one builder made
   * both images.
   */
  distrust?: boolean
  /**
   * Sides that lie in archives without digests, where a layer's digest is its diff ID or what its file is named, or whose
   * digests somebody wants to see proven: of them those are read that B, or A, has, too.
   */
  undigested?: readonly SideName[]
  /**
   * Sides of which only a record is at hand: their layers have digests in the place of contents. What only bytes show is then
   * not looked for.
   */
  recorded?: { readonly [side in SideName]?: (layer: ComparedLayer) => Promise<LayerStream> }
  /** What a record keeps of an entry: so is that of the other side seen. */
  asRecorded?: (entry: Entry) => Entry
  /** Is shown every entry of the layers that differ; called anew for each time that one is read to be compared. */
  watch?: (side: SideName, layer: ComparedLayer) => Visit
  onProgress?: (progress: CompareProgress) => void
}

/**
 * Where two images of one platform differ. Nothing is read when digests prove them equal; else only layers whose diff
 * IDs differ, streamed. Rejects with a LayerError when a layer is missing, cut off, damaged or not what its digests
 * say, and with the signal's reason when aborted: no comparison is ever made from half a layer.
 */
export async function compareImages(input: CompareInput): Promise<Comparison> {
  const { imageA, imageB, onProgress, undigested = [] } = input
  const [layersA, layersB] = [layersOf(imageA), layersOf(imageB)]
  const { differing, equal } = alignLayers(layersA, layersB)
  const comparison = {
    config: configDifferences(imageA.config, imageB.config),
    manifest: manifestDifferences(imageA, imageB),
    equalLayers: equal,
  }
  if (input.distrust) {
    await readToTheEnd('A', layersA, unprovenLayers(layersA, layersB, !undigested.includes('A')), input)
    await readToTheEnd('B', layersB, unprovenLayers(layersB, layersA, !undigested.includes('B')), input)
  }
  const proven = levelByDigest(imageA, imageB)
  if (proven !== null) return { ...comparison, level: proven, layers: [] }

  const memory = memoryOfComparison()
  const limits = nestedLimits(memory)
  const how: How = { input, memory, budgets: contentBudgets(), entries: 0, share: 0 }
  const layers: LayerDifference[] = []
  let listed = 0
  for (const [done, pair] of differing.entries()) {
    onProgress?.({ done, of: differing.length })
    how.entries = Math.max(entriesAtLeast, Math.min(entryLimit, entryLimitOfImage - listed))
    how.share = memory.kept.left * (done === differing.length - 1 ? 1 : shareOfLayer)
    const layer = await comparePair(pair, how)
    await lookInside(layer, input, limits)
    listed += layer.entries.length
    layers.push(layer)
  }
  onProgress?.({ done: differing.length, of: differing.length })
  return { ...comparison, level: levelByLayers(layers), layers }
}

interface How {
  input: CompareInput
  memory: Memory
  budgets: ContentBudgets
  /** Most entries listed of the layer. */
  entries: number
  /** Bytes that it may take of what may be kept. */
  share: number
}

async function comparePair(pair: LayerPair, { input, memory, budgets, entries, share }: How): Promise<LayerDifference> {
  const a = openerOf('A', pair.index, pair.a, input)
  const b = openerOf('B', pair.index, pair.b, input)
  const stored = (pair.a?.descriptor.size ?? 0) + (pair.b?.descriptor.size ?? 0)
  try {
    return {
      ...pair,
      ...(await compareLayer(a, b, budgets, entries, memory, { share, stored, lowest: pair.index === 0 })),
    }
  } catch (error) {
    if (error instanceof LayerError && error.place === '')
      throw new LayerError(error.reason, `layer ${pair.index + 1}`, { cause: error })
    throw error
  }
}

/** Only whole are the bytes held against their digests. */
async function readToTheEnd(
  side: SideName,
  layers: readonly ComparedLayer[],
  indexes: readonly number[],
  input: CompareInput,
): Promise<void> {
  for (const index of indexes) {
    const { bytes } = await bytesOf(side, index, layers[index] as ComparedLayer, input)
    for await (const _ of bytes) input.signal?.throwIfAborted()
  }
}

/** What differs inside the archives of a layer pair that both images have. */
async function lookInside(layer: LayerDifference, input: CompareInput, limits: Limits): Promise<void> {
  const { a, b } = layer
  if (a === null || b === null || input.recorded !== undefined) return
  await openArchives(layer, (side, of) => openLayer(input.open, side, of, input.signal), limits)
  input.signal?.throwIfAborted()
}

function openerOf(side: SideName, index: number, layer: ComparedLayer | null, input: CompareInput): LayerOpener {
  if (layer === null) return null
  const { recorded, asRecorded = same } = input
  const fromRecord = recorded?.[side]
  if (fromRecord !== undefined) return async () => stoppable(await fromRecord(layer), input.signal)
  return async () => {
    const { bytes, place } = await bytesOf(side, index, layer, input)
    const tar = new TarReader(bytes, place, input.watch?.(side, layer))
    return recorded === undefined ? tar : seenAs(asRecorded, tar)
  }
}

const same = <T>(value: T): T => value

/** A layer's blob is stopped where it is read; a record's entries are no blob. */
const stoppable = (stream: LayerStream, signal: AbortSignal | undefined): LayerStream => ({
  ...stream,
  async next() {
    signal?.throwIfAborted()
    return await stream.next()
  },
})

/** The tar with each of its entries as somebody sees it. */
const seenAs = (seen: (entry: Entry) => Entry, tar: TarReader): LayerStream => ({
  async next() {
    const entry = await tar.next()
    return entry && seen(entry)
  },
  chunk: () => tar.chunk(),
  close: () => tar.close(),
})

async function bytesOf(
  side: SideName,
  index: number,
  { descriptor, diffId }: ComparedLayer,
  input: CompareInput,
): Promise<{ bytes: AsyncGenerator<Buffer>; place: string }> {
  const place = `layer ${index + 1} of image ${side} (${descriptor.digest.slice(0, 19)})`
  input.signal?.throwIfAborted()
  const stored = await opened(() => input.open(side, descriptor), place)
  return { bytes: uncompressedLayer(stored, descriptor, diffId, place, input.signal), place }
}

async function opened(open: () => Promise<Readable>, place: string): Promise<Readable> {
  try {
    return await open()
  } catch (error) {
    throw new LayerError(`it could not be opened: ${String((error as Error)?.message ?? error)}`, place, {
      cause: error,
    })
  }
}
