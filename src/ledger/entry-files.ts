import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { entryFiles } from './store.ts'

/**
 * Copies the files of an entry that are what an entry has: regular ones, no links, within their bounds. Whatever else a
 * folder holds, nobody looks at.
 * @returns the names of those that were copied
 */
export async function copyEntry(from: string, into: string, signal?: AbortSignal): Promise<string[]> {
  await mkdir(into, { recursive: true })
  const copied: string[] = []
  for (const [name, most] of Object.entries(entryFiles))
    if (await copyFile(join(from, name), join(into, name), most, signal)) copied.push(name)
  return copied
}

async function copyFile(from: string, to: string, most: number, signal?: AbortSignal): Promise<boolean> {
  // Neither does it follow a link, nor wait for the writer of a pipe.
  const file = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null)
  if (file === null) return false
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size > most) return false
    const target = await open(to, 'wx', 0o600)
    await pipeline(
      file.createReadStream({ start: 0, end: most, autoClose: false }),
      target.createWriteStream(),
      signal ? { signal } : {},
    )
    return true
  } finally {
    await file.close()
  }
}
