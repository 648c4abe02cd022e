import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isArchiveUrl, keepsGit, readGitUrl, withoutPassword } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { type Checkout, type CheckoutWay, checkOut, folderIn } from './checkout.ts'
import { downloadedContext } from './downloaded.ts'
import { gitCredentials, ownCredential } from './git-credential.ts'
import type { PipedContext } from './piped.ts'

/** A context from elsewhere, on this disk. */
export interface Fetched {
  /** With its folder, and what people call it; the Dockerfile is not looked for yet. */
  options: Options
  /** The folder that no Dockerfile of it may lie outside of. */
  root: string
  /** What came instead of an archive: a Dockerfile alone, for an empty context. */
  dockerfile: string | null
}

/** Fetches the context of such options. */
export type FetchContext = (options: Options) => Promise<Fetched>

/** The repository of the workflow, and a token for it. */
export interface OwnRepository {
  /** Its address. */
  repository: string
  token: string
}

/** What a workflow run knows of itself; contexts that are its repository are fetched with that. */
export interface OfWorkflow {
  own?: OwnRepository
}

/**
 * Fetches contexts of a run, each repository and archive once: both sides, and all images that are built from it, have
 * the same files, whatever a branch or a server does meanwhile.
 */
export function contextFetcher(ports: Ports, own: OwnRepository | undefined, way: CheckoutWay = {}): FetchContext {
  const checkouts = new Map<string, Promise<Checkout>>()
  const archives = new Map<string, Promise<PipedContext>>()

  const fromGit = async (options: Options): Promise<Fetched> => {
    const url = readGitUrl(options.context)
    if (typeof url === 'string') throw new InputError([`context: ${url}`])
    if (/^(1|t|true)$/i.test(options.buildArgs.BUILDKIT_CONTEXT_KEEP_GIT_DIR ?? ''))
      throw new InputError([`leave out the build argument BUILDKIT_CONTEXT_KEEP_GIT_DIR: ${keepsGit}`])
    const given = await gitCredentials(url.remote, options, { ...ports.tokens, ...ports.env })
    const credentials = given.length > 0 ? given : ownCredential(url.remote, own?.repository, own?.token ?? '')
    const access = { credentials, agent: agentOf(options.ssh) }
    const shown = withoutPassword(url.remote)
    const fetched = once(checkouts, JSON.stringify([{ ...url, folder: '' }, access]), async () => {
      ports.log.info(`Fetching the context from ${shown}${url.ref === null ? '' : `, ${url.ref}`}`)
      return checkOut(ports, url, access, way)
    })
    const { root, repository, commit } = await fetched
    const context = await folderIn(root, url.folder, shown)
    ports.log.info(`The context is commit ${commit}${url.folder === '' ? '' : `, folder ${url.folder}`}`)
    // Files of this very repository are named as annotations name them.
    const isOwn = ownCredential(url.remote, own?.repository, '-').length > 0
    const top = await realpath(root)
    return {
      options: {
        ...{ ...options, context, repository, contextGiven: true },
        // Whoever builds from the repository has the modes that it has, whatever their umask.
        variations: options.variations.filter(id => id !== 'umask'),
        contextName: `${shown}#${commit}${url.folder === '' ? '' : `:${url.folder}`}`,
        shown: [{ path: top, name: isOwn ? '' : `${shown}#${commit.slice(0, 12)}:` }],
      },
      ...{ root: top, dockerfile: null },
    }
  }

  const fromArchive = async (options: Options): Promise<Fetched> => {
    const name = namedAddress(options.context)
    const fetched = once(archives, options.context, async () => {
      ports.log.info(`Fetching the context from ${name}`)
      return downloadedContext(ports, options.context, name)
    })
    const { context, dockerfile } = await fetched
    return {
      options: {
        ...{ ...options, context, contextGiven: true },
        // Modes and times stand in the archive.
        variations: options.variations.filter(id => id !== 'umask' && id !== 'mtimes'),
        contextName: name,
        shown: [...(dockerfile === null ? [] : [{ path: dockerfile, name }]), { path: context, name: `${name}:` }],
      },
      ...{ root: context, dockerfile },
    }
  }

  return options => (isArchiveUrl(options.context) ? fromArchive(options) : fromGit(options))
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const asked = known.get(key) ?? work()
  known.set(key, asked)
  return asked
}

/** Without a password, and without a query, which may hold a signature that is as good as one. */
const namedAddress = (address: string): string => withoutPassword(address.replace(/[?#].*$/s, ''))

/** An SSH agent that the options name: `default=/path/to/socket`. */
const agentOf = (ssh: readonly string[]): string | undefined =>
  ssh.map(item => /^default=([^,]+)$/.exec(item)?.[1]).find(path => path !== undefined)

/**
 * The path of a Dockerfile of a context that was brought here.
 * @throws InputError when it is a link out of it
 */
export async function dockerfileIn(root: string, context: string, name: string): Promise<string> {
  const path = join(context, name)
  const real = await realpath(path).catch(() => path)
  if (!real.startsWith(`${await realpath(root)}${sep}`))
    throw new InputError([`file: '${name.slice(0, 200)}' leads out of the context`])
  return path
}
