import { realpath } from 'node:fs/promises'
import { isAbsolute, join, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { isImageList } from '../options/file-kind.ts'
import { isRemote, readGitUrl, withoutPassword } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { checkOut } from './checkout.ts'
import { gitCredentials, ownCredential } from './git-credential.ts'
import { pipedContext, pipedDockerfile } from './piped.ts'

/** What only the entry has: standard input, and what the runner knows of the repository. */
export interface Surroundings {
  stdin?: Readable
  /** Address of the repository of the workflow, and a token for it. */
  own?: { repository: string; token: string }
}

/**
 * Brings a context that is no folder here, and a Dockerfile from standard input, onto this disk, once for both builds:
 * both sides are built from the same files, whatever a branch or a pipe does meanwhile.
 * @returns the options with folders and paths; the same where nothing was to be brought
 * @throws InputError when it cannot be had
 */
export async function placed(options: Options, ports: Ports, surroundings: Surroundings): Promise<Options> {
  if (options.command !== 'gate' && options.command !== 'lint') return options
  if (options.context === '-') return fromPipe(options, ports, stdinOf(surroundings))
  const here = isRemote(options.context) ? await fromGit(options, ports, surroundings) : options
  if (options.files[0]?.name !== '-') return here
  const file = await pipedDockerfile(ports, stdinOf(surroundings))
  return { ...withFile(here, file), shown: [{ path: file, name: '-' }, ...(here.shown ?? [])] }
}

function stdinOf({ stdin }: Surroundings): Readable {
  if (stdin === undefined) throw new InputError(["'-' is standard input, and there is none here"])
  // Nobody types a tar; and who forgot the `<` waits for ever.
  if ('isTTY' in stdin && stdin.isTTY)
    throw new InputError([
      "'-' is standard input, and that is this terminal: hand it a file, as in `repro-gate gate - < context.tar`",
    ])
  return stdin
}

async function fromPipe(options: Options, ports: Ports, stdin: Readable): Promise<Options> {
  const { context, dockerfile } = await pipedContext(ports, stdin)
  const shown = [{ path: context, name: '' }]
  const here = { ...options, context, contextName: '-', shown }
  if (dockerfile !== null) {
    if (options.files.length > 0)
      throw new InputError(['file: standard input is a Dockerfile and no archive, so there is no file in it to name'])
    return { ...withFile(here, dockerfile), shown: [{ path: dockerfile, name: '-' }, ...shown] }
  }
  return inside(here, context)
}

async function fromGit(options: Options, ports: Ports, { own }: Surroundings): Promise<Options> {
  const url = readGitUrl(options.context)
  if (typeof url === 'string') throw new InputError([`context: ${url}`])
  const given = await gitCredentials(url.remote, options, ports.env)
  const credentials = given.length > 0 ? given : ownCredential(url.remote, own?.repository, own?.token ?? '')
  const shownRemote = withoutPassword(url.remote)
  ports.log.info(`Fetching the context from ${shownRemote}${url.ref === null ? '' : `, ${url.ref}`}`)
  const { root, context, repository, commit } = await checkOut(ports, url, { credentials, agent: agentOf(options.ssh) })
  ports.log.info(`The context is commit ${commit}${url.folder === '' ? '' : `, folder ${url.folder}`}`)
  // Files of this very repository are named as annotations name them.
  const isOwn = ownCredential(url.remote, own?.repository, '-').length > 0
  const name = isOwn ? '' : `${shownRemote}#${commit.slice(0, 12)}:`
  return inside(
    {
      ...{ ...options, context, repository, contextGiven: true },
      // Whoever builds from the repository has the modes that it has, whatever their umask.
      variations: options.variations.filter(id => id !== 'umask'),
      contextName: `${shownRemote}#${commit}${url.folder === '' ? '' : `:${url.folder}`}`,
      shown: [{ path: await realpath(root), name }],
    },
    await realpath(root),
  )
}

/** An SSH agent that the options name: `default=/path/to/socket`. */
const agentOf = (ssh: readonly string[]): string | undefined =>
  ssh.map(item => /^default=([^,]+)$/.exec(item)?.[1]).find(path => path !== undefined)

/** The Dockerfile of a context that was brought here is in it, and no link out of it. */
async function inside(options: Options, root: string): Promise<Options> {
  if (options.files.some(isImageList))
    throw new InputError(['file: a bake or compose file names its contexts itself; give it from a folder here'])
  const named = options.files.filter(({ name }) => name !== '-')
  const files = named.map(file => ({ ...file, name: join(options.context, file.name) }))
  const file = files[0]?.name ?? join(options.context, 'Dockerfile')
  for (const path of [file, ...files.map(({ name }) => name)]) {
    const real = await realpath(path).catch(() => path)
    if (!real.startsWith(`${await realpath(root)}${sep}`))
      throw new InputError([`file: '${path.slice(options.context.length + 1)}' leads out of the context`])
  }
  return { ...options, file, files }
}

const withFile = (options: Options, file: string): Options => ({
  ...options,
  file,
  files: [{ name: file, by: 'flag' }],
})

/** The path of what goes by another name, as long as the run lasts. */
export function pathShownAs(file: string, names: Options['shown'] = []): string {
  for (const { path, name } of names) {
    if (file === name) return path
    if (name !== '-' && file.startsWith(name) && !isAbsolute(file)) return join(path, file.slice(name.length))
  }
  return file
}
