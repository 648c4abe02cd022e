import type { Captured, Ports } from '../../ports.ts'

/** What git knows of a build context. Paths are relative to the context, with `/`. */
export interface GitState {
  /** Permission bits that git's index has for each tracked file: 0o644 or 0o755; symlinks are absent. */
  tracked: ReadonlyMap<string, number>
  /** Tracked, and changed since the commit. */
  modified: ReadonlySet<string>
  /** Tracked symlinks. */
  symlinks?: ReadonlySet<string>
  /** Folders of submodules whose own files are not in `tracked`: nothing can be said about what is in them. */
  submodules?: readonly string[]
}

/** Longer than any checkout needs; the lint goes on without git then. */
const deadlineMs = 10_000

/** A repository may name programs to run: none of them is, and a bare one that lies in the context is no repository. */
const harmless = [
  '--no-pager',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.untrackedCache=false', 'submodule.recurse=false'],
  ...['safe.bareRepository=explicit', 'diff.autoRefreshIndex=true'],
].flatMap(setting => (setting.startsWith('-') ? [setting] : ['-c', setting]))

/**
 * Asks git about a context: three short commands that read and write nothing. Never throws: null where it is no checkout,
 * git tracks nothing in it or does not trust it, or there is no git.
 */
export async function readGit(ports: Pick<Ports, 'exec'>, context: string): Promise<GitState | null> {
  const git = asker(ports, context)
  const listed = ['ls-files', '--stage', '-z']
  const [whole, filters] = await Promise.all([
    git([...listed, '--recurse-submodules']),
    git(['config', '--local', '--includes', '--name-only', '--get-regexp', '^filter\\..*\\.(clean|process)$']),
  ])
  // Some versions cannot look into submodules with --stage.
  const index = whole?.code === 128 && /recurse-submodules/.test(whole.stderr) ? await git(listed) : whole
  if (index === null || index.code !== 0 || !isWhole(index.stdout)) return null
  const state = readIndex(index.stdout)
  if (state.tracked.size === 0) return null
  // Comparing contents runs the filters of the repository's own settings, if it has any.
  const hasFilters = filters === null || filters.code === 0
  const changes = hasFilters ? null : await git([...changesSinceCommit])
  return { ...state, modified: changes?.code === 0 && isWhole(changes.stdout) ? recordsOf(changes.stdout) : new Set() }
}

/** Work tree against commit, relative to the folder asked about; what only looks touched is compared by content. */
const changesSinceCommit = [
  ...['diff', '--name-only', '-z', '--relative', '--no-ext-diff', '--no-textconv', '--no-renames', '--no-color'],
  ...['--ignore-submodules=all', 'HEAD', '--', '.'],
] as const

function asker({ exec }: Pick<Ports, 'exec'>, context: string): (args: string[]) => Promise<Captured | null> {
  const signal = AbortSignal.timeout(deadlineMs)
  const env = { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return args => exec.capture('git', ['-C', context, ...harmless, ...args], { signal, env }).catch(() => null)
}

const recordsOf = (text: string): Set<string> => new Set(text.split('\0').filter(record => record !== ''))

/** Output that was cut ends in the middle of a record. */
const isWhole = (text: string): boolean => text === '' || text.endsWith('\0')

/** `<mode> <object> <stage>\t<path>`; a path in conflict comes up to three times. */
function readIndex(text: string): Pick<Required<GitState>, 'tracked' | 'symlinks' | 'submodules'> {
  const tracked = new Map<string, number>()
  const symlinks = new Set<string>()
  const submodules: string[] = []
  for (const record of recordsOf(text)) {
    const tab = record.indexOf('\t')
    const [mode = ''] = record.slice(0, Math.max(tab, 0)).split(' ', 1)
    const path = record.slice(tab + 1)
    if (mode === '120000') symlinks.add(path)
    else if (mode === '160000') submodules.push(path)
    else if (mode.startsWith('100')) tracked.set(path, Number.parseInt(mode, 8) & 0o777)
  }
  return { tracked, symlinks, submodules }
}
