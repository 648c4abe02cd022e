import { relative, resolve, sep } from 'node:path'
import { glob } from 'tinyglobby'

/** More stars than people write: what matches globs can take years over them. */
const mostStars = 12

/**
 * Files that match, in the order of their names; what Docker reads beside a Dockerfile is none. Nothing in `.git` or
 * `node_modules` is looked at.
 */
export async function pathsMatching(pattern: string, cwd = process.cwd()): Promise<string[]> {
  if ((pattern.match(/\*/g) ?? []).length > mostStars) return []
  // A glob that starts above finds nothing in the folder it is started from: start it there.
  const above = /^(\.\.?\/)*/.exec(pattern)?.[0] ?? ''
  const start = resolve(cwd, above)
  const paths = await glob([pattern.slice(above.length)], {
    ...{ cwd: start, dot: true, onlyFiles: true, followSymbolicLinks: false, expandDirectories: false },
    ignore: ['**/.git/**', '**/node_modules/**'],
  })
  return paths
    .filter(path => !path.endsWith('.dockerignore'))
    .map(path => relative(cwd, resolve(start, path)).split(sep).join('/'))
    .sort()
}
