import { digestOf } from '../image/digest.ts'
import type { Descriptor, Image } from '../image/image.ts'
import { quoted } from '../image/layer-error.ts'
import { isIndexType, parseImage } from '../image/manifest.ts'
import type { ImageStore } from '../image/store.ts'
import { checkedBlob } from './checked-blob.ts'
import { type IndexEntry, indexEntries, jsonObject, platformFrom } from './index-entries.ts'
import { platformName } from './platform-name.ts'
import { StoreError } from './store-error.ts'

/** An index may hold indexes: `docker save` and layouts do so once or twice. */
const depthLimit = 8
const manifestLimit = 2000
/** Images that are kept as they were read to know their platform; of others the config, of up to 8 MiB, is read again. */
const keptLimit = 8

/** An image for one platform, read when it is asked for. */
export interface PlatformImage {
  /** `linux/amd64`; empty where nothing says it. */
  platform: string
  /** @throws StoreError when it is not there, or not what its digests say */
  load(): Promise<Image>
  /** The manifest of its attestations (provenance, SBOM), where the store has one. */
  attestation: Descriptor | null
}

export interface FoundImages {
  images: PlatformImage[]
  /** What was set aside, each a sentence. */
  notes: string[]
}

/**
 * The images of each platform that a name stands for: a manifest is one, an index has several, of indexes within it too.
 * @throws StoreError when an index is damaged, or has two images for one platform
 */
export async function platformsOf(store: ImageStore): Promise<FoundImages> {
  const root = await store.root()
  const walk: Walk = { store, images: new Map(), attestations: new Map(), notes: new Set(), seen: new Set() }
  if (isIndex(root, store.name)) await enter(walk, root, 0)
  else await addManifest(walk, root, null)
  if (walk.images.size === 0) throw new StoreError(`${store.name}: the index holds no image`)
  await holdAgainstList(walk)
  const aside = [...walk.attestations.values()].length
  if (aside > 0)
    walk.notes.add(
      `${store.name}: ${aside === 1 ? 'an attestation manifest (provenance or SBOM of the build) was' : `${aside} attestation manifests (provenance or SBOM of the builds) were`} set aside: ${aside === 1 ? 'it is' : 'they are'} not part of the image.`,
    )
  const images = [...walk.images.values()].map(({ platform, load, digest }) => ({
    platform,
    load,
    attestation: walk.attestations.get(digest) ?? null,
  }))
  return { images, notes: [...walk.notes] }
}

/** What a second list of the images names has to be among them: else engines load another image than the one that is read here. */
async function holdAgainstList({ store, images }: Walk): Promise<void> {
  const named = new Set(await store.alsoNamed?.())
  for (const { load } of images.values()) {
    if (named.size === 0) return
    // Of several platforms some may have been left out of the archive.
    const image = await load().catch(error => {
      if (!(error instanceof StoreError)) throw error
    })
    if (image) named.delete(image.configDigest)
  }
  const [other] = named
  if (other !== undefined)
    throw new StoreError(
      `${store.name}: manifest.json names an image with the config ${quoted(other)}, which index.json does not have: which of them is loaded depends on the engine`,
    )
}

interface Walk {
  store: ImageStore
  /** By platform. */
  images: Map<string, Omit<PlatformImage, 'attestation'> & { digest: string; entry: IndexEntry | null }>
  /** By the digest of the manifest that they are about. */
  attestations: Map<string, Descriptor>
  notes: Set<string>
  /** Digests of manifests and indexes that were looked at, with the platform that an index says they are for. */
  seen: Set<string>
}

const isIndex = (bytes: Uint8Array, place: string): boolean =>
  Array.isArray(jsonObject(bytes, `${place}: the index or manifest`).manifests)

