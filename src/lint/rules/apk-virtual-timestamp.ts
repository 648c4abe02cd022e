import { type ApkCommand, apkCommandsOf } from '../commands/apk.ts'
import { findOption, type Option } from '../commands/option-table.ts'
import { carries } from '../reach.ts'
import type { Draft, DraftEdit, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const apkVirtualTimestamp: Rule = {
  id: 'RG208',
  title: "The time of the build is a virtual package's version",
  level: 'error',
  class: 'now',
  on: true,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

function checkStep(view: View, step: Step): Draft[] {
  const commands = apkCommandsOf(step)
  return commands.flatMap(apk => {
    const virtual = apk.action === 'add' ? findOption(apk, '-t', '--virtual') : undefined
    if (virtual?.value == null || virtual.value === '' || /[=<>~]/.test(virtual.value)) return []
    if (!carries(step.stage.reach, '/lib/apk/db/installed') && !carries(step.stage.reach, '/etc/apk/world')) return []
    return [draftOf(view, virtual, virtual.value, isDeleted(commands, apk, virtual.value))]
  })
}

function draftOf(view: View, virtual: Option, name: string, deleted: boolean): Draft {
  const shown = quote(name, 60)
  return {
    range: virtual.word.range,
    ...(deleted ? { level: 'notice' as const } : {}),
    message: deleted
      ? `apk gives the virtual package ${shown} the time of the build as its version. It is deleted in this same RUN, which takes it out of apk's records again; a fixed version costs nothing and leaves nothing to chance.`
      : `apk gives the virtual package ${shown} the time of the build as its version and writes that to /etc/apk/world and /lib/apk/db/installed, so two builds of the same commit never agree on this layer.`,
    fix: { text: 'Give it a version of its own.', snippet: `--virtual ${name}=0` },
    edits: editsOf(view, virtual, name),
  }
}

/** Or something that is not known is deleted, which may be it. */
const isDeleted = (commands: ApkCommand[], { command }: ApkCommand, name: string): boolean =>
  commands.some(
    other =>
      other.action === 'del' &&
      other.command.range.start > command.range.start &&
      other.packages.some(({ value }) => value === null || value === name),
  )

/** Behind the name, inside its quotes; none where it comes from a variable. */
function editsOf({ dockerfile }: View, { word }: Option, name: string): DraftEdit[] {
  const written = dockerfile.text.slice(word.range.start, word.range.end)
  const quotes = /["']$/.exec(written)?.[0].length ?? 0
  if (!written.slice(0, written.length - quotes).endsWith(name)) return []
  const at = word.range.end - quotes
  return [{ range: { start: at, end: at }, text: '=0' }]
}
