import type { ContextPath } from './context.ts'
import type { GitState } from './git.ts'

const known = new WeakMap<GitState, Set<string>>()

/** The folders that hold something git tracks. */
function foldersOf(git: GitState): Set<string> {
  const cached = known.get(git)
  if (cached !== undefined) return cached
  const folders = new Set<string>()
  for (const path of [...git.tracked.keys(), ...(git.symlinks ?? []), ...(git.submodules ?? [])]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  known.set(git, folders)
  return folders
}

/** Whether a path is git's: a tracked file, a folder with one in it, or what is in a submodule that was not looked into. */
export const isTracked = (git: GitState, { path, type }: ContextPath): boolean =>
  git.tracked.has(path) ||
  git.symlinks?.has(path) === true ||
  (type === 'directory' && foldersOf(git).has(path)) ||
  (git.submodules ?? []).some(module => path === module || path.startsWith(`${module}/`))
