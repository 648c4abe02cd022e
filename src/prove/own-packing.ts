import type { Finding } from '../finding.ts'
import type { Image } from '../image/image.ts'

/**
 * One build that is only compared is packed in the way that costs least here, whatever the other image was: neither BuildKit
 * nor its exporter is to blame for that. Other findings stay as they are.
 * @param imageA our own
 */
export const ofOwnPacking =
  ({ imageA, imageB }: Record<'imageA' | 'imageB', Image>) =>
  (finding: Finding): Finding => {
    const [own, other] = [imageA, imageB].map(packingOf)
    // Packed alike, and other bytes all the same: then it is the builder, or a setting of it.
    if (finding.id !== 'repackaged' || finding.evidence.length === 0 || own === other) return finding
    return {
      ...finding,
      message: `Config and layers are equal, the manifest is not: this build is packed as ${own}, the other image as ${other}. The build is here only to be compared, so it is packed in a way of its own (what costs least), not in the way that the other image was published. That alone gives the manifests other digests; of the content these say nothing, and that is the same.`,
      fix: {
        text: 'Nothing is to be mended. Ask for the level same-content (the default): of an image that was packed otherwise one build cannot reach identical. To have two builds compared in the packing that is published, use the gate with push and outputs.',
      },
    }
  }

/** `gzip`, `zstd and gzip (Docker’s media types)`: layers of a base image stay as they came. */
function packingOf({ manifest: { layers } }: Image): string {
  const types = layers.map(({ mediaType }) => mediaType)
  const ways = [...new Set(types.map(type => /[.+](gzip|zstd)$/.exec(type)?.[1] ?? 'uncompressed layers'))].sort()
  const isDocker = types.some(type => type.startsWith('application/vnd.docker.'))
  return `${ways.join(' and ') || 'no layers'}${isDocker ? " (Docker's media types)" : ''}`
}
