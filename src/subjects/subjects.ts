import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { kindOfFile } from '../options/file-kind.ts'
import { type FileName, InputError, type Options } from '../options/options.ts'
import { isWithin, linkOut, surroundings } from '../options/within.ts'
import type { Ports } from '../ports.ts'
import { bakeTargets } from './bake.ts'
import { composeTargets } from './compose.ts'
import { nearestContext } from './nearest-context.ts'
import { pathsMatching } from './paths-matching.ts'
import type { Subject } from './sources.ts'
import type { BuildTarget, NamedTargets } from './target.ts'

/**
 * Every Dockerfile that the options name, each once for each way in which it is built, in the order they are named.
 * @throws InputError with every name that names nothing
 */
export async function subjectsOf(options: Options, ports: Pick<Ports, 'exec' | 'log' | 'env'>): Promise<Subject[]> {
  const [first] = options.files
  if (first === undefined) return [options]
  // One Dockerfile named by the flag is what docker's own flag means: the context is the current folder.
  if (options.files.length === 1 && first.by === 'flag' && (await kindAt(first.name)) === 'dockerfile') return [options]
  const problems: string[] = []
  const subjects: Subject[] = []
  for (const name of options.files) {
    const found = await subjectsNamed(name, options, ports)
    subjects.push(...found.subjects)
    problems.push(...found.problems)
  }
  if (problems.length > 0) throw new InputError(problems)
  const seen = new Set<string>()
  return subjects.filter(subject => {
    const key = JSON.stringify([resolve(subject.file), subject.context, subject.target, subject.buildArgs])
    return !seen.has(key) && seen.add(key)
  })
}

const mostBytes = 1 << 20

interface Found {
  subjects: Subject[]
  problems: string[]
}

async function subjectsNamed(
  { name, by }: FileName,
  options: Options,
  ports: Pick<Ports, 'exec' | 'log' | 'env'>,
  isOneOfMany = false,
): Promise<Found> {
  const kind = await kindAt(name)
  if (kind === 'glob') {
    const paths = await pathsMatching(name)
    if (paths.length === 0) return { subjects: [], problems: [`${who(by)}: no file matches '${name}'`] }
    const found = await Promise.all(paths.map(path => subjectsNamed({ name: path, by }, options, ports, true)))
    const subjects = found.flatMap(({ subjects }) => subjects)
    const problems = found.flatMap(({ problems }) => problems)
    if (subjects.length === 0 && problems.length === 0)
      problems.push(`${who(by)}: no file that matches '${name}' names a Dockerfile that could be read`)
    return { subjects, problems }
  }
  if (!(await isFile(name))) return { subjects: [], problems: [`${who(by)}: ${await missing(name)}`] }
  if (name.endsWith('.dockerignore'))
    return { subjects: [], problems: [`${who(by)}: '${name}' is an ignore file, no Dockerfile`] }
  if (kind === 'dockerfile') {
    const context = options.contextGiven ? options.context : await nearestContext(name, options)
    return { subjects: [{ ...options, file: name, context }], problems: [] }
  }
  const outside = linkOut(name)
  if (outside !== null) return { subjects: [], problems: [`${who(by)}: ${outside}`] }
  if ((await stat(name)).size > mostBytes)
    return { subjects: [], problems: [`${who(by)}: '${name}' is bigger than 1 MiB`] }
  const named =
    kind === 'compose' ? composeTargets(await readFile(name, 'utf8'), ports.env) : await bakeTargets(name, ports)
  for (const remark of named.remarks) ports.log.warning(`${name}: ${remark}`)
  // Among those that a pattern matches, one that builds nothing is nobody's mistake.
  if (isOneOfMany && named.targets.length === 0 && named.problems.length === 0) return { subjects: [], problems: [] }
  return subjectsBuiltBy({ name, by }, kind, named, options)
}

/**
 * The Dockerfiles that a compose or bake file builds. Paths in a compose file are relative to its folder; those in a bake
 * file to the folder that bake is started in, which is nearly always this one or its own.
 */
async function subjectsBuiltBy(
  { name, by }: FileName,
  kind: 'compose' | 'bake',
  named: NamedTargets,
  options: Options,
): Promise<Found> {
  const problems = named.problems.map(problem => `${name}: ${problem}`)
  if (named.targets.length === 0 && problems.length === 0)
    problems.push(
      `${who(by)}: '${name}' names no Dockerfile that could be read${named.remarks.map(remark => `; ${remark}`).join('')}`,
    )
  const folders = kind === 'compose' ? [dirname(name)] : ['.', dirname(name)]
  // Who may change this file may not send us all over the disk.
  const within = surroundings(dirname(name))
  const subjects: Subject[] = []
  for (const target of named.targets) {
    const places = folders.map(folder => placed(placed(folder, target.context), target.dockerfile))
    const there = await Promise.all(places.map(isFile))
    const at = there.indexOf(true)
    const [file, folder] = [places[at], folders[at]]
    if (file === undefined || folder === undefined)
      problems.push(`${name}: ${target.name} names the Dockerfile '${places[0]}', which is not there`)
    else if (!isWithin(within, file) || !isWithin(within, placed(folder, target.context)))
      problems.push(`${name}: ${target.name} is built from what lies outside of ${within}; that is not read`)
    else subjects.push(subjectOf(target, file, folder, options))
  }
  return { subjects, problems }
}

/** What the command line says goes before what the file says. */
function subjectOf(target: BuildTarget, file: string, folder: string, options: Options): Subject {
  return {
    ...options,
    file,
    context: options.contextGiven ? options.context : placed(folder, target.context),
    target: options.target ?? target.target,
    buildArgs: { ...target.args, ...options.buildArgs },
    buildContexts: { ...target.contexts, ...options.buildContexts },
  }
}

const placed = (folder: string, path: string): string => (path.startsWith('/') ? path : join(folder, path))

/** A file of that very name is no glob, whatever characters it has. */
async function kindAt(name: string): Promise<ReturnType<typeof kindOfFile>> {
  const kind = kindOfFile(name)
  return kind === 'glob' && (await isFile(name)) ? 'dockerfile' : kind
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() === true

const missing = async (name: string): Promise<string> =>
  (await stat(name).catch(() => null)) === null
    ? `there is no file '${name}' (looked in ${process.cwd()})`
    : `'${name}' is not a file`

const who = (by: FileName['by']): string =>
  ({ bake: 'bake-file (--bake-file)', flag: 'file (--file)', argument: 'file', config: 'files of the configuration' })[
    by
  ]
