import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A folder and those above it, up to the root of its repository; without a repository the folder alone. */
export function foldersUpToRepository(start: string): string[] {
  const folders: string[] = []
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    folders.push(folder)
    if (existsSync(join(folder, '.git'))) return folders
    if (dirname(folder) === folder) return folders.slice(0, 1)
  }
}
