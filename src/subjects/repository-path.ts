import { existsSync, realpathSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { foldersUpToRepository } from '../options/repository.ts'

/**
 * Tells of a file its path from the root of the repository that the working folder is in, with forward slashes; null for one
 * outside of it. Where there is no repository, the working folder is taken for its root.
 */
export function pathsInRepository(here = process.cwd()): (file: string) => string | null {
  const folder = realpathSync(here)
  const top = foldersUpToRepository(folder).at(-1)
  const root = top !== undefined && existsSync(join(top, '.git')) ? top : folder
  return file => {
    // What goes by another name is no file here: `provenance:Dockerfile`, `https://…`, standard input.
    if (/^[a-z][a-z0-9+.-]+:/i.test(file) || file === '-' || file === '') return null
    const path = relative(root, resolve(folder, file)).split(sep).join('/')
    return path === '' || path === '..' || path.startsWith('../') ? null : path
  }
}
