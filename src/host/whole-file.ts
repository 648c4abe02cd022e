import { randomBytes } from 'node:crypto'
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What keeps a new name out of a folder whose file may well be written: a mount point, a folder of another user. */
const noNewName = ['EACCES', 'EPERM', 'EBUSY', 'EROFS']

/**
 * Writes a file whole or not at all: who looks finds all of it or none. Where it cannot be written, what stood there before
 * is gone, too: it would pass for that of this run.
 * @throws what the file system says
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const before = await stat(path).catch(() => null)
  // A pipe or a terminal has nothing to put in its place.
  if (before !== null && !before.isFile()) return writeFile(path, text)
  const file = before === null ? path : await realpath(path)
  const part = join(dirname(file), `.repro-gate-${randomBytes(4).toString('hex')}`)
  try {
    await writeFile(part, text, { flag: 'wx', mode: before?.mode })
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    if (before !== null && noNewName.includes((error as NodeJS.ErrnoException).code ?? '')) return writeFile(file, text)
    await rm(file, { force: true }).catch(() => {})
    throw error
  }
}

/** What an earlier run wrote there would pass for what this one gave. What is no file stays, and what cannot be removed. */
export async function forgetFile(path: string): Promise<void> {
  const before = await stat(path).catch(() => null)
  if (before?.isFile()) await rm(path, { force: true }).catch(() => {})
}
