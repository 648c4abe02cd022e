import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { mountsOf } from '../../dockerfile/mounts.ts'
import type { VariableScope } from '../../dockerfile/scope.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { commandsOf } from '../../dockerfile/shell.ts'
import { sourcesOf } from './copied.ts'

/** Flags of cp, mv and install that take the next word as their value. */
const valued = /^(?:-[a-zA-Z]*[mogS]|--(?:mode|owner|group|suffix))$/
/** Those that say in another way what is copied to where; `install -d` makes folders. */
const elsewhere = /^(?:-[a-zA-Z]*t|--target-directory|--parents)/
const makesFolders = /^(?:-[a-zA-Z]*d|--directory)/

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
    return destination === undefined ? [] : [throughCopy(sources, destination, path)]
  })
  // What is named itself is likelier than what would lie in it.
  const likely = [...found.flatMap(({ named }) => named), ...found.flatMap(({ others }) => others)]
  return [...new Set(likely)].filter(source => source !== path).slice(0, 6)
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
    if (elsewhere.test(value) || (command.name === 'install' && makesFolders.test(value))) return null
    if (valued.test(value)) at++
    else if (!value.startsWith('-')) operands.push(value)
  }
  return operands
}

function throughCopy(given: string[], written: string, path: string): { named: string[]; others: string[] } {
  const sources = given.map(source => source.replace(/\/+$/, '') || '/')
  const destination = written.replace(/\/+$/, '') || '/'
  const plain = sourcesOf({ sources, destination, intoFolder: sources.length > 1, parents: false }, path)
  // Into a folder that was there before, cp puts the folder itself.
  const nested = sources.flatMap(folder => {
    const prefix = `${destination === '/' ? '' : destination}/${folder.slice(folder.lastIndexOf('/') + 1)}/`
    return path.startsWith(prefix) ? [`${folder}/${path.slice(prefix.length)}`] : []
  })
  return { named: plain.filter(source => sources.includes(source)), others: [...plain, ...nested] }
}

/** Whether a stage, or another image, is mounted into a RUN. */
export const mountsStage = (instruction: Instruction): boolean =>
  mountsOf(instruction).some(({ type, options }) => type === 'bind' && options.from !== undefined)

/** A path seen through a bind mount of a RUN: the stage (as `from` names it) and the path there; null outside of any. */
export function throughMount(run: Instruction, path: string): { from: string; path: string } | null {
  const [mount] = mountsOf(run)
    .map(({ type, options }) => ({ type, options, target: (options.target ?? '').replace(/\/+$/, '') }))
    .filter(({ target }) => target !== '' && (path === target || path.startsWith(`${target}/`)))
    // What is mounted deeper hides what is mounted above it.
    .sort((one, other) => other.target.length - one.target.length)
  if (mount?.type !== 'bind' || !mount.options.from) return null
  const source = `/${(mount.options.source ?? '').replace(/^\/+|\/+$/g, '')}`.replace(/^\/$/, '')
  return { from: mount.options.from, path: source + path.slice(mount.target.length) || '/' }
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
  const moves = commands.some(({ name }) => ['cd', 'pushd', 'chroot'].includes(name))
  const read = commands.flatMap(({ name, words, redirects }) => [
    ...(readers.includes(name) ? words.slice(1).map(word => word.value) : []),
    ...redirects.filter(({ operator }) => operator === '<').map(({ target }) => target.value),
  ])
  const absolute = read.flatMap(word => {
    if (!word || !/^[\w./@+-]+$/.test(word) || word.startsWith('-')) return []
    if (word.startsWith('/')) return [word]
    return moves || workdir === null ? [] : [`${workdir === '/' ? '' : workdir}/${word.replace(/^\.\//, '')}`]
  })
  return [...new Set(absolute)].slice(0, 6)
}
