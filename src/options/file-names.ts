import type { Config } from './config.ts'
import { isImageList, kindOfFile } from './file-kind.ts'
import type { Given } from './options.ts'
import type { Command } from './table.ts'
import { shown } from './value.ts'

/** A path, a glob, or a compose or bake file that names Dockerfiles; and who said it. */
export interface FileName {
  name: string
  by: 'flag' | 'argument' | 'config' | 'bake'
}

/** The Dockerfiles of the configuration file are those of a lint that is given none. */
export function fileNames(command: Command, given: Given, config: Config | null): FileName[] {
  const named = (by: FileName['by'], names: readonly string[] = []): FileName[] =>
    names.map(name => ({ name: name.trim(), by })).filter(({ name }) => name !== '')
  const files = [...named('flag', given.file), ...named('bake', given['bake-file']), ...named('argument', given.paths)]
  const builds = command !== 'lint' && command !== 'fix'
  return files.length > 0 || given.context || builds ? files : named('config', config?.files)
}

/** What is wrong with the files that an image is to be built of. */
export const fileProblems = (files: readonly FileName[], command: Command, given: Given): string[] =>
  ['lint', 'fix', 'report'].includes(command)
    ? []
    : [...severalProblems(files, command === 'compare' ? command : 'gate'), ...idleTargets(files, given)]

/** The gate builds, and so needs one Dockerfile, or files that say how each of several is built. */
function severalProblems(files: readonly FileName[], command: 'gate' | 'compare'): string[] {
  const who = command === 'gate' ? 'the gate builds' : 'an image is built of'
  const lists = files.filter(isImageList)
  if (command === 'gate' && lists.length > 0) return mixed(files, lists)
  const [first] = files
  if (files.length > 1)
    return [`file (--file): ${who} one Dockerfile, and ${files.length} are given; only lint takes several`]
  const kind = first === undefined ? 'dockerfile' : kindOfFile(first.name)
  if (first === undefined || kind === 'dockerfile' || kind === 'glob') return []
  return [`file (--file): '${shown(first.name)}' is a ${kind} file; name the Dockerfile that the gate is to build`]
}

const mixed = (files: readonly FileName[], lists: readonly FileName[]): string[] =>
  lists.length === files.length
    ? []
    : ['file (--file): a Dockerfile and a bake or compose file are given; the latter names its Dockerfiles itself']

const idleTargets = (files: readonly FileName[], { targets }: Given): string[] =>
  targets && !files.some(isImageList)
    ? ['targets (--targets): these are names of a bake or compose file, and none is given; `target` is a stage']
    : []
