import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isImageList, kindOfFile } from '../options/file-kind.ts'
import { isRemote } from '../options/git-url.ts'
import { type FileName, InputError, type Options } from '../options/options.ts'
import type { Destination } from '../options/release.ts'
import { linkOut } from '../options/within.ts'
import type { Ports } from '../ports.ts'
import { forbidden, idOf, isPath, localDockerfile, outside, placed } from './baked-bounds.ts'
import { askedIn, type BakeTarget, printedTargets } from './baked-target.ts'
import { linkedOf, unlinked, withLinked } from './linked-targets.ts'
import { destinationsOf } from './released-images.ts'

/** One image of a bake or compose file, with everything that a build of it needs. */
export interface BakedImage {
  name: string
  options: Options
  /** Where its Dockerfile stands in the file itself. */
  inline: { text: string; file: string } | null
  /** The same of targets that are its contexts, by their names. */
  linkedInline: Readonly<Record<string, string>>
}

/** It reads files and evaluates what stands in them; nothing of that takes long. */
const deadline = 60_000
const mostImages = 100

/**
 * The images of bake and compose files, as buildx itself evaluates these: `docker buildx bake --print`.
 * @throws InputError with all that cannot be read, or not be gated
 */
export async function bakedImages(
  options: Options,
  ports: Pick<Ports, 'exec' | 'signal' | 'tokens'>,
): Promise<BakedImage[]> {
  const lists = options.files.filter(isImageList)
  const file = lists.map(({ name }) => name).join(', ')
  const folder = folderOf(lists)
  const missing = [...(await absent(lists)), ...linkedOut(lists, folder)]
  if (missing.length > 0) throw new InputError(missing)
  const printed = await print(lists, folder, options, ports)
  const { targets, problems } = printedTargets(printed)
  const asked = askedIn(printed)
  if (problems.length > 0) throw new InputError(problems.map(problem => `${file}: ${problem}`))
  if (asked.length === 0)
    throw new InputError([`${file}: there is no image to build; name some with targets (--targets)`])
  if (asked.length > mostImages)
    throw new InputError([
      `${file}: ${asked.length} images in one run are too many; name fewer with targets (--targets)`,
    ])
  const wanted = [...new Set(asked.flatMap(name => [name, ...linkedOf(name, targets)]))]
  const found = await Promise.all(
    wanted.map(async name => {
      const target = targets.get(name) as BakeTarget
      return { name, target, folder: await folderWith(target, folder, lists) }
    }),
  )
  const wrong = found.flatMap(({ name, target, folder }) =>
    [
      ...target.refused,
      ...unlinked(target, targets, options),
      ...forbidden(target, options, ports.tokens),
      ...outside(target, folder),
    ].map(problem => `${file}: target ${name}: ${problem}`),
  )
  if (wrong.length > 0) throw new InputError(wrong)
  const named = destinationsOf(
    asked.map(name => ({ name, tags: targets.get(name)?.tags ?? [] })),
    options,
  )
  const imageOf = (name: string): BakedImage => {
    const { target, folder } = found.find(one => one.name === name) as (typeof found)[number]
    const others = found.filter(one => linkedOf(name, targets).includes(one.name))
    return {
      name,
      options: withLinked(
        { ...optionsOf(target, folder, options), ...releasedAs(named.get(name), options) },
        // What the command line says of the image alone is not said of what it is made of.
        others.map(one => [
          one.name,
          optionsOf(one.target, one.folder, { ...options, target: undefined, contextGiven: false }),
        ]),
      ),
      inline: target.inline === null ? null : { text: target.inline, file },
      linkedInline: Object.fromEntries(
        others.flatMap(one => (one.target.inline === null ? [] : [[one.name, one.target.inline]])),
      ),
    }
  }
  return asked.map(imageOf)
}

const releasedAs = (destinations: Destination[] | undefined, { release }: Options): Pick<Options, 'release'> => ({
  release: release && { ...release, destinations: destinations ?? [] },
})

async function absent(lists: readonly FileName[]): Promise<string[]> {
  const checked = lists.map(async ({ name }) => {
    const is = await stat(name).catch(() => null)
    return is?.isFile() ? [] : [`file (--file, --bake-file): there is no file '${name}' (looked in ${process.cwd()})`]
  })
  return (await Promise.all(checked)).flat()
}

/** What docker would read, and quote where it is no such file: `.env` has values of variables. */
const linkedOut = (lists: readonly FileName[], folder: string): string[] =>
  [...lists.map(({ name }) => name), join(folder, '.env')].flatMap(name => {
    const problem = linkOut(name)
    return problem === null ? [] : [`file (--file, --bake-file): ${problem}`]
  })

