import { posix } from 'node:path'
import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellWord } from '../../dockerfile/shell.ts'
import type { Evidence } from '../../finding.ts'
import { namesItsContent } from '../commands/address.ts'
import { hasOption, valueWord } from '../commands/option-table.ts'
import { type PipCommand, pipCommandsOf } from '../commands/pip.ts'
import { type Origin, originOf, textOf } from '../context/copied-file.ts'
import { isOn, isSet } from '../environment.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import { type Step, someBefore, type View } from '../view.ts'
import { quote } from '../wording.ts'
import { addressOf, nameOf, parseRequirements, pinOf, type Requirement } from './requirements.ts'

/** One thing that pip is told to install, and how far it is pinned. */
export interface Thing {
  word: ShellWord
  /**
   * `invented`: by a hash nobody computed. `partial`: it has no hash, and others have. `unchecked`: it stands in a file that
   * cannot be read.
   */
  state: 'invented' | 'partial' | 'loose' | 'exact' | 'unchecked'
  name: string
  /**
   * Where it is no name with a version. `project`: what it depends on is meant. `address`: of one file. `bounded`: a date or
   * constraints choose the version.
   */
  is?: 'project' | 'address' | 'bounded'
  /** `requirements.txt:3`. */
  at?: string
  evidence?: Evidence
}

const known = new WeakMap<PipCommand, Thing[]>()

/** What is not fixed by a good hash in what a command installs. */
export function openThings(view: View, step: Step, pip: PipCommand): Thing[] {
  const before = known.get(pip)
  if (before !== undefined) return before
  const things = thingsOf(view, step, pip)
  known.set(pip, things)
  return things
}

function thingsOf(view: View, step: Step, pip: PipCommand): Thing[] {
  const needsHashes = requiresHashes(step, pip)
  const fromFiles = filesOf(pip).flatMap(word => fromFile(view, step, pip, word, needsHashes))
  if (needsHashes) return fromFiles.filter(({ state }) => state === 'invented' || state === 'partial')
  const named = pip.action === 'sync' ? [] : pip.operands.flatMap(word => fromWord(pip, word))
  // Whatever it looks like, it is a folder.
  const projects = valuesOf(pip, '-e', '--editable').filter(({ value }) => value !== null)
  const editable = projects.flatMap(word => projectAt(pip, word, word.partial))
  const bounds = boundsOf(view, step, pip)
  return [...named, ...editable, ...fromFiles].map(thing =>
    thing.state === 'loose' && bounds(thing) ? { ...thing, state: 'exact', is: 'bounded' } : thing,
  )
}

/** Whether a command before this one installed from a lock: what a project needs may then be there already. */
export const followsLock = (view: View, step: Step, pip: PipCommand): boolean =>
  someBefore(view, step, installsByLock) || locksIn(view, step).some(({ start }) => start < pip.command.range.start)

const installsByLock = (view: View, step: Step): boolean => locksIn(view, step).length > 0

function locksIn(view: View, step: Step): Range[] {
  const byPip = pipCommandsOf(step).filter(
    pip => /^(install|sync)$/.test(pip.action) && filesOf(pip).length > 0 && openThings(view, step, pip).length === 0,
  )
  const byTool = step.script.commands.filter(({ name, words }) =>
    /^(uv sync|poetry (install|sync)|pdm (sync|install)|pipenv sync)$/.test(`${name} ${words[1]?.partial}`),
  )
  return [...byPip.map(({ command }) => command.range), ...byTool.map(({ range }) => range)]
}

export const requiresHashes = (step: Step, pip: PipCommand): boolean =>
  hasOption(pip, '--require-hashes') ||
  ['PIP_REQUIRE_HASHES', 'UV_REQUIRE_HASHES'].some(name => isOn(step, pip.command, name))

/** What stands in the files that a command names, as far as they can be read; `at` is `requirements.txt:3`. */
export const requirementsOf = (
  view: View,
  step: Step,
  pip: PipCommand,
): { word: ShellWord; text: string; at: string }[] =>
  filesOf(pip).flatMap(word =>
    (readAll(view, fileAt(view, step, pip, word)) ?? []).map(({ text, file, line }) => ({
      ...{ word, text, at: `${file}:${line}` },
    })),
  )

const filesOf = (pip: PipCommand): ShellWord[] => [
  ...valuesOf(pip, '-r', '--requirement', '--requirements'),
  ...(pip.action === 'sync' ? pip.operands : []),
]

const valuesOf = (pip: PipCommand, ...names: string[]): ShellWord[] =>
  pip.options.filter(option => names.includes(option.name) && option.partial !== null).map(valueWord)

/** Whether something else chooses the version of a name: a date, or constraints, which may be more than can be read here. */
function boundsOf(view: View, step: Step, pip: PipCommand): (thing: Thing) => boolean {
  const names = ['PIP_CONSTRAINT', 'UV_CONSTRAINT', 'UV_EXCLUDE_NEWER', 'PIP_UPLOADED_PRIOR_TO']
  if (hasOption(pip, '--exclude-newer', '--uploaded-prior-to')) return () => true
  if (names.some(name => isSet(step, pip.command, name))) return () => true
  const files = valuesOf(pip, '-c', '--constraint', '--constraints')
  if (files.length === 0) return () => false
  const read = files.map(word => readAll(view, fileAt(view, step, pip, word)))
  if (read.includes(null)) return () => true
  const exact = new Set(
    read.flatMap(all => (all ?? []).filter(({ pin }) => pin !== 'loose')).map(({ text }) => nameOf(text)),
  )
  return ({ name, is }) => exact.has(nameOf(name)) || is === 'project'
}

