import type { ComparedLayer } from './comparison.ts'
import { digestOf, isDigest } from './digest.ts'
import type { Descriptor, HistoryEntry, Image, ImageConfig, Manifest } from './image.ts'
import { jsonObject } from './json.ts'
import { quoted } from './layer-error.ts'
import { descriptorFields, misspelled } from './spelling.ts'

/** Registries refuse larger manifests (distribution-spec); configs have a long history at most. */
const manifestLimit = 4 * 1024 * 1024
const configLimit = 16 * 1024 * 1024

export type ParsedImage = { image: Image; problem: null } | { image: null; problem: string }

/**
 * An image from the bytes of its manifest and config. Digests are computed here, the config's is held against the
 * manifest's descriptor; every field that we use is checked. Anything wrong is said in `problem`; nothing is thrown.
 */
export function parseImage(manifestBytes: Uint8Array, configBytes: Uint8Array): ParsedImage {
  try {
    const manifest = manifestFrom(jsonOf(manifestBytes, manifestLimit, 'manifest'))
    const config = configFrom(jsonOf(configBytes, configLimit, 'config'))
    const digest = digestOf(manifestBytes)
    const configDigest = digestOf(configBytes, manifest.config.digest)
    if (configDigest !== manifest.config.digest)
      wrong(`the config has the digest ${configDigest}, the manifest asks for ${manifest.config.digest}`)
    const diffIds = config.rootfs.diff_ids.length
    if (diffIds !== manifest.layers.length)
      wrong(`the manifest has ${manifest.layers.length} layers, the config has ${diffIds} diff IDs`)
    return { image: { digest, configDigest, manifest, config }, problem: null }
  } catch (error) {
    if (error instanceof WrongImage) return { image: null, problem: error.message }
    throw error
  }
}

/**
 * The image's layers in order: descriptor, diff ID, and the history entry that tells of the layer. When history and
 * layers do not add up (a squashed image), no layer gets one: a wrong instruction is worse than none.
 */
export function layersOf(image: Image): ComparedLayer[] {
  const tellers = (image.config.history ?? []).filter(entry => entry.empty_layer !== true)
  const told = tellers.length === image.manifest.layers.length
  return image.manifest.layers.map((descriptor, index) => ({
    descriptor,
    diffId: image.config.rootfs.diff_ids[index] as string,
    history: told ? tellers[index] : undefined,
  }))
}

/** Whether a media type is one that an index of several images has. */
export const isIndexType = (type: unknown): boolean =>
  type === 'application/vnd.oci.image.index.v1+json' ||
  type === 'application/vnd.docker.distribution.manifest.list.v2+json'

class WrongImage extends Error {}

function wrong(message: string): never {
  throw new WrongImage(message)
}

function jsonOf(bytes: Uint8Array, limit: number, what: string): Record<string, unknown> {
  if (bytes.length > limit) wrong(`the ${what} has ${bytes.length} bytes; more than ${limit} are not read`)
  const json = jsonObject(bytes, { unique: true, whole: what === 'manifest' })
  return typeof json === 'string' ? wrong(`the ${what} ${json}`) : json
}

const manifestFields = ['schemaVersion', 'mediaType', 'config', 'layers', 'manifests', 'annotations', 'subject']

function manifestFrom(json: Record<string, unknown>): Manifest {
  notMisspelled(json, manifestFields, 'the manifest')
  // Engines look for the key alone to tell the two apart.
  if (json.manifests !== undefined) wrong('the manifest is an index of several images: one of them must be chosen')
  if (json.schemaVersion !== undefined && json.schemaVersion !== 2)
    wrong(`the manifest has the schemaVersion ${quoted(String(JSON.stringify(json.schemaVersion)))}; engines read 2`)
  if (json.mediaType !== undefined) textAt(json.mediaType, 'the media type of the manifest')
  if (isIndexType(json.mediaType)) wrong('the manifest says by its mediaType to be an index, which engines refuse')
  annotationsAt(json, 'the manifest')
  descriptorAt(json.config, 'the config in the manifest')
  // Go writes null for an empty list: an image of labels alone has no layers.
  if (json.layers === null) json.layers = []
  for (const [index, layer] of listAt(json.layers, 'the layers in the manifest').entries())
    descriptorAt(layer, `layer ${index} in the manifest`)
  return json as unknown as Manifest
}

