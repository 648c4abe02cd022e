import { createHash } from 'node:crypto'
import { compressionOf } from '../image/blob.ts'
import { digestOf } from '../image/digest.ts'
import type { Descriptor } from '../image/image.ts'
import { quoted } from '../image/layer-error.ts'
import type { ImageStore } from '../image/store.ts'
import { type Files, smallLimit } from './files.ts'
import { jsonObject, notMisspelled } from './index-entries.ts'
import { StoreError } from './store-error.ts'

const layerLimit = 10_000

interface Saved {
  config: string
  tags: string[]
  layers: string[]
}

/**
 * What the classic `docker save` writes, and skopeo, podman, buildah, kaniko, jib and crane as `docker-archive`: a
 * manifest.json that names a config and the tars of the layers, compressed or not. It keeps no manifest: one is made up
 * here to hold the layers together, and its digest means nothing.
 * @param reference which of its images, where it has several
 * @throws StoreError when it has no such image
 */
export async function openDockerArchive(name: string, files: Files, reference: string | null): Promise<ImageStore> {
  const saved = chosen(await listIn(files, name), reference, name)
  const config = await files.read(saved.config, smallLimit)
  const configDigest = digestOf(config)
  const claimed = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(saved.config)?.[1]
  if (claimed !== undefined && configDigest !== `sha256:${claimed}`)
    throw new StoreError(`${name}: the config ${quoted(saved.config)} has the digest ${configDigest}, not its name's`)
  const { layers, paths } = await layersIn(files, saved, diffIdsIn(config, saved, name), name)
  const manifest = { config: { mediaType: configType, digest: configDigest, size: config.length }, layers }
  const pathOf = (digest: string): string => {
    const path = paths.get(digest)
    if (path === undefined) throw new StoreError(`${name}: there is no layer ${quoted(digest)}`)
    return path
  }
  return {
    name,
    hasManifests: false,
    root: async () => Buffer.from(JSON.stringify(manifest)),
    small: async ({ digest }) => {
      if (digest !== configDigest) throw new StoreError(`${name}: there is no ${quoted(digest)}`)
      return config
    },
    open: async ({ digest }) => await files.open(pathOf(digest)),
    close: () => files.close(),
  }
}

/**
 * Digests of the configs that a manifest.json beside an OCI layout names: some engines load what index.json says, others what
 * this says.
 * @param reference only of images that are called so; a digest calls none
 */
export async function savedConfigs(files: Files, reference: string | null, name: string): Promise<string[]> {
  if ((await files.size('manifest.json')) === null) return []
  const saved = await listIn(files, name)
  const asked = saved.filter(({ tags }) => reference === null || tags.some(tag => isNamed(tag, reference)))
  const paths = [...new Set(asked.map(({ config }) => config))]
  const digests: string[] = []
  // Of one whose config is not there no engine makes an image.
  for (const path of paths)
    if ((await files.size(path)) !== null) digests.push(digestOf(await files.read(path, smallLimit)))
  return digests
}

const configType = 'application/vnd.docker.container.image.v1+json'

function chosen(images: Saved[], reference: string | null, name: string): Saved {
  const asked = reference === null ? images : images.filter(({ tags }) => tags.some(tag => isNamed(tag, reference)))
  const [first] = asked
  if (first !== undefined && new Set(asked.map(({ config }) => config)).size === 1) return first
  const tags = images.flatMap(image => image.tags).slice(0, 20)
  const has = `it has ${tags.length > 0 ? tags.map(tag => quoted(tag)).join(', ') : `${images.length} images without names`}`
  if (first === undefined && reference !== null)
    throw new StoreError(`${name}: no image is named ${quoted(reference)}; ${has}`)
  throw new StoreError(
    `${name}: it holds ${images.length} images: say which, as in docker-archive:PATH:NAME:TAG; ${has}`,
  )
}

/** A tag may be left out, and the registry that Docker fills in. */
const isNamed = (tag: string, reference: string): boolean =>
  tag === reference ||
  tag === `${reference}:latest` ||
  tag.endsWith(`/${reference}`) ||
  tag.split(':').at(-1) === reference

