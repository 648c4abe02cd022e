import { isDigest } from '../image/digest.ts'
import type { Descriptor } from '../image/image.ts'
import { jsonObject as readJsonObject } from '../image/json.ts'
import { quoted } from '../image/layer-error.ts'
import { agreesWithData } from '../image/manifest.ts'
import { descriptorFields, misspelled } from '../image/spelling.ts'
import { StoreError } from './store-error.ts'

/** An entry of an image index (image-spec): one manifest, or another index. */
export interface IndexEntry extends Descriptor {
  /** As the entry says; the config of the image decides where it says nothing. */
  platform: Platform | null
}

export interface Platform {
  os: string
  architecture: string
  variant: string
  /** Of Windows images, which are made for one version. */
  version: string
}

/** Far more than any image has platforms. */
const entryLimit = 1000

/**
 * JSON of a manifest, index or config, as an object.
 * @throws StoreError when it is none
 */
export function jsonObject(bytes: Uint8Array, what: string): Record<string, unknown> {
  const json = readJsonObject(bytes, { unique: true })
  if (typeof json === 'string') throw new StoreError(`${what} ${json}`)
  return json
}

/** The entries of an index, every field that we use checked. */
export function indexEntries(bytes: Uint8Array, place: string): IndexEntry[] {
  const index = jsonObject(bytes, `${place}: the index`)
  const { manifests } = index
  notMisspelled(index, indexFields, `${place}: the index`)
  // What is read as the one by some is read as the other by others.
  const also = ['config', 'layers', 'fsLayers'].find(field => index[field] !== undefined)
  if (also !== undefined)
    throw new StoreError(
      `${place}: the index has a field ${quoted(also)}, as manifests have: which of them it is is unclear`,
    )
  if (!Array.isArray(manifests)) throw new StoreError(`${place}: the index has no list of manifests`)
  if (manifests.length > entryLimit)
    throw new StoreError(`${place}: the index has ${manifests.length} entries; at most ${entryLimit} are read`)
  return manifests.map((value, at) => entryFrom(value, `${place}: entry ${at + 1} of the index`))
}

const indexFields = ['schemaVersion', 'mediaType', 'manifests', 'config', 'layers', 'fsLayers', 'annotations']
const platformFields = ['os', 'architecture', 'variant', 'os.version', 'os.features']

/** @throws StoreError where engines may take a field for another one */
export function notMisspelled(json: unknown, names: readonly string[], what: string): void {
  const found = typeof json === 'object' && json !== null ? misspelled(json, names) : null
  if (found !== null)
    throw new StoreError(`${what} has a field ${quoted(found.key)}, which readers may take for ${found.name}`)
}

function entryFrom(value: unknown, what: string): IndexEntry {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const { digest, size } = entry
  notMisspelled(entry, descriptorFields, what)
  notMisspelled(entry.platform, platformFields, `the platform of ${what}`)
  if (!isDigest(digest)) throw new StoreError(`${what} has no digest but ${quoted(String(JSON.stringify(digest)))}`)
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new StoreError(`${what} has no size in bytes`)
  if (!agreesWithData(entry)) throw new StoreError(`${what} has data that its digest is not of`)
  return {
    mediaType: textOf(entry.mediaType),
    digest,
    size,
    annotations: textsOf(entry.annotations),
    platform: platformFrom(entry.platform),
  }
}

/** The platform that an index entry or a config states; null where it states none. */
export function platformFrom(value: unknown): Platform | null {
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Record<string, unknown>
  const [os, architecture] = [textOf(fields.os), textOf(fields.architecture)]
  if (os === '' && architecture === '') return null
  return { os, architecture, variant: textOf(fields.variant), version: textOf(fields['os.version']) }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 200) : '')

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'))
}
