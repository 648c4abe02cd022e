import { posix } from 'node:path'
import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellWord } from '../../dockerfile/shell.ts'
import type { FindingLevel } from '../../finding.ts'
import { type CondaCommand, condaCommandsOf } from '../commands/conda.ts'
import { hasOption } from '../commands/option-table.ts'
import { insertAfter } from '../commands/word-edit.ts'
import { originOf, textOf } from '../context/copied-file.ts'
import { folderOf } from '../folder.ts'
import { type CondaFile, condaPinOf, readCondaFile } from '../locks/conda-spec.ts'
import { lockUsesOf } from '../locks/lock-use.ts'
import { keepsPixiLock } from '../locks/pixi.ts'
import { absolute } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { counted, listed, quote } from '../wording.ts'

export const condaUnlocked: Rule = {
  id: 'RG307',
  title: 'conda packages that are not locked',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view => view.steps.flatMap(step => condaCommandsOf(step).flatMap(one => judge(view, step, one))),
}

function judge(view: View, step: Step, one: CondaCommand): Draft[] {
  const { program, action } = one
  if (program === 'pixi') return judgePixi(view, step, one)
  if (program === 'conda-lock') return action === 'install' ? judgeFiles(view, step, one, one.operands) : []
  if (/^(update|upgrade)$/.test(action) && one.files.length === 0) return [updates(one)]
  if (hasOption(one, '--clone', '--revision')) return []
  if (/^(env )?(create|update)$/.test(action) || action === 'install') {
    const isBareEnv = action.startsWith('env ') && one.files.length === 0 && one.operands.length === 0
    if (isBareEnv) return judgeFiles(view, step, one, [null])
    return [...judgeFiles(view, step, one, one.files), ...(action.startsWith('env ') ? [] : judgeSpecs(one))].slice(
      0,
      1,
    )
  }
  return []
}

function updates(one: CondaCommand): Draft {
  const names = one.operands.map(({ partial }) => partial)
  return {
    range: one.head,
    message: `${names.length === 0 ? 'This takes' : `${listed(names)}: this takes`} whatever is newest in the channels that day: next week the same commit holds other packages.`,
    fix: {
      text: 'Leave the update out: take a newer base image by digest, or install from a lock file with checksums.',
    },
  }
}

interface Blame {
  range: Range
  names: string[]
}

/** The packages on the command line. */
function judgeSpecs(one: CondaCommand): Draft[] {
  const of = (pin: string): ShellWord[] => one.operands.filter(word => condaPinOf(word.value ?? word.partial) === pin)
  for (const pin of ['loose', 'exact'] as const) {
    const words = of(pin)
    const [first] = words
    if (first !== undefined)
      return [unlocked(one, pin, { range: first.range, names: words.map(({ partial }) => partial) })]
  }
  return []
}

function unlocked(one: CondaCommand, pin: 'loose' | 'exact', { range, names }: Blame): Draft {
  const single = names.length === 1
  return {
    range,
    level: pin === 'loose' ? 'warning' : 'notice',
    count: names.length,
    message:
      pin === 'loose'
        ? `Nothing fixes which version of ${listed(names)} ${one.program} installs: it solves for the newest that fit that day, for all they depend on as well, so next week the same commit holds other packages.`
        : `${listed(names)}: ${single ? 'the version is' : 'the versions are'} fixed, the builds are not, and what they depend on is solved anew each day.`,
    fix: {
      text: 'Solve once, outside of the build, and install the result: `conda-lock` writes a lock file with checksums, `conda list --explicit --md5` a list of addresses that conda takes as it is.',
      snippet: 'COPY conda-lock.yml .\nRUN micromamba create -y -n env -f conda-lock.yml',
    },
  }
}

/** @param words the files; null for the `environment.yml` that conda takes when it is told none */
function judgeFiles(view: View, step: Step, one: CondaCommand, words: (ShellWord | null)[]): Draft[] {
  for (const word of words) {
    const name = word === null ? 'environment.yml' : word.value
    const range = word?.range ?? one.head
    const read = name === null ? null : fileOf(view, step, one, name)
    if (read === null) {
      if (name !== null && /conda-lock|explicit|\.lock$/.test(name)) continue
      return [unread(range, word?.partial ?? 'environment.yml')]
    }
    const drafts = read.kind === 'lock' ? judgeLock(range, name ?? '', read) : judgePackages(one, range, read)
    if (drafts.length > 0) return drafts
  }
  return []
}

