import type { ShellWord } from '../../dockerfile/shell.ts'
import { type CargoCommand, cargoCommandsOf, cargoFolder, isLocked } from '../commands/cargo.ts'
import { findOption } from '../commands/option-table.ts'
import { isMovingChannel, toolchainsOf } from '../commands/rustup.ts'
import { insertAfter } from '../commands/word-edit.ts'
import { originOf, textOf } from '../context/copied-file.ts'
import { cargo as cargoFiles } from '../locks/cargo.ts'
import { agreesWithCargoLock } from '../locks/cargo-agreement.ts'
import { lockAt, textAt } from '../locks/lock-at.ts'
import { absolute } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const cargoUnlocked: Rule = {
  id: 'RG309',
  title: 'Rust crates or toolchain not fixed',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view =>
    view.steps.flatMap(step => [
      ...cargoCommandsOf(step).flatMap(one => checkCargo(view, step, one)),
      ...movingToolchains(step),
      ...toolchainFile(view, step),
    ]),
}

function checkCargo(view: View, step: Step, one: CargoCommand): Draft[] {
  if (one.action === 'build' || one.action === 'install-path') return unlockedProject(view, step, one)
  if (one.action === 'update') return updates(one)
  return crates(view, step, one)
}

/** One's own project, where its Cargo.lock is there: without `--locked` cargo changes it where it does not fit. */
function unlockedProject(view: View, step: Step, one: CargoCommand): Draft[] {
  if (isLocked(step, one) || one.command.wrappers.includes('xargs')) return []
  const lock = lockAt(view, step, cargoFolder(view, step, one), cargoFiles, true)
  if (lock.kind !== 'there') return []
  const ignores = one.action === 'install-path'
  const manifest = textAt(view, step, cargoFolder(view, step, one), 'Cargo.toml')
  const agrees = agreesWithCargoLock(manifest, lock.text)
  const edits = agrees === true && one.command.guard !== 'or' ? insertAfter(view, step, one.verb, '--locked') : null
  return [
    {
      range: one.head,
      message: ignores
        ? '`cargo install --path` ignores Cargo.lock unless told `--locked`: every crate is as new as the day, and next week the same commit holds others.'
        : 'Without `--locked` cargo rewrites Cargo.lock where Cargo.toml does not fit it, with the newest crates: the build says nothing, and next week the same commit may hold others.',
      fix: {
        text:
          agrees === false
            ? 'Cargo.toml and Cargo.lock do not seem to agree now: run `cargo build` outside of the build, commit Cargo.lock, then add `--locked`: cargo then takes what it says, or fails.'
            : 'Add `--locked`: cargo then takes what Cargo.lock says, or fails.',
        snippet: 'cargo build --release --locked',
      },
      ...(edits === null ? {} : { edits }),
    },
  ]
}

function updates(one: CargoCommand): Draft[] {
  if (findOption(one, '--precise', '--offline', '-w', '--workspace') !== undefined) return []
  return [
    {
      range: one.head,
      message:
        '`cargo update` raises what Cargo.lock fixes to the newest crates of the day: next week the same commit holds others.',
      fix: { text: 'Update outside of the build, commit Cargo.lock, and build with `--locked`.' },
    },
  ]
}

