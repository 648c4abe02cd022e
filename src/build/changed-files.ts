import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { Ports } from '../ports.ts'

/** Files that git knows, and that are not as the commit has them. */
export interface ChangedFiles {
  /** The first of them, as a path in the repository. */
  first: string
  count: number
}

/** A context folder, a Dockerfile, or what else a build is made of. */
export interface TakenFiles {
  path: string
  /** Whether a path in that folder never gets into the build. */
  leavesOut?: (path: string) => boolean
}

/** A large repository on a slow disk; the builder is looked for meanwhile. */
const patienceMs = 30_000

/**
 * The tracked files of a context or its Dockerfile that have uncommitted changes. Null: there are none, or git does not
 * tell. What sparse checkouts or the ignore file leave out, and untracked files, are none.
 * @param folder in the repository whose commit is named
 * @param taken what is in no folder of that repository is left out
 */
export async function changedFiles(
  { exec, signal }: Pick<Ports, 'exec' | 'signal'>,
  folder: string,
  taken: readonly TakenFiles[],
): Promise<ChangedFiles | null> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  const env = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
  const git = async (cwd: string, ...args: string[]): Promise<string | null> => {
    const asked = await exec.capture('git', ['-C', cwd, ...args], { env, signal: within })
    return asked.code === 0 && !within.aborted ? asked.stdout : null
  }
  try {
    const top = (await git(folder, 'rev-parse', '--show-toplevel'))?.replace(/\n$/, '')
    if (!top) return null
    const changed = await changedIn(git, top, taken)
    return changed[0] === undefined ? null : { first: changed[0], count: changed.length }
  } catch {
    return null
  }
}

type Git = (cwd: string, ...args: string[]) => Promise<string | null>

/** Submodules in submodules are hardly ever deeper, and a repository may name itself. */
const mostDepth = 5
const mostModules = 100

/** Paths from the top of the repository, those of submodules with the folder that they are in. */
async function changedIn(git: Git, top: string, taken: readonly TakenFiles[], depth = 0): Promise<string[]> {
  const inside = await insideOf(top, taken, depth > 0)
  if (inside.length === 0) return []
  const told = (await git(top, ...statusOf([...new Set(inside.map(({ path }) => path))]))) ?? ''
  const changed = told.split('\0').flatMap(entry => (entry.length > 3 ? [entry.slice(3)] : []))
  const own = changed.filter(path => inside.some(one => isTaken(one, path)))
  const modules = depth < mostDepth ? await modulesOf(git, top) : []
  for (const module of modules.filter(path =>
    inside.some(one => isTaken(one, path) || one.path.startsWith(`${path}/`)),
  ))
    own.push(...(await changedIn(git, join(top, module), taken, depth + 1)).map(path => `${module}/${path}`))
  return own
}

/** Each is asked for itself: git would run the programs that its settings name. */
async function modulesOf(git: Git, top: string): Promise<string[]> {
  if (!(await stat(join(top, '.gitmodules')).catch(() => null))?.isFile()) return []
  const told = await git(top, 'config', '-z', '--file', '.gitmodules', '--get-regexp', '^submodule\\..*\\.path$')
  const paths = (told ?? '').split('\0').flatMap(entry => entry.split('\n').slice(1, 2))
  const there: string[] = []
  // One that was not checked out has nothing of its own there, and git would answer for the repository around it.
  for (const path of paths.slice(0, mostModules))
    if (!path.split('/').includes('..') && !isAbsolute(path) && (await stat(join(top, path, '.git')).catch(() => null)))
      there.push(path)
  return there
}

const isTaken = ({ path: folder, leavesOut }: TakenFiles, path: string): boolean => {
  if (folder === path) return true
  if (folder !== '' && !path.startsWith(`${folder}/`)) return false
  return !leavesOut?.(folder === '' ? path : path.slice(folder.length + 1))
}

/** No program runs that the repository names: neither its file monitor, nor a filter, whose files are left out. */
const statusOf = (paths: readonly string[]): string[] => [
  ...['-c', 'core.fsmonitor=false', 'status', '--porcelain', '-z', '--untracked-files=no'],
  ...['--ignore-submodules=dirty', '--no-renames', '--', ...paths.map(path => `:(top,literal,attr:!filter)${path}`)],
]

/** What is taken of a repository, by paths from its top: one outside of it, and git would not answer at all. */
async function insideOf(top: string, taken: readonly TakenFiles[], isModule: boolean): Promise<TakenFiles[]> {
  const root = await realpath(top)
  const all = await Promise.all(
    taken.map(async one => {
      const path = await realpath(resolve(one.path)).catch(() => null)
      return path === null ? [] : insideWith(root, path, one, isModule)
    }),
  )
  return all.flat()
}

function insideWith(root: string, path: string, one: TakenFiles, isModule: boolean): TakenFiles[] {
  const down = relative(root, path)
  if (isInside(down)) return [{ ...one, path: down }]
  const up = relative(path, root)
  const { leavesOut } = one
  // A context around a submodule takes all of it, by longer names.
  return isModule && isInside(up)
    ? [{ path: '', ...(leavesOut ? { leavesOut: (inner: string) => leavesOut(`${up}/${inner}`) } : {}) }]
    : []
}

const isInside = (path: string): boolean => path !== '..' && !path.startsWith('../') && !isAbsolute(path)

/** What the report says of them. */
export const changedNote = (commit: string, { first, count }: ChangedFiles): string =>
  `${cut(first)}${count === 1 ? '' : ` and ${count - 1} more tracked ${count === 2 ? 'file' : 'files'}`}, which the build reads, ${count === 1 ? 'has' : 'have'} changes that are not committed: what was built is not what commit ${commit.slice(0, 12)} holds, so report, record and predicate name no commit. Commit the changes, or check the commit out anew.`

const cut = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path)
