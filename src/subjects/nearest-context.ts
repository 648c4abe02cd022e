import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { contextNeeds } from '../lint/context/needs.ts'
import type { Options } from '../options/options.ts'
import { readDockerfile } from './sources.ts'

/**
 * The context that a Dockerfile was written for, when nobody says: the nearest of its own folder and the folders above
 * it, up to the current one, in which there is all that it copies by name. `COPY . .` alone fits every folder: then it is
 * its own where that holds more, and otherwise nobody can tell. Null when there is none such.
 */
export async function nearestContext(file: string, options: Options): Promise<string | null> {
  const dockerfile = await readDockerfile({ ...options, file, context: null })
  const { paths, broad } = contextNeeds(dockerfile, options)
  const [own = '.', ...above] = foldersUpFrom(file)
  if (paths.length === 0) return !broad || (await hasMore(own)) ? own : null
  return [own, ...above].find(folder => paths.every(path => existsSync(join(folder, path)))) ?? null
}

/** Outside of the current folder nobody knows where to stop. */
function foldersUpFrom(file: string): string[] {
  const own = dirname(file)
  const down = relative(process.cwd(), resolve(own))
  if (down === '') return ['.']
  if (down.startsWith('..') || resolve(down) === down) return [own]
  const parts = down.split(sep)
  return [...parts.map((_, at) => parts.slice(0, parts.length - at).join('/')), '.']
}

const hasMore = async (folder: string): Promise<boolean> => {
  const names = await readdir(folder).catch(() => [])
  return names.some(name => !/dockerfile|dockerignore|containerfile|compose|^\.git$/i.test(name))
}
