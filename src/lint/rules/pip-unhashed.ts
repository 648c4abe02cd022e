import { posix } from 'node:path'
import type { ShellWord } from '../../dockerfile/shell.ts'
import type { Evidence, FindingLevel } from '../../finding.ts'
import { hasOption } from '../commands/option-table.ts'
import { type PipCommand, pipCommandsOf } from '../commands/pip.ts'
import { type Origin, originOf, textOf } from '../context/copied-file.ts'
import { isOn, isSet } from '../environment.ts'
import { folderOf } from '../folder.ts'
import { parseRequirements, pinOf, type Requirement } from '../locks/requirements.ts'
import { absolute } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const pipUnhashed: Rule = {
  id: 'RG301',
  title: 'Python packages without hashes',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step =>
      pipCommandsOf(step)
        .filter(pip => takesFromIndex(step, pip))
        .flatMap(pip => judge(pip, thingsOf(view, step, pip))),
    ),
}

function takesFromIndex(step: Step, pip: PipCommand): boolean {
  if (pip.action === 'other' || hasOption(pip, '--require-hashes', '--no-index')) return false
  return !['PIP_REQUIRE_HASHES', 'UV_REQUIRE_HASHES', 'PIP_NO_INDEX', 'UV_NO_INDEX'].some(name =>
    isOn(step, pip.command, name),
  )
}

/** One thing a command is told to install, and how far it is pinned. */
interface Thing {
  word: ShellWord
  state: 'loose' | 'exact' | 'unchecked'
  name: string
  evidence?: Evidence
}

function thingsOf(view: View, step: Step, pip: PipCommand): Thing[] {
  const files = [
    ...valuesOf(pip, '-r', '--requirement', '--requirements'),
    ...(pip.action === 'sync' ? pip.operands : []),
  ]
  const constraints = valuesOf(pip, '-c', '--constraint', '--constraints')
  // A date, or constraints, choose the versions as well as `==` does; nobody can tell more without reading them.
  const bounded =
    constraints.length > 0 ||
    isSet(step, pip.command, 'PIP_CONSTRAINT') ||
    hasOption(pip, '--exclude-newer', '--uploaded-prior-to')
  const fromFiles = files.flatMap(word => fromFile(view, step, pip, word))
  const named = pip.action === 'sync' ? [] : [...pip.operands, ...valuesOf(pip, '-e', '--editable')]
  const all = [...named.flatMap(word => fromWord(pip, word)), ...fromFiles]
  return bounded ? all.map(thing => ({ ...thing, state: thing.state === 'loose' ? 'exact' : thing.state })) : all
}

const valuesOf = (pip: PipCommand, ...names: string[]): ShellWord[] =>
  pip.options.filter(option => names.includes(option.name) && option.partial !== null).map(({ word }) => word)

function fromWord(pip: PipCommand, word: ShellWord): Thing[] {
  const name = word.value ?? word.partial
  const pin = pinOf(name)
  if (pin === 'loose' || pin === 'exact') return [{ word, state: pin, name }]
  const isProject = pin === 'other' && !/\+|\.(whl|gz|zip|tgz)$|[*?]/.test(name) && word.value !== null
  // What a project of one's own needs comes from the index too.
  return isProject && !hasOption(pip, '--no-deps') ? [{ word, state: 'loose', name: `what ${name} depends on` }] : []
}

function fromFile(view: View, step: Step, pip: PipCommand, word: ShellWord): Thing[] {
  const folder = folderOf(view, step, pip.command)
  const path =
    word.value === null || (folder === null && !word.value.startsWith('/')) ? null : absolute(word.value, folder ?? '/')
  const origin: Origin =
    path === null || /^https?:/.test(word.value ?? '') ? { kind: 'unknown' } : originOf(view, step, path)
  if (origin.kind === 'made' && exportsHashes(origin.by)) return []
  const requirements = readAll(view, origin)
  if (requirements === null) return [{ word, state: 'unchecked', name: word.partial }]
  const open = requirements.filter(({ pin }) => pin === 'loose' || pin === 'exact')
  const [first] = open
  if (first === undefined) return []
  const hashed = requirements.filter(({ pin }) => pin === 'hashed').length
  const where = origin.kind === 'context' ? origin.path : word.partial
  const loose = open.filter(({ pin }) => pin === 'loose')
  const state = loose.length > 0 ? 'loose' : 'exact'
  const evidence = {
    what: `${open.length} without a hash, ${hashed} with; the first is ${quote(first.text)} on line ${first.line} of ${where}`,
  }
  return (loose.length > 0 ? loose : open).map(({ text }, at) => ({
    ...{ word, state, name: text },
    ...(at === 0 ? { evidence } : {}),
  }))
}

/** The requirements of a file and of those it names; null when one of them cannot be read. */
function readAll(view: View, origin: Origin, depth = 0): Requirement[] | null {
  const text = textOf(view, origin)
  if (text === null || depth > 5) return null
  const { requirements, includes } = parseRequirements(text)
  const all = [...requirements]
  for (const include of includes) {
    if (origin.kind !== 'context') return null
    const more = readAll(view, { kind: 'context', path: posix.join(posix.dirname(origin.path), include) }, depth + 1)
    if (more === null) return null
    all.push(...more)
  }
  return all
}

/** `poetry export`, `uv export`, `pdm export` write hashes unless told not to; `pip-compile` only when told. */
const exportsHashes = (step: Step): boolean =>
  step.script.commands.some(({ words }) => {
    const line = words.map(({ partial }) => partial).join(' ')
    if (/pip-compile|uv pip compile/.test(line)) return line.includes('--generate-hashes')
    return (
      /\b(poetry|uv|pdm|pipenv)\b.*\b(export|requirements)\b/.test(line) && !/--without-hashes|--no-hashes/.test(line)
    )
  })

function judge(pip: PipCommand, things: Thing[]): Draft[] {
  const worst = (['loose', 'exact', 'unchecked'] as const).find(state => things.some(thing => thing.state === state))
  if (worst === undefined) return []
  const blamed = things.filter(({ state }) => state === worst)
  const level: FindingLevel = worst === 'loose' ? 'warning' : 'notice'
  const [first] = blamed as [Thing]
  return [
    {
      range: first.word.range,
      level,
      message: messages[worst](blamed.map(({ name }) => name)),
      evidence: blamed.flatMap(({ evidence }) => evidence ?? []),
      count: blamed.length,
      confidence: worst === 'unchecked' ? 'unknown' : 'certain',
      fix: {
        text: `Write a lock file with the hash of every package, dependencies included, and install from nothing else. ${pip.uv ? '`uv pip compile --generate-hashes`' : '`pip-compile --generate-hashes` (pip-tools) or `uv pip compile --generate-hashes`'} makes it from the list you have.`,
        snippet: `${pip.uv ? 'uv pip' : 'pip'} install --require-hashes -r requirements.lock`,
      },
    },
  ]
}

const messages: Record<Thing['state'], (names: string[]) => string> = {
  loose: names =>
    `Nothing here says which version of ${listed(names)} to install: pip takes the newest of that day, for what it depends on as well, so next week the same commit holds other packages.`,
  exact: names =>
    `${listed(names)}: the version is fixed, the files are not. A version may get new files, and what it depends on is as new as the day; hashes fix both.`,
  unchecked: names =>
    `We could not read ${listed(names)} from here, so we cannot tell whether every package in it has a hash. Without hashes pip takes what the index serves that day.`,
}
