import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import {
  findOption,
  hasOption,
  type OptionTable,
  optionTable,
  type ReadArguments,
  readArguments,
} from './option-table.ts'

/** One call of npm, yarn, pnpm or bun that installs something. */
export interface NodeCommand extends ReadArguments {
  command: ShellCommand
  manager: 'npm' | 'yarn' | 'pnpm' | 'bun'
  /**
   * `install`: what package.json or its lock names. `ci`: what the lock names. `add`: what the command line names. `update`:
   * the newest that package.json allows.
   */
  action: 'install' | 'ci' | 'add' | 'update'
  /** Packages named on the command line. */
  operands: ShellWord[]
  global: boolean
  /** Of the word `install`; null for a bare `yarn`. */
  verb: ShellWord | null
  head: Range
}

const tables: Record<NodeCommand['manager'], OptionTable> = {
  npm: optionTable(
    `--prefix -C --registry --loglevel --cache --userconfig --globalconfig -w --workspace --omit --include --only --tag --before
     --fetch-retries --fetch-timeout --maxsockets --cpu --os --libc --install-strategy --audit-level --script-shell --otp --node-options
     --lockfile-version --save-prefix --depth --https-proxy --proxy --cafile --ca --python --arch --target --min-release-age`,
    false,
  ),
  yarn: optionTable(
    `--cwd --registry --network-timeout --network-concurrency --cache-folder --modules-folder --mutex --production-type
     --use-yarnrc --preferred-cache-folder --global-folder --prefix --mode --link-folder --proxy --https-proxy --otp --from`,
    false,
  ),
  pnpm: optionTable(
    `-C --dir --filter -F --filter-prod --registry --store-dir --virtual-store-dir --modules-dir --network-concurrency
     --child-concurrency --reporter --loglevel --global-dir --global-bin-dir --cpu --os --libc --node-linker --lockfile-dir
     --workspace-concurrency --fetch-retries --fetch-timeout --package-import-method --test-pattern --cache-dir --tag --allow-build`,
    false,
  ),
  bun: optionTable(
    `--cwd --config -c --registry --cache-dir --backend --omit --network-concurrency --concurrent-scripts --filter --linker
     --ca --cafile --cpu --os`,
    false,
  ),
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const verbs: Record<NodeCommand['manager'], Partial<Record<NodeCommand['action'], ReadonlySet<string>>>> = {
  npm: {
    install: words('install i in ins inst insta instal isnt isnta isntal isntall add install-test it'),
    ci: words('ci clean-install ic install-clean isntall-clean install-ci-test cit clean-install-test'),
    update: words('update up upgrade udpate'),
  },
  yarn: { install: words('install'), add: words('add'), update: words('upgrade up') },
  pnpm: {
    install: words('install i install-test it'),
    add: words('add'),
    ci: words('ci clean-install ic install-clean fetch'),
    update: words('update up upgrade'),
  },
  bun: { install: words('install i'), add: words('add a'), ci: words('ci'), update: words('update') },
}

const known = new WeakMap<Step, NodeCommand[]>()

/** The calls of Node's package managers in a RUN that install something, in order. */
export function nodeCommandsOf(step: Step): NodeCommand[] {
  const commands =
    known.get(step) ??
    (callsAny(step, managers) ? step.script.commands.flatMap(command => readNode(command) ?? []) : [])
  known.set(step, commands)
  return commands
}

const managers = ['npm', 'yarn', 'yarnpkg', 'pnpm', 'bun', 'corepack']

const managerOf = (name: string): NodeCommand['manager'] | null => {
  if (name === 'yarnpkg') return 'yarn'
  return name === 'npm' || name === 'yarn' || name === 'pnpm' || name === 'bun' ? name : null
}

function readNode(command: ShellCommand): NodeCommand | null {
  // `corepack yarn install`, `corepack pnpm@9 i`.
  const behind = command.name === 'corepack' ? 1 : 0
  const name = behind === 0 ? command.name : (command.words[1]?.value ?? '').replace(/@.*/, '')
  const manager = managerOf(name)
  // What xargs adds is not known.
  if (manager === null || command.wrappers.includes('xargs')) return null
  const read = readArguments({ ...command, words: command.words.slice(behind) }, tables[manager])
  if (hasOption(read, '--help', '-h', '--version', '-v', '-V', '--dry-run', '--package-lock-only', '--lockfile-only'))
    return null
  const isGlobalYarn = manager === 'yarn' && read.operands[0]?.value === 'global'
  const [verb = null, ...all] = isGlobalYarn ? read.operands.slice(1) : read.operands
  // `--unsafe-perm true`, `--some-timeout 60000`: values of options that are not in the table.
  const operands = all.filter(({ value }) => value === null || !/^(true|false|\d+)$/.test(value))
  const action = actionOf(manager, verb, operands)
  if (action === null) return null
  const global =
    isGlobalYarn ||
    hasOption(read, '-g', '--global') ||
    read.options.some(({ name, value }) => name === '--location' && value === 'global')
  return { command, manager, action, options: read.options, operands, global, verb, head: headOf(command, verb) }
}

function actionOf(
  manager: NodeCommand['manager'],
  verb: ShellWord | null,
  operands: ShellWord[],
): NodeCommand['action'] | null {
  if (verb === null) return manager === 'yarn' ? 'install' : null
  for (const action of ['install', 'ci', 'add', 'update'] as const) {
    if (verbs[manager][action]?.has(verb.value ?? '') !== true) continue
    return action === 'install' && operands.length > 0 && manager !== 'yarn' ? 'add' : action
  }
  return null
}

/** Where it looks for package.json; null when that is not known. */
export function nodeFolder(view: View, step: Step, node: NodeCommand): string | null {
  const given = findOption(node, '--prefix', '-C', '--cwd', '--dir')
  const folder = folderOf(view, step, node.command)
  if (given === undefined) return folder
  if (given.value === null || (folder === null && !given.value.startsWith('/'))) return null
  return absolute(given.value, folder ?? '/')
}
