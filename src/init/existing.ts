import { posix } from 'node:path'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { contextNeeds } from '../lint/context/needs.ts'
import type { Project } from './project.ts'

/** A Dockerfile that is there already, and the context that it was written for. */
export interface Existing {
  file: string
  context: string
  /** What it copies from there by name. */
  copied: readonly string[]
}

export const isDockerfile = (path: string): boolean =>
  /(^|\/)(Dockerfile|dockerfile|Containerfile)(\.[\w-]+)?$|\.[Dd]ockerfile$/.test(path) &&
  !path.endsWith('.dockerignore')

/** What a workflow can name as it is: a name with anything odd in it would have to be escaped in three languages. */
export const isPlainPath = (path: string): boolean => /^[\w.][\w./@+-]*$/.test(path)

/** All that a workflow can name. */
export function existingDockerfiles(project: Project): Existing[] {
  return project.paths
    .filter(path => isDockerfile(path) && isPlainPath(path) && isReal(project.text(path)))
    .map(file => {
      const { paths } = contextNeeds(parseDockerfile(project.text(file), file), { buildArgs: {} })
      return { file, context: contextOf(file, paths, project), copied: paths }
    })
}

/** One instruction at least; a template for some other tool has none. */
const isReal = (text: string): boolean => /^\s*FROM\s/im.test(text)

/** The nearest of its own folder and those above it in which there is all that it copies by name; without names its own. */
function contextOf(file: string, paths: readonly string[], project: Project): string {
  const folders = [posix.dirname(file)]
  while (folders.at(-1) !== '.') folders.push(posix.dirname(folders.at(-1) ?? '.'))
  return folders.find(folder => paths.every(path => isThere(posix.join(folder, path), project))) ?? posix.dirname(file)
}

const isThere = (path: string, project: Project): boolean =>
  project.has(path) || project.paths.some(known => known.startsWith(`${path}/`))
