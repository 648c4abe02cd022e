import { lstat, open, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { forgetFile } from '../host/whole-file.ts'
import { isImageList } from './file-kind.ts'
import { InputError } from './input-error.ts'
import type { Options } from './options.ts'
import { labelOf, shown } from './value.ts'
import { whyNotMade, whyNotWritten } from './writable.ts'

/** Files that a run writes, and how one of the same kind begins that an earlier run left there. */
const outputs = {
  // An image's manifest or index has the version 2.
  report: /^\s*\{.{0,200}"schemaVersion":\s*1\b/s,
  sarif: /^\s*\{.{0,200}(?:"\$schema"[^,]{0,100}sarif|"runs")/s,
  html: /^\s*(?:<!--.{0,500}-->\s*)?<(?:!doctype )?html/is,
  badge: /^\s*\{.{0,200}"schemaVersion":\s*1\b/s,
  predicate: /^\s*\{.{0,200}"(?:attributes|verifier)"/s,
  sbom: /^\s*\{.{0,200}"bomFormat"/s,
  // As bytes of a gzip file look when they are read as text.
  record: /^.\ufffd/s,
} as const
type Output = keyof typeof outputs

/** A file that the user named, and what it is. */
interface Named {
  path: string
  what: string
}

/**
 * Sees that nothing would be overwritten that is not a report of an earlier run: no file that the user named or that the run
 * reads, nothing of git's, none twice.
 * @throws InputError with every path that must not be written
 */
export async function checkOutputPaths(options: Options): Promise<void> {
  const wanted = outputsOf(options)
  const folders = (['logs', 'keep'] as const).filter(name => options[name] !== undefined)
  if (wanted.length + folders.length === 0) return
  const named = await Promise.all(namedBy(options).map(async file => ({ ...file, path: await realOf(file.path) })))
  const problems: string[] = []
  const before = new Map<string, Output>()
  for (const [name, path] of wanted) {
    const real = await realOf(path)
    const problem =
      takenBy(real, before.get(real), named) ??
      (name === 'record' ? await recordProblem(path, options) : await problemAt(path, outputs[name]))
    if (problem !== null) problems.push(`${labelOf(name)}: '${shown(path)}' ${problem}`)
    before.set(real, name)
  }
  for (const name of folders) {
    const path = options[name] ?? ''
    const real = await realOf(path)
    const problem = takenBy(real, before.get(real), named) ?? (await folderProblem(path))
    if (problem !== null) problems.push(`${labelOf(name)}: '${shown(path)}' ${problem}`)
  }
  if (problems.length > 0) throw new InputError(problems)
}

/**
 * Does the work of a run. Where it throws, what an earlier run wrote is gone from the places of this one's files: it would
 * pass for what this one gave.
 */
export async function orNoOutputs<T>(options: Options, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    for (const [, path] of outputsOf(options)) await forgetFile(path)
    throw error
  }
}

function takenBy(real: string, twice: Output | undefined, named: readonly Named[]): string | null {
  if (twice !== undefined) return `is where ${labelOf(twice)} is written, too; give each a path of its own`
  const input = named.find(({ path }) => path === real)
  if (input !== undefined) return `is ${input.what}, and would be overwritten; name another path`
  if (real.split(sep).includes('.git'))
    return 'is inside a .git folder, which is not ours to write to; name another path'
  return null
}

/** In mode report the report is read, not written; so is the record in the modes verify and drift. */
const outputsOf = (options: Options): [Output, string][] =>
  (Object.keys(outputs) as Output[]).flatMap((name): [Output, string][] => {
    const isRead = name === 'record' ? options.command !== 'record' : name === options.command
    const path = isRead ? undefined : options[name]
    return path === undefined ? [] : [[name, path]]
  })

function namedBy(options: Options): Named[] {
  const { command, context, files, file, config, secretFiles, images, report, record } = options
  const dockerfiles = files.length > 0 ? files.map(({ name }) => name) : command === 'compare' ? [] : [file]
  const ofReport =
    command === 'report' && report !== undefined ? [{ path: report, what: 'the report that is read' }] : []
  return [
    ...dockerfiles.flatMap(name => [
      { path: name, what: 'a file to build or lint' },
      { path: `${name}.dockerignore`, what: "the Dockerfile's ignore file" },
    ]),
    { path: join(context, '.dockerignore'), what: "the context's ignore file" },
    ...(options.configured ?? []).map(name => ({ path: name, what: 'a Dockerfile of the configuration' })),
    ...(config === null ? [] : [{ path: config, what: 'the configuration file' }]),
    ...secretFiles.map(item => ({ path: item.slice(item.indexOf('=') + 1), what: 'the file of a secret' })),
    ...images.map(name => ({ path: name, what: 'an image to compare' })),
    ...ofReport,
    ...(command !== 'record' && record !== undefined ? [{ path: record, what: 'the record that is read' }] : []),
  ]
}

/** It takes the place of the one before. Records of several images lie in a folder, which may be there. */
async function recordProblem(path: string, { files }: Options): Promise<string | null> {
  const isFolder = files.some(isImageList) && (await stat(path).catch(() => null))?.isDirectory()
  return isFolder
    ? whyNotMade(join(path, 'record'))
    : ((await problemAt(path, outputs.record)) ?? (await whyNotMade(path)))
}

/** What is wrong with writing there, as the end of a sentence that begins with the path; null where nothing is. */
async function problemAt(path: string, likeBefore: RegExp): Promise<string | null> {
  if (/[\\/]$/.test(path)) return 'is a folder; give the path of a file'
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) return 'is a folder; give the path of a file'
    // A pipe or a device keeps nothing that could be lost.
    if (!stats.isFile()) return null
    if (stats.size === 0 || likeBefore.test(await beginningOf(path))) return await whyNotWritten(path)
    return 'holds something else than a report of an earlier run, which would be overwritten; name another path, or remove it'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return 'cannot be written: a part of this path is a file and no folder'
    if (code === 'ENAMETOOLONG') return 'cannot be written: the name is too long'
    if (code === 'ELOOP') return 'cannot be written: its links lead in a circle'
    if (code === 'ENOENT') return whyNotMade(path)
    // What may not be read is told when it is written.
    return null
  }
}

async function folderProblem(path: string): Promise<string | null> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => error.code)
  if (stats === 'ENOTDIR') return 'cannot be made: a part of this path is a file and no folder'
  if (typeof stats === 'string') return stats === 'ENOENT' ? whyNotMade(path) : null
  return stats?.isDirectory() ? whyNotMade(join(path, 'x')) : 'is a file; give the path of a folder'
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2000), 0, 2000, 0)
    return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
  } finally {
    await file.close()
  }
}

/** The path without links, as far as it is there. */
async function realOf(path: string): Promise<string> {
  const whole = resolve(path)
  const real = await realpath(whole).catch(() => null)
  if (real !== null || dirname(whole) === whole) return real ?? whole
  const dangling = await lstat(whole).catch(() => null)
  return dangling?.isSymbolicLink() ? whole : join(await realOf(dirname(whole)), basename(whole))
}
