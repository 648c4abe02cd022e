import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { layoutIn, type SidePlan, withProvenance } from '../build/plan.ts'
import { hasFailed, runPlan } from '../build/run.ts'
import { digestOf, isDigest } from '../image/digest.ts'
import type { Blob } from '../image-stores/blob-upload.ts'
import { indexEntries, jsonObject } from '../image-stores/index-entries.ts'
import type { Manifest } from '../image-stores/repository.ts'
import { StoreError } from '../image-stores/store-error.ts'
import type { Ports } from '../ports.ts'
import type { Readable } from './published.ts'

/** Of a manifest, an index or a config. */
const limit = 8 * 1024 * 1024

/** An image as it is to be published, in an OCI layout. */
export interface Exported extends Readable {
  /** Of its manifest, or of an index of it and its attestations. */
  digest: string
  /** All that it is made of, each before what refers to it: an index last. */
  parts(): Promise<{ blobs: Blob[]; manifests: Manifest[] }>
  open(blob: Blob): AsyncIterable<Uint8Array>
}

/**
 * Exports an image from the builder's cache, packed as it was proven, with the attestation that the user wants beside it.
 * @param folder of an OCI layout: what it has already is not sent again
 * @throws ExportError
 */
export async function exported(
  plan: SidePlan,
  provenance: string | null,
  folder: string,
  ports: Ports,
): Promise<Exported> {
  const wanted = provenance === null ? plan : withProvenance(plan, provenance)
  const output = layoutIn(plan, folder)
  const built = await runPlan(ports, wanted, { output, noCache: false, quiet: false })
  if (hasFailed(built))
    throw new ExportError(`it could not be exported from the builder's cache: ${built.message.slice(0, 2000)}`)
  const { digest } = built
  if (digest === '') throw new ExportError('buildx does not say what it exported')
  const file = (digest: string): string => {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest))
      throw new ExportError(`'${digest.slice(0, 100)}' is no digest that is published`)
    return join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
  }
  const small = async (digest: string): Promise<Uint8Array> => {
    const { size } = await stat(file(digest)).catch(() => {
      throw new ExportError(`the export has no ${digest}`)
    })
    if (size > limit) throw new ExportError(`${digest} has ${size} bytes; manifests of at most ${limit} are published`)
    const bytes = await readFile(file(digest))
    const found = digestOf(bytes, digest)
    if (found !== digest) throw new ExportError(`what was exported as ${digest} has the digest ${found}`)
    return bytes
  }
  const manifest = async (digest: string): Promise<Manifest> => {
    const bytes = await small(digest)
    return { bytes, digest, mediaType: mediaTypeIn(bytes) }
  }
  return {
    ...{ digest, manifest, config: small },
    parts: () => partsOf(digest, manifest),
    open: ({ digest }) => createReadStream(file(digest), { highWaterMark: 256 * 1024 }),
  }
}

async function partsOf(
  root: string,
  manifest: (digest: string) => Promise<Manifest>,
): Promise<{ blobs: Blob[]; manifests: Manifest[] }> {
  const top = await manifest(root)
  const isIndex = Array.isArray(jsonObject(top.bytes, 'what was exported').manifests)
  const inside = isIndex ? indexEntries(top.bytes, 'what was exported') : []
  const manifests = [...(await Promise.all(inside.map(({ digest }) => manifest(digest)))), top]
  const blobs = new Map<string, Blob>()
  for (const one of manifests) for (const blob of blobsIn(one)) blobs.set(blob.digest, blob)
  return { blobs: [...blobs.values()], manifests }
}

/** Config and layers. */
function blobsIn({ bytes, digest }: Manifest): Blob[] {
  const { config, layers = [] } = jsonObject(bytes, digest)
  const all = config === undefined ? [] : [config, ...(Array.isArray(layers) ? layers : [])]
  return all.map(one => {
    const { digest: of, size } = (typeof one === 'object' && one !== null ? one : {}) as Partial<Blob>
    if (!isDigest(of) || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw new StoreError(`the exported manifest ${digest} has an entry without digest or size`)
    return { digest: of, size }
  })
}

function mediaTypeIn(bytes: Uint8Array): string {
  const { mediaType, manifests } = jsonObject(bytes, 'what was exported')
  if (typeof mediaType === 'string' && /^[\w.+/-]{1,200}$/.test(mediaType)) return mediaType
  return `application/vnd.oci.image.${Array.isArray(manifests) ? 'index' : 'manifest'}.v1+json`
}

/** The builder no longer gives what was proven. */
export class ExportError extends Error {}
