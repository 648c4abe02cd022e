/** What a build did, as its provenance (SLSA 0.2 or 1, mode max) tells: LLB operations under the digests that the progress names. */
export interface Operation {
  /** LLB vertex digest, as in Step. */
  digest: string
  /** Its name in the provenance: `step3`. */
  id: string
  /**
   * `run` executes a program; `copy` takes files from elsewhere; `make` makes only what its own definition holds
   * (WORKDIR, a heredoc's text), which BuildKit answers from its cache even with --no-cache; `source` fetches; `other`
   * merges or returns.
   */
  kind: 'run' | 'copy' | 'make' | 'source' | 'other'
  /** Digests of the operations it builds on. */
  inputs: string[]
  /** Ids of the cache mounts of a `run`. */
  cacheMounts: string[]
  /**
   * What a `copy` does, wherever its files come from: BuildKit does two of them once whose files turn out to be equal. Null
   * for all else.
   */
  work: string | null
  /** The address that a `source` downloads without a checksum; null for all else. */
  unchecked: string | null
}

type Json = Record<string, unknown>

/** The operations of a build; null when the provenance does not hold them. Every field is checked. */
export function operationsIn(provenance: unknown): Operation[] | null {
  const config = [
    at(provenance, 'buildConfig'),
    at(provenance, 'buildDefinition', 'internalParameters', 'buildConfig'),
    at(provenance, 'buildDefinition', 'externalParameters', 'buildConfig'),
    at(provenance, 'buildDefinition', 'buildConfig'),
  ].find(candidate => Array.isArray(candidate?.llbDefinition))
  if (!config) return null
  const digests = new Map<string, string>()
  for (const [digest, id] of Object.entries(objectOf(config.digestMapping) ?? {}))
    if (typeof id === 'string') digests.set(id, digest)
  const operations: Operation[] = []
  for (const step of config.llbDefinition as unknown[]) {
    const id = objectOf(step)?.id
    const digest = typeof id === 'string' ? digests.get(id) : undefined
    // An operation without a digest cannot be found in the progress: the whole is not to be trusted.
    if (digest === undefined || typeof id !== 'string') return null
    const inputs = arrayOf(objectOf(step)?.inputs).map(input => digests.get(String(input).replace(/:\d+$/, '')) ?? '')
    operations.push({
      digest,
      id,
      kind: kindOf(step),
      inputs,
      cacheMounts: cacheMountsOf(step),
      work: workOf(step),
      unchecked: uncheckedOf(step),
    })
  }
  return operations.length > 0 ? operations : null
}

const opOf = (step: unknown): Json | undefined => at(step, 'op', 'Op') ?? at(step, 'op', 'op') ?? at(step, 'op')

const cacheMountsOf = (step: unknown): string[] =>
  arrayOf(at(opOf(step), 'exec')?.mounts)
    .map(mount => at(mount, 'cacheOpt')?.ID ?? at(mount, 'cacheOpt')?.id)
    .filter(id => typeof id === 'string')

/** The folder that a path is in does not count: it is gone before BuildKit compares. */
function workOf(step: unknown): string | null {
  if (kindOf(step) !== 'copy') return null
  return JSON.stringify(at(opOf(step), 'file')?.actions, (key, value: unknown) =>
    key === 'src' && typeof value === 'string' ? value.replace(/^.*\//, '') : value,
  )
}

function uncheckedOf(step: unknown): string | null {
  const source = at(opOf(step), 'source')
  const address = source?.identifier
  if (typeof address !== 'string' || !/^https?:/i.test(address)) return null
  return typeof at(source, 'attrs')?.['http.checksum'] === 'string' ? null : address
}

function kindOf(step: unknown): Operation['kind'] {
  const op = opOf(step)
  if (!op) return 'other'
  if ('exec' in op) return 'run'
  if ('source' in op) return 'source'
  if (!('file' in op)) return 'other'
  const actions = arrayOf(at(op, 'file')?.actions)
  const isMade = (action: unknown) => {
    const what = at(action, 'Action') ?? at(action, 'action')
    return what !== undefined && ['mkdir', 'mkfile', 'symlink'].some(name => name in what)
  }
  return actions.length > 0 && actions.every(isMade) ? 'make' : 'copy'
}

/** What a build took by a name that may move: an image from a registry or the local store, or a commit of a repository. */
export interface Base {
  kind: 'image' | 'git'
  /** `localhost:5000/debian:bookworm-slim`; `https://github.com/o/r.git#main`. */
  reference: string
  /** Hexadecimal, of the index or manifest, or of the commit. */
  digest: string
  platform: string | null
  /** Whether the build was told this digest, so that it could not have been another. */
  pinned: boolean
}

/** What the build was made of, as its provenance tells. Every field is checked. */
export function basesIn(provenance: unknown): Base[] {
  const materials = [
    ...arrayOf(objectOf(provenance)?.materials),
    ...arrayOf(at(provenance, 'buildDefinition')?.resolvedDependencies),
  ]
  return materials.flatMap((material): Base[] => {
    const uri = objectOf(material)?.uri
    const digests = at(material, 'digest')
    if (typeof uri !== 'string') return []
    const image = /^pkg:(?:docker|oci)\/([^?]*)(?:\?(.*))?$/.exec(uri)
    if (image !== null && typeof digests?.sha256 === 'string') {
      const query = new URLSearchParams(image[2] ?? '')
      const reference = decoded(image[1] ?? '').replace(/@(?=[^/@]*$)/, ':')
      const pinned = query.has('digest')
      return [{ kind: 'image', reference, digest: digests.sha256, platform: query.get('platform'), pinned }]
    }
    const commit = digests?.sha1
    if (typeof commit !== 'string' || !/^(https?|git|ssh):/.test(uri)) return []
    return [{ kind: 'git', reference: uri, digest: commit, platform: null, pinned: uri.includes(commit) }]
  })
}

/** Its images alone. */
export const baseImagesIn = (provenance: unknown): Base[] => basesIn(provenance).filter(({ kind }) => kind === 'image')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const at = (value: unknown, ...keys: string[]): Json | undefined =>
  keys.reduce<Json | undefined>((inner, key) => objectOf(inner?.[key]), objectOf(value))
