import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { isMadeBefore, originOf, textOf } from '../context/copied-file.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { hasOption, optionTable, readArguments } from './option-table.ts'

/** A file whose lines are the packages of an install: `$(cat packages.txt)`, `xargs apt-get install < packages.txt`. */
export interface PackageList {
  /** As the command names it. */
  file: string
  names: string[]
  /** What stands for the names in the command; null when they come by xargs. */
  range: Range | null
}

/** The lists that a command installs from, as far as they are in the build context and reach it as they are. */
export function packageListsOf(view: View, step: Step, command: ShellCommand): PackageList[] {
  const inWords = command.words.flatMap(({ substitutions, range }) =>
    filesRead(substitutions).map(file => ({ file, range })),
  )
  const byXargs = command.wrappers.includes('xargs')
    ? [...filesRead(feedersOf(step, command)), ...inputsOf(command), ...argumentFile(view, command)]
    : []
  return [...inWords, ...byXargs.map(file => ({ file, range: null }))].flatMap(({ file, range }) => {
    const names = namesIn(view, step, command, file)
    return names.length === 0 ? [] : [{ file, names, range }]
  })
}

const feedersOf = (step: Step, { pipeline, pipeIndex }: ShellCommand): ShellCommand[] =>
  step.script.commands.filter(other => other.pipeline === pipeline && other.pipeIndex < pipeIndex)

/** The files that go through these commands unchanged, but for comments and blanks; none when something else happens to them. */
const filesRead = (commands: ShellCommand[]): string[] =>
  commands.length > 0 && commands.every(passesOn) ? commands.flatMap(fileOperands) : []

const filter = optionTable('-e --regexp --expression')

function passesOn(command: ShellCommand): boolean {
  const read = readArguments(command, filter)
  const scripts = read.options.filter(({ name }) => name === '-e' || name === '--expression')
  if (command.words.length === 0 || command.name === 'cat' || command.name === 'sort' || command.name === 'uniq')
    return true
  if (/^[ef]?grep$/.test(command.name)) return hasOption(read, '-v', '--invert-match')
  if (command.name === 'tr') return read.operands.every(({ partial }) => /^(\\n|\\r|[\r\n ])*$/.test(partial))
  const texts = scripts.length > 0 ? scripts.map(({ partial }) => partial) : [read.operands[0]?.partial ?? '']
  return command.name === 'sed' && texts.every(text => /^\/.*\/d$/.test(text ?? ''))
}

function fileOperands(command: ShellCommand): string[] {
  const read = readArguments(command, filter)
  const takesScript = /^([ef]?grep|sed)$/.test(command.name) && !hasOption(read, '-e', '--regexp', '--expression')
  const operands = command.name === 'tr' ? [] : read.operands.slice(takesScript ? 1 : 0)
  return [...operands.flatMap(({ value }) => (value === null || value === '-' ? [] : [value])), ...inputsOf(command)]
}

const inputsOf = ({ redirects }: ShellCommand): string[] =>
  redirects.flatMap(({ operator, target }) => (operator === '<' && target.value !== null ? [target.value] : []))

/** `xargs -a packages.txt apt-get …`: the words of xargs are not among those of the command. */
function argumentFile({ dockerfile }: View, { range, words }: ShellCommand): string[] {
  const before = dockerfile.text.slice(range.start, words[0]?.range.start ?? range.start).slice(0, 500)
  const file = /\s(?:-a\s*|--arg-file[=\s])["']?([\w./-]+)/.exec(before)?.[1]
  return file === undefined ? [] : [file]
}

function namesIn(view: View, step: Step, command: ShellCommand, file: string): string[] {
  const folder = folderOf(view, step, command)
  if (folder === null && !file.startsWith('/')) return []
  const path = absolute(file, folder ?? '/')
  if (isMadeBefore(step, command, path)) return []
  const text = textOf(view, originOf(view, step, path))
  if (text === null) return []
  const words = text
    .slice(0, 200_000)
    .split('\n')
    .flatMap(line => line.replace(/#.*/s, '').split(/\s+/))
  return words.filter(word => /^[a-z0-9][\w+.:~=/-]*$/i.test(word))
}
