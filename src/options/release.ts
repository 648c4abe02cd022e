import { parse } from 'csv-parse/sync'
import type { Compression, Packing } from '../build/compression.ts'
import { registryReference } from '../image-stores/reference.ts'
import { RegistryError } from '../image-stores/registry-error.ts'
import type { Given } from './options.ts'
import type { Command } from './table.ts'
import { booleanIn, shown } from './value.ts'

/** One repository, and what its image is to be called there. */
export interface Destination {
  /** `ghcr.io/o/app` */
  repository: string
  tags: string[]
}

/** What is to be published, and where. */
export interface Release {
  /** Of one image: of images of a bake or compose file each has its own. */
  destinations: Destination[]
  /** Of a bake or compose file: what was said of an image by its name, or of no image in particular (''). */
  named?: Readonly<Record<string, Destination[]>>
  /** What `--provenance` of buildx takes; null: no attestation is pushed. */
  provenance: string | null
}

export interface ReleaseOptions {
  /** Null: nothing is to be published. */
  release: Release | null
  /** How what is published is packed; undefined where nothing is. */
  packing: Packing | undefined
}

/**
 * What is to be published. Without `push` it counts for nothing, so that one step can serve pull requests and releases:
 * how it would be packed is checked all the same, but not the tags, which workflows make of the ref (`12/merge`).
 * @param failOn as it was given
 * @param several the images of a bake or compose file are gated
 */
export function releaseIn(
  command: Command,
  given: Given,
  { failOn, several }: { failOn: string | undefined; several: boolean },
  problems: string[],
): ReleaseOptions {
  const last = (name: 'push' | 'provenance') => given[name]?.at(-1)?.trim() || undefined
  const push = booleanIn('push', last('push'), problems)
  const packing = packingIn(given.outputs ?? [], problems)
  const provenance = provenanceIn(last('provenance'), problems)
  if (!push) return { release: null, packing: undefined }
  const [destinations, named] = several
    ? [[], namedIn(given.tags ?? [], problems)]
    : [destinationsIn(given.tags ?? [], problems)]
  if (command !== 'gate') problems.push('push (--push): only an image that the gate proved is pushed; use mode: gate')
  if (!several && !given.tags?.length)
    problems.push('push (--push): say with tags (--tag) what the image is to be called')
  if (failOn === 'never')
    problems.push(
      'push (--push) and fail-on: never (--fail-on) do not go together: a release that was not made would look like one',
    )
  if (provenance !== null && packing.dockerTypes)
    problems.push(
      'provenance (--provenance): an attestation needs OCI media types; leave out oci-mediatypes=false of outputs',
    )
  return { release: { destinations, ...(named ? { named } : {}), provenance }, packing }
}

/** `NAME=TAG` says whose tag it is. */
function namedIn(tags: readonly string[], problems: string[]): Record<string, Destination[]> {
  const found = new Map<string, string[]>()
  for (const tag of tags) {
    const [, name = '', text = tag] = /^\s*([\w.-]{1,200})\s*=(.*)$/s.exec(tag) ?? []
    found.set(name, [...(found.get(name) ?? []), text])
  }
  return Object.fromEntries([...found].map(([name, texts]) => [name, destinationsIn(texts, problems)]))
}

/** Tags by their repositories. */
export function destinationsIn(names: readonly string[], problems: string[]): Destination[] {
  const found = new Map<string, Set<string>>()
  for (const name of names)
    try {
      const { host, repository, wanted, digest } = registryReference(name.trim())
      if (digest !== null) problems.push(`tags (--tag): '${shown(name)}' has a digest; give a tag that is to be set`)
      const key = `${host}/${repository}`
      found.set(key, (found.get(key) ?? new Set()).add(wanted))
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error
      problems.push(`tags (--tag): ${error.message}`)
    }
  return [...found].map(([repository, tags]) => ({ repository, tags: [...tags] }))
}

const compressions: readonly Compression[] = ['gzip', 'zstd', 'uncompressed']
/** The highest level of each. */
const levels: Readonly<Record<Compression, number>> = { gzip: 9, zstd: 22, uncompressed: 0 }

const known = 'compression, compression-level, force-compression, oci-mediatypes'
/** What is always so: it may be said, and not otherwise. */
const always: readonly string[] = ['push', 'push-by-digest', 'name-canonical', 'rewrite-timestamp']
const switches: readonly string[] = ['force-compression', 'oci-mediatypes', ...always]

function packingIn(entries: readonly string[], problems: string[]): Packing {
  const packing: Packing = { compression: 'gzip' }
  const problem = (text: string) => problems.push(`outputs (--output): ${text}`)
  if (entries.length > 1) problem(`${entries.length} are given; the proven image has one form, so give one`)
  const fields = fieldsOf(entries[0] ?? 'type=image')
  if (fields === null) {
    problem(`'${shown(entries[0] ?? '')}' cannot be read: a quote is not closed, or text follows a closing quote`)
    return packing
  }
  for (const field of fields) {
    const equals = field.indexOf('=')
    const [name, value] = equals < 0 ? [field, ''] : [field.slice(0, equals).trim(), field.slice(equals + 1).trim()]
    const truth = /^(true|1|)$/i.test(value) ? true : /^(false|0)$/i.test(value) ? false : null
    if (name === 'type') {
      if (value !== 'image' && value !== 'registry')
        problem(`type '${shown(value)}' is not pushed; there are image and registry`)
    } else if (name === 'name') problem('the names of the image stand in tags (--tag)')
    else if (name === 'compression') {
      const known = compressions.find(one => one === value)
      if (known) packing.compression = known
      else problem(`compression '${shown(value)}' is not one of ${compressions.join(', ')}`)
    } else if (name === 'compression-level') {
      if (/^\d{1,2}$/.test(value)) packing.level = Number(value)
      else problem(`compression-level '${shown(value)}' is not a number from 0 on`)
    } else if (!switches.includes(name)) problem(`'${shown(name)}' is not known here; there are ${known}`)
    else if (truth === null) problem(`'${shown(field)}' is neither true nor false`)
    else if (name === 'force-compression') packing.force = truth
    else if (name === 'oci-mediatypes') packing.dockerTypes = !truth
    else if (always.includes(name)) {
      if (!truth) problem(`${name} is always true: without it nothing could be proven, or tags would move too early`)
    }
  }
  const { compression, level } = packing
  if (level !== undefined && level > levels[compression])
    problem(`compression-level ${level} is more than ${compression} has: ${levels[compression]}`)
  return packing
}

/** Of CSV, as buildx reads it; null where it cannot be read. */
function fieldsOf(text: string): string[] | null {
  try {
    const records: string[][] = parse(text, { columns: false, relaxColumnCount: true, trim: true })
    return records.length === 1 ? (records[0] ?? []).filter(field => field !== '') : null
  } catch {
    return null
  }
}

function provenanceIn(text: string | undefined, problems: string[]): string | null {
  if (text === undefined || /^(false|disabled=true)$/i.test(text)) return null
  if (/^true$/i.test(text)) return 'mode=min'
  const known = /^(mode=(min|max)|version=(v0\.2|v1)|builder-id=[^\s,"]{1,500}|disabled=false)$/
  const fields = text.split(',').map(field => field.trim())
  if (fields.every(field => known.test(field))) return fields.join(',')
  problems.push(
    `provenance (--provenance): '${shown(text)}' is not true, false, mode=min or mode=max (with version=, builder-id=)`,
  )
  return null
}
