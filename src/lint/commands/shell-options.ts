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

interface Said {
  on: boolean
  by: ShellCommand
}

const speakers = new WeakMap<Step, Map<string, Said[]>>()

/** What the commands of a RUN say about an option; most say nothing. Read once: every command may ask. */
function saidIn(step: Step, letters: RegExp, name: string): Said[] {
  const byName = speakers.get(step) ?? new Map<string, Said[]>()
  speakers.set(step, byName)
  const known = byName.get(name)
  if (known !== undefined) return known
  const said = step.script.commands.flatMap(by => {
    const on = /^(set|trap|(ba|da|a|z|k)?sh)$/.test(by.name) ? saidBy(by, letters, name) : null
    return on === null ? [] : [{ on, by }]
  })
  byName.set(name, said)
  return said
}

/** The last word before a command on an option of its shell, from `set` or from the options of a shell around it. */
function lastSaid(step: Step, { range: { start } }: ShellCommand, letters: RegExp, name: string): Said | null {
  const all = saidIn(step, letters, name)
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle] as Said).by.range.start <= start) low = middle + 1
    else high = middle
  }
  return all[low - 1] ?? null
}

/** What one command says of an option; null: nothing. */
function saidBy(by: ShellCommand, letters: RegExp, name: string): boolean | null {
  const texts = by.words.slice(1, 200).map(({ partial }) => partial)
  if (by.name === 'trap') return texts.includes('ERR') ? true : null
  let on: boolean | null = null
  texts.forEach((text, at) => {
    const named = text === name && /^[-+][a-zA-Z]*o$/.test(texts[at - 1] ?? '')
    const sign = named ? (texts[at - 1] ?? '')[0] : text[0]
    if (named || letters.test(text.replace(/^\+/, '-'))) on = sign === '-'
  })
  return on
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
