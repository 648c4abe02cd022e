import { lstat, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hostProblem } from '../host/problem.ts'

/** What became of a file: `kept` is one that was there already. */
export interface Written {
  state: 'written' | 'kept' | 'failed'
  /** Why it was not written, in words. */
  problem: string | null
}

/**
 * Writes a new file below a folder. One that is there is never touched, no link is ever followed, and of a file that could
 * not be written whole nothing stays.
 * @param path relative to the folder, in our own words: nobody else's
 */
export async function writeNew(folder: string, path: string, text: string): Promise<Written> {
  const full = join(folder, path)
  const odd = await makeFolders(folder, dirname(path))
  if (odd !== null) return { state: 'failed', problem: odd }
  try {
    // Exclusive: fails for whatever is there, a link to nowhere among it.
    const file = await open(full, 'wx', 0o644)
    try {
      await file.writeFile(text)
      await file.close()
    } catch (error) {
      await file.close().catch(() => {})
      await rm(full, { force: true }).catch(() => {})
      throw error
    }
    return { state: 'written', problem: null }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') return { state: 'failed', problem: hostProblem(error) ?? message }
    return { state: 'kept', problem: await whatIsThere(full) }
  }
}

/** Makes what is missing, one folder after the other; null, or why there is none to write into. */
async function makeFolders(folder: string, path: string): Promise<string | null> {
  let at = folder
  for (const name of path === '.' ? [] : path.split('/')) {
    at = join(at, name)
    try {
      await mkdir(at, { mode: 0o755 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return hostProblem(error) ?? (error as Error).message
    }
    const stats = await lstat(at).catch(() => null)
    if (stats?.isSymbolicLink()) return `'${name}' is a link, and links are not followed`
    if (!stats?.isDirectory()) return `'${name}' is no folder`
  }
  return null
}

async function whatIsThere(path: string): Promise<string> {
  const stats = await lstat(path).catch(() => null)
  if (stats?.isSymbolicLink()) return 'it is a link, and stays as it is'
  return stats?.isDirectory() ? 'there is a folder of that name' : 'it is there already'
}
