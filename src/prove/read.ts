import { ImageError, type OpenedImages, openImages, RoomError, sharedLayers } from '../build/blobs.ts'
import { compareImages } from '../compare/compare.ts'
import { hostProblem } from '../host/problem.ts'
import type { Comparison } from '../image/comparison.ts'
import type { Descriptor } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import type { Pair, Proving } from './pair.ts'

export interface Read {
  images: OpenedImages
  comparison: Comparison
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
        return { images, comparison: await compareImages({ ...images, signal: ports.signal }) }
      }),
    )
  } catch (error) {
    const shared = images === null ? [] : sharedLayers(images)
    if (ports.signal.aborted || error instanceof ImageError || error instanceof LayerError)
      return { unread: String((error as Error).message), shared, again: !(error instanceof RoomError) }
    const problem = hostProblem(error)
    if (problem === null) throw error
    return { unread: problem, shared, again: false }
  }
}
