import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve } from 'node:path'
import type { Ports } from '../ports.ts'

/** Files that git knows, and that are not as the commit has them. */
export interface ChangedFiles {
  /** The first of them, as a path in the repository. */
  first: string
  count: number
}

/** A large repository on a slow disk; the builder is looked for meanwhile. */
const patienceMs = 30_000

/**
 * The tracked files of a context or its Dockerfile that have uncommitted changes. Null: there are none, or git does not
 * tell. What sparse checkouts leave out, untracked files, and changes inside of submodules are none.
 * @param folder in the repository whose commit is named
 * @param taken context folders and Dockerfiles; what is in no folder of that repository is left out
 */
export async function changedFiles(
  { exec, signal }: Pick<Ports, 'exec' | 'signal'>,
  folder: string,
  taken: readonly string[],
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
    const paths = await pathsIn(top, taken)
    const told = paths.length > 0 ? await git(top, ...statusOf(paths)) : null
    const changed = (told ?? '').split('\0').flatMap(entry => (entry.length > 3 ? [entry.slice(3)] : []))
    return changed[0] === undefined ? null : { first: changed[0], count: changed.length }
  } catch {
    return null
  }
}

/** No program runs that the repository names: neither its file monitor, nor a filter, whose files are left out. */
const statusOf = (paths: readonly string[]): string[] => [
  ...['-c', 'core.fsmonitor=false', 'status', '--porcelain', '-z', '--untracked-files=no'],
  ...['--ignore-submodules=dirty', '--no-renames', '--', ...paths.map(path => `:(top,literal,attr:!filter)${path}`)],
]

/** One path outside of the repository, and git would not answer at all. */
async function pathsIn(top: string, taken: readonly string[]): Promise<string[]> {
  const root = await realpath(top)
  const paths = await Promise.all(taken.map(path => realpath(resolve(path)).catch(() => null)))
  const inside = paths.flatMap(path => (path === null ? [] : [relative(root, path)]))
  return [...new Set(inside)].filter(path => path !== '..' && !path.startsWith('../') && !isAbsolute(path))
}

/** What the report says of them. */
export const changedNote = (commit: string, { first, count }: ChangedFiles): string =>
  `${cut(first)}${count === 1 ? '' : ` and ${count - 1} more tracked ${count === 2 ? 'file' : 'files'}`} of the context or the Dockerfile ${count === 1 ? 'has' : 'have'} changes that are not committed: what was built is not what commit ${commit.slice(0, 12)} holds, so report, record and predicate name no commit. Commit the changes, or check the commit out anew.`

const cut = (path: string): string => (path.length > 200 ? `${path.slice(0, 200)}…` : path)
