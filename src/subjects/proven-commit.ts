import { lstat, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { isImageList } from '../options/file-kind.ts'
import { isArchiveUrl, isRemote, readGitUrl } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { type Checkout, type CheckoutWay, checkOut, folderIn } from './checkout.ts'
import { gitCredentials, ownCredential } from './git-credential.ts'
import { brought, type Surroundings } from './placed.ts'

/**
 * The options for a build of an earlier commit. Where the checkout here is of another one, that commit is put into a folder of our
 * own: out of the repository here, or fetched from where that came from. Nothing here is touched.
 * @param commit null: not known, so that what is here is built
 * @throws InputError when it cannot be had, or is nobody's that we know
 */
export async function atCommit(
  options: Options,
  commit: string | null,
  ports: Ports,
  surroundings: Surroundings,
): Promise<Options> {
  const { context } = options
  // Who wrote a record could name a commit of a fork, which the server of the repository has, too.
  const way: CheckoutWay = options.allowUntrusted ? {} : { isOurs: true }
  if (commit === null || context === '-' || isArchiveUrl(context)) return brought(options, ports, surroundings)
  if (isRemote(context))
    return brought({ ...options, context: addressAt(context, commit) }, ports, { ...surroundings, way })
  const git = gitIn(context, ports)
  const [top, head] = (await git('rev-parse', '--show-toplevel', 'HEAD'))?.split('\n') ?? []
  if (head === commit) return brought(options, ports, surroundings)
  if (!top)
    throw new InputError([
      `context: commit ${commit} is what was proven, and '${options.context}' is in no repository that it could be taken from. Check that commit out, or give the address of the repository as the context`,
    ])
  if (options.files.some(isImageList))
    throw new InputError([
      `file: commit ${commit} is what was proven, and this is another one. A bake or compose file names its contexts from where it stands: check that commit out first`,
    ])
  const checkout = await checkoutOf(top, commit, options, ports, surroundings, way)
  ports.log.info(`What was proven is commit ${commit}, and this checkout is another one: that commit is built`)
  return brought(await movedInto(checkout, top, options), ports, surroundings)
}

/** The same repository and folder at another commit. */
function addressAt(context: string, commit: string): string {
  const url = readGitUrl(context)
  if (typeof url === 'string') throw new InputError([`context: ${url}`])
  return `${url.remote}${url.submodules ? '' : '?submodules=false'}#${commit}${url.folder === '' ? '' : `:${url.folder}`}`
}

type Git = (...args: string[]) => Promise<string | null>

/** What git prints of a repository, without running anything that the repository names; null where it fails. */
const gitIn =
  (folder: string, { exec, signal }: Ports): Git =>
  async (...args) => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(60_000)])
    const env = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
    const asked = await exec.capture('git', ['-C', folder, ...args], { env, signal: within }).catch(() => null)
    return asked?.code === 0 ? asked.stdout.trim() : null
  }

async function checkoutOf(
  top: string,
  commit: string,
  options: Options,
  ports: Ports,
  { own }: Surroundings,
  way: CheckoutWay,
): Promise<Checkout> {
  const git = gitIn(top, ports)
  const modules = await git('rev-parse', '--git-path', 'modules')
  const submodules = modules !== null && (await lstat(resolve(top, modules)).catch(() => null)) !== null
  const url = { ref: null, commit, folder: '', submodules }
  const objects = await objectsWith(commit, git, top)
  if (objects !== null)
    return checkOut(ports, { ...url, remote: top }, { credentials: [], agent: undefined }, { objects })
  const remote = await git('remote', 'get-url', 'origin')
  if (remote === null || !isRemote(remote))
    throw new InputError([
      `context: commit ${commit} is what was proven. It is on no branch or tag of the repository here, and that has no origin with an address to fetch it from. Check that commit out first`,
    ])
  const given = await gitCredentials(remote, options, { ...ports.tokens, ...ports.env })
  const credentials = given.length > 0 ? given : ownCredential(remote, own?.repository, own?.token ?? '')
  return checkOut(ports, { ...url, remote }, { credentials, agent: undefined }, way)
}

/** The objects of the repository here, where it has the commit whole, on a branch or a tag; null where it does not. */
async function objectsWith(commit: string, git: Git, top: string): Promise<string | null> {
  const isPartial =
    (await git('config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.promisor)$')) !== null
  const refs = ['refs/heads', 'refs/tags', 'refs/remotes']
  const named = await git('for-each-ref', '--format=%(refname)', '--contains', commit, ...refs)
  if (isPartial || !named?.split('\n').some(isOwnRef)) return null
  const objects = await git('rev-parse', '--git-path', 'objects')
  return objects === null ? null : resolve(top, objects)
}

/** Of a pull request, which anybody may have opened, checkouts keep `refs/remotes/pull/1/merge`, and people `…/origin/pr/1`. */
const isOwnRef = (ref: string): boolean => ref !== '' && !/^refs\/remotes\/(?:[^/]+\/)?(?:pr|pull)\//.test(ref)

/** Every path of the repository as it is in the checkout; other paths stay. */
async function movedInto({ root, repository, commit }: Checkout, top: string, options: Options): Promise<Options> {
  const short = commit.slice(0, 12)
  const moved = async (path: string): Promise<string> => {
    const place = await placeIn(top, path)
    return place === null ? path : join(root, place)
  }
  const folder = (await placeIn(top, options.context)) ?? ''
  const isFolder = (value: string): boolean => !/^[a-z-]+:|^git@/.test(value)
  const contexts = Object.entries(options.buildContexts).map(
    async ([name, value]): Promise<[string, string]> => [name, isFolder(value) ? await moved(value) : value],
  )
  const files = options.files.map(async file => (file.name === '-' ? file : { ...file, name: await moved(file.name) }))
  return {
    ...options,
    context: await folderIn(root, folder, `commit ${short}`),
    ...{ contextGiven: true, contextName: `${short}:${folder}`, repository },
    shown: [{ path: root, name: `${short}:` }, ...(options.shown ?? [])],
    file: await moved(options.file),
    files: await Promise.all(files),
    buildContexts: Object.fromEntries(await Promise.all(contexts)),
  }
}

/** The path in the repository; null where it is not in there. What is not here any more may still be in the commit. */
async function placeIn(top: string, path: string): Promise<string | null> {
  const place = relative(await realpath(top), await realpath(path).catch(() => resolve(path)))
  return place === '..' || place.startsWith('../') || isAbsolute(place) ? null : place
}
