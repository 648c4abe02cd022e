import type { ShellCommand } from '../../dockerfile/shell.ts'
import { absolute, takes } from '../reach.ts'
import type { Step } from '../view.ts'
import { optionTable, readArguments } from './option-table.ts'

/** What a RUN removes again before its layer is made. */
export interface Removal {
  /** Absolute paths and patterns. */
  patterns: string[]
  /** Something is removed, or some script cleans up, and what cannot be known: nothing may be said to be left. */
  unknown: boolean
}

const noValues = optionTable('')
const cleaners = /clean|purge|strip|slim|prune|remove|squash/i

/** What the commands from `after` on remove. */
export function removedBy(step: Step, after = 0): Removal {
  const later = removalsOf(step).filter(({ at }) => at >= after)
  return { patterns: later.flatMap(({ patterns }) => patterns), unknown: later.some(({ unknown }) => unknown) }
}

const known = new WeakMap<Step, (Removal & { at: number })[]>()

/** What each command removes, of those that remove something. Read once: every command of the RUN may ask. */
function removalsOf(step: Step): (Removal & { at: number })[] {
  const before = known.get(step)
  if (before !== undefined) return before
  const removals: (Removal & { at: number })[] = []
  let folder: string | null = '/'
  for (const command of step.script.commands) {
    if (command.name === 'cd' || command.name === 'pushd') folder = command.words[1]?.value ?? null
    const patterns: string[] = []
    const removal = { patterns, unknown: false, at: command.range.start }
    if (command.name === 'rm' || command.name === 'unlink' || command.name === 'rmdir')
      removeOperands(removal, command, folder)
    else if (command.name === 'find') removeFound(removal, command)
    else if (isOwnCleaner(command)) removal.unknown = true
    for (const { operator, target } of command.redirects) {
      const emptied = operator.endsWith('>') && !operator.includes('>>') && isSilent(command)
      if (emptied && target.value !== null) patterns.push(absolute(target.value))
    }
    if (removal.unknown || patterns.length > 0) removals.push(removal)
  }
  known.set(step, removals)
  return removals
}

/** Whether a path is surely or possibly gone. */
export const isRemoved = ({ patterns, unknown }: Removal, path: string): boolean =>
  unknown || patterns.some(pattern => takes(pattern, path))

function removeOperands(removal: Removal, command: ShellCommand, folder: string | null): void {
  for (const { value, partial } of readArguments(command, noValues).operands) {
    if (value === null && /^\$/.test(partial)) removal.unknown = true
    for (const path of expandBraces(value ?? partial)) {
      if (path.startsWith('/')) removal.patterns.push(absolute(path))
      else if (folder === null) removal.unknown = true
      else removal.patterns.push(absolute(path, folder))
    }
  }
}

/** `find /var/log -type f -delete`, with `-name` patterns; other conditions than type and name make it unknown. */
function removeFound(removal: Removal, command: ShellCommand): void {
  const texts = command.words.slice(1).map(({ partial }) => partial)
  const removes =
    texts.includes('-delete') || texts.some((text, at) => /^-(exec|execdir|ok)$/.test(text) && texts[at + 1] === 'rm')
  if (!removes && !(command.pipesInto?.words.some(({ value }) => value === 'rm') ?? false)) return
  const first = texts.findIndex(text => /^[-(!]/.test(text))
  const folders = texts.slice(0, first < 0 ? texts.length : first).map(folder => absolute(folder))
  const names = texts.filter((_, at) => texts[at - 1] === '-name')
  if (names.length > 0) {
    // A name may be at any depth: the logs and caches asked about are at most three folders down.
    for (const folder of folders) {
      for (const name of names)
        for (const deep of ['', '/*', '/*/*', '/*/*/*']) removal.patterns.push(`${folder}${deep}/${name}`)
    }
  } else for (const folder of folders) removal.patterns.push(folder)
}

/** `/cleanup.sh`, `clean-layer.sh`: a script of the user's own that says it cleans. */
const isOwnCleaner = ({ name, words }: ShellCommand): boolean =>
  cleaners.test(name) && name !== 'apt-get' && !(name === 'git' || name === 'make')
    ? true
    : /^(sh|bash|ash|\.|source)$/.test(name) && cleaners.test(words[1]?.partial.split('/').at(-1) ?? '')

/** `: > file`, `true > file`, `cat /dev/null > file`: what is left is an empty file. */
const isSilent = ({ name, words }: ShellCommand): boolean =>
  name === ':' || name === 'true' || words.length === 0 || (name === 'cat' && words[1]?.value === '/dev/null')

/** `/var/{log,cache}/*` as bash expands it; the text itself when there are no braces, or too many. */
export function expandBraces(text: string): string[] {
  let texts = [text]
  for (let round = 0; round < 8; round++) {
    const next = texts.flatMap(one => {
      const match = /^([^{}]*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(one)
      if (match === null || match[1]?.endsWith('$')) return [one]
      return (match[2] ?? '').split(',').map(part => `${match[1]}${part}${match[3]}`)
    })
    if (next.length === texts.length || next.length > 200) break
    texts = next
  }
  return texts
}
