import { sep } from 'node:path'
import { glob } from 'tinyglobby'

/** More stars than people write: what matches globs can take years over them. */
const mostStars = 12

/**
 * Files that match, in the order of their names; what Docker reads beside a Dockerfile is none. Nothing in `.git` or
 * `node_modules` is looked at.
 */
export async function pathsMatching(pattern: string, cwd = process.cwd()): Promise<string[]> {
  if ((pattern.match(/\*/g) ?? []).length > mostStars) return []
  const paths = await glob([pattern.replace(/^(\.\/)+/, '')], {
    ...{ cwd, dot: true, onlyFiles: true, followSymbolicLinks: false, expandDirectories: false },
    ignore: ['**/.git/**', '**/node_modules/**'],
  })
  return paths
    .filter(path => !path.endsWith('.dockerignore'))
    .map(path => path.split(sep).join('/'))
    .sort()
}
