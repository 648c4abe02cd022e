import { randomBytes } from 'node:crypto'
import { chmod, chown, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'

/** A file to write: its text when it was read, null when it was not there, and its new one. */
export interface Rewrite {
  path: string
  before: string | null
  after: string
}

/**
 * Replaces a file as a whole or not at all; its mode stays. Behind a symlink the real file is replaced.
 * @param within folders; a symlink that leaves them all is not followed
 * @returns null, or why it was not written, in words
 */
export async function rewrite({ path, before, after }: Rewrite, within: readonly string[]): Promise<string | null> {
  try {
    // A link that leads out may be no file for who read it, and is one to write to all the same.
    const there = await realpath(path).catch(() => null)
    const real = there ?? resolve(path)
    if (there !== null && !(await isWithin(there, path, within)))
      return `it is a link to ${real}, outside of what is fixed here; fix that file by its own name`
    const bytes = await readFile(real).catch(() => null)
    if (bytes === null && there !== null)
      return 'something of that name is there that cannot be read: a folder, or a file that this user may not read. It stays as it is'
    // Under another name of the file, in this same run.
    if (bytes?.equals(Buffer.from(after))) return null
    if (before === null ? bytes !== null : bytes === null || !bytes.equals(Buffer.from(before)))
      return before !== null && bytes?.toString('utf8') === before
        ? 'it is not UTF-8 text, so it cannot be written back as it was'
        : 'it was changed in the meantime; run fix again'
    await replace(real, after)
    return null
  } catch (error) {
    return `it could not be written: ${(error as Error).message}`
  }
}

/** The text beside the file first, then its name over the file's: nobody ever sees half of it. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  const old = await stat(path).catch(() => null)
  try {
    await writeFile(temporary, text, { flag: 'wx' })
    if (old !== null) {
      await chmod(temporary, old.mode & 0o7777)
      // Only root may; for everyone else the file is the user's own already.
      await chown(temporary, old.uid, old.gid).catch(() => {})
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function isWithin(real: string, path: string, within: readonly string[]): Promise<boolean> {
  const folders = [dirname(resolve(path)), ...within]
  const reals = await Promise.all(folders.map(folder => realpath(folder).catch(() => null)))
  return reals.some(folder => folder !== null && real.startsWith(folder.endsWith(sep) ? folder : folder + sep))
}