/** Paths in a compose file are relative to its folder, those in a bake file to where bake is started. */
const folderOf = (lists: readonly FileName[]): string =>
  lists.every(({ name }) => kindOfFile(name) === 'compose') ? dirname((lists[0] as FileName).name) : '.'

async function print(
  lists: readonly FileName[],
  folder: string,
  { targets }: Options,
  { exec, signal }: Pick<Ports, 'exec' | 'signal'>,
): Promise<unknown> {
  const files = lists.flatMap(({ name }) => ['--file', folder === '.' ? name : within(folder, name)])
  const args = ['buildx', 'bake', ...files, '--print', '--', ...targets]
  const name = lists.map(({ name }) => name).join(', ')
  const { code, stdout, stderr } = await exec
    .capture('docker', args, { cwd: folder, signal: AbortSignal.any([signal, AbortSignal.timeout(deadline)]) })
    .catch((error: Error) => {
      throw new InputError([`${name}: docker is needed to read it, and could not be started: ${error.message}`])
    })
  if (code !== 0) throw new InputError([`${name}: ${why(stderr, targets)}`])
  try {
    return JSON.parse(stdout)
  } catch {
    throw new InputError([`${name}: what 'docker buildx bake --print' printed is no JSON`])
  }
}

function why(stderr: string, targets: readonly string[]): string {
  const told = stderr.split('\n').findLast(line => line.startsWith('ERROR: ')) ?? stderr.trim()
  const words = told.replace(/^ERROR: /, '').slice(0, 500) || "'docker buildx bake --print' failed"
  return targets.length === 0 && /failed to find target default/.test(words)
    ? 'it has no group `default`; name the images to gate with targets (--targets)'
    : `docker buildx bake cannot read it: ${words}`
}

/** A path below the folder, seen from there. */
const within = (folder: string, name: string): string => name.slice(join(folder, '/').length)

/** Bake is nearly always started where its file's Dockerfiles are: here, or beside the file. */
async function folderWith(target: BakeTarget, folder: string, lists: readonly FileName[]): Promise<string> {
  const beside = dirname((lists[0] as FileName).name)
  if (target.inline !== null || folder !== '.' || beside === '.' || isRemote(target.context)) return folder
  const isThere = async (folder: string) =>
    (await stat(placed(placed(folder, target.context), target.dockerfile)).catch(() => null)) !== null
  return !(await isThere('.')) && (await isThere(beside)) ? beside : folder
}

/** Of a context that is yet to be fetched the path in it; a file that is here is absolute then. */
function fileOf(target: BakeTarget, context: string, folder: string): string {
  const local = localDockerfile(target)
  if (local !== null) return isRemote(context) ? resolve(folder, local) : placed(folder, local)
  const inside = target.dockerfile.replace(/^\/+/, '')
  return isRemote(context) ? inside : join(context, inside)
}

/** What the command line says goes before what the file says. */
function optionsOf(target: BakeTarget, folder: string, options: Options): Options {
  const given = new Set([...options.secrets, ...options.secretEnvs, ...options.secretFiles].map(idOf))
  const own = ([id]: readonly [string, ...unknown[]]): boolean => !given.has(id)
  const context = options.contextGiven
    ? options.context
    : isPath(target.context)
      ? placed(folder, target.context)
      : target.context
  return {
    ...{ ...options, files: [], context },
    file: fileOf(target, context, folder),
    target: options.target ?? target.target,
    platforms: options.platforms.length > 0 ? options.platforms : target.platforms,
    buildArgs: { ...target.args, ...options.buildArgs },
    buildContexts: {
      ...Object.fromEntries(
        Object.entries(target.contexts).map(([name, value]) => [name, isPath(value) ? placed(folder, value) : value]),
      ),
      ...options.buildContexts,
    },
    labels: [...target.labels, ...options.labels],
    secretEnvs: [...target.secretEnvs.filter(own).map(([id, name]) => `${id}=${name}`), ...options.secretEnvs],
    secretFiles: [
      ...target.secretFiles.filter(own).map(([id, path]) => `${id}=${placed(folder, path)}`),
      ...options.secretFiles,
    ],
    ssh: [
      ...target.ssh
        .filter(([id]) => !options.ssh.map(idOf).includes(id))
        .map(([id, paths]) => (paths.length > 0 ? `${id}=${paths.map(path => placed(folder, path)).join(',')}` : id)),
      ...options.ssh,
    ],
    network: options.network ?? target.network,
    shmSize: options.shmSize ?? target.shmSize,
    ulimits: [...target.ulimits, ...options.ulimits],
    annotations: [...target.annotations, ...options.annotations],
    allow: [...new Set([...target.entitlements, ...options.allow])],
    addHosts: [...target.addHosts, ...options.addHosts],
  }
}
