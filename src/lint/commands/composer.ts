import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import { findOption, hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of composer that installs something. */
export interface ComposerCommand extends ReadArguments {
  command: ShellCommand
  action: 'install' | 'update' | 'require'
  head: Range
  /** Packages in no exact version. */
  loose: ShellWord[]
  /** `--working-dir`, or the folder it is in (`.`); null when not known. */
  folder: string | null
  global: boolean
}

const table = optionTable(
  '-d --working-dir --ignore-platform-req --prefer-install --bump-after-update --audit-format --apcu-autoloader-prefix',
)

export const composerCommandsOf = (step: Step): ComposerCommand[] =>
  callsAny(step, ['composer', 'composer.phar', 'php'])
    ? step.script.commands.flatMap(command => readComposer(command) ?? [])
    : []

function readComposer(command: ShellCommand): ComposerCommand | null {
  const own = programWords(command)
  if (own === null) return null
  const read = readArguments({ ...command, words: own }, table)
  const global = read.operands[0]?.value === 'global'
  const [verb, ...packages] = global ? read.operands.slice(1) : read.operands
  const action = actions[verb?.value ?? '']
  if (
    verb === undefined ||
    action === undefined ||
    hasOption(read, '--help', '-h', '--dry-run', '--lock', '--no-install')
  )
    return null
  const loose = action === 'require' ? packages.filter(isLoose) : []
  const directory = findOption(read, '-d', '--working-dir')
  const folder = directory === undefined ? '.' : directory.value
  return {
    command,
    action,
    options: read.options,
    operands: packages,
    head: headOf(command, verb),
    loose,
    folder,
    global,
  }
}

const actions: Record<string, ComposerCommand['action']> = {
  install: 'install',
  i: 'install',
  update: 'update',
  upgrade: 'update',
  u: 'update',
  require: 'require',
  r: 'require',
}

/** `composer …`, `composer.phar …`, `php -d memory_limit=-1 /usr/bin/composer …`. */
function programWords({ name, words }: ShellCommand): ShellWord[] | null {
  if (/^composer\d?(\.phar)?$/.test(name)) return words
  if (!/^php[\d.]*$/.test(name)) return null
  const at = words.findIndex(({ partial }) => /(^|\/)composer(\.phar)?$/.test(partial))
  return at > 0 ? words.slice(at) : null
}

/** `vendor/package`, `vendor/package:^1.2`; the version may also be the next word. */
function isLoose({ value, partial }: ShellWord, at: number, words: ShellWord[]): boolean {
  const [, name = '', joined] = /^([^:=\s]+\/[^:=\s]+)(?:[:=\s](.*))?$/s.exec(partial) ?? []
  const next = words[at + 1]?.partial
  const version = joined ?? (next?.includes('/') === false ? next : '')
  if (name === '' || version.includes('$') || (value === null && joined === undefined)) return false
  return !/^v?\d+\.\d+(\.\d+){0,2}(-[\w.]+)?$/.test(version) && !/#[0-9a-f]{40}$/.test(version)
}
