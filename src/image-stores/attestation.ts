import type { Descriptor } from '../image/image.ts'
import type { ImageStore } from '../image/store.ts'
import { checkedBlob } from './checked-blob.ts'
import { jsonObject } from './index-entries.ts'

/**
 * The SLSA provenance that lies beside an image as an attestation manifest: the predicate of the in-toto statement, any
 * version of it. Null where there is none or it cannot be read: the image is the same without it.
 */
export async function provenanceOf(store: ImageStore, attestation: Descriptor | null): Promise<unknown> {
  if (attestation === null) return null
  try {
    const manifest = jsonObject(await blobOf(store, attestation), 'the attestation manifest')
    const layers = Array.isArray(manifest.layers) ? (manifest.layers as Descriptor[]) : []
    const layer = layers.find(({ annotations }) =>
      String(annotations?.['in-toto.io/predicate-type']).startsWith('https://slsa.dev/provenance/'),
    )
    if (layer === undefined) return null
    return jsonObject(await blobOf(store, layer), 'the provenance').predicate ?? null
  } catch {
    return null
  }
}

const blobOf = async (store: ImageStore, descriptor: Descriptor): Promise<Uint8Array> =>
  checkedBlob(await store.small(descriptor), descriptor.digest, store.name)
