import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { chmod, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { CopyMeans, PlannedEntry } from './copy-plan.ts'
import type { ContextEntry } from './variation.ts'

/** Never more than this is written, however much is free. */
const mostBytes = 1024 ** 3
/** Calls at a time between two looks at the signal; each takes microseconds, a promise for each would take most of the time. */
const atOnce = 200

/** What the file systems of a context and of the folder for its copy can do together. */
export async function copyMeans(root: string, folder: string, sample: ContextEntry | undefined): Promise<CopyMeans> {
  const { bavail, bsize } = await statfs(folder)
  return {
    clones: sample !== undefined && canClone(join(root, sample.path), join(folder, `clone-${process.pid}`)),
    links: lstatSync(root).dev === lstatSync(folder).dev,
    most: Math.min(mostBytes, Math.floor((bavail * bsize) / 4)),
  }
}

function canClone(file: string, copy: string): boolean {
  try {
    copyFileSync(file, copy, constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch {
    return false
  } finally {
    rmSync(copy, { force: true })
  }
}

/**
 * Makes the copy. Nothing of the context is written to, and of no entry the names above it: they come from its own walk.
 * @throws where the context is not as it was read, or the disk does not let us
 */
export async function makeCopy(
  root: string,
  target: string,
  entries: readonly PlannedEntry[],
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(target, { recursive: true })
  const folders = new Set<string>([target])
  // Two names of one file in the context are two names of one file in the copy.
  const names = new Map<string, string>()
  for (const [index, entry] of entries.entries()) {
    if (index % atOnce === 0) {
      await setImmediate()
      signal.throwIfAborted()
    }
    const to = join(target, entry.path)
    const parent = entry.type === 'directory' ? to : dirname(to)
    if (!folders.has(parent)) {
      mkdirSync(parent, { recursive: true })
      folders.add(parent)
    }
    if (entry.type === 'file') makeFile(join(root, entry.path), to, entry, names)
    else if (entry.type === 'symlink') makeLink(to, entry)
  }
  // From the deepest: a folder's time changes with what is made in it, and one that is read-only takes nothing more.
  const deepest = entries.filter(({ type }) => type === 'directory').sort((a, b) => b.path.length - a.path.length)
  for (const { path, mode, mtimeMs } of deepest) {
    setTime(join(target, path), mtimeMs)
    chmodSync(join(target, path), mode)
  }
}

function makeFile(from: string, to: string, entry: PlannedEntry, names: Map<string, string>): void {
  const stats = lstatSync(from)
  const { size, nlink, dev, ino, mode } = stats
  if (!stats.isFile() || size !== entry.size) throw new Error(`${entry.path} was changed while the builds ran`)
  const first = nlink > 1 ? names.get(`${dev}:${ino}`) : undefined
  if (entry.by === 'link' || first !== undefined) {
    linkSync(first ?? from, to)
    return
  }
  copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  if (entry.mode !== (mode & 0o7777)) chmodSync(to, entry.mode)
  setTime(to, entry.mtimeMs)
  if (nlink > 1) names.set(`${dev}:${ino}`, to)
}

function makeLink(to: string, { path, link, mtimeMs }: PlannedEntry): void {
  if (link === undefined) throw new Error(`${path} is a link that cannot be read`)
  symlinkSync(link, to)
  if (mtimeMs !== undefined) lutimesSync(to, mtimeMs / 1000, mtimeMs / 1000)
}

const setTime = (path: string, mtimeMs: number | undefined): void => {
  if (mtimeMs !== undefined) utimesSync(path, mtimeMs / 1000, mtimeMs / 1000)
}

/** Removes a copy, with the folders in it that were made read-only. */
export async function removeCopy(target: string, entries: readonly PlannedEntry[]): Promise<void> {
  for (const { type, path, mode } of entries)
    if (type === 'directory' && (mode & 0o700) !== 0o700) await chmod(join(target, path), 0o700).catch(() => {})
  await rm(target, { recursive: true, force: true })
}
