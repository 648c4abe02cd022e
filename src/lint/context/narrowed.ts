import type { ContextFiles } from './context.ts'
import { type Inherited, isIgnored, parseDockerignore } from './dockerignore.ts'

/** What is left of a context under an ignore file that leaves out more than the one it was read with. */
export function narrowedBy(context: ContextFiles, ignoreText: string): ContextFiles {
  const ignore = parseDockerignore(ignoreText)
  const folders = new Map<string, Inherited>([['', []]])
  const inheritedFrom = (folder: string): Inherited => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))
    const { inherited } = isIgnored(ignore, folder, inheritedFrom(parent))
    folders.set(folder, inherited)
    return inherited
  }
  const paths = context.paths.filter(
    ({ path }) => !isIgnored(ignore, path, inheritedFrom(path.slice(0, Math.max(0, path.lastIndexOf('/'))))).ignored,
  )
  const kept = new Set(paths.map(({ path }) => path))
  return { ...context, paths, read: path => (kept.has(path) ? context.read(path) : null) }
}
