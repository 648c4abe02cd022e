import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { headOf } from './head.ts'
import { hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of apt-get, apt, or another program with the same actions. */
export interface AptCommand extends ReadArguments {
  command: ShellCommand
  action: 'update' | 'install' | 'upgrade' | 'build-dep' | 'remove' | 'clean' | 'distclean' | 'other'
  /** What it is told to install, `${X}` where a name is not known; local files and removals (`vim-`) are not among them. */
  packages: ShellWord[]
  /** From the program's name to the action: `apt-get install`, or the name alone when they are lines apart. */
  head: Range
  /** Of the word `install`; null when there is none. */
  verb: ShellWord | null
}

const programs = new Set(['apt-get', 'apt', 'aptitude', 'apt-fast', 'nala', 'xx-apt', 'xx-apt-get'])
const table = optionTable(
  `-o --option -c --config-file -t --target-release --default-release -a --host-architecture -P --build-profiles
   -S --snapshot --solver`,
)

const actions: Record<string, AptCommand['action']> = {
  update: 'update',
  install: 'install',
  reinstall: 'install',
  upgrade: 'upgrade',
  'dist-upgrade': 'upgrade',
  'full-upgrade': 'upgrade',
  'safe-upgrade': 'upgrade',
  'build-dep': 'build-dep',
  remove: 'remove',
  purge: 'remove',
  autoremove: 'remove',
  'auto-remove': 'remove',
  autopurge: 'remove',
  clean: 'clean',
  autoclean: 'other',
  distclean: 'distclean',
  'dist-clean': 'distclean',
}

/** The calls of apt in a RUN, in order. A simulation does nothing and counts as `other`. */
export function aptCommandsOf(step: Step): AptCommand[] {
  const known = readSteps.get(step)
  if (known !== undefined) return known
  const commands = step.script.commands.filter(({ name }) => programs.has(name)).map(readApt)
  readSteps.set(step, commands)
  return commands
}

const readSteps = new WeakMap<Step, AptCommand[]>()

function readApt(command: ShellCommand): AptCommand {
  const read = readArguments(command, table)
  const [verb = null, ...operands] = read.operands
  const simulated = hasOption(
    read,
    '-s',
    '--simulate',
    '--just-print',
    '--dry-run',
    '--recon',
    '--no-act',
    '--print-uris',
  )
  const action = simulated || verb === null ? 'other' : (actions[verb.value ?? ''] ?? 'other')
  const packages = operands.filter(({ partial }) => !isLocalFile(partial) && !/[^+-]-$/.test(partial))
  return { command, ...read, action, packages, verb, head: headOf(command, verb) }
}

/** `./x.deb`, `/tmp/*.deb`, a URL; a package name never has a slash except before a release (`vim/stable`). */
const isLocalFile = (operand: string): boolean => /^(\.{0,2}\/|~\/|\w+:\/\/)/.test(operand) || /\.deb$/.test(operand)

/** Installs something that is named, by xargs if not here. */
export const namesPackages = ({ action, packages, command }: AptCommand): boolean =>
  (action === 'install' || action === 'build-dep') && (packages.length > 0 || command.wrappers.includes('xargs'))

/** Changes what is installed, and so writes the logs of dpkg and apt. */
export const changesPackages = (apt: AptCommand): boolean => {
  if (hasOption(apt, '-d', '--download-only')) return false
  if (apt.action === 'upgrade') return true
  const changes = apt.action === 'install' || apt.action === 'build-dep' || apt.action === 'remove'
  return changes && (apt.operands.length > 1 || apt.command.wrappers.includes('xargs'))
}

/** Fetches the package lists: `apt-get update`, and what newer versions of apt and nala do on the way. */
export const fetchesLists = (apt: AptCommand): boolean =>
  apt.action === 'update' || (apt.action !== 'other' && hasOption(apt, '--update'))
