import { groupBy } from '../group.ts'

/** At most this many paths are asked for in one probe. */
const unitLimit = 16

/** Paths that stand for many: each holds, among all that differs, nothing but what is searched for. */
export interface Units {
  paths: string[]
  /** All of the paths searched for are in them. */
  complete: boolean
}

/**
 * Covers many paths by few: whole folders, as long as nothing else that differs (`others`) is in them; the paths
 * themselves when they are few.
 */
export function unitsOf(paths: readonly string[], others: readonly string[]): Units {
  const unique = [...new Set(paths)].sort()
  if (unique.length <= 8) return { paths: unique, complete: true }
  const units = cover(unique, others, commonFolder(unique))
  return { paths: units.slice(0, unitLimit), complete: units.length <= unitLimit }
}

function cover(paths: readonly string[], others: readonly string[], folder: string): string[] {
  const inside = (path: string): boolean => path === folder || path.startsWith(`${folder}/`)
  if (paths.length === 1) return [...paths]
  if (folder !== '/' && !others.some(inside)) return [folder]
  const groups = groupBy(paths, path => {
    const rest = path.slice(folder === '/' ? 1 : folder.length + 1)
    return rest.split('/', 1)[0] ?? ''
  })
  return [...groups].flatMap(([name, members]) => {
    const child = folder === '/' ? `/${name}` : `${folder}/${name}`
    if (members.includes(child)) return members
    return cover(members, others, child)
  })
}

/** The deepest folder that holds all of the paths. */
function commonFolder(paths: readonly string[]): string {
  const [first = '', ...rest] = paths
  const parts = first.split('/').slice(0, -1)
  let length = parts.length
  for (const path of rest) {
    const own = path.split('/').slice(0, -1)
    let shared = 0
    while (shared < length && own[shared] === parts[shared]) shared++
    length = shared
  }
  return parts.slice(0, length).join('/') || '/'
}