function configFrom(json: Record<string, unknown>): ImageConfig {
  notMisspelled(json, ['rootfs'], 'the config')
  const rootfs = objectAt(json.rootfs, 'rootfs in the config')
  notMisspelled(rootfs, ['diff_ids'], 'rootfs in the config')
  if (rootfs.diff_ids === null) rootfs.diff_ids = []
  for (const diffId of listAt(rootfs.diff_ids, 'rootfs.diff_ids in the config')) digestAt(diffId, 'a diff ID')
  for (const field of ['created', 'architecture', 'os', 'variant']) {
    if (json[field] !== undefined) textAt(json[field], `${field} in the config`)
  }
  // Old tools write null where there is nothing.
  if (json.config === null) delete json.config
  if (json.history === null) delete json.history
  if (json.config !== undefined) objectAt(json.config, 'config in the config')
  if (json.history !== undefined) {
    for (const entry of listAt(json.history, 'history in the config')) historyAt(entry)
  }
  return json as ImageConfig
}

function notMisspelled(json: Record<string, unknown>, names: readonly string[], what: string): void {
  const found = misspelled(json, names)
  if (found !== null) wrong(`${what} has a field ${quoted(found.key)}, which readers may take for ${found.name}`)
}

function historyAt(value: unknown): HistoryEntry {
  const entry = objectAt(value, 'a history entry')
  for (const field of ['created', 'created_by', 'comment']) {
    if (entry[field] !== undefined) textAt(entry[field], `${field} in a history entry`)
  }
  if (entry.empty_layer !== undefined && typeof entry.empty_layer !== 'boolean')
    wrong('empty_layer in a history entry is neither true nor false')
  return entry
}

function descriptorAt(value: unknown, what: string): Descriptor {
  const descriptor = objectAt(value, what)
  notMisspelled(descriptor, descriptorFields, what)
  textAt(descriptor.mediaType, `the media type of ${what}`)
  digestAt(descriptor.digest, `the digest of ${what}`)
  if (!Number.isSafeInteger(descriptor.size) || (descriptor.size as number) < 0)
    wrong(`the size of ${what} is not a number of bytes`)
  if (!agreesWithData(descriptor)) wrong(`${what} has data that its digest is not of`)
  annotationsAt(descriptor, what)
  return descriptor as unknown as Descriptor
}

/**
 * Whether a descriptor of a digest is of the blob that it holds itself, if it holds one: an engine may read that one, and we read the
 * other. Go reads no other base64 than the one with all its padding.
 */
export function agreesWithData({ data, digest, size }: Record<string, unknown>): boolean {
  if (data === undefined) return true
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : null
  if (bytes === null || bytes.toString('base64') !== data) return false
  return bytes.length === size && digestOf(bytes, digest as string) === digest
}

function annotationsAt(parent: Record<string, unknown>, what: string): void {
  if (parent.annotations === null) delete parent.annotations
  if (parent.annotations === undefined) return
  const annotations = objectAt(parent.annotations, `annotations of ${what}`)
  for (const annotation of Object.values(annotations)) textAt(annotation, `an annotation of ${what}`)
}

function digestAt(value: unknown, what: string): void {
  if (!isDigest(value)) wrong(`${what} is not a digest: ${quoted(String(JSON.stringify(value)))}`)
}

function textAt(value: unknown, what: string): void {
  if (typeof value !== 'string') wrong(`${what} is not a text`)
}

function listAt(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) wrong(`${what} is not a list`)
  return value
}

function objectAt(value: unknown, what: string): Record<string, unknown> {
  if (!isObject(value) || Array.isArray(value)) wrong(`${what} is missing or not an object`)
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
