import { posix } from 'node:path'
import { jsonObject } from './json-object.ts'
import {
  bounded,
  boundedAll,
  type Claim,
  claimsOf,
  type DatabaseFile,
  nothingIn,
  type PackageReader,
  type Wanted,
} from './package.ts'

/** Packages of conda, mamba and pixi: one JSON file each in `conda-meta` of an environment, with all files. */
export const conda: PackageReader = {
  kind: 'conda',
  limitFor: path => (/(?:^|\/)conda-meta\/[^/]+\.json$/.test(path) ? 32 * 1024 * 1024 : 0),
  read,
}

function read(path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  const json = jsonObject(bytes)
  const name = bounded(json?.name)
  const version = bounded(json?.version)
  if (json === null || name === null || version === null) return nothingIn('conda')
  const depends = Array.isArray(json.depends) ? json.depends.slice(0, 1_000) : []
  const [licence, arch] = [bounded(json.license), bounded(json.subdir)]
  return {
    kind: 'conda',
    packages: [
      {
        ...{ kind: 'conda', name, version, database: path, provides: [], qualifiers: qualifiersOf(json) },
        licences: licence === null ? [] : [licence],
        depends: boundedAll(depends.map(one => String(one).split(' ', 1)[0])),
        ...(arch === null ? {} : { arch }),
      },
    ],
    claims: claimsIn(json, path, wanted),
  }
}

/** The channel is an address here; its last words are its name. */
function qualifiersOf(json: Record<string, unknown>): Record<string, string> {
  const channel = bounded(json.channel)
    ?.replace(/^[a-z]+:\/\/[^/]+\//i, '')
    .replace(/^.*@/, '')
    .replace(/\/(?:noarch|[a-z]+-[a-z0-9]+)\/?$/, '')
  const type = /\.(conda|tar\.bz2)$/.exec(bounded(json.fn) ?? '')?.[1]
  const all = { build: bounded(json.build), channel, subdir: bounded(json.subdir), type }
  return Object.fromEntries(Object.entries(all).filter((pair): pair is [string, string] => Boolean(pair[1])))
}

/** Files that name the environment's own folder have another digest there than in the archive: the first is of the image. */
function claimsIn(json: Record<string, unknown>, path: string, wanted: Wanted): Claim[] {
  const environment = posix.dirname(posix.dirname(path))
  const data = json.paths_data as { paths?: unknown } | null | undefined
  const paths = Array.isArray(data?.paths) ? data.paths : Array.isArray(json.files) ? json.files : []
  const claims: Claim[] = []
  for (const one of paths) {
    const known: { _path?: unknown; sha256?: unknown; sha256_in_prefix?: unknown } =
      typeof one === 'string' ? { _path: one } : (one ?? {})
    if (typeof known._path !== 'string' || known._path.length > 4096) continue
    const digest = known.sha256_in_prefix ?? known.sha256
    const hex = typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) ? `sha256:${digest}` : undefined
    claims.push(...claimsOf(posix.join('/', environment, known._path), path, wanted, hex))
  }
  return claims
}
