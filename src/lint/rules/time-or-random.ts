import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { type Chance, chancesIn } from '../commands/chance.ts'
import { hasOption, optionTable, readArguments } from '../commands/option-table.ts'
import { isRemoved, removedBy } from '../commands/removal.ts'
import { fileStays, outputStays, valueStays } from '../flow.ts'
import { ofChildren } from '../onbuild.ts'
import { absolute, carriesOf, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const timeOrRandom: Rule = {
  id: 'RG503',
  title: 'The time or chance ends up in the image',
  level: 'error',
  class: 'now',
  on: true,
  check: view =>
    view.steps.flatMap(step => [
      ...chancesIn(view, step)
        .filter(chance => stays(view, step, chance))
        .map(chance => ofChildren(view, step, draftOf(chance))),
      ...step.script.commands
        .filter(command => leavesTemporary(step, command))
        .map(command => ofChildren(view, step, temporaryDraft(command))),
    ]),
}

function stays(view: View, step: Step, chance: Chance): boolean {
  const { command } = chance
  if (chance.writes)
    return command.inTest
      ? false
      : filesWritten(command).every(word => fileStays(view, step, command, word)) && anyShipped(step)
  const inWord = command.words.some(
    ({ raw, range }) => /\$\(\(/.test(raw) && range.start < chance.range.start && chance.range.end < range.end,
  )
  return chance.source === '$RANDOM' || inWord ? valueStays(view, step, command) : outputStays(view, step, command)
}

/** What `-out`, `-keyout`, `-f` and `of=` name. */
const filesWritten = ({ name, words }: ShellCommand): ShellWord[] =>
  words.flatMap((word, at) => {
    if (word.partial.startsWith('of='))
      return [{ ...word, value: word.value?.slice(3) ?? null, partial: word.partial.slice(3) }]
    const option = words[at - 1]?.partial ?? ''
    return /^-(out|keyout)$/.test(option) || (name === 'ssh-keygen' && option === '-f') ? [word] : []
  })

const anyShipped = ({ stage: { reach } }: Step): boolean => reach.whole || reach.copied.length > 0

function draftOf({ kind, range, source }: Chance): Draft {
  if (kind === 'random') {
    return {
      range,
      message: `${quote(source)} gives another value in every build, and it ends up in the image. So two builds of the same commit never agree, and a secret made here is in every container that runs the image.`,
      fix: {
        text: 'Make such values when the container starts (an entry point), or pass them in. What only needs to be unique can be derived from the sources, such as the commit.',
      },
    }
  }
  return {
    range,
    ...(kind === 'day' ? ({ level: 'warning', class: 'drift' } as const) : {}),
    message: `${quote(source)} asks for the time of the build, and the answer ends up in the image. ${kind === 'day' ? 'The same commit gives another image tomorrow.' : 'Two builds of the same commit never agree on it.'}`,
    fix: {
      text: "Take the commit's time instead, which the gate passes as SOURCE_DATE_EPOCH.",
      snippet: 'ARG SOURCE_DATE_EPOCH\nRUN date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ',
    },
  }
}

const mktemp = optionTable('-p --tmpdir --suffix')

/** `mktemp` makes a file or folder with a random name; one that nobody removes or moves away stays in the layer. */
function leavesTemporary(step: Step, command: ShellCommand): boolean {
  if (command.name !== 'mktemp') return false
  const read = readArguments(command, mktemp)
  if (hasOption(read, '-u', '--dry-run', '--help', '--version')) return false
  const folder = folderOfTemporary(
    read.operands[0]?.partial,
    read.options.find(({ name }) => name === '-p' || name === '--tmpdir')?.partial,
  )
  if (folder === null || !carriesOf(step.stage.reach, folder)) return false
  if (step.mounts.some(({ options: { target } }) => target !== undefined && isWithin(folder, absolute(target))))
    return false
  const removal = removedBy(step, command.range.end)
  return !isRemoved(removal, `${folder}/tmp.x`) && !isTakenAway(step, command)
}

/** Null when it is not known. */
function folderOfTemporary(template: string | undefined, given: string | null | undefined): string | null {
  const text = given ?? (template?.includes('/') ? template.slice(0, template.lastIndexOf('/')) || '/' : '/tmp')
  return text.includes('$') || !text.startsWith('/') ? null : absolute(text)
}

/** A later command removes or moves what a variable names, or a trap does when the RUN ends. */
const isTakenAway = (step: Step, { range }: ShellCommand): boolean =>
  step.script.commands.some(
    ({ name, words, range: later }) =>
      /^(rm|mv|rmdir|trap|shred|unlink|find)$/.test(name) &&
      (later.start > range.start || name === 'trap') &&
      words.some(({ variables, partial }) => variables.length > 0 || /\$\w|\$\{/.test(partial)),
  )

const temporaryDraft = (command: ShellCommand): Draft => ({
  range: command.words[0]?.range ?? command.range,
  message: `${quote('mktemp')} makes a file or folder with a random name, and nothing in this RUN removes it. Its name alone makes the layer another one in every build.`,
  fix: { text: 'Remove it at the end of this same RUN, or use a fixed name.', snippet: ' && rm -rf "$dir"' },
})
