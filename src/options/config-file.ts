import { lstatSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type Config, parseConfig } from './config.ts'
import { InputError } from './input-error.ts'
import { foldersUpToRepository } from './repository.ts'
import { linkOut } from './within.ts'

const names = ['.repro-gate.yml', '.repro-gate.yaml']
const mostBytes = 1 << 20

/**
 * Reads the configuration file that counts: the one that is named, or that of the current folder, or of the nearest
 * folder above it up to the root of the repository. Without a repository nobody looks above the current folder.
 * @param named a path; `none` for none at all; undefined: look for it
 * @throws InputError when it is not there, or something in it is wrong
 */
export async function readConfig(named: string | undefined, cwd = process.cwd()): Promise<Config | null> {
  if (named === 'none') return null
  const path = named === undefined ? findConfig(cwd) : resolve(cwd, named)
  if (path === null) return null
  const file = fromHere(path, cwd)
  const config = parseConfig(await textOf(path, file), file)
  // A file that is named may lie anywhere: its paths are those of the current folder.
  if (named !== undefined) return config
  const folder = relative(cwd, dirname(path)).split(sep).join('/')
  return {
    ...config,
    lint: {
      ...config.lint,
      pathPrefix: relative(dirname(path), cwd).split(sep).join('/'),
      pathRoot: dirname(path).split(sep).join('/'),
    },
    files: config.files.map(name => (folder === '' ? name : `${folder}/${name}`)),
  }
}

/** @throws InputError when there are two of them in one folder */
function findConfig(cwd: string): string | null {
  for (const folder of foldersUpToRepository(cwd)) {
    const [found, other] = names.map(name => join(folder, name)).filter(isThere)
    if (found !== undefined && other !== undefined)
      throw new InputError([`config: there are both '${fromHere(found, cwd)}' and '${fromHere(other, cwd)}': keep one`])
    if (found !== undefined) return found
  }
  return null
}

/** A link to nowhere is there: who made it wanted to be heard. */
const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

async function textOf(path: string, file: string): Promise<string> {
  const stats = await stat(path).catch(() => null)
  if (stats === null)
    throw new InputError([`config (--config): there is no file '${file}' (looked in ${process.cwd()})`])
  if (!stats.isFile()) throw new InputError([`config (--config): '${file}' is not a file`])
  const outside = linkOut(path, file)
  if (outside !== null) throw new InputError([`config (--config): ${outside}`])
  if (stats.size > mostBytes) throw new InputError([`config (--config): '${file}' is bigger than 1 MiB`])
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new InputError([`config (--config): '${file}' cannot be read: ${error.message}`])
  })
}

const fromHere = (path: string, cwd: string): string => (relative(cwd, path) || path).split(sep).join('/')
