import type { Finding } from '../finding.ts'
import type { Comparison, ConfigDifference } from '../image/comparison.ts'
import type { Image } from '../image/image.ts'
import type { RequiredLevel } from '../verdict.ts'
import { compressionOf } from './packed-alike.ts'

type Images = Record<'imageA' | 'imageB', Image>

/** As many differences as are listed of a manifest: there may be more. */
const listed = 1000

/**
 * Whether images of one content differ in nothing but how their layers are packed. Annotations and whatever else a manifest
 * says are somebody's wish, and no packing.
 */
const differInPacking = ({ level, manifest }: Comparison): boolean =>
  level === 'same-content' &&
  manifest.length < listed &&
  manifest.every(
    ({ pointer, a, b }) =>
      (/^(?:\/layers\/\d+|\/config)?\/mediaType$/.test(pointer) && [a, b].every(type => isPacking(type, pointer))) ||
      isOwnMark({ pointer, a, b }),
  )

/** What BuildKit notes of layers whose times it set, as it does in every build of ours: nobody's wish, and lost on some ways. */
const isOwnMark = ({ pointer, a = '', b }: ConfigDifference): boolean =>
  b === undefined &&
  (/^\/layers\/\d+\/annotations\/buildkit~1rewritten-timestamp$/.test(pointer) ||
    (/^\/layers\/\d+\/annotations$/.test(pointer) && /^\{"buildkit\/rewritten-timestamp":"\d+"\}$/.test(a)))

/** Docker's media types and OCI's; a manifest need not name its own. */
const isPacking = (type: string | undefined, pointer: string): boolean =>
  type === undefined
    ? pointer === '/mediaType'
    : /^"application\/vnd\.(?:oci\.image\.|docker\.(?:distribution\.manifest|container\.image|image\.rootfs\.diff)\.)/.test(
        type,
      )

/**
 * Why images of one content cannot be told to be identical or not: one build is packed as like the other image as can be,
 * and what packed that one, at which level, is written nowhere.
 */
export const packingDoubt = (images: Images, comparison: Comparison, required: RequiredLevel): string[] =>
  required === 'identical' && differInPacking(comparison) ? [doubtOf(images)] : []

/** The same of two records: what is only recorded is packed in the way that costs least on its builder. */
export const recordsPackingDoubt = (
  { imageA, imageB }: Images,
  comparison: Comparison,
  required: RequiredLevel,
): string[] =>
  required === 'identical' && differInPacking(comparison)
    ? [
        `The content is the same (config and all layers), only its packing is not: record A's image as ${waysOf(imageA)}, record B's as ${waysOf(imageB)}. A build that is only recorded is packed in the way that costs least on its builder, and builders of other versions pack to other bytes, so whether builds that are packed alike would have the very same manifest cannot be told from these. The level same-content is proven.`,
      ]
    : []

const doubtOf = ({ imageA, imageB }: Images): string => {
  const [own, other] = [waysOf(imageA), waysOf(imageB)]
  const how =
    own === other
      ? sameLayers(imageA, imageB)
        ? `both as ${own}, to the same bytes, and only the manifest is written otherwise (its order, its spaces, a mark of BuildKit)`
        : `both as ${own}, to other bytes, as other tools, versions of them and levels do`
      : `this build as ${own}, the other image as ${other}`
  return `The content is the same (config and all layers), only its packing is not: ${how}. What packed the other image, and with which settings, is written nowhere, so whether a build would give the very same manifest cannot be told from here. The level same-content is proven.`
}

const sameLayers = (imageA: Image, imageB: Image): boolean =>
  imageA.manifest.layers.every(({ digest }, at) => imageB.manifest.layers[at]?.digest === digest)

/** The same of a build whose image is not there to be read: its digests say that the content is the same, and no more. */
export const unreadPacking = (level: Comparison['level'], required: RequiredLevel): string[] =>
  level === 'same-content' && required === 'identical'
    ? [
        'The content is the same, the manifests are not, and this build could not be read again to see in what they differ. It may be the packing alone. The level same-content is proven.',
      ]
    : []

/**
 * One build that is only compared is packed as like the other image as can be told: where that gives other bytes, neither the
 * Dockerfile nor this builder is to blame. Other findings stay as they are.
 * @param imageA our own
 */
export const ofOwnPacking =
  (images: Images, comparison: Comparison) =>
  (finding: Finding): Finding =>
    finding.id !== 'repackaged' || finding.evidence.length === 0 || !differInPacking(comparison)
      ? finding
      : {
          ...finding,
          level: 'notice',
          message: doubtOf(images),
          fix: {
            text: 'Nothing is to be mended in the Dockerfile. Ask for the level same-content (the default), which is about the content; or publish what the gate itself proved and packed (push), whose digest it compares.',
          },
        }

/** `gzip`, `zstd and gzip (Docker’s media types)`: layers of a base image stay as they came. */
function waysOf({ manifest: { layers } }: Image): string {
  const types = layers.map(({ mediaType }) => mediaType)
  const ways = [...new Set(types.map(compressionOf))].map(way => (way === 'uncompressed' ? 'uncompressed layers' : way))
  const isDocker = types.some(type => type.startsWith('application/vnd.docker.'))
  return `${ways.sort().join(' and ') || 'no layers'}${isDocker ? " (Docker's media types)" : ''}`
}
