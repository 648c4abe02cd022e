import { shellAt } from '../../dockerfile/interpreter.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'
import { codeOf } from '../view.ts'

/** Whether the shell stops at the first command that fails: `set -e`, `SHELL […, "-e"]`, `bash -ec`, `#!/bin/sh -e`. */
export function stopsAtFailure(view: View, step: Step, command: ShellCommand): boolean {
  const said = lastSaid(step, command, /^-[a-zA-Z]*e/, 'errexit')
  return (
    said?.on ?? (shellSays(view, step, /^-[a-zA-Z]*e[a-zA-Z]*$/, 'errexit') || shebangSays(view, step, /\s-[a-zA-Z]*e/))
  )
}

/** Whether a pipeline fails when any of its commands does. */
export function seesPipeFailure(view: View, step: Step, command: ShellCommand): boolean {
  const said = lastSaid(step, command, /^$/, 'pipefail')
  return said?.on ?? (shellSays(view, step, /^$/, 'pipefail') || shebangSays(view, step, /pipefail/))
}

/** The `set +e` that is in force at a command, if one is. */
export function setOff(step: Step, command: ShellCommand): ShellCommand | null {
  const said = lastSaid(step, command, /^-[a-zA-Z]*e/, 'errexit')
  return said?.on === false ? said.by : null
}

const speakers = new WeakMap<Step, ShellCommand[]>()

/** The commands of a RUN that may say something about options; most have none. */
function speakersOf(step: Step): ShellCommand[] {
  const known =
    speakers.get(step) ?? step.script.commands.filter(({ name }) => /^(set|trap|(ba|da|a|z|k)?sh)$/.test(name))
  speakers.set(step, known)
  return known
}

/** The last word before a command on an option of its shell, from `set` or from the options of a shell around it. */
function lastSaid(
  step: Step,
  command: ShellCommand,
  letters: RegExp,
  name: string,
): { on: boolean; by: ShellCommand } | null {
  let last: { on: boolean; by: ShellCommand } | null = null
  for (const by of speakersOf(step)) {
    if (by.range.start > command.range.start) break
    const isSet = by.name === 'set'
    if (by.name === 'trap' && by.words.some(({ partial }) => partial === 'ERR')) last = { on: true, by }
    if (!isSet && !/^(ba|da|a|z|k)?sh$/.test(by.name)) continue
    const texts = by.words.slice(1).map(({ partial }) => partial)
    texts.forEach((text, at) => {
      const named = text === name && /^[-+][a-zA-Z]*o$/.test(texts[at - 1] ?? '')
      const sign = named ? (texts[at - 1] ?? '')[0] : text[0]
      if (named || letters.test(text.replace(/^\+/, '-'))) last = { on: sign === '-', by }
    })
  }
  return last
}

/** What the words of the SHELL in force say; a JSON form has no shell of its own. */
function shellSays({ dockerfile }: View, { instruction }: Step, letters: RegExp, name: string): boolean {
  if (instruction.json !== null) return false
  const shell = shellAt(dockerfile, instruction)
  return typeof shell !== 'string' && shell.slice(1).some(word => word === name || letters.test(word))
}

function shebangSays(view: View, { instruction }: Step, options: RegExp): boolean {
  const [heredoc] = instruction.heredocs
  if (heredoc === undefined) return false
  const { start, end } = heredoc.body
  const line = view.dockerfile.text.slice(start, Math.min(end, start + 200)).split('\n', 1)[0] ?? ''
  return /^\s*#!/.test(line) ? options.test(line) : false
}

/** Whether a script looks at how its commands went by itself: `$?`, `${PIPESTATUS[0]}`. */
export const readsStatus = (view: View, step: Step): boolean =>
  /\$\{?(\?|PIPESTATUS)/.test(codeOf(view, step.instruction))
