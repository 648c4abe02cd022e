import { posix } from 'node:path'
import { compileGlob, type Glob, globMatches } from './glob.ts'

/**
 * Docker's own reading of `.dockerignore` (moby/patternmatcher, as BuildKit calls it). Ours, because @balena/dockerignore
 * 1.0.2 folds case, takes `+ ( ) { } |` as operators, throws on `a(` and needs 18 s for one path against `*a*a*a*a*a*a*a*ab`.
 */
export interface IgnorePatterns {
  patterns: IgnorePattern[]
  /** Lines Docker would refuse; the build fails on them, so they hide nothing here. */
  refused: { line: number; text: string }[]
}

interface IgnorePattern {
  negated: boolean
  matches: (path: string) => boolean
}

/** What each pattern said about a folder: it says the same of all that is in it. */
export type Inherited = readonly boolean[]

/** Reads the file's text: BOM, comments (`#` in the first column only), blanks, `!`, a leading slash. */
export function parseDockerignore(text: string): IgnorePatterns {
  const patterns: IgnorePattern[] = []
  const refused: IgnorePatterns['refused'] = []
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .forEach((raw, index) => {
      if (raw.startsWith('#')) return
      const line = raw.trim()
      if (line === '') return
      const negated = line.startsWith('!')
      const cleaned = clean(negated ? line.slice(1).trim() : line)
      const matches = cleaned === '' ? null : matcherOf(cleaned)
      if (matches === null) refused.push({ line: index + 1, text: line.slice(0, 200) })
      else patterns.push({ negated, matches })
    })
  return { patterns, refused }
}

/** Go's filepath.Clean, without the leading slash. */
function clean(pattern: string): string {
  if (pattern === '') return ''
  const normal = posix.normalize(pattern)
  const short = normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
  return short.length > 1 && short.startsWith('/') ? short.slice(1) : short
}

/** A leading `**` with nothing wild after it is a suffix, a trailing one after nothing wild a prefix: so `**log` takes `my.log`. */
function matcherOf(pattern: string): IgnorePattern['matches'] | null {
  const suffix = /^\*\*([^*?[\]\\]*)$/.exec(pattern)?.[1]
  if (suffix !== undefined) return path => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1))
  const prefix = /^([^*?[\]\\]*)\*\*$/.exec(pattern)?.[1]
  if (prefix !== undefined) return path => path.startsWith(prefix)
  const glob: Glob | null = compileGlob(pattern, true)
  return glob === null ? null : path => globMatches(glob, path)
}

/**
 * Whether Docker leaves a path out of the context, given what its folder inherited. The last pattern that matches decides.
 * @param path relative to the context, with `/`
 */
export function isIgnored(
  ignore: IgnorePatterns,
  path: string,
  folder: Inherited,
): { ignored: boolean; inherited: boolean[] } {
  let ignored = false
  const inherited = ignore.patterns.map((pattern, index) => {
    const matched = folder[index] === true || (pattern.negated === ignored && pattern.matches(path))
    if (matched) ignored = !pattern.negated
    return matched
  })
  return { ignored, inherited }
}

/** Whether something below an ignored folder may come back by a `!`: only then is the folder walked. */
export const hasNegation = (ignore: IgnorePatterns): boolean => ignore.patterns.some(pattern => pattern.negated)
