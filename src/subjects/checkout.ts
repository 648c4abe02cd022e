import { chmod, lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type GitUrl, withoutPassword } from '../options/git-url.ts'
import { InputError } from '../options/input-error.ts'
import type { Captured, Ports } from '../ports.ts'
import { type GitCredential, ofAddress } from './git-credential.ts'

/** A commit of a repository, on this disk. */
export interface Checkout {
  /** The files of the commit, without `.git`. */
  root: string
  /** The repository itself, of that one commit: for its time. */
  repository: string
  commit: string
}

/** How a commit comes here that is not simply fetched. */
export interface CheckoutWay {
  /** The folder of git objects that has it already: nothing is fetched then. */
  objects?: string
  /** Somebody else named the commit: it has to be on a branch or a tag of the repository, where forks have no say. */
  isOurs?: true
}

/** A repository may be large, and a server slow. */
const deadlineMs = 15 * 60_000

/**
 * Fetches one commit, no history, into a folder of our own, as BuildKit would: submodules too, no LFS, modes 0644 and 0755.
 * @throws InputError when it cannot be had
 */
export async function checkOut(
  ports: Ports,
  given: GitUrl,
  { credentials, agent }: { credentials: readonly GitCredential[]; agent: string | undefined },
  { objects, isOurs }: CheckoutWay = {},
): Promise<Checkout> {
  const folder = await mkdtemp(join(ports.tempDir, 'git-'))
  const [root, repository] = [join(folder, 'files'), join(folder, 'repository')]
  await mkdir(root)
  const { remote, credentials: own } = ofAddress(given.remote)
  const url = { ...given, remote }
  const shown = withoutPassword(remote)
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(deadlineMs)])
  const env = { ...gitEnvironment(ports, agent), ...settings(credentials.length > 0 ? credentials : own) }
  const git = async (what: string, ...args: string[]): Promise<string> => {
    const result = await ports.exec.capture('git', args, { signal, env }).catch((error: NodeJS.ErrnoException) => {
      if (ports.signal.aborted) throw new InputError([`context: stopped while ${what}`])
      throw new InputError([
        error.code === 'ENOENT'
          ? 'context: there is no git command, which fetches a git context; install git'
          : `context: git could not be started: ${error.message}`,
      ])
    })
    if (ports.signal.aborted) throw new InputError([`context: stopped while ${what}`])
    if (signal.aborted)
      throw new InputError([
        `context: ${what} took more than ${deadlineMs / 60_000} minutes; see whether the server answers`,
      ])
    if (result.code !== 0) throw new InputError([`context: ${what} failed: ${reasonOf(result, given)}`])
    return result.stdout
  }

  const here = ['--git-dir', repository]
  await git('making a repository', 'init', '--quiet', '--bare', '--template=', repository)
  // In our own repository: the settings of one that we may stand in can name programs.
  const commit = await resolved(url, shown, (...args) => git(`asking ${shown}`, ...here, ...args))
  if (objects !== undefined) await writeFile(join(repository, 'objects', 'info', 'alternates'), `${objects}\n`)
  else if (isOurs) await seeItIsOurs(commit, url.remote, shown, join(folder, 'branches'), git)
  const wanted = [...here, 'fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--', url.remote]
  // Some servers give no commit that is the tip of nothing; then all branches and tags have to do.
  const fetched = objects === undefined ? git(`fetching ${commit} from ${shown}`, ...wanted, commit) : undefined
  await fetched?.catch(async (error: unknown) => {
    if (signal.aborted || !/not our ref|unadvertised|not found|no such remote ref|unable to find/i.test(String(error)))
      throw error
    const all = [...here, 'fetch', '--quiet', '--no-recurse-submodules', '--', url.remote]
    await git(`fetching ${shown}`, ...all, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*')
  })
  const work = [...here, '--work-tree', root]
  await git(`checking out ${commit}`, ...work, 'checkout', '--quiet', '--force', '--detach', commit, '--')
  if (url.submodules && (await lstat(join(root, '.gitmodules')).catch(() => null)) !== null)
    await git(
      'fetching submodules',
      '-C',
      root,
      ...work,
      'submodule',
      'update',
      '--quiet',
      '--init',
      '--recursive',
      '--depth=1',
    )
  await settle(root)
  return { root, repository, commit }
}

