import { posix } from 'node:path'

type Json = Record<string, unknown>

/**
 * What a build took from folders of its client, by their names in LLB (`context`, and those of `--build-context`): the
 * paths and patterns that it asked for; null: all of it. Null as a whole where the provenance does not tell.
 */
export function takenFrom(provenance: unknown): Map<string, string[] | null> | null {
  const sources = localSources(provenance)
  if (sources === null) return null
  const taken = new Map<string, string[] | null>()
  for (const { name, paths } of sources) {
    const before = taken.get(name)
    taken.set(name, before === null || paths === null ? null : [...(before ?? []), ...paths])
  }
  return taken
}

/** The steps of a build, by their ids in its provenance, that take files from folders of its client; null: not told. */
export const localSteps = (provenance: unknown): Set<string> | null => {
  const sources = localSources(provenance)
  return sources && new Set(sources.map(({ id }) => id))
}

function localSources(provenance: unknown): { id: string; name: string; paths: string[] | null }[] | null {
  const definition = [
    at(provenance, 'buildConfig'),
    at(provenance, 'buildDefinition', 'internalParameters', 'buildConfig'),
    at(provenance, 'buildDefinition', 'externalParameters', 'buildConfig'),
    at(provenance, 'buildDefinition', 'buildConfig'),
  ]
    .map(config => objectOf(config)?.llbDefinition)
    .find(Array.isArray)
  if (!definition) return null
  return definition.flatMap(step => {
    const op = at(step, 'op', 'Op') ?? at(step, 'op', 'op') ?? at(step, 'op')
    const name = /^local:\/\/(.+)$/.exec(String(at(op, 'source', 'identifier') ?? ''))?.[1]
    if (name === undefined) return []
    return [{ id: String(at(step, 'id') ?? ''), name, paths: pathsOf(at(op, 'source', 'attrs', 'local.followpaths')) }]
  })
}

/** Null: not told, and so all. */
function pathsOf(attribute: unknown): string[] | null {
  if (typeof attribute !== 'string') return null
  try {
    const paths: unknown = JSON.parse(attribute)
    return Array.isArray(paths) && paths.length > 0 && paths.every(path => typeof path === 'string') ? paths : null
  } catch {
    return null
  }
}

/**
 * Whether one of the patterns leads to a path: it names it, a folder above it or, for folders, something below it.
 * @param path relative, with `/`
 */
export function isTaken(path: string, patterns: readonly string[] | null): boolean {
  if (patterns === null) return true
  const names = path.split('/')
  return patterns.some(pattern => {
    const parts = posix.normalize(`/${pattern}`).split('/').filter(Boolean)
    return parts.slice(0, names.length).every((part, at) => mayMatch(part, names[at] as string))
  })
}

/** Chains of links are short; where they are not, all is taken. */
const mostPatterns = 2000

/**
 * The same patterns, and what they lead to over links: BuildKit follows a link that a pattern names, or that is on the way
 * to what it names, and none that only lies in a folder which is taken.
 * @param patterns null: all is taken
 */
export function followed(
  patterns: readonly string[] | null,
  paths: readonly { path: string; type: string; link?: string }[],
): readonly string[] | null {
  if (patterns === null) return null
  const links = paths
    .filter(({ type }) => type === 'symlink')
    .map(({ path, link = '' }) => ({ path, link, names: path.split('/') }))
  const all = new Set(patterns)
  for (const pattern of all) {
    const parts = posix.normalize(`/${pattern}`).split('/').filter(Boolean)
    for (const { path, link, names } of links) {
      if (names.length > parts.length || !names.every((name, at) => mayMatch(parts[at] as string, name))) continue
      // An absolute one begins at the top of the context.
      const target = posix.join('/', link.startsWith('/') ? '' : posix.dirname(path), link)
      all.add(posix.join(target, ...parts.slice(names.length)))
      if (all.size > mostPatterns) return null
    }
  }
  return [...all]
}

/** A name with anything wild in it may be any: more is copied then, nothing is missed. */
const mayMatch = (part: string, name: string): boolean => /[*?[\\]/.test(part) || part === name

const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
const at = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>((inner, key) => objectOf(inner)?.[key], value)
