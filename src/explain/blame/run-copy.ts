import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { mountsOf } from '../../dockerfile/mounts.ts'
import type { VariableScope } from '../../dockerfile/scope.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { commandsOf } from '../../dockerfile/shell.ts'
import { sourcesOf } from './copied.ts'

/** Flags of cp, mv and install that take the next word as their value. */
const valued = new Set(['-m', '-o', '-g', '-S', '--mode', '--owner', '--group', '--suffix'])

/**
 * Where a RUN may have copied a path (absolute) from by cp, mv, install or `cat … >`: absolute paths, likelier first.
 * Only what the text says for sure; nothing when a word, or the folder it is relative to, is not known.
 */
export function sourcesInRun(
  dockerfile: Dockerfile,
  run: Instruction,
  scope: VariableScope,
  workdir: string | null,
  path: string,
): string[] {
  const { commands, errors } = commandsOf(dockerfile, run, scope)
  if (errors > 0) return []
  const moves = commands.some(({ name }) => ['cd', 'pushd', 'chroot'].includes(name))
  const absolute = (word: string): string | null =>
    word.startsWith('/')
      ? word
      : moves || workdir === null
        ? null
        : `${workdir === '/' ? '' : workdir}/${word.replace(/^\.\//, '')}`
  const found = commands.flatMap(command => {
    const words = operandsOf(command)?.map(absolute)
    if (!words || words.length < 2 || words.some(word => word === null)) return []
    const [destination, ...sources] = (words as string[]).reverse()
    return destination === undefined ? [] : throughCopy(sources, destination, path)
  })
  return [...new Set(found)].filter(source => source !== path).slice(0, 6)
}

/** Sources and destination; null for any other command, or one that is not known to the last word. */
function operandsOf(command: ShellCommand): string[] | null {
  const values = command.words.slice(1).map(word => word.value)
  if (command.name === 'cat') {
    const target = command.redirects.find(({ operator }) => operator === '>')?.target.value
    return values.length === 1 && values[0] && target ? [values[0], target] : null
  }
  if (!['cp', 'mv', 'install'].includes(command.name) || values.some(value => value === null)) return null
  const operands: string[] = []
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as string
    if (/^(?:-[a-zA-Z]*t|--target-directory|-d$|--parents)/.test(value)) return null
    if (valued.has(value)) at++
    else if (!value.startsWith('-')) operands.push(value)
  }
  return operands
}

function throughCopy(sources: string[], written: string, path: string): string[] {
  const destination = written.replace(/\/+$/, '') || '/'
  const intoFolder = written.endsWith('/') || sources.length > 1
  const plain = sourcesOf({ sources, destination, intoFolder, parents: false }, path)
  // Into a folder that was there before, cp puts the folder itself.
  const nested = sources.flatMap(source => {
    const folder = source.replace(/\/+$/, '')
    const prefix = `${destination === '/' ? '' : destination}/${folder.slice(folder.lastIndexOf('/') + 1)}/`
    return path.startsWith(prefix) ? [`${folder}/${path.slice(prefix.length)}`] : []
  })
  return [...plain, ...nested]
}

/** A path seen through a bind mount of a RUN: the stage (as `from` names it) and the path there; null outside of any. */
export function throughMount(run: Instruction, path: string): { from: string; path: string } | null {
  for (const { type, options } of mountsOf(run)) {
    const target = (options.target ?? '').replace(/\/+$/, '')
    if (type !== 'bind' || !options.from || target === '') continue
    if (path !== target && !path.startsWith(`${target}/`)) continue
    const source = `/${(options.source ?? '').replace(/^\/+|\/+$/g, '')}`.replace(/^\/$/, '')
    return { from: options.from, path: source + path.slice(target.length) || '/' }
  }
  return null
}

const readers = [
  'cat',
  'head',
  'tail',
  'sed',
  'awk',
  'grep',
  'cut',
  'tr',
  'jq',
  'sort',
  'base64',
  'xxd',
  'od',
  'envsubst',
  'm4',
  'paste',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'sha512sum',
  'b2sum',
  'cksum',
]

/** Files (absolute) that a RUN reads by its text: operands of text tools and what is redirected into a command. At most six. */
export function filesReadBy(
  dockerfile: Dockerfile,
  run: Instruction,
  scope: VariableScope,
  workdir: string | null,
): string[] {
  const { commands, errors } = commandsOf(dockerfile, run, scope)
  if (errors > 0) return []
  const moves = commands.some(({ name }) => ['cd', 'pushd', 'chroot'].includes(name ?? ''))
  const read = commands.flatMap(({ name, words, redirects }) => [
    ...(readers.includes(name ?? '') ? words.slice(1).map(word => word.value) : []),
    ...redirects.filter(({ operator }) => operator === '<').map(({ target }) => target.value),
  ])
  const absolute = read.flatMap(word => {
    if (!word || !/^[\w./@+-]+$/.test(word) || word.startsWith('-')) return []
    if (word.startsWith('/')) return [word]
    return moves || workdir === null ? [] : [`${workdir === '/' ? '' : workdir}/${word.replace(/^\.\//, '')}`]
  })
  return [...new Set(absolute)].slice(0, 6)
}
