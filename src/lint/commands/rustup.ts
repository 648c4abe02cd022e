import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import { findOption, hasOption, optionTable, readArguments } from './option-table.ts'

/** A toolchain that a command of rustup or its installer installs. */
export interface Toolchain {
  /** The word that names it; null: none does, and rustup takes `stable`, or updates all there are. */
  word: ShellWord | null
  name: string | null
  range: ShellWord['range']
}

const table = optionTable(
  '--default-toolchain --profile -c --component --components -t --target --targets --default-host --path --toolchain',
)

export const toolchainsOf = (step: Step): Toolchain[] =>
  callsAny(step, installers) ? step.script.commands.flatMap(readToolchains) : []

const installers = ['rustup', 'rustup-init', 'rustup-init.sh', 'sh', 'bash', 'dash', 'ash']

function readToolchains(command: ShellCommand): Toolchain[] {
  const { name } = command
  if (/^rustup-init(\.sh)?$/.test(name)) return fromInstaller(command, true)
  if (name === 'rustup') return fromRustup(command)
  // `curl https://sh.rustup.rs | sh -s -- -y --default-toolchain nightly`, `sh rustup.sh …`
  return /^(ba|da|a)?sh$/.test(name) ? fromInstaller(command, false) : []
}

function fromInstaller(command: ShellCommand, alone: boolean): Toolchain[] {
  const words = command.words.filter(({ partial }) => partial !== '--')
  const read = readArguments({ ...command, words }, table)
  if (hasOption(read, '-h', '--help', '-V', '--version')) return []
  const chosen = findOption(read, '--default-toolchain')
  if (chosen !== undefined) return [{ word: chosen.word, name: chosen.value, range: chosen.word.range }]
  return alone ? [{ word: null, name: 'stable', range: headOf(command, null) }] : []
}

function fromRustup(command: ShellCommand): Toolchain[] {
  const read = readArguments(command, table)
  if (hasOption(read, '-h', '--help')) return []
  const [verb, second, ...more] = read.operands
  const named = (words: ShellWord[]): Toolchain[] => words.map(word => ({ word, name: word.value, range: word.range }))
  if (verb?.value === 'default') return named(second === undefined ? [] : [second])
  if (verb?.value === 'toolchain' || verb?.value === 'override') {
    const installs = /^(install|update|add|set)$/.test(second?.value ?? '')
    return installs ? named(verb.value === 'override' ? more.slice(0, 1) : more) : []
  }
  if (!/^(install|update|upgrade)$/.test(verb?.value ?? '')) return []
  const words = second === undefined ? [] : [second, ...more]
  return words.length > 0 || verb?.value === 'install'
    ? named(words)
    : [{ word: null, name: 'stable', range: headOf(command, verb ?? null) }]
}

/** `stable`, `nightly-x86_64-unknown-linux-gnu`: a channel that moves; a day or a version behind the name fixes it. */
export const isMovingChannel = (name: string): boolean =>
  /^(stable|beta|nightly)(-(?!\d{4}-\d{2}-\d{2}).*)?$/.test(name)
