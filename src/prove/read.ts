import { ImageError, type OpenedImages, openImages, RoomError, sharedLayers } from '../build/blobs.ts'
import { compareImages } from '../compare/compare.ts'
import { hostProblem } from '../host/problem.ts'
import type { Comparison } from '../image/comparison.ts'
import type { Descriptor } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { KeptDatabases } from '../packages/kept.ts'
import type { Pair, Proving } from './pair.ts'

export interface Read {
  images: OpenedImages
  comparison: Comparison
  /** Of the layers that were compared, as far as they were small enough: they need not be read again for them. */
  databases: KeptDatabases
}

/** Why the images could not be read, and the layers that are known to be equal. */
export interface Unread {
  unread: string
  shared: Descriptor[]
  /** Whether building once more could help. */
  again: boolean
}

/** Reads both images as far as they differ, and sets them against each other. */
export async function readPair(pair: Pair, { ports, watch }: Proving): Promise<Read | Unread> {
  let images: OpenedImages | null = null
  try {
    return await watch.time('compare', () =>
      ports.log.group('Compare', async () => {
        images = await openImages(ports, pair)
        const databases = new KeptDatabases()
        const comparison = await compareImages({
          ...{ ...images, signal: ports.signal },
          watch: (side, layer) => databases.watch(side, layer),
        })
        return { images, comparison, databases }
      }),
    )
  } catch (error) {
    const shared = images === null ? [] : sharedLayers(images)
    if (ports.signal.aborted || error instanceof ImageError || error instanceof LayerError)
      return { unread: String((error as Error).message), shared, again: !isShortOfRoom(error) }
    const problem = hostProblem(error)
    if (problem === null) throw error
    return { unread: problem, shared, again: false }
  }
}

/** A layer that could not be opened tells why in its cause. */
export const isShortOfRoom = (error: unknown): boolean =>
  error instanceof RoomError || (error instanceof Error && error.cause instanceof RoomError)
