import { type Compression, leastLevel, type Packing } from '../build/compression.ts'
import type { Image } from '../image/image.ts'
import type { Reference } from './against.ts'

/**
 * How the one build is to be packed so that equal content may have the very digests of what it is held against; undefined:
 * nothing says how, and the build is packed in the way that costs least.
 */
export async function packedAlike(reference: Reference, platform: string): Promise<Packing | undefined> {
  if (reference.kind === 'digest') return undefined
  if (reference.kind === 'record') {
    const { platforms } = reference.record
    const recorded = platforms.find(one => one.platform === platform) ?? platforms[0]
    const packing = recorded && packingOf(recorded.image)
    if (packing === undefined) return undefined
    const level = leastLevel(packing.compression)
    // Only builds of ours are recorded, and those are packed at the level that costs least.
    return level === undefined ? packing : { ...packing, level }
  }
  const { images, store } = reference
  if (!store.hasManifests) return undefined
  const published = images.find(one => one.platform === platform) ?? images[0]
  // What cannot be read is told when it is compared.
  const image = await published?.load().catch(() => undefined)
  return image && packingOf(image)
}

/**
 * As the uppermost layer is packed: that is the build's own, while those of a base image stay as they came. The level is
 * told nowhere: that of BuildKit's choice is the likely one.
 */
function packingOf({ manifest }: Image): Packing | undefined {
  const type = manifest.layers.at(-1)?.mediaType
  if (type === undefined) return undefined
  const dockerTypes = (manifest.mediaType ?? type).startsWith('application/vnd.docker.')
  return { compression: compressionOf(type), ...(dockerTypes ? { dockerTypes } : {}) }
}

/** By a media type: `application/vnd.oci.image.layer.v1.tar+gzip`. */
export const compressionOf = (type: string): Compression =>
  (/[.+](gzip|zstd)$/.exec(type)?.[1] as Compression | undefined) ?? 'uncompressed'
