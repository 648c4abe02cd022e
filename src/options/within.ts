import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { foldersUpToRepository } from './repository.ts'

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

/**
 * What is wrong with a file of a repository that lies elsewhere, by a link: whoever sends a pull request would have this machine's own
 * files read and shown. Null where nothing is wrong.
 * @param file as it is read
 * @param name as the user knows it
 * @param context a folder that it may lie in as well
 */
export function linkOut(file: string, name = file, context: string | null = null): string | null {
  const top = repositoryOf(dirname(resolve(file))) ?? surroundings(dirname(file))
  if (!existsSync(file) || isWithin(top, file) || (context !== null && isWithin(context, file))) return null
  return `'${name}' leads out of ${top} by a link; what lies there is not read. Put the file itself in its place`
}

/** The nearest folder above that is a repository, and is none by a link: one that leads to another repository is still a link. */
function repositoryOf(folder: string): string | null {
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()
  if (!isLink && existsSync(join(folder, '.git'))) return folder
  return dirname(folder) === folder ? null : repositoryOf(dirname(folder))
}
