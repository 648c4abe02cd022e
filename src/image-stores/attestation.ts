import type { Descriptor } from '../image/image.ts'
import type { ImageStore } from '../image/store.ts'
import { checkedBlob } from './checked-blob.ts'
import { jsonObject } from './index-entries.ts'

/** An in-toto statement that lies beside an image. */
export interface Statement {
  /** Digests of what it says to be about: `sha256:…`. */
  subjects: string[]
  predicate: unknown
}

/**
 * The SLSA provenance that lies beside an image as an attestation manifest: the in-toto statement with a predicate of any
 * version. Null where there is none or it cannot be read: the image is the same without it.
 */
export async function attestedStatement(store: ImageStore, attestation: Descriptor | null): Promise<Statement | null> {
  if (attestation === null) return null
  try {
    const manifest = jsonObject(await blobOf(store, attestation), 'the attestation manifest')
    const layers = Array.isArray(manifest.layers) ? (manifest.layers as Descriptor[]) : []
    const layer = layers.find(({ annotations }) =>
      String(annotations?.['in-toto.io/predicate-type']).startsWith('https://slsa.dev/provenance/'),
    )
    if (layer === undefined) return null
    const { subject, predicate } = jsonObject(await blobOf(store, layer), 'the provenance')
    const subjects = (Array.isArray(subject) ? subject.slice(0, 1000) : []).map(one => `sha256:${one?.digest?.sha256}`)
    return predicate === undefined || predicate === null ? null : { subjects, predicate }
  } catch {
    return null
  }
}

/** Its predicate alone. */
export const provenanceOf = async (store: ImageStore, attestation: Descriptor | null): Promise<unknown> =>
  (await attestedStatement(store, attestation))?.predicate ?? null

const blobOf = async (store: ImageStore, descriptor: Descriptor): Promise<Uint8Array> =>
  checkedBlob(await store.small(descriptor), descriptor.digest, store.name)
