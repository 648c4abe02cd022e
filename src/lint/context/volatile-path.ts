import { posix } from 'node:path'
import type { ContextFiles, ContextPath } from './context.ts'
import type { GitState } from './git.ts'
import { compileGlob, globMatches } from './glob.ts'
import { isTracked } from './tracked.ts'

/** A kind of file that is not the same for everyone who has the commit. */
export interface VolatileKind {
  /** What to write into .dockerignore. */
  pattern: string
  what: string
  /** It differs in two checkouts of the same commit, and often in two builds of one. */
  always?: true
  /** The name it is known by, where that is not the pattern's last part. */
  sign?: string
  /** The build may want it: nobody but its author can say that it may be left out. */
  wanted?: true
  matches: (path: ContextPath, context: ContextFiles, git: GitState | null) => boolean
}

const named =
  (...names: string[]) =>
  ({ path }: ContextPath): boolean =>
    names.includes(posix.basename(path))

const folder =
  (...names: string[]) =>
  (entry: ContextPath): boolean =>
    entry.type === 'directory' && named(...names)(entry)

const ending =
  (...ends: string[]) =>
  ({ path, type }: ContextPath): boolean =>
    type === 'file' && ends.some(end => path.endsWith(end))

/** By hand, worst first; a path belongs to the first that matches. */
const volatileKinds: VolatileKind[] = [
  { pattern: '.git', what: "Git's own data", always: true, matches: ({ path }) => path === '.git' },
  { pattern: '**/.git', what: "Git's own data", always: true, matches: named('.git') },
  { pattern: '**/__pycache__', what: 'compiled Python', matches: folder('__pycache__') },
  { pattern: '**/*.pyc', what: 'compiled Python', matches: ending('.pyc') },
  { pattern: '**/*.pyo', what: 'compiled Python', matches: ending('.pyo') },
  { pattern: '**/.ipynb_checkpoints', what: 'copies of notebooks', matches: folder('.ipynb_checkpoints') },
  { pattern: '**/.venv', what: 'a Python environment of the machine', matches: folder('.venv') },
  {
    pattern: '**/venv',
    what: 'a Python environment of the machine',
    sign: 'pyvenv.cfg',
    matches: isEnvironment('venv'),
  },
  { pattern: '**/env', what: 'a Python environment of the machine', sign: 'pyvenv.cfg', matches: isEnvironment('env') },
  { pattern: '**/node_modules', what: 'packages of the machine', matches: folder('node_modules') },
  { pattern: '**/.pytest_cache', what: 'a cache', matches: folder('.pytest_cache') },
  { pattern: '**/.mypy_cache', what: 'a cache', matches: folder('.mypy_cache') },
  { pattern: '**/.ruff_cache', what: 'a cache', matches: folder('.ruff_cache') },
  { pattern: '**/.tox', what: 'a cache', matches: folder('.tox') },
  { pattern: '**/.nox', what: 'a cache', matches: folder('.nox') },
  { pattern: '**/.cache', what: 'a cache', matches: folder('.cache') },
  { pattern: '**/.dvc/cache', what: 'a cache', matches: ({ path }) => /(^|\/)\.dvc\/cache$/.test(path) },
  {
    pattern: '**/*.egg-info',
    what: 'data of a local install',
    matches: ({ path, type }) => type === 'directory' && path.endsWith('.egg-info'),
  },
  { pattern: '**/wandb', what: 'records of training runs', matches: folder('wandb') },
  { pattern: '**/mlruns', what: 'records of training runs', matches: folder('mlruns') },
  { pattern: '**/lightning_logs', what: 'records of training runs', matches: folder('lightning_logs') },
  { pattern: '**/.idea', what: 'settings of an editor', matches: folder('.idea') },
  { pattern: '**/.DS_Store', what: 'data of a file manager', matches: named('.DS_Store') },
  { pattern: '**/Thumbs.db', what: 'data of a file manager', matches: named('Thumbs.db') },
  { pattern: '**/*.log', what: 'logs', matches: ending('.log') },
  ...['.env', '.env.local'].map(
    (name): VolatileKind => ({
      ...{ pattern: `**/${name}`, what: 'local settings, often secrets', wanted: true },
      matches: entry => entry.type === 'file' && named(name)(entry),
    }),
  ),
  ...['data', 'checkpoints', 'dist', 'build', 'logs'].map(
    (name): VolatileKind => ({
      ...{ pattern: `**/${name}`, what: 'a folder that is not in Git', wanted: true },
      matches: (entry, context, git) => folder(name)(entry) && isLeftOut(entry, context, git),
    }),
  ),
  ...['.ckpt', '.pt', '.pth', '.safetensors'].map(
    (end): VolatileKind => ({
      ...{ pattern: `**/*${end}`, what: 'model files that are not in Git', wanted: true },
      matches: (entry, context, git) => ending(end)(entry) && isLeftOut(entry, context, git),
    }),
  ),
]

/** By name, or by ending (`.pyc`): contexts have a hundred thousand paths, and few of them are of any kind. */
const kindsBySign = new Map<string, VolatileKind[]>()
for (const kind of volatileKinds) {
  const sign = kind.sign ?? posix.basename(kind.pattern).replace(/^\*/, '')
  kindsBySign.set(sign, [...(kindsBySign.get(sign) ?? []), kind])
}

/** What is part of the commit is the same for everyone, whatever its name; `.git` never is. */
export function volatileKindOf(entry: ContextPath, context: ContextFiles, git: GitState | null): VolatileKind | null {
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  const kinds = kindsBySign.get(name) ?? (dot < 0 ? undefined : kindsBySign.get(name.slice(dot)))
  const kind = kinds?.find(({ matches }) => matches(entry, context, git))
  return kind !== undefined && (kind.always || git === null || !isTracked(git, entry)) ? kind : null
}

/** Paths without those of a volatile kind, and what is in such folders: RG602 names them. Parents come before children. */
export function withoutVolatile(entries: ContextPath[], context: ContextFiles, git: GitState | null): ContextPath[] {
  let folder: string | null = null
  return entries.filter(entry => {
    if (folder !== null && entry.path.startsWith(folder)) return false
    if (volatileKindOf(entry, context, git) === null) return true
    if (entry.type === 'directory') folder = `${entry.path}/`
    return false
  })
}

/** Where git cannot be asked, its ignore file tells. */
const isLeftOut = (entry: ContextPath, context: ContextFiles, git: GitState | null): boolean =>
  git === null ? gitIgnores(context, entry.path) : !isTracked(git, entry)

/** `venv` and `env` are also names for other things: only with what Python puts there. */
function isEnvironment(name: string): VolatileKind['matches'] {
  return ({ path, type }) => type === 'file' && (path === `${name}/pyvenv.cfg` || path.endsWith(`/${name}/pyvenv.cfg`))
}

/** By the simple lines of the root's .gitignore: `name`, `name/`, `/name`, `*.end`. */
function gitIgnores(context: ContextFiles, path: string): boolean {
  let ignored = false
  for (const raw of (context.read('.gitignore') ?? '').split(/\r?\n/).slice(0, 2000)) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const negated = line.startsWith('!')
    const pattern = line.replace(/^!/, '').replace(/\/(\*{1,2})?$/, '')
    const rooted = pattern.startsWith('/')
    const plain = pattern.replace(/^(\*\*)?\//, '')
    if (plain.includes('**')) continue
    const glob = compileGlob(plain, false)
    if (glob === null) continue
    if (globMatches(glob, path) || (!rooted && !plain.includes('/') && globMatches(glob, posix.basename(path))))
      ignored = !negated
  }
  return ignored
}
