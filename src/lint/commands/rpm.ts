import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { headOf } from './head.ts'
import { hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of yum, dnf, microdnf, tdnf or zypper. */
export interface RpmCommand extends ReadArguments {
  command: ShellCommand
  action: 'install' | 'install-group' | 'install-module' | 'upgrade' | 'other'
  /** Packages, groups or modules; local files and addresses are not among them. */
  packages: ShellWord[]
  head: Range
}

const dnf = optionTable(
  `-c --config -d --debuglevel -e --errorlevel -x --exclude --excludepkgs --disableexcludes --disableexcludepkgs --enablerepo
   --disablerepo --repo --repoid --repofrompath --releasever --setopt --setvar --installroot --comment --downloaddir --destdir
   --forcearch --advisory --advisories --bz --bzs --cve --cves --sec-severity --secseverity --color -R --randomwait --rpmverbosity
   --disableplugin --enableplugin --from-repo --from-vendor`,
)
const zypper = optionTable(
  `-R --root --installroot --config --reposd-dir --cache-dir --raw-cache-dir --solv-cache-dir --pkg-cache-dir --userdata
   -p --plus-repo --plus-content --releasever -r --repo --from -t --type --download --bugzilla --cve --category --severity
   --date --issue --root`,
)

const actions: Record<string, RpmCommand['action']> = {
  install: 'install',
  in: 'install',
  localinstall: 'install',
  reinstall: 'install',
  'install-n': 'install',
  'install-na': 'install',
  'install-nevra': 'install',
  groupinstall: 'install-group',
  upgrade: 'upgrade',
  update: 'upgrade',
  up: 'upgrade',
  'upgrade-minimal': 'upgrade',
  'update-minimal': 'upgrade',
  'distro-sync': 'upgrade',
  dsync: 'upgrade',
  'dist-upgrade': 'upgrade',
  dup: 'upgrade',
  patch: 'upgrade',
}

/** The calls in a RUN, in order. What only tries, asks or downloads counts as `other`. */
export function rpmCommandsOf(step: Step): RpmCommand[] {
  const known = readSteps.get(step)
  if (known !== undefined) return known
  const commands = step.script.commands
    .filter(({ name }) => /^(yum|dnf5?|microdnf|tdnf|zypper)$/.test(name))
    .map(readRpm)
  readSteps.set(step, commands)
  return commands
}

const readSteps = new WeakMap<Step, RpmCommand[]>()

function readRpm(command: ShellCommand): RpmCommand {
  const read = readArguments(command, command.name === 'zypper' ? zypper : dnf)
  const [verb = null, ...operands] = read.operands
  const tried = hasOption(
    read,
    '--assumeno',
    '--dry-run',
    '--downloadonly',
    '--download-only',
    '--help',
    '-h',
    '--version',
  )
  const inner = /^(groups?|module)$/.test(verb?.value ?? '') ? operands.shift() : undefined
  const action = tried ? 'other' : actionOf(verb?.value ?? '', inner?.value ?? null)
  const patterns = read.options.some(({ name, partial }) => /^(-t|--type)$/.test(name) && partial === 'pattern')
  return {
    command,
    ...read,
    action: action === 'install' && patterns ? 'install-group' : action,
    packages: operands.filter(({ partial }) => !/^-|^(\.{0,2}\/|~\/|\w+:\/\/)|\.rpm$/.test(partial)),
    head: headOf(command, inner ?? verb),
  }
}

function actionOf(verb: string, inner: string | null): RpmCommand['action'] {
  if (verb === 'module') return inner === 'install' ? 'install-module' : 'other'
  if (verb === 'group' || verb === 'groups') return inner === 'install' ? 'install-group' : 'other'
  return Object.hasOwn(actions, verb) ? (actions[verb] ?? 'other') : 'other'
}