/** Checked: paths and tags are texts, one layer for each diff ID. */
async function listIn(files: Files, name: string): Promise<Saved[]> {
  const bytes = await files.read('manifest.json', smallLimit)
  const wrapped = Buffer.concat([Buffer.from('{"images":'), bytes, Buffer.from('}')])
  const { images, ...more } = jsonObject(wrapped, `${name}: manifest.json`)
  if (!Array.isArray(images) || images.length === 0 || Object.keys(more).length > 0)
    throw new StoreError(`${name}: manifest.json is not a list of images`)
  return images.slice(0, 1000).map((value, at) => {
    notMisspelled(value, ['Config', 'RepoTags', 'Layers'], `${name}: image ${at + 1} in manifest.json`)
    const { Config, RepoTags, Layers } = (value ?? {}) as Record<string, unknown>
    const layers = Layers ?? []
    if (typeof Config !== 'string' || !isTexts(layers) || layers.length > layerLimit)
      throw new StoreError(`${name}: image ${at + 1} in manifest.json has no config or no list of layers`)
    return { config: Config, tags: isTexts(RepoTags) ? RepoTags : [], layers }
  })
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string')

function diffIdsIn(config: Buffer, { layers }: Saved, name: string): unknown[] {
  const { rootfs } = jsonObject(config, `${name}: the config`)
  const ids = ((rootfs as Record<string, unknown> | null)?.diff_ids ?? []) as unknown
  if (!Array.isArray(ids) || ids.length !== layers.length)
    throw new StoreError(
      `${name}: manifest.json names ${layers.length} layer(s), the config has ${Array.isArray(ids) ? ids.length : 'no'} diff IDs`,
    )
  return ids
}

/** Each layer's descriptor, and where those of one digest lie. Of several files that say to be one layer, all are read. */
async function layersIn(
  files: Files,
  { layers: listed }: Saved,
  diffIds: readonly unknown[],
  name: string,
): Promise<{ layers: Descriptor[]; paths: Map<string, string> }> {
  const paths = new Map<string, string>()
  const seen = new Map<string, StoredLayer>()
  const proven = new Set<string>()
  const layers: Descriptor[] = []
  for (const [at, path] of listed.entries()) {
    const real = (await files.nameOf(path)) ?? path
    const stored = seen.get(real) ?? (await storedAt(files, path, name))
    seen.set(real, stored)
    const layer = descriptorOf(stored, diffIds[at] as string)
    layers.push(layer)
    const first = paths.get(layer.digest) ?? real
    paths.set(layer.digest, first)
    // By its digest only the first one is ever read.
    if (first === real || proven.has(`${layer.digest} ${real}`)) continue
    const found = await hashed(files, path, layer.digest)
    if (found !== layer.digest)
      throw new StoreError(`${name}: the layer ${quoted(path)} has the digest ${found}, not ${quoted(layer.digest)}`)
    proven.add(`${layer.digest} ${real}`)
  }
  return { layers, paths }
}

interface StoredLayer {
  size: number
  packing: ReturnType<typeof compressionOf>
  /** Of one that is compressed. */
  digest: string | null
}

async function storedAt(files: Files, path: string, name: string): Promise<StoredLayer> {
  const size = await files.size(path)
  if (size === null) throw new StoreError(`${name}: the layer ${quoted(path)} is missing`)
  const packing = await packingOf(files, path)
  return { size, packing, digest: packing === 'none' ? null : (digestInName(path) ?? (await hashed(files, path))) }
}

/** An uncompressed tar has its diff ID for digest; that of a compressed one is in its name, or was computed. */
function descriptorOf({ size, packing, digest }: StoredLayer, diffId: string): Descriptor {
  const type = `application/vnd.docker.image.rootfs.diff.tar${packing === 'none' ? '' : `.${packing}`}`
  return { mediaType: type, digest: digest ?? diffId, size }
}

/** `<digest>.tar.gz`, as kaniko, jib and crane name layers. */
function digestInName(path: string): string | null {
  const hex = /(?:^|[/:])([0-9a-f]{64})\.tar\.(?:gz|zst)$/.exec(path)?.[1]
  return hex === undefined ? null : `sha256:${hex}`
}

async function packingOf(files: Files, path: string): Promise<ReturnType<typeof compressionOf>> {
  const stream = await files.open(path)
  for await (const chunk of stream) {
    stream.destroy()
    return compressionOf(chunk as Buffer)
  }
  return 'none'
}

async function hashed(files: Files, path: string, like = 'sha256:'): Promise<string> {
  const algorithm = like.startsWith('sha512:') ? 'sha512' : 'sha256'
  const hash = createHash(algorithm)
  for await (const chunk of await files.open(path)) hash.update(chunk as Buffer)
  return `${algorithm}:${hash.digest('hex')}`
}
