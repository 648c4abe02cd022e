import type { ShellCommand } from '../dockerfile/shell.ts'
import type { DraftEdit } from './rule.ts'
import { type Step, someBefore, type View } from './view.ts'

/**
 * The change that lets a RUN end with one more command, in the layout of the RUN. The command runs when all before it went
 * well, and hides no failure.
 * @param command on one line
 * @returns null where it cannot be added safely: in the JSON form, after `|| …`, behind an `if`, a subshell, a group, a comment
 */
export function appendToRun(view: View, step: Step, command: string): DraftEdit | null {
  const { instruction, script } = step
  if (instruction.keyword !== 'RUN' || instruction.json !== null || script.interpreter !== 'shell') return null
  if (script.errors > 0 || someBefore(view, step, setsUnusualShell)) return null
  const last = lastCommand(script.commands)
  if (last === null || !endsPlainly(last)) return null
  const { text } = view.dockerfile
  const [heredoc, ...more] = instruction.heredocs
  const inHeredoc = heredoc !== undefined && heredoc.body.start <= last.range.start
  if (more.length > 0 || (heredoc !== undefined && !inHeredoc)) return null
  const end = inHeredoc ? heredoc.body.end : instruction.range.end
  if (!/^[ \t]*;?\s*$/.test(text.slice(last.range.end, end))) return null
  const start = inHeredoc ? heredoc.body.start : instruction.range.start
  const before = text.slice(start, last.range.end)
  const stops = stopsOnFailure(script.commands, last) || (inHeredoc && /^\t*#!\S+[^\n]* -\w*e/.test(before))
  const added = inHeredoc
    ? asLine(before, text.slice(start, last.range.start), command, stops)
    : continued(before, command, stops, view.dockerfile.escape)
  return { range: { start: last.range.end, end: last.range.end }, text: added }
}

/** The one that ends last; of a `sh -c '…'` and what it runs the `sh`. */
function lastCommand(commands: ShellCommand[]): ShellCommand | null {
  let last: ShellCommand | null = null
  for (const command of commands) {
    if (command.substitutionIn === null && (last === null || command.range.end > last.range.end)) last = command
  }
  return last
}

const endsPlainly = ({ name, words, wrappers, guard, followedByOrTrue, inTest, redirects }: ShellCommand): boolean =>
  (guard === null || guard === 'and') &&
  !followedByOrTrue &&
  !inTest &&
  words.length > 0 &&
  !/^(exit|exec|return|set)$/.test(name) &&
  !wrappers.includes('exec') &&
  redirects.every(({ operator }) => !operator.startsWith('<<'))

/** `set -e` at the top: a command on a line of its own then hides nothing. */
const stopsOnFailure = (commands: ShellCommand[], last: ShellCommand): boolean =>
  commands.some(
    ({ name, words, guard, wrappers, range }) =>
      name === 'set' &&
      guard === null &&
      wrappers.length === 0 &&
      range.end <= last.range.start &&
      words.slice(1).some(({ partial }) => /^-[a-zA-Z]*e/.test(partial) || partial === 'errexit'),
  ) && !commands.some(({ name, words }) => name === 'set' && words.some(({ partial }) => /^\+\w*[eo]/.test(partial)))

/** In zsh and fish a pattern that matches nothing is an error. */
const setsUnusualShell = (_: View, { instruction: { keyword, json } }: Step): boolean =>
  keyword === 'SHELL' && !/(^|\/)(ba|da|a)?sh$/.test(json?.[0] ?? '')

/** In a heredoc: a line of its own where a failure before it ends the script, else behind `&&`. */
function asLine(before: string, head: string, command: string, stops: boolean): string {
  if (!stops) return ` && ${command}`
  const indent = /^[ \t]*/.exec(head.slice(head.lastIndexOf('\n') + 1))?.[0] ?? ''
  return `${/\r\n/.test(before) ? '\r\n' : '\n'}${indent}${command}`
}

/** On a line that continues the RUN, with its operator where the others have theirs. */
function continued(before: string, command: string, stops: boolean, mark: string): string {
  const line = ` ${mark}${/\r\n/.test(before) ? '\r\n' : '\n'}`
  const leading = [...before.matchAll(/\n([ \t]*)&&([ \t]+)/g)].at(-1)
  const trailing = [...before.matchAll(/(&&|;)[ \t]*[\\`][ \t]*\r?\n([ \t]*)\S/g)].at(-1)
  if (leading !== undefined && leading.index > (trailing?.index ?? -1))
    return `${line}${leading[1]}&&${leading[2]}${command}`
  if (trailing === undefined) return `${line} && ${command}`
  return trailing[1] === ';' && stops ? `;${line}${trailing[2]}${command}` : ` &&${line}${trailing[2]}${command}`
}
