import type { Side } from './build.ts'
import type { Builder } from './builder.ts'

/** Of the layers that are exported: one for both sides of a run, or equal layers would have two digests. */
export type Compression = 'zstd' | 'gzip' | 'uncompressed'

/** How an image that is published is packed: attributes of buildx's image exporter. What is not said is BuildKit's to choose. */
export interface Packing {
  compression: Compression
  level?: number
  /** Also layers of base images, which otherwise stay as they are. */
  force?: boolean
  /** Docker's media types instead of OCI's. */
  dockerTypes?: boolean
}

/**
 * What costs least. A Docker Engine hands every layer to containerd, another process, and twice, so that fewer bytes are
 * done sooner; a BuildKit that keeps its layers itself is done sooner without any compression. BuildKit's zstd gives the
 * same bytes on any number of cores.
 * @param more whether side B may be given yet another builder, which is a BuildKit of its own
 */
export const leastCompression = (
  { A, B }: Readonly<Record<Side, Pick<Builder, 'store'>>>,
  more: boolean,
): Compression => (A.store && B.store && !more ? 'zstd' : 'uncompressed')

/** The level that costs least: of BuildKit's zstd the quickest, which makes layers a little bigger; undefined: it has none. */
export const leastLevel = (compression: Compression): number | undefined => (compression === 'zstd' ? 1 : undefined)
