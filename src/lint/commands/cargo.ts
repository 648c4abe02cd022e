import { posix } from 'node:path'
import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { isOn } from '../environment.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import { findOption, hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of cargo that resolves crates. */
export interface CargoCommand extends ReadArguments {
  command: ShellCommand
  /** `build`: what Cargo.toml needs. `install`: crates by name. `install-git`, `install-path`: a crate from there. `binstall`: ready-made. */
  action: 'build' | 'install' | 'install-git' | 'install-path' | 'binstall' | 'update'
  verb: ShellWord
  head: Range
}

const table = optionTable(
  `-p --package --bin --example --test --bench --target --target-dir --out-dir --artifact-dir --manifest-path --message-format -j --jobs
   --profile -F --features --color --config -C -Z --exclude --version --vers --git --branch --tag --rev --path --root --index
   --registry --precise --lockfile-path --strategies --disable-strategies --targets --min-opts --crate-type`,
)

const known = new WeakMap<Step, CargoCommand[]>()

export function cargoCommandsOf(step: Step): CargoCommand[] {
  const commands =
    known.get(step) ??
    (callsAny(step, ['cargo', 'cargo-binstall'])
      ? step.script.commands.flatMap(command => readCargo(command) ?? [])
      : [])
  known.set(step, commands)
  return commands
}

function readCargo(command: ShellCommand): CargoCommand | null {
  if (command.name !== 'cargo' && command.name !== 'cargo-binstall') return null
  const own = withoutToolchain(command)
  const read = readArguments(own, table)
  const [verb, ...operands] =
    command.name === 'cargo' ? read.operands : [command.words[0] as ShellWord, ...read.operands]
  if (verb === undefined || hasOption(read, '-h', '--help', '-V', '--dry-run', '--list')) return null
  // `cargo --version` has no verb; with one, `--version` belongs to `install`.
  const action = actionOf(command.name === 'cargo' ? verb.value : 'binstall', read)
  return action === null
    ? null
    : { command, action, verb, options: read.options, operands, head: headOf(command, verb) }
}

/** `cargo +nightly build`. */
function withoutToolchain(command: ShellCommand): ShellCommand {
  const [program, first, ...rest] = command.words
  return program !== undefined && first?.partial.startsWith('+') ? { ...command, words: [program, ...rest] } : command
}

function actionOf(verb: string | null, read: ReadArguments): CargoCommand['action'] | null {
  if (/^(build|b|run|r|test|t|check|c|bench|fetch|rustc|doc|d|clippy|auditable)$/.test(verb ?? '')) return 'build'
  if (verb === 'update') return 'update'
  if (verb === 'binstall') return 'binstall'
  if (verb !== 'install') return null
  if (hasOption(read, '--git')) return 'install-git'
  return hasOption(read, '--path') ? 'install-path' : 'install'
}

/** Whether it keeps to Cargo.lock, or fails. */
export const isLocked = (step: Step, cargo: CargoCommand): boolean =>
  hasOption(cargo, '--locked', '--frozen', '--offline') || isOn(step, cargo.command, 'CARGO_NET_OFFLINE')

/** Where it looks for Cargo.toml; null when that is not known. */
export function cargoFolder(view: View, step: Step, cargo: CargoCommand): string | null {
  const folder = folderOf(view, step, cargo.command)
  const manifest = findOption(cargo, '--manifest-path')
  const given = manifest ?? findOption(cargo, '--path', '-C')
  if (given === undefined) return folder
  if (given.value === null || (folder === null && !given.value.startsWith('/'))) return null
  return absolute(manifest === undefined ? given.value : posix.dirname(given.value), folder ?? '/')
}
