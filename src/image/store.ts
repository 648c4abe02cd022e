import type { Readable } from 'node:stream'
import type { Descriptor } from './image.ts'

/** Where an image lies (a layout, an archive, a registry): blobs by descriptor, and the name's own manifest or index. */
export interface ImageStore {
  /** As people named it. */
  name: string
  /** Whether manifests have digests of their own here; an old `docker save` archive has none, only configs have. */
  hasManifests: boolean
  /** The bytes of the manifest or index that the name stands for, bounded. */
  root(): Promise<Uint8Array>
  /** The bytes of a manifest, index or config, at most 8 MiB; whoever asks checks the digest. */
  small(descriptor: Pick<Descriptor, 'digest' | 'size'>): Promise<Uint8Array>
  /** Where that costs nothing: rejects when a layer is missing or has another size than its descriptor says. */
  holds?(descriptor: Descriptor): Promise<void>
  /** Digests of the configs of all images that a second list of them names, which some engines read in the place of the root. */
  alsoNamed?(): Promise<string[]>
  /** The stored bytes of a layer, streamed; whoever reads checks size and digest. */
  open(descriptor: Descriptor): Promise<Readable>
  close(): Promise<void>
}
