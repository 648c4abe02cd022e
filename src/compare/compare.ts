import type { Readable } from 'node:stream'
import { uncompressedLayer } from '../image/blob.ts'
import type { ComparedLayer, Comparison, LayerDifference } from '../image/comparison.ts'
import type { Descriptor, Image } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { layersOf } from '../image/manifest.ts'
import { TarReader } from '../image/tar.ts'
import { alignLayers, type LayerPair } from './align.ts'
import { configDifferences, manifestDifferences } from './config.ts'
import { type ContentBudgets, contentBudgets } from './content.ts'
import { openLayer } from './contents.ts'
import { compareLayer, type LayerOpener } from './layer.ts'
import { levelByDigest, levelByLayers } from './levels.ts'
import { type Limits, nestedLimits } from './nested/limits.ts'
import { openArchives } from './nested/open-archives.ts'

/** Differing entries listed of one layer, and of all layers together; each layer lists at least a few. */
export const entryLimit = 10_000
const entryLimitOfImage = 50_000
const entriesAtLeast = 100

export type SideName = 'A' | 'B'
/** The stored bytes of a layer; called at most four times for one layer, and never for layers known to be equal. */
export type OpenBlob = (side: SideName, descriptor: Descriptor) => Promise<Readable>

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
  onProgress?: (progress: CompareProgress) => void
}

/**
 * Where two images of one platform differ. Nothing is read when digests prove them equal; else only layers whose diff
 * IDs differ, streamed. Rejects with a LayerError when a layer is missing, cut off, damaged or not what its digests
 * say, and with the signal's reason when aborted: no comparison is ever made from half a layer.
 */
export async function compareImages(input: CompareInput): Promise<Comparison> {
  const { imageA, imageB, onProgress } = input
  const { differing, equal } = alignLayers(layersOf(imageA), layersOf(imageB))
  const comparison = {
    config: configDifferences(imageA.config, imageB.config),
    manifest: manifestDifferences(imageA, imageB),
    equalLayers: equal,
  }
  const proven = levelByDigest(imageA, imageB)
  if (proven !== null) return { ...comparison, level: proven, layers: [] }

  const budgets = contentBudgets()
  const limits = nestedLimits()
  const layers: LayerDifference[] = []
  let listed = 0
  for (const [done, pair] of differing.entries()) {
    onProgress?.({ done, of: differing.length })
    const limit = Math.max(entriesAtLeast, Math.min(entryLimit, entryLimitOfImage - listed))
    const layer = await comparePair(pair, input, budgets, limit)
    await lookInside(layer, input, limits)
    listed += layer.entries.length
    layers.push(layer)
  }
  onProgress?.({ done: differing.length, of: differing.length })
  return { ...comparison, level: levelByLayers(layers), layers }
}

async function comparePair(
  pair: LayerPair,
  input: CompareInput,
  budgets: ContentBudgets,
  limit: number,
): Promise<LayerDifference> {
  const a = openerOf('A', pair.index, pair.a, input)
  const b = openerOf('B', pair.index, pair.b, input)
  return { ...pair, ...(await compareLayer(a, b, budgets, limit)) }
}

/** What differs inside the archives of a layer pair that both images have. */
async function lookInside(layer: LayerDifference, input: CompareInput, limits: Limits): Promise<void> {
  const { a, b } = layer
  if (a === null || b === null) return
  await openArchives(layer, (side, of) => openLayer(input.open, side, of, input.signal), limits)
  input.signal?.throwIfAborted()
}

function openerOf(side: SideName, index: number, layer: ComparedLayer | null, input: CompareInput): LayerOpener {
  if (layer === null) return null
  const { descriptor, diffId } = layer
  const place = `layer ${index + 1} of image ${side} (${descriptor.digest.slice(0, 19)})`
  return async () => {
    input.signal?.throwIfAborted()
    const stored = await opened(() => input.open(side, descriptor), place)
    return new TarReader(uncompressedLayer(stored, descriptor, diffId, place, input.signal), place)
  }
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
