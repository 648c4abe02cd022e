import { posix } from 'node:path'

type Json = Record<string, unknown>

/**
 * What a build took from folders of its client, by their names in LLB (`context`, and those of `--build-context`): the
 * paths and patterns that it asked for; null: all of it. Null as a whole where the provenance does not tell.
 */
export function takenFrom(provenance: unknown): Map<string, string[] | null> | null {
  const definition = [
    at(provenance, 'buildConfig'),
    at(provenance, 'buildDefinition', 'internalParameters', 'buildConfig'),
    at(provenance, 'buildDefinition', 'externalParameters', 'buildConfig'),
    at(provenance, 'buildDefinition', 'buildConfig'),
  ]
    .map(config => objectOf(config)?.llbDefinition)
    .find(Array.isArray)
  if (!definition) return null
  const taken = new Map<string, string[] | null>()
  for (const step of definition) {
    const op = at(step, 'op', 'Op') ?? at(step, 'op', 'op') ?? at(step, 'op')
    const name = /^local:\/\/(.+)$/.exec(String(at(op, 'source', 'identifier') ?? ''))?.[1]
    if (name === undefined) continue
    const paths = pathsOf(at(op, 'source', 'attrs', 'local.followpaths'))
    const before = taken.get(name)
    taken.set(name, before === null || paths === null ? null : [...(before ?? []), ...paths])
  }
  return taken
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

/** A name with anything wild in it may be any: more is copied then, nothing is missed. */
const mayMatch = (part: string, name: string): boolean => /[*?[\\]/.test(part) || part === name

const objectOf = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
const at = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>((inner, key) => objectOf(inner)?.[key], value)
