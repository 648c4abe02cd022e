import { isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { isImageList } from '../options/file-kind.ts'
import { isRemote } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { CheckoutWay } from './checkout.ts'
import { pipedContext, pipedDockerfile } from './piped.ts'
import { contextFetcher, dockerfileIn, type Fetched, type OfWorkflow } from './remote-context.ts'

/** What only the entry has: standard input, and what the runner knows of the repository. */
export interface Surroundings extends OfWorkflow {
  stdin?: Readable
  way?: CheckoutWay
}

/**
 * Brings a context that is no folder here, and a Dockerfile from standard input, onto this disk, once for both builds:
 * both sides are built from the same files, whatever a branch or a pipe does meanwhile.
 * @returns the options with folders and paths; the same where nothing was to be brought
 * @throws InputError when it cannot be had
 */
export async function placed(options: Options, ports: Ports, surroundings: Surroundings): Promise<Options> {
  // What drift builds is known once it is known what was proven.
  return ['gate', 'lint', 'record', 'verify'].includes(options.command)
    ? brought(options, ports, surroundings)
    : options
}

/** The same, whatever the command. */
export async function brought(options: Options, ports: Ports, surroundings: Surroundings): Promise<Options> {
  if (options.context === '-') return fromPipe(options, ports, stdinOf(surroundings))
  const here = isRemote(options.context)
    ? await withDockerfile(
        await contextFetcher(ports, surroundings.own, surroundings.way)(options),
        'what came from there',
      )
    : options
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
  const named = dockerfile === null ? [] : [{ path: dockerfile, name: '-' }]
  const here = { ...options, context, contextName: '-', shown: [...named, { path: context, name: '' }] }
  return withDockerfile({ options: here, root: context, dockerfile }, 'standard input')
}

/** The Dockerfile of a context that was brought here is in it, and no link out of it. */
async function withDockerfile({ options, root, dockerfile }: Fetched, from: string): Promise<Options> {
  if (dockerfile !== null) {
    if (options.files.length > 0)
      throw new InputError([`file: ${from} is a Dockerfile and no archive, so there is no file in it to name`])
    return withFile(options, dockerfile)
  }
  if (options.files.some(isImageList))
    throw new InputError(['file: a bake or compose file names its contexts itself; give it from a folder here'])
  const inside = (name: string) => dockerfileIn(root, options.context, name)
  const named = options.files.filter(({ name }) => name !== '-')
  const files = await Promise.all(named.map(async file => ({ ...file, name: await inside(file.name) })))
  return { ...options, file: files[0]?.name ?? (await inside('Dockerfile')), files }
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
