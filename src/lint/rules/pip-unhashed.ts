import type { FindingLevel } from '../../finding.ts'
import { hasOption } from '../commands/option-table.ts'
import { type PipCommand, pipCommandsOf } from '../commands/pip.ts'
import { isOn } from '../environment.ts'
import { lockUsesOf } from '../locks/lock-use.ts'
import { followsLock, openThings, type Thing } from '../locks/pip-things.ts'
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
        .flatMap(pip => judge(pip, beyondLock(view, step, pip, openThings(view, step, pip))))
        .filter(draft => !isToldByLock(view, draft)),
    ),
}

/** What a project needs is fixed as far as a locked install before it went. */
function beyondLock(view: View, step: Step, pip: PipCommand, things: Thing[]): Thing[] {
  if (!things.some(isLooseProject) || !followsLock(view, step, pip)) return things
  return things.map(thing => (isLooseProject(thing) ? { ...thing, state: 'exact' } : thing))
}

const isLooseProject = ({ state, is }: Thing): boolean => state === 'loose' && is === 'project'

/** RG302 says of the same word that a lock file fixes it all, and is not read. */
const isToldByLock = (view: View, { range, level }: Draft): boolean =>
  view.context !== null &&
  level === levels.loose &&
  view.settings.rules.RG302 !== 'off' &&
  lockUsesOf(view).some(
    ({ install, beside, ofOthers }) =>
      install.lock === 'never' && install.range.start === range.start && (beside ?? ofOthers) !== null,
  )

const takesFromIndex = (step: Step, pip: PipCommand): boolean =>
  pip.action !== 'other' &&
  !hasOption(pip, '--no-index') &&
  !['PIP_NO_INDEX', 'UV_NO_INDEX'].some(name => isOn(step, pip.command, name)) &&
  !takesPrefetched(step, pip)

/** `. /cachi2/cachi2.env`: Hermeto, once cachi2, fetched all before the build by a lock, and its file turns the index off. */
const takesPrefetched = ({ script }: Step, { command }: PipCommand): boolean =>
  script.commands.some(
    ({ name, words, range }) =>
      (name === '.' || name === 'source') &&
      range.start < command.range.start &&
      /(^|\/)(cachi2|hermeto)[^/]*\.env$/.test(words[1]?.partial ?? ''),
  )

const levels: Record<Thing['state'], FindingLevel> = {
  invented: 'error',
  partial: 'error',
  loose: 'warning',
  exact: 'notice',
  unchecked: 'notice',
}

const worstFirst = ['invented', 'partial', 'loose', 'exact', 'unchecked'] as const

function judge(pip: PipCommand, things: Thing[]): Draft[] {
  const worst = worstFirst.find(state => things.some(thing => thing.state === state))
  if (worst === undefined) return []
  const blamed = things.filter(({ state }) => state === worst)
  const [first] = blamed as [Thing]
  return [
    {
      range: first.word.range,
      level: levels[worst],
      message: messages[worst](blamed, pip),
      evidence: blamed.flatMap(({ evidence }) => evidence ?? []),
      count: blamed.length,
      confidence: worst === 'unchecked' ? 'unknown' : 'certain',
      fix:
        worst === 'exact' && blamed.every(({ is }) => is === 'project')
          ? { text: 'Add `--no-deps`: the lock has brought what the project needs.' }
          : {
              text: worst === 'invented' || worst === 'partial' ? written(pip) : wanted(pip),
              snippet: `${pip.uv ? 'uv pip' : 'pip'} install --require-hashes -r requirements.lock`,
            },
    },
  ]
}

const compiler = (pip: PipCommand): string =>
  pip.uv
    ? '`uv pip compile --generate-hashes`'
    : '`pip-compile --generate-hashes` (pip-tools) or `uv pip compile --generate-hashes`'

const wanted = (pip: PipCommand): string =>
  `Write a lock file with the hash of every package, dependencies included, and install from nothing else. ${compiler(pip)} makes it from the list you have.`

const written = (pip: PipCommand): string =>
  `Let a tool write the file, never a hand: ${compiler(pip)} puts in the hash of every package, dependencies included.`

const messages: Record<Thing['state'], (things: Thing[], pip: PipCommand) => string> = {
  invented: things =>
    `${placed(things)}: nobody computed that hash. No file has it, so pip refuses every one and the build fails; if the line is a placeholder, nothing here is checked yet.`,
  partial: things =>
    `${placed(things)} ${things.length === 1 ? 'has' : 'have'} no hash, and one hash in a file asks for all. pip refuses such a file; uv takes these packages as the index serves them that day.`,
  loose: (things, pip) => {
    const open = things.some(leavesChoice)
      ? `${names(things, ', and ')} ${things.length === 1 ? 'leaves' : 'leave'} the version open: ${tool(pip)} takes the newest that fits`
      : `Nothing here says which version of ${names(things)} to install: ${tool(pip)} takes the newest of`
    const needs = takesDependencies(pip) && things.some(({ is }) => is !== 'project')
    return `${open} that day${needs ? ', for what it depends on as well' : ''}, so next week the same commit holds other packages.`
  },
  exact: (things, pip) => `${names(things).replace(/^the/, 'The')}: ${fixedHow(things, pip)}`,
  unchecked: (things, pip) =>
    `We could not read ${names(things)} from here, so we cannot tell whether every package in it has a hash. Without hashes ${tool(pip)} takes what the index serves that day.`,
}

const tool = (pip: PipCommand): string => (pip.uv ? 'uv' : 'pip')

const takesDependencies = (pip: PipCommand): boolean => !hasOption(pip, '--no-deps')

/** `numpy>=2`: some of the version is said. */
const leavesChoice = ({ name, is }: Thing): boolean => is === undefined && /[<>=~!]/.test(name.replace(/;.*$/s, ''))

/** `a`, `b`, and of the dependencies of `.` */
const names = (things: Thing[], between = ', and of '): string => {
  const [projects = [], others = []] = [true, false].map(wanted =>
    things.filter(({ is }) => (is === 'project') === wanted),
  )
  return [
    // For which Python and system it is meant is not what matters here.
    others.length > 0 ? listed(others.map(({ name }) => name.replace(/\s*;.*$/s, ''))) : '',
    projects.length > 0 ? `the dependencies of ${listed(projects.map(({ name }) => name))}` : '',
  ]
    .filter(text => text !== '')
    .join(between)
}

function fixedHow(things: Thing[], pip: PipCommand): string {
  const needs = takesDependencies(pip)
  const rest = needs ? ', and what it depends on is as new as the day; hashes fix both.' : '; a hash fixes it.'
  if (things.every(({ is }) => is === 'address'))
    return `the address is fixed, the file is not. Another one may be served there${rest}`
  if (things.every(({ is }) => is === 'project'))
    return 'those that a locked install before this one brought stay; any other comes as the newest of the day, and nobody is told.'
  if (things.every(({ is }) => is === 'bounded'))
    return 'a date or constraints may fix the version, but not its files. A version may get new ones; only hashes fix them.'
  return `the version is fixed, the files are not. A version may get new files${needs ? rest : '; hashes fix them.'}`
}

/** `numpy==1.26.4` (requirements.lock:4), and so on. */
function placed(things: Thing[]): string {
  const shown = things
    .slice(0, 5)
    .map(({ name, at }) => `${quote(name, 60)}${at === undefined ? '' : ` (${flat(at)})`}`)
  const more = things.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Paths are hostile text as well. */
const flat = (text: string): string => quote(text, 80).slice(1, -1)