const known = new WeakMap<object, Map<string, CondaFile | null>>()

function fileOf(view: View, step: Step, { command }: CondaCommand, name: string): CondaFile | null {
  const folder = folderOf(view, step, command)
  if (/^https?:/.test(name) || (folder === null && !name.startsWith('/'))) return null
  const origin = originOf(view, step, absolute(name, folder ?? '/'))
  const read = (): CondaFile | null => {
    const text = textOf(view, origin)
    return text === null ? null : readCondaFile(posix.basename(name), text)
  }
  if (origin.kind !== 'context' || view.context === null) return read()
  const files = known.get(view.context) ?? new Map<string, CondaFile | null>()
  known.set(view.context, files)
  const before = files.get(origin.path)
  const file = before === undefined ? read() : before
  files.set(origin.path, file)
  return file
}

const unread = (range: Range, name: string): Draft => ({
  range,
  level: 'notice',
  confidence: 'unknown',
  message: `We could not read ${quote(name)} from here, so we cannot tell whether it fixes the build and the checksum of every package. A list of names and versions is solved anew each day.`,
  fix: {
    text: 'Install from a lock file with checksums: conda-lock.yml, or the list that `conda list --explicit --md5` writes.',
  },
})

function judgePackages(one: CondaCommand, range: Range, { packages }: CondaFile & { kind: 'packages' }): Draft[] {
  for (const pin of ['loose', 'exact'] as const) {
    const names = packages.filter(found => found.pin === pin).map(({ text }) => text)
    if (names.length > 0) return [unlocked(one, pin, { range, names })]
  }
  return []
}

function judgeLock(range: Range, name: string, { state }: CondaFile & { kind: 'lock' }): Draft[] {
  const { placeholders, unhashed, packages } = state
  const bad = placeholders.length > 0 ? placeholders : unhashed
  if (bad.length === 0) return []
  const file = posix.basename(name)
  const shown = bad
    .slice(0, 5)
    .map(({ name: of, line }) => `${quote(of, 60)} (${quote(`${file}:${line}`).slice(1, -1)})`)
  const more = bad.length > shown.length ? ` and ${bad.length - shown.length} more` : ''
  const none = placeholders.length === 0 && unhashed.length === packages
  const level: FindingLevel = none ? 'notice' : 'error'
  return [
    {
      range,
      level,
      count: bad.length,
      message: `${quote(file)} has ${counted(bad.length, 'package')} ${placeholders.length > 0 ? 'with a checksum that nobody computed' : 'without a checksum'}: ${shown.join(', ')}${more}. ${placeholders.length > 0 ? 'No file has it, so the install fails or checks nothing.' : 'A channel may serve another file under the same name.'}`,
      fix: { text: 'Let a tool write the file: `conda list --explicit --md5`, or `conda-lock`.' },
    },
  ]
}

function judgePixi(view: View, step: Step, one: CondaCommand): Draft[] {
  const { action } = one
  if (action === 'global install') return judgeSpecs(one)
  if (
    /^(update|upgrade|add|global update|self-update)$/.test(action) ||
    (action === 'lock' && !hasOption(one, '--check'))
  )
    return [updates(one)]
  if (action !== 'install' || keepsPixiLock(step, one)) return []
  const use = lockUsesOf(view).find(({ install }) => install.command === one.command)
  if (use?.seen.kind === 'none') return []
  const verb = one.command.words.find(({ value }) => value === 'install')
  const edits =
    use?.seen.kind === 'context' && use.beside !== null && verb !== undefined
      ? insertAfter(view, step, verb, '--locked')
      : null
  return [
    {
      range: one.head,
      message:
        'Where pixi.lock does not fit the project, `pixi install` solves anew in the build and takes the newest of that day: nobody is told, and next week the same commit holds other packages.',
      fix: {
        text: 'Add `--locked`: the build then stops where pixi.lock does not fit (`--frozen` takes it without looking).',
        snippet: 'pixi install --locked',
      },
      ...(edits === null ? {} : { edits }),
    },
  ]
}