function fromWord(pip: PipCommand, word: ShellWord): Thing[] {
  const name = word.value ?? word.partial
  const pin = pinOf(name)
  const isAddress = /^https?:/i.test(addressOf(name))
  // The archive of a commit is what a repository at a commit is.
  if (isAddress && pin === 'exact' && namesItsContent(addressOf(name))) return projectAt(pip, word, name)
  if (pin === 'loose' || pin === 'exact')
    return [{ word, state: pin, name, ...(isAddress ? { is: 'address' as const } : {}) }]
  const isProject = pin === 'other' && !/\.(whl|gz|zip|tgz)(\[[^\]]*\])?$|[*?]/.test(name) && word.value !== null
  // What a project of one's own needs comes from the index too, and what one from a repository needs.
  return isProject ? projectAt(pip, word, name) : []
}

const projectAt = (pip: PipCommand, word: ShellWord, name: string): Thing[] =>
  hasOption(pip, '--no-deps') ? [] : [{ word, state: 'loose', name, is: 'project' }]

function fileAt(view: View, step: Step, pip: PipCommand, word: ShellWord): Origin {
  const folder = folderOf(view, step, pip.command)
  if (word.value === null || /^https?:/.test(word.value) || (folder === null && !word.value.startsWith('/')))
    return { kind: 'unknown' }
  return originOf(view, step, absolute(word.value, folder ?? '/'))
}

function fromFile(view: View, step: Step, pip: PipCommand, word: ShellWord, needsHashes: boolean): Thing[] {
  // uv takes projects here as well, and the lock format of PEP 751, which has hashes.
  if (/(^|\/)pylock(\.[^/]*)?\.toml$/.test(word.partial)) return []
  if (/(^|\/)(pyproject\.toml|setup\.(py|cfg))$/.test(word.partial)) return projectAt(pip, word, word.partial)
  const origin = fileAt(view, step, pip, word)
  if (origin.kind === 'made' && exportsHashes(origin.by)) return []
  const requirements = readAll(view, origin)
  if (requirements === null) return [{ word, state: 'unchecked', name: word.partial }]
  const invented = requirements.filter(({ badHash }) => badHash !== null)
  if (invented.length > 0)
    return invented.map(({ text, badHash, file }) => ({
      word,
      state: 'invented',
      name: text,
      at: `${file}:${badHash}`,
    }))
  const open = requirements.filter(({ pin }) => pin === 'loose' || pin === 'exact')
  const [first] = open
  if (first === undefined) return []
  const hashed = requirements.filter(({ pin }) => pin === 'hashed').length
  if (hashed > 0 || needsHashes)
    return open.map(({ text, line, file }) => ({ word, state: 'partial', name: text, at: `${file}:${line}` }))
  const loose = open.filter(({ pin }) => pin === 'loose')
  const evidence = {
    what: `${open.length} without a hash; the first is ${quote(first.text)} on line ${first.line} of ${first.file}`,
  }
  return (loose.length > 0 ? loose : open).map(({ text, pin }, at) => ({
    ...{ word, state: pin === 'loose' ? 'loose' : 'exact', name: text },
    ...(at === 0 ? { evidence } : {}),
  }))
}

type Placed = Requirement & { file: string }

/** The requirements of a file and of those it names; null when one of them cannot be read. */
function readAll(view: View, origin: Origin, depth = 0): Placed[] | null {
  const text = textOf(view, origin)
  if (text === null || depth > 5) return null
  const { requirements, includes, constraints } = parseRequirements(text)
  const file = origin.kind === 'context' ? origin.path : 'the file in the Dockerfile'
  const all: Placed[] = requirements.map(one => ({ ...one, file }))
  for (const include of includes) {
    if (origin.kind !== 'context' || all.length > mostRequirements) return null
    const more = readAll(view, beside(origin.path, include), depth + 1)
    if (more === null) return null
    for (const one of more) all.push(one)
  }
  return origin.kind === 'context' && constraints.length > 0
    ? constrained(view, all, origin.path, constraints, depth)
    : all
}

const mostRequirements = 20_000

const beside = (path: string, file: string): Origin => ({
  kind: 'context',
  path: posix.join(posix.dirname(path), file),
})

/** What `-c` in a requirements file chooses is as good as `==`. */
function constrained(view: View, all: Placed[], path: string, constraints: string[], depth: number): Placed[] {
  const read = constraints.map(file => readAll(view, beside(path, file), depth + 1))
  const exact = new Set(
    read.flatMap(found => found ?? []).map(({ text, pin }) => (pin === 'loose' ? '' : nameOf(text))),
  )
  const isBound = ({ text }: Placed): boolean => read.includes(null) || exact.has(nameOf(text))
  return all.map(one => (one.pin === 'loose' && isBound(one) ? { ...one, pin: 'exact' } : one))
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