async function enter(walk: Walk, index: Uint8Array, depth: number): Promise<void> {
  const { store, seen } = walk
  if (depth > depthLimit) throw new StoreError(`${store.name}: indexes lie in each other more than ${depthLimit} deep`)
  for (const entry of indexEntries(index, store.name).map(withOwnAnnotations)) {
    const what = `${entry.digest} ${entry.platform === null ? '' : platformName(entry.platform)}`
    if (seen.has(what)) continue
    seen.add(what)
    if (seen.size > manifestLimit)
      throw new StoreError(`${store.name}: the index leads to more than ${manifestLimit} manifests`)
    if (isForNoPlatform(entry)) addAttestation(walk, entry)
    else if (entry.platform !== null && !isIndexType(entry.mediaType)) {
      await addImage(walk, platformName(entry.platform), entry.digest, entry, () => loaded(store, entry))
    } else {
      const bytes = await blobOf(store, entry)
      if (isIndex(bytes, store.name)) await enter(walk, bytes, depth + 1)
      else await addManifest(walk, bytes, entry)
    }
  }
}

/** Without what nobody asks for: an entry is kept, and may have megabytes of annotations. */
const withOwnAnnotations = (entry: IndexEntry): IndexEntry => ({
  ...entry,
  annotations: Object.fromEntries(
    ownAnnotations.flatMap(name => {
      const text = entry.annotations?.[name]
      return text === undefined ? [] : [[name, text.slice(0, 1000)]]
    }),
  ),
})

const ownAnnotations = [
  'vnd.docker.reference.digest',
  'vnd.docker.reference.type',
  'io.github.containers.compression.zstd',
  'io.containerd.image.name',
  'org.opencontainers.image.ref.name',
]

/** As BuildKit writes attestations: nobody pulls them. An annotation alone does not keep an engine from taking an image. */
const isForNoPlatform = ({ platform }: IndexEntry): boolean =>
  platform?.os === 'unknown' && platform.architecture === 'unknown'

function addAttestation({ attestations }: Walk, entry: IndexEntry): void {
  attestations.set(entry.annotations?.['vnd.docker.reference.digest'] ?? entry.digest, entry)
}

/** What an attestation has for layers, and an image never has. */
const areStatements = (layers: unknown): boolean =>
  Array.isArray(layers) &&
  layers.length > 0 &&
  layers.every(layer => (layer as { mediaType?: unknown } | null)?.mediaType === 'application/vnd.in-toto+json')

/** A manifest whose platform only its config tells. */
async function addManifest(walk: Walk, bytes: Uint8Array, entry: IndexEntry | null): Promise<void> {
  const { store } = walk
  const { config, schemaVersion, fsLayers, layers } = jsonObject(bytes, `${store.name}: the manifest`)
  if (schemaVersion === 1 || fsLayers !== undefined)
    throw new StoreError(
      `${store.name}: it is stored in Docker's first format (schema 1), which has no config to compare; pull it and push it again with a present Docker`,
    )
  if (entry?.annotations?.['vnd.docker.reference.type'] !== undefined && areStatements(layers))
    return addAttestation(walk, entry)
  const type = (config as { mediaType?: unknown } | undefined)?.mediaType
  if (entry !== null && typeof type === 'string' && !isImageConfig(type)) {
    walk.notes.add(`${store.name}: a manifest of another kind (config ${quoted(type)}) was set aside: it is no image.`)
    return
  }
  const image = await imageFrom(store, bytes)
  const { os, architecture, variant } = image.config
  const platform = platformFrom({ ...image.config, os, architecture, variant })
  const load = entry === null || walk.images.size < keptLimit ? kept(image) : readAgain(store, entry)
  await addImage(walk, platform === null ? '' : platformName(platform), digestOf(bytes), entry, load)
}

/** Functions of their own: what reads again must not hold what was read. */
const kept = (image: Image) => async (): Promise<Image> => image
const readAgain = (store: ImageStore, entry: IndexEntry) => (): Promise<Image> => loaded(store, entry)

