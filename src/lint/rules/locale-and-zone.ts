import { scopeAtEnd } from '../../dockerfile/scope.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { sinkOf } from '../commands/output.ts'
import { isSet } from '../environment.ts'
import { fileStays } from '../flow.ts'
import { ofChildren } from '../onbuild.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const localeAndZone: Rule = {
  id: 'RG506',
  title: 'Locale, time zone or the order of the disk decide',
  level: 'notice',
  class: 'machine',
  on: false,
  check: view => [
    ...environmentDraft(view),
    ...view.steps.flatMap(step =>
      step.script.commands.flatMap(command =>
        commandDraft(view, step, command).map(draft => ofChildren(view, step, draft)),
      ),
    ),
  ],
}

/** Images without a shell have no program that asks for either. */
const withoutLocale = /^scratch$|distroless|chainguard\/static/

/** Once, for the stage that is built: what its programs will find. */
function environmentDraft(view: View): Draft[] {
  const stage = view.stages.at(-1)
  if (stage === undefined || stage.windows || stage.stage.base === null) return []
  let first = stage
  while (first.parent !== null) first = first.parent
  const base = first.edges.find(({ kind }) => kind === 'from')?.reference.value ?? ''
  if (withoutLocale.test(base)) return []
  const { env } = scopeAtEnd(view.dockerfile, stage.stage, view.buildArgs)
  const missing = [
    ...(env.has('TZ') ? [] : ['TZ=UTC']),
    ...(env.has('LANG') || env.has('LC_ALL') ? [] : ['LANG=C.UTF-8', 'LC_ALL=C.UTF-8']),
  ]
  if (missing.length === 0) return []
  const what = [
    missing.includes('TZ=UTC') ? 'time zone' : '',
    missing.length > 1 || !missing.includes('TZ=UTC') ? 'locale' : '',
  ]
  return [
    {
      range: stage.stage.base.range,
      class: 'drift',
      message: `The image does not say its ${what.filter(one => one !== '').join(' and ')}: the base decides, and may decide otherwise tomorrow. Dates, sorting and the reading of text files go by them.`,
      fix: { text: 'Set them in the stage that is shipped.', snippet: `ENV ${missing.join(' ')}` },
    },
  ]
}

function commandDraft(view: View, step: Step, command: ShellCommand): Draft[] {
  const range = command.words[0]?.range ?? command.range
  if (command.name === 'sort' && goesByLocale(step, command) && endsInFile(view, step, command)) {
    return [
      {
        range,
        class: 'drift',
        message: `${quote('sort')} orders by the locale, which nothing here sets: the base image decides. Another base writes the same lines in another order.`,
        fix: { text: 'Set the locale for it.', snippet: 'LC_ALL=C sort' },
      },
    ]
  }
  if (command.name !== 'find' || isSorted(step, command) || !endsInFile(view, step, command)) return []
  return [
    {
      range,
      message: `${quote('find')} gives names in the order of the disk, which is another one on another machine, and here that order ends up in a file of the image.`,
      fix: { text: 'Sort its output first.', snippet: 'find dir -type f -print0 | LC_ALL=C sort -z | …' },
      confidence: 'likely',
    },
  ]
}

function goesByLocale(step: Step, command: ShellCommand): boolean {
  if (
    command.words
      .slice(1)
      .some(
        ({ partial }) =>
          /^-[a-zA-Z]*[nghVRM]/.test(partial) || /^--(numeric|general|human|version|random)/.test(partial),
      )
  )
    return false
  return !['LC_ALL', 'LC_COLLATE', 'LANG'].some(name => isSet(step, command, name))
}

/** Somebody in its pipeline orders the names, or only counts them; `-quit` and `-delete` give none. */
function isSorted(step: Step, find: ShellCommand): boolean {
  if (find.words.some(({ partial }) => /^-(quit|delete)$/.test(partial))) return true
  return step.script.commands.some(
    ({ pipeline, name }) => pipeline === find.pipeline && /^(sort|wc|head|tail|rm|shuf|xargs)$/.test(name),
  )
}

const packers = /^(tar|cpio|zip|pax)$/

/** The end of its pipeline writes a file that stays, or an archive. */
function endsInFile(view: View, step: Step, command: ShellCommand): boolean {
  let last = command
  for (let passed = 0; passed < 20; passed++) {
    const sink = sinkOf(view, last)
    if (sink.kind === 'file') return fileStays(view, step, last, sink.word)
    if (sink.kind !== 'pipe') return packers.test(last.name) && last !== command
    last = sink.into
  }
  return false
}