/** GitHub hands out the commits of every fork under the name of the repository: only its own branches and tags are its own. */
async function seeItIsOurs(
  commit: string,
  remote: string,
  shown: string,
  folder: string,
  git: (what: string, ...args: string[]) => Promise<string>,
): Promise<void> {
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  await git('making a repository', 'init', '--quiet', '--bare', '--template=', folder)
  const here = ['--git-dir', folder]
  await git('naming the server', ...here, 'config', 'remote.ours.url', remote)
  // Commits alone: what they hold is not asked for.
  const wanted = [...here, 'fetch', '--quiet', '--filter=tree:0', '--no-recurse-submodules', 'ours', ...refs]
  await git(`asking ${shown} for its branches`, ...wanted)
  const on = await git(`looking for ${commit}`, ...here, 'for-each-ref', '--count=1', '--contains', commit).catch(
    () => '',
  )
  if (on.trim() === '')
    throw new InputError([
      `context: the commit ${commit} is on no branch and no tag of ${shown}, so nobody knows whose it is, and it is not built. Where it is yours all the same, push a tag for it`,
    ])
}

/** The commit that a ref names now. Of a branch and a tag of one name the branch, as BuildKit does. */
async function resolved(
  { remote, ref, commit }: GitUrl,
  shown: string,
  git: (...args: string[]) => Promise<string>,
): Promise<string> {
  if (ref === null && commit !== null && isCommit(commit)) return commit
  if (ref !== null && isCommit(ref)) return agreed(ref.toLowerCase(), commit, ref)
  const name = ref ?? 'HEAD'
  const lines = await git('ls-remote', '--quiet', '--', remote, name, `${name}^{}`)
  const found = new Map(lines.split('\n').map(line => line.split('\t').reverse() as [string, string]))
  for (const full of [name, `refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`, `refs/${name}`]) {
    const id = found.get(`${full}^{}`) ?? found.get(full)
    if (id !== undefined && isCommit(id)) return agreed(id, commit, name)
  }
  throw new InputError([`context: ${shown} has no branch or tag '${name}'; a commit is named by all of its 40 digits`])
}

function agreed(id: string, asked: string | null, name: string): string {
  if (asked === null || id.startsWith(asked)) return id
  throw new InputError([`context: '${name}' is the commit ${id}, not ${asked} as the context asks for`])
}

const isCommit = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)

/** Nobody is asked for a password; hooks, filters and line ends of this machine change no file. */
function gitEnvironment({ env }: Ports, agent: string | undefined): Record<string, string> {
  return {
    ...{ GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', LC_ALL: 'C', GIT_LFS_SKIP_SMUDGE: '1' },
    GIT_ALLOW_PROTOCOL: 'http:https:git:ssh',
    ...(env.GIT_SSH_COMMAND ? {} : { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' }),
    ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
  }
}

/** Settings that no command line shows. */
function settings(credentials: readonly GitCredential[]): Record<string, string> {
  const pairs = [
    ...[
      ['core.autocrlf', 'false'],
      ['core.hooksPath', '/dev/null'],
      ['core.fileMode', 'true'],
      ['core.symlinks', 'true'],
    ],
    ...[
      ['advice.detachedHead', 'false'],
      ['filter.lfs.required', 'false'],
      ['gc.auto', '0'],
    ],
    ...credentials.map(({ server, header }) => [`http.${server}.extraheader`, header]),
  ]
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(pairs.length)],
    ...pairs.flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ])
}

function reasonOf({ stderr, code }: Captured, { remote }: GitUrl): string {
  const text = stderr.replaceAll(remote, withoutPassword(remote)).trim().slice(-600)
  const ways = /authentication|could not read username|permission denied|403|401|not found/i.test(text)
    ? ' A private repository needs the secret GIT_AUTH_TOKEN, or the input github-token where it is the one of this workflow; git@… needs an SSH agent.'
    : ''
  return `${text || `git ended with ${code}`}.${ways}`
}

/** Modes as git knows them, whatever this user's umask is, and no link back into the repositories of submodules. */
async function settle(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.name === '.git') await rm(path, { recursive: true, force: true })
    else if (entry.isDirectory()) await settle(path)
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
  await chmod(folder, 0o755)
}

/**
 * The folder of a checkout that is the build context: it may be a link, but not one that leads out of the repository.
 * @throws InputError when it is none
 */
export async function folderIn(root: string, folder: string, shown: string): Promise<string> {
  const top = await realpath(root)
  const real = await realpath(join(root, folder)).catch(() => null)
  if (real === null || !(await lstat(real)).isDirectory())
    throw new InputError([`context: there is no folder '${folder}' in ${shown}`])
  if (real !== top && !real.startsWith(`${top}${sep}`))
    throw new InputError([`context: the folder '${folder}' of ${shown} is a link that leads out of the repository`])
  return real
}