async function addImage(
  walk: Walk,
  platform: string,
  digest: string,
  entry: IndexEntry | null,
  load: () => Promise<Image>,
): Promise<void> {
  const before = walk.images.get(platform)
  const place = walk.store.name
  if (before?.digest === digest) return
  if (before === undefined) walk.images.set(platform, { platform, load, digest, entry })
  else if (isSecondPacking(entry) || isSecondPacking(before.entry)) {
    if ((await before.load()).configDigest !== (await load()).configDigest)
      throw new StoreError(
        `${place}: one of its images for ${platform || 'one platform'} is marked as the other one in zstd, but is another image (${quoted(before.digest)} and ${quoted(digest)}): which one is pulled depends on who pulls`,
      )
    walk.notes.add(`${place}: it has ${platform} a second time, compressed with zstd; the first packing was compared.`)
    if (isSecondPacking(before.entry)) walk.images.set(platform, { platform, load, digest, entry })
  } else {
    const names = [before.entry, entry].map(one => nameOf(one) ?? one?.digest ?? '').map(text => quoted(text))
    throw new StoreError(
      `${place}: it holds several images for ${platform || 'one platform'}: ${names.join(' and ')}, perhaps more. Say which, by its tag or digest`,
    )
  }
}

/** Podman and buildah mark a copy that they push beside the gzip one. */
const isSecondPacking = (entry: IndexEntry | null): boolean =>
  entry?.annotations?.['io.github.containers.compression.zstd'] === 'true'

const nameOf = (entry: IndexEntry | null): string | undefined =>
  entry?.annotations?.['io.containerd.image.name'] ?? entry?.annotations?.['org.opencontainers.image.ref.name']

async function loaded(store: ImageStore, entry: IndexEntry): Promise<Image> {
  return await imageFrom(store, await blobOf(store, entry))
}

const blobOf = async (store: ImageStore, descriptor: Descriptor): Promise<Uint8Array> =>
  checkedBlob(await store.small(descriptor), descriptor.digest, store.name)

/** Manifest and config as values. An image that lies without a manifest has its config's digest for its own. */
async function imageFrom(store: ImageStore, manifest: Uint8Array): Promise<Image> {
  const { config } = jsonObject(manifest, `${store.name}: the manifest`) as { config?: Descriptor }
  if (typeof config?.digest !== 'string' || typeof config.size !== 'number')
    throw new StoreError(
      `${store.name}: the manifest names no config, so it is none of an image. Check the name, and whether something else answers in the place of what holds it`,
    )
  if (typeof config.mediaType === 'string' && !isImageConfig(config.mediaType))
    throw new StoreError(
      `${store.name}: it is no image: its config is of the type ${quoted(config.mediaType)}, as artifacts have one that registries keep beside images, such as charts`,
    )
  const { image, problem } = parseImage(manifest, await blobOf(store, config))
  if (image === null) throw new StoreError(`${store.name}: ${problem}`)
  for (const [index, { mediaType }] of image.manifest.layers.entries()) {
    if (!isImageLayer(mediaType))
      throw new StoreError(
        `${store.name}: its layer ${index + 1} is of the type ${quoted(mediaType)}, which is none of a layer: engines make no container of such an image`,
      )
  }
  await Promise.all(image.manifest.layers.map(layer => isElsewhere(layer) || store.holds?.(layer)))
  return store.hasManifests ? image : { ...image, digest: image.configDigest }
}

/** The types that Docker pulls: those that are right, and those that old registries and clients gave to every blob. */
const isImageConfig = (type: string): boolean =>
  /image\.(config\.)?v1\+json$/.test(type) ||
  ['', 'application/octet-stream', 'application/json', 'text/html'].includes(type)

/** The types that containerd unpacks; whatever has another it leaves out, and then refuses the image. */
const isImageLayer = (type: string): boolean =>
  /^application\/vnd\.(oci\.image\.layer\.|docker\.image\.rootfs\.(foreign\.)?diff\.tar)/.test(type)

/** Layers of Windows that a layout need not have. */
const isElsewhere = ({ mediaType }: Descriptor): boolean => /foreign|nondistributable/.test(mediaType)
