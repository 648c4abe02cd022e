import type { LayerDifference } from '../image/comparison.ts'
import type { Image } from '../image/image.ts'
import type { Level } from '../verdict.ts'

/**
 * The level that digests alone prove, without a look into any layer; null when they do not. An image that lies without
 * a manifest (an old `docker save`) has its config's digest for its own, which proves no more than the config does.
 */
export function levelByDigest(a: Image, b: Image): Level | null {
  if (a.digest === b.digest && a.digest !== a.configDigest) return 'identical'
  return a.configDigest === b.configDigest ? 'same-content' : null
}

/**
 * The level of two images whose config digests differ, all layers with differing diff IDs compared.
 *
 * `same-files` asks for equal layers, pair by pair, in every field of every entry. Not weaker: an image that unpacks to
 * the same tree by other layers is pulled, cached and scanned differently; and modification times, owners and extended
 * attributes are seen by programs in the container. A layer on one side only is harmless just when it is empty.
 */
export function levelByLayers(layers: readonly LayerDifference[]): Level {
  return layers.every(layer => layer.total === 0) ? 'same-files' : 'different'
}
