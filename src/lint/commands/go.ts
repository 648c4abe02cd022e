import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import { findOption, hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of go that may fetch modules. */
export interface GoCommand extends ReadArguments {
  command: ShellCommand
  /** `build`: of the module in the folder. `fetch`: packages by their address. `get`: changes go.mod. */
  action: 'build' | 'fetch' | 'get'
  verb: ShellWord
  /** Packages; for `go run` the first word only, the rest is for the program. */
  packages: ShellWord[]
  head: Range
  /** Modules come from vendor/, not from the network. */
  vendored: boolean
  /** `-mod=mod`: go.mod and go.sum are changed where they do not fit. */
  changesModules: boolean
}

const values = `C asmflags buildmode compiler covermode coverpkg exec gccgoflags gcflags installsuffix ldflags mod modfile o overlay p pgo
  pkgdir run tags timeout toolexec vet`
const table = optionTable(
  values
    .split(/\s+/)
    .flatMap(name => [`-${name}`, `--${name}`])
    .join(' '),
  false,
)

const known = new WeakMap<Step, GoCommand[]>()

export function goCommandsOf(step: Step): GoCommand[] {
  const commands =
    known.get(step) ?? (callsAny(step, ['go']) ? step.script.commands.flatMap(command => readGo(command) ?? []) : [])
  known.set(step, commands)
  return commands
}

function readGo(command: ShellCommand): GoCommand | null {
  if (!/^go(\d[\d.]*)?$/.test(command.name)) return null
  const read = readArguments(command, table)
  const [verb, ...operands] = read.operands
  if (verb === undefined || hasOption(read, '-n', '-h', '-help', '--help')) return null
  const packages = verb.value === 'run' ? operands.slice(0, 1) : operands
  const action = actionOf(verb.value, packages)
  if (action === null) return null
  const mod = findOption(read, '-mod', '--mod')?.value
  return {
    ...{ command, action, verb, packages, options: read.options, operands, head: headOf(command, verb) },
    vendored: mod === 'vendor',
    changesModules: mod === 'mod',
  }
}

function actionOf(verb: string | null, packages: ShellWord[]): GoCommand['action'] | null {
  if (verb === 'get') return 'get'
  if (verb === 'build' || verb === 'test' || verb === 'vet') return 'build'
  if (verb !== 'install' && verb !== 'run') return null
  return packages.length === 0 || packages.every(({ partial }) => isOwn(partial)) ? 'build' : 'fetch'
}

/** A folder, a file, `./...`, or a package of the standard library: nothing with an address. */
export const isOwn = (text: string): boolean =>
  /^(\.{1,3}(\/|$)|\/|~\/)/.test(text) ||
  /\.go$/.test(text) ||
  /^(all|std|cmd|tool|main)$/.test(text) ||
  /^[\w-]+(\/|$)/.test(text.replace(/@.*/, ''))

/** Where it looks for go.mod; null when that is not known. */
export function goFolder(view: View, step: Step, go: GoCommand): string | null {
  const folder = folderOf(view, step, go.command)
  const given = findOption(go, '-C', '--C')
  if (given === undefined) return folder
  if (given.value === null || (folder === null && !given.value.startsWith('/'))) return null
  return absolute(given.value, folder ?? '/')
}