/** Crates by name or from git. */
function crates(view: View, step: Step, one: CargoCommand): Draft[] {
  const loose = one.action === 'install-git' ? looseGit(one) : looseCrates(one)
  const [first] = loose
  const ready = one.action === 'binstall'
  const unlocked = !ready && !isLocked(step, one) && (one.operands.length > 0 || one.action === 'install-git')
  if (first === undefined && !unlocked) return []
  const names = loose.map(({ partial }) => partial)
  const edits = first === undefined ? insertAfter(view, step, one.verb, '--locked') : null
  const open = first === undefined ? '' : `${listed(names)}: cargo takes the newest there is that day. `
  const deps = unlocked
    ? 'Without `--locked` cargo also takes the newest of every crate they need, and not those of their Cargo.lock. '
    : ''
  const version =
    one.action === 'install-git'
      ? '`--rev` with the whole commit'
      : `an exact version (${quote(`${(names[0] ?? '').replace(/@.*$/s, '')}@1.2.3`)})`
  return [
    {
      range: first?.range ?? one.head,
      message: `${open}${first === undefined ? deps.replace('also takes', 'takes').replace(' they need', ' that is needed').replace('their Cargo.lock', 'the published Cargo.lock') : deps}Next week the same commit installs another program.`,
      fix: { text: `Give ${first === undefined ? '`--locked`' : unlocked ? `${version} and \`--locked\`` : version}.` },
      count: Math.max(1, names.length),
      ...(edits === null ? {} : { edits }),
    },
  ]
}

function looseCrates(one: CargoCommand): ShellWord[] {
  const version = findOption(one, '--version', '--vers')
  if (version !== undefined && (version.value === null || isExact(version.value))) return []
  return one.operands.filter(({ value, partial }) => {
    const at = partial.indexOf('@')
    if (at < 0) return value !== null && value !== ''
    const wanted = partial.slice(at + 1)
    return !wanted.includes('$') && !isExact(wanted)
  })
}

/** cargo takes three numbers for exactly these. */
const isExact = (version: string): boolean => /^=?\s*\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version.trim())

function looseGit(one: CargoCommand): ShellWord[] {
  const rev = findOption(one, '--rev')
  if (rev !== undefined && (rev.value === null || /^[0-9a-f]{40}$/i.test(rev.value))) return []
  const chosen = rev ?? findOption(one, '--tag', '--branch') ?? findOption(one, '--git')
  return chosen === undefined || chosen.value === null ? [] : [chosen.word]
}

function movingToolchains(step: Step): Draft[] {
  return toolchainsOf(step).flatMap(({ name, range, word }) => {
    if (name === null || !isMovingChannel(name)) return []
    return [
      {
        range,
        message: `${word === null ? 'Without a version rustup takes what `stable` is that day' : `${quote(name)} is another compiler every few weeks`}, and another compiler makes other programs of the same source.`,
        fix: { text: 'Name a version (`1.75.0`), or a channel of one day (`nightly-2024-01-01`).' },
      },
    ]
  })
}

/** rust-toolchain.toml of the project: cargo has rustup install what it names. */
function toolchainFile(view: View, step: Step): Draft[] {
  const builds = cargoCommandsOf(step).filter(({ action }) => action === 'build' || action === 'install-path')
  const [first] = builds
  if (first === undefined || view.context === null || isLaterBuild(step)) return []
  const folder = cargoFolder(view, step, first)
  if (folder === null) return []
  for (const name of ['rust-toolchain', 'rust-toolchain.toml']) {
    const origin = originOf(view, step, absolute(name, folder))
    const text = textOf(view, origin)
    if (text === null || origin.kind !== 'context') continue
    const lines = text.split('\n')
    const at = lines.findIndex(line =>
      isMovingChannel(/^\s*(?:channel\s*=\s*["'])?([\w.-]+)["']?\s*(#.*)?$/.exec(line)?.[1] ?? ''),
    )
    if (at < 0) return []
    return [
      {
        range: first.head,
        message: `${quote(origin.path)} asks on line ${at + 1} for a channel that moves (${quote((lines[at] ?? '').trim())}): rustup installs another compiler every few weeks, and another compiler makes other programs of the same source.`,
        fix: { text: 'Name a version (`channel = "1.75.0"`), or a channel of one day (`nightly-2024-01-01`).' },
      },
    ]
  }
  return []
}

/** Said once in a stage. */
const isLaterBuild = (step: Step): boolean =>
  step.stage.steps
    .slice(0, step.index)
    .some(other => cargoCommandsOf(other).some(({ action }) => action === 'build' || action === 'install-path'))
