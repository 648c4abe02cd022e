import { existsSync, realpathSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { foldersUpToRepository } from '../options/repository.ts'

/** What a file may name: its repository; without one the current folder, or its own where that is elsewhere. */
export function surroundings(folder: string): string {
  const top = foldersUpToRepository(folder).at(-1) ?? folder
  if (existsSync(join(top, '.git'))) return top
  return isWithin(process.cwd(), folder) ? process.cwd() : resolve(folder)
}

/** Whether a path that is there is a folder, or in it, with all links followed. */
export function isWithin(folder: string, path: string): boolean {
  try {
    const down = relative(realpathSync(folder), realpathSync(path))
    return down !== '..' && !down.startsWith(`..${sep}`) && resolve(down) !== down
  } catch {
    return false
  }
}
