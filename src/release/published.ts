import { type IndexEntry, indexEntries, jsonObject } from '../image-stores/index-entries.ts'
import type { Manifest, Repository } from '../image-stores/repository.ts'
import { StoreError } from '../image-stores/store-error.ts'
import type { Entry } from './platform-index.ts'

/** What has manifests and configs: a repository, or what is to go there. */
export type Readable = Pick<Repository, 'manifest' | 'config'>

/** What the gate proved of one platform. */
export interface ProvenImage {
  /** `linux/amd64` */
  platform: string
  digest: string
  configDigest: string
}

/** What a registry has of one platform: what was pushed under its digest, and how an index names it. */
export interface PublishedImage {
  /** The image's manifest; or an index of it and its attestations. */
  held: Manifest
  entries: Entry[]
  attestations: number
}

/**
 * Reads back what was pushed, manifest and config, and sets it against what was proven. Attestations beside the image say
 * when it was built, and are never the same twice: they are set aside.
 * @throws StoreError when it is not what was proven, or cannot be read
 */
export async function readBack(
  repository: Readable,
  name: string,
  pushed: string,
  proven: ProvenImage,
): Promise<PublishedImage> {
  const held = await manifestOf(repository, name, pushed)
  const all = entriesOf(held, proven.platform)
  const images = all.filter(({ attestation }) => !attestation)
  const [image] = images
  if (image === undefined || images.length > 1)
    throw new StoreError(`${name}@${pushed} has ${images.length} images where one was pushed`)
  if (image.digest !== proven.digest)
    throw new StoreError(
      `what ${name} got for ${proven.platform} is not what was proven: its manifest is ${image.digest}, and ${proven.digest} was compared. The builder made another image of it, so nothing of it counts`,
    )
  if (all.some(({ attestation, annotations }) => attestation && annotations?.[attested] !== image.digest))
    throw new StoreError(`${name}@${pushed} has an attestation of another image than the one that was pushed`)
  const manifest = image.digest === held.digest ? held : await manifestOf(repository, name, image.digest)
  if (image.size !== manifest.bytes.length || image.mediaType !== manifest.mediaType)
    throw new StoreError(
      `the index that ${name} got for ${proven.platform} describes ${image.digest} as ${image.size} bytes of ${image.mediaType}, and it has ${manifest.bytes.length} of ${manifest.mediaType}: nobody could pull it`,
    )
  const config = configIn(manifest, name)
  if (config !== proven.configDigest)
    throw new StoreError(
      `what ${name} got for ${proven.platform} is not what was proven: its config is ${config}, and ${proven.configDigest} was compared`,
    )
  await repository.config(config)
  return { held, entries: all.map(({ attestation: _, ...entry }) => entry), attestations: all.length - 1 }
}

async function manifestOf(repository: Readable, name: string, digest: string): Promise<Manifest> {
  const held = await repository.manifest(digest)
  if (held === null) throw new StoreError(`${name} has no ${digest}, though it was pushed there just now`)
  return held
}

function entriesOf({ bytes, digest, mediaType }: Manifest, platform: string): (Entry & { attestation: boolean })[] {
  if (!Array.isArray(jsonObject(bytes, 'what was pushed').manifests))
    return [{ mediaType, digest, size: bytes.length, platform: platformIn(platform), attestation: false }]
  return indexEntries(bytes, 'what was pushed').map(entry => {
    const { mediaType, digest, size, annotations = {} } = entry
    const attestation = isAttestation(entry)
    return {
      ...{ mediaType, digest, size, attestation },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      platform: attestation ? { architecture: 'unknown', os: 'unknown' } : platformIn(platform),
    }
  })
}

/** The annotation of an attestation that says of which image it is. */
const attested = 'vnd.docker.reference.digest'

/** As BuildKit marks them: what an index would offer to nobody's machine. */
const isAttestation = ({ annotations, platform }: IndexEntry): boolean =>
  annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' &&
  platform?.os === 'unknown' &&
  platform.architecture === 'unknown'

/** As an index states it. */
function platformIn(name: string): Entry['platform'] {
  const [os = '', architecture = '', variant] = name.split('/')
  return { architecture, os, ...(variant === undefined ? {} : { variant }) }
}

function configIn({ bytes }: Manifest, name: string): string {
  const { config } = jsonObject(bytes, `the manifest in ${name}`)
  const digest = typeof config === 'object' && config !== null ? (config as { digest?: unknown }).digest : undefined
  return typeof digest === 'string' ? digest.slice(0, 200) : 'none'
}
