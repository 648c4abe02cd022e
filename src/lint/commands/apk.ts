import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { headOf } from './head.ts'
import { hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of Alpine's apk. */
export interface ApkCommand extends ReadArguments {
  command: ShellCommand
  /** `add`, `del`, `upgrade` …; `other` for a simulation. */
  action: 'add' | 'del' | 'upgrade' | 'other'
  /** What is to be added or removed; local files, addresses and exclusions (`!pyc`) are not among them. */
  packages: ShellWord[]
  head: Range
}

const table = optionTable(
  `-p --root -X --repository -t --virtual --arch --cache-dir --cache-max-age --cache-predownload --keys-dir --progress-fd
   --repositories-file --repository-config --timeout --wait`,
)

const actions = new Map<string, ApkCommand['action']>([
  ['add', 'add'],
  ['del', 'del'],
  ['upgrade', 'upgrade'],
])

/** The calls of apk in a RUN, in order. */
export function apkCommandsOf(step: Step): ApkCommand[] {
  const known = readSteps.get(step)
  if (known !== undefined) return known
  const commands = step.script.commands.filter(({ name }) => /^(apk(\.static)?|xx-apk)$/.test(name)).map(readApk)
  readSteps.set(step, commands)
  return commands
}

const readSteps = new WeakMap<Step, ApkCommand[]>()

function readApk(command: ShellCommand): ApkCommand {
  const read = readArguments(command, table)
  const [verb = null, ...operands] = read.operands
  const tried = hasOption(read, '-s', '--simulate', '-h', '--help', '-V', '--version')
  const action = tried ? 'other' : (actions.get(verb?.value ?? '') ?? 'other')
  const packages = operands.filter(({ partial }) => !/^!|^(\.{0,2}\/|\w+:\/\/)|\.apk$/.test(partial))
  return { command, ...read, action, packages, head: headOf(command, verb) }
}

/** How far `name=1.2-r0` decides what is installed; `~` and `<` leave a choice. */
export function apkPin(text: string): 'exact' | 'range' | 'none' {
  const [, operator = ''] = /^[^=<>~]*([=<>~]*)/.exec(text) ?? []
  if (operator === '') return 'none'
  return operator === '=' ? 'exact' : 'range'
}
