import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { readContext } from '../lint/context/context.ts'
import { type GitState, readGit } from '../lint/context/git.ts'
import { readWorkflows } from '../lint/context/workflows.ts'
import type { RunFacts } from '../lint/per-run.ts'
import type { SourceFile } from '../lint/view.ts'
import { InputError, type Options } from '../options/options.ts'
import { linkOut } from '../options/within.ts'
import type { Ports } from '../ports.ts'
import { runFacts } from './run-facts.ts'

/** Far more than anyone writes; a lint of one that is bigger would take minutes. */
const dockerfileLimit = 1024 * 1024

/** What is gated: the Dockerfile, what the build context holds, and what git and the workflows say of it. */
export type Sources = {
  dockerfile: Dockerfile
  git: GitState | null
  workflows: SourceFile[]
  stamps: ReadonlyMap<string, string>
  /** Null where nothing that the build is given needs it. */
  run: RunFacts | null
} & Awaited<ReturnType<typeof readContext>>

/** One Dockerfile and how it is built. */
export type Subject = Omit<Options, 'context'> & {
  /** Null when nobody knows it: what needs it is not looked at. */
  context: string | null
}

const noContext = { context: null, ignoreFile: null }

/** What several Dockerfiles of one context share, by the context: a folder need not be walked for each. */
export type SharedContexts = Map<string, Pick<Sources, 'context' | 'ignoreFile' | 'git'>>

/**
 * Reads what the options name.
 * @param shared what was read before, and is as it was
 * @throws InputError with all that is missing
 */
export async function readSources(
  options: Subject,
  ports: Pick<Ports, 'exec'> & Partial<Pick<Ports, 'env' | 'now'>>,
  shared: SharedContexts = new Map(),
): Promise<Sources> {
  const dockerfile = await readDockerfile(options)
  const { git, ...main } = named(await contextOf(options, ports, shared), options.shown)
  const workflows = options.context === null ? [] : await readWorkflows(options.context)
  return {
    dockerfile,
    ...main,
    git,
    workflows,
    stamps: new Map([...stampsOf(main, ''), ...(await stampsOfOthers(options))]),
    run: await runFacts(options, ports),
  }
}

async function contextOf(
  { context, file }: Subject,
  ports: Pick<Ports, 'exec'>,
  shared: SharedContexts,
): Promise<Pick<Sources, 'context' | 'ignoreFile' | 'git'>> {
  if (context === null) return { ...noContext, git: null }
  const key = existsSync(`${file}.dockerignore`) ? `${context}\0${file}` : context
  const known = shared.get(key)
  if (known !== undefined) return known
  // Both wait for the disk: at once, git costs next to nothing.
  const [main, git] = await Promise.all([readContext(context, file), readGit(ports, context)])
  const read = { ...main, git }
  shared.set(key, read)
  return read
}

/** The ignore file goes by the name that people know, too. */
function named<T extends Pick<Sources, 'context' | 'ignoreFile'>>(main: T, names: Options['shown']): T {
  const { context, ignoreFile } = main
  if (names === undefined || context === null) return main
  return {
    ...main,
    context: { ...context, ignorePath: shownPath(context.ignorePath, names) },
    ignoreFile: ignoreFile && { ...ignoreFile, file: shownPath(ignoreFile.file, names) },
  }
}

/** Doubts about a comparison whose sources changed while it was made, each a sentence. */
export async function whatChanged(before: Sources, options: Options): Promise<string[]> {
  const text = await readFile(options.file, 'utf8').catch(() => null)
  if (text !== before.dockerfile.text)
    return [`${before.dockerfile.file} was changed while the builds ran: run the gate again.`]
  const main = await readContext(options.context, options.file)
  const [was, is] = [before.stamps, new Map([...stampsOf(main, ''), ...(await stampsOfOthers(options))])]
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(path => was.get(path) !== is.get(path))
  if (changed.length === 0) return []
  return [
    `The build context was changed while the builds ran (${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ` and ${changed.length - 3} more` : ''}): the two builds may have had different inputs. Run the gate again.`,
  ]
}

type Context = Pick<Awaited<ReturnType<typeof readContext>>, 'context'>

/** What tells a file that was written again: a folder's own times change when an ignored file does. */
const stampsOf = ({ context }: Context, prefix: string): [string, string][] =>
  (context?.paths ?? []).map(({ path, type, mode, size, mtimeMs }) => [
    `${prefix}${path}`,
    `${type} ${mode} ${size} ${type === 'file' ? mtimeMs : ''}`,
  ])

/** Additional build contexts that are folders; images and addresses are BuildKit's to watch. */
async function stampsOfOthers({ buildContexts, linked = {} }: Subject): Promise<[string, string][]> {
  const folders = Object.entries(buildContexts).filter(([, value]) => !/^[a-z-]+:|^git@/.test(value))
  const stamps = folders.map(async ([name, folder]) => stampsOf(await readContext(folder, null), `${name}: `))
  const ofLinked = Object.entries(linked).map(([name, one]) => stampsOfLinked(name, one))
  return (await Promise.all([...stamps, ...ofLinked])).flat()
}

/** What another target of the bake file is built of. */
async function stampsOfLinked(name: string, options: Options): Promise<[string, string][]> {
  const text = await readFile(options.file, 'utf8').catch(() => '')
  const main = stampsOf(await readContext(options.context, options.file), '')
  const all: [string, string][] = [['Dockerfile', text], ...main, ...(await stampsOfOthers(options))]
  return all.map(([path, stamp]) => [`target ${name}: ${path}`, stamp])
}

/**
 * Reads and parses the Dockerfile.
 * @throws InputError when it, or the context, is not there
 */
export async function readDockerfile(options: Subject): Promise<Dockerfile> {
  const problems: string[] = []
  const context = options.context === null ? null : await stat(options.context).catch(() => undefined)
  if (context === undefined)
    problems.push(`context: there is no folder '${options.context}' (looked in ${process.cwd()})`)
  else if (context?.isDirectory() === false) problems.push(`context: '${options.context}' is not a folder`)
  const file = await stat(options.file).catch(() => null)
  // That the Dockerfile of a folder is not there goes without saying where the folder is not.
  if (!file && (problems.length === 0 || options.files.length > 0))
    problems.push(
      `file (--file): there is no Dockerfile '${options.file}' (looked in ${process.cwd()}). Name yours with file, or let repro-gate init write one`,
    )
  else if (file?.isFile() === false) problems.push(`file (--file): '${options.file}' is not a file`)
  const outside = linkOut(options.file, options.file, options.context)
  if (file && outside !== null) problems.push(`file (--file): ${outside}`)
  else if (file && file.size > dockerfileLimit) problems.push(`file (--file): '${options.file}' is bigger than 1 MiB`)
  if (problems.length > 0) throw new InputError(problems)
  const text = await readFile(options.file, 'utf8').catch((error: Error) => {
    throw new InputError([`file (--file): '${options.file}' cannot be read: ${error.message}`])
  })
  return parseDockerfile(text, shownPath(options.file, options.shown))
}

/** Relative to where the run started, which is the repository for the runner: annotations need it so. */
export function shownPath(file: string, names: Options['shown'] = []): string {
  for (const { path, name } of names) {
    if (file === path) return name
    if (file.startsWith(`${path}${sep}`))
      return `${name}${file
        .slice(path.length + 1)
        .split(sep)
        .join('/')}`
  }
  const path = relative(process.cwd(), resolve(file))
  return path.startsWith(`..${sep}`) || path === '..' ? resolve(file) : path.split(sep).join('/')
}
