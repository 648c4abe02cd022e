import { digestOf } from '../image/digest.ts'
import type { Manifest } from '../image-stores/repository.ts'

/** An entry of an image index (image-spec). */
export interface Entry {
  mediaType: string
  digest: string
  size: number
  annotations?: Record<string, string>
  platform: { architecture: string; os: string; variant?: string }
}

const ociIndex = 'application/vnd.oci.image.index.v1+json'
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json'

/** The index of an image for several platforms: of the same entries it is the same bytes. */
export function platformIndex(entries: readonly Entry[]): Manifest {
  const isDocker = entries.every(({ mediaType }) => mediaType.startsWith('application/vnd.docker.'))
  const mediaType = isDocker ? dockerList : ociIndex
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries }, null, 2))
  return { bytes, mediaType, digest: digestOf(bytes) }
}
