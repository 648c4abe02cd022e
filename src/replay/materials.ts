/** What a build took from elsewhere, and what that was. */
export interface Material {
  kind: 'image' | 'git' | 'http' | 'other'
  /** `localhost:5000/debian:12`, an address, or whatever stands there. */
  name: string
  /** Hexadecimal; empty where none is told. */
  digest: string
  /** Whether the build itself named the digest. */
  pinned: boolean
}

type Json = unknown
const most = 2000

/** The materials of provenance 0.2 or 1, without those that are no material. */
export function materialsIn(predicate: Json): Material[] {
  const all = [
    ...list(of(predicate, 'materials')),
    ...list(of(of(predicate, 'buildDefinition'), 'resolvedDependencies')),
  ]
  return all.slice(0, most).flatMap((one): Material[] => {
    const [uri, digests] = [of(one, 'uri'), of(one, 'digest')]
    if (typeof uri !== 'string' || uri.length > 4096) return []
    const digestOf = (name: string, shape: RegExp): string => {
      const digest = of(digests, name)
      return typeof digest === 'string' && shape.test(digest) ? digest : ''
    }
    const sha256 = digestOf('sha256', /^[0-9a-f]{64}$/)
    const [, image, query = ''] = /^pkg:docker\/([^?#]*)(?:\?([^#]*))?/.exec(uri) ?? []
    if (image !== undefined) {
      const name = decoded(image).replace(/@(?=[^/@]*$)/, ':')
      return [{ kind: 'image', name, digest: sha256, pinned: new URLSearchParams(query).has('digest') }]
    }
    const commit = digestOf('sha1', /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/)
    if (commit !== '') return [{ kind: 'git', name: uri, digest: commit, pinned: uri.includes(commit) }]
    const kind = /^https?:\/\//i.test(uri) ? 'http' : 'other'
    return [{ kind, name: uri, digest: sha256, pinned: false }]
  })
}

/**
 * What a source policy of BuildKit can hold a build to: images by digest. A download it could, but then steps are others
 * than the build tells of; `otherMaterials` tells of that, and of commits.
 */
export const imagesToHold = (materials: readonly Material[]): { reference: string; digest: string }[] =>
  materials
    .filter(({ kind, digest, pinned }) => kind === 'image' && digest.length === 64 && !pinned)
    .map(({ name, digest }) => ({ reference: name, digest }))

/** Addresses that both builds had the same file from. */
export function sameDownloads(recorded: readonly Material[], own: readonly Material[]): Set<string> {
  const keyOf = ({ name, digest }: Material): string => `${digest} ${name}`
  const known = new Set(recorded.map(keyOf))
  return new Set(
    own.flatMap(one => (one.kind === 'http' && one.digest !== '' && known.has(keyOf(one)) ? [one.name] : [])),
  )
}

/** Where two builds took other things, each a sentence. A name that was pinned may be written in another way: digests count. */
export function otherMaterials(recorded: readonly Material[], own: readonly Material[]): string[] {
  const keyOf = ({ kind, digest }: Material): string => `${kind} ${digest}`
  const told = (from: readonly Material[], other: readonly Material[]): Material[] => {
    const known = new Set(other.map(keyOf))
    return from.filter(one => one.digest !== '' && !known.has(keyOf(one)))
  }
  return [
    ...told(recorded, own).map(one => `The provenance names ${words(one)}, and this build did not take it.`),
    ...told(own, recorded).map(one => `This build took ${words(one)}, which the provenance does not name.`),
  ].slice(0, 20)
}

const kinds: Record<Material['kind'], string> = {
  image: 'the image',
  git: 'the repository',
  http: 'the file',
  other: '',
}

const words = ({ kind, name, digest }: Material): string =>
  `${kinds[kind]} ${plainName(name)} (${digest.length === 64 ? 'sha256:' : ''}${digest.slice(0, 12)})`.trim()

/** Without a password, a query, and what a terminal obeys. */
export const plainName = (name: string): string =>
  name
    .replace(/^([a-z+-]+:\/\/)[^/@]*@/i, '$1')
    .replace(/\?.*$/s, '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, '?')
    .slice(0, 200)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const list = (value: Json): Json[] => (Array.isArray(value) ? value : [])
const of = (value: Json, name: string): Json =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, Json>)[name]
    : undefined
