import { lstatSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { hasNegation, type IgnorePatterns, type Inherited, isIgnored, parseDockerignore } from './dockerignore.ts'

/** What the build context really holds: what is left after the ignore file. */
export interface ContextFiles {
  root: string
  /** The ignore file in force, or the one to make: as people name it, from where the run started. */
  ignorePath: string
  /** Relative to the root, with `/`, parents before children, in the order of names. */
  paths: ContextPath[]
  /** There was more than we keep. */
  truncated: boolean
  /** What is no file, folder or link, or cannot be looked at, an odd name included; absent where nobody looked. */
  leftOut?: readonly string[]
  /** Text of a small file in the context (not through a symlink that leaves it); null when there is none to be read. */
  read(path: string): string | null
  /** Whether a file stands in the folder, also where the ignore file keeps it out of the context. */
  isThere(path: string): boolean
}

export interface ContextPath {
  path: string
  /** Permission bits. */
  mode: number
  /** Bytes; 0 for folders. */
  size: number
  type: 'file' | 'directory' | 'symlink'
  /** Milliseconds since 1970; absent where nobody looked. */
  mtimeMs?: number
  /** Where a symlink points, as it is written in it. */
  link?: string
}

/** The ignore file that is in force, as the user would name it. */
export interface IgnoreFile {
  file: string
  text: string
}

const mostPaths = 200_000
const mostLeftOut = 1000
const mostDepth = 200
/** Lock files of big projects are megabytes. */
const mostText = 8 << 20

/**
 * Walks a local build context as Docker would send it. Never throws: what cannot be read is left out.
 * @param dir the context folder
 * @param dockerfile path of the Dockerfile as the file system knows it; null when it came from elsewhere
 */
export async function readContext(
  dir: string,
  dockerfile: string | null,
): Promise<{ context: ContextFiles | null; ignoreFile: IgnoreFile | null }> {
  const root = resolve(dir)
  if (!(await lstatOrNull(root))) return { context: null, ignoreFile: null }
  const ignoreFile = readIgnoreFile(dir, dockerfile)
  const ignore = parseDockerignore(ignoreFile?.text ?? '')
  const walk: Walk = { root, ignore, paths: [], leftOut: [], truncated: false }
  await walkFolder(walk, '', [], 0)
  const kept = new Set(walk.paths.map(entry => entry.path))
  const read = (path: string): string | null => (kept.has(path) ? readInside(root, path) : null)
  const isThere = (path: string): boolean => isFileInside(root, path)
  const ignorePath = ignoreFile?.file ?? join(dir, '.dockerignore')
  const { paths, leftOut, truncated } = walk
  return { context: { root, ignorePath, paths, leftOut, truncated, read, isThere }, ignoreFile }
}

/** `<Dockerfile>.dockerignore` beside the Dockerfile goes before the context's own. */
function readIgnoreFile(root: string, dockerfile: string | null): IgnoreFile | null {
  const own = dockerfile === null ? null : readInside(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`)
  if (own !== null) return { file: `${dockerfile}.dockerignore`, text: own }
  const text = readInside(root, '.dockerignore')
  return text === null ? null : { file: join(root, '.dockerignore'), text }
}

interface Walk {
  root: string
  ignore: IgnorePatterns
  paths: ContextPath[]
  leftOut: string[]
  truncated: boolean
}

async function walkFolder(walk: Walk, folder: string, inherited: Inherited, depth: number): Promise<void> {
  if (depth > mostDepth) {
    walk.truncated = true
    return
  }
  const names = await namesIn(join(walk.root, folder))
  if (names === null) walk.leftOut.push(folder)
  for (const name of names ?? []) {
    if (walk.paths.length >= mostPaths) {
      walk.truncated = true
      return
    }
    const path = folder === '' ? name : `${folder}/${name}`
    const stats = await lstatOrNull(join(walk.root, path))
    const type = typeOf(stats)
    const { ignored, inherited: own } = isIgnored(walk.ignore, path, inherited)
    if (stats === null || type === null) {
      if (!ignored && walk.leftOut.length < mostLeftOut) walk.leftOut.push(path)
      continue
    }
    if (!ignored)
      walk.paths.push({
        ...{ path, type, mode: stats.mode & 0o7777, mtimeMs: stats.mtimeMs },
        size: type === 'directory' ? 0 : stats.size,
        ...(type === 'symlink' ? await linkOf(join(walk.root, path)) : {}),
      })
    if (type === 'directory' && (!ignored || hasNegation(walk.ignore))) await walkFolder(walk, path, own, depth + 1)
  }
}

function typeOf(stats: Stats | null): ContextPath['type'] | null {
  if (stats === null) return null
  return stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'symlink' : stats.isFile() ? 'file' : null
}

const namesIn = (folder: string): Promise<string[] | null> =>
  readdir(folder).then(
    names => names.sort(),
    () => null,
  )

const linkOf = (path: string): Promise<{ link?: string }> =>
  readlink(path).then(
    link => ({ link }),
    () => ({}),
  )

const lstatOrNull = (path: string) => lstat(path).catch(() => null)

/** A link that leads out of the folder is no file there: Docker sees no more of it, and what it leads to is nobody's to be shown. */
function readInside(root: string, path: string): string | null {
  try {
    const real = realpathSync(join(root, path))
    const top = realpathSync(root)
    if (!real.startsWith(top.endsWith(sep) ? top : top + sep) || lstatSync(real).isDirectory()) return null
    const stats = statSync(real)
    return stats.isFile() && stats.size <= mostText ? readFileSync(real, 'utf8') : null
  } catch {
    return null
  }
}

function isFileInside(root: string, path: string): boolean {
  const place = resolve(root, path)
  if (!place.startsWith(root.endsWith(sep) ? root : root + sep)) return false
  try {
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === false
  } catch {
    return false
  }
}
