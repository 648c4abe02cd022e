import type { ShellCommand } from '../dockerfile/shell.ts'
import type { Step } from './view.ts'

/**
 * Whether a program finds a variable set to something: by ENV or ARG, by `NAME=x program`, by an `export` or an assignment
 * earlier in the RUN. A value that is not known counts as set: nobody may be accused of it.
 */
export function isSet(step: Step, command: ShellCommand, name: string): boolean {
  const own = command.assignments.find(assignment => assignment.name === name)
  if (own !== undefined) return own.value.value !== ''
  for (const earlier of step.script.commands.toReversed()) {
    if (earlier.range.start >= command.range.start) continue
    const value = assigned(earlier, name)
    if (value !== undefined) return value !== ''
  }
  const { env, args } = step.scope
  const value = env.get(name) ?? args.get(name)
  // `ENV X=${X}` of a variable that nothing in the stage gives is empty.
  return value !== undefined && value !== '' && value !== `\${${name}}`
}

/** The value an `export NAME=x` or a bare `NAME=x` gives; null when it is not known, undefined when it is not about the name. */
function assigned(command: ShellCommand, name: string): string | null | undefined {
  if (command.words.length === 0) return command.assignments.findLast(one => one.name === name)?.value.value
  if (command.name !== 'export' && command.name !== 'declare') return undefined
  const word = command.words.find(({ partial }) => partial.startsWith(`${name}=`))
  if (word === undefined) return undefined
  return word.value === null ? null : word.value.slice(name.length + 1)
}

/** Whether it is set to what programs read as yes. */
export function isOn(step: Step, command: ShellCommand, name: string): boolean {
  const text = command.assignments.find(one => one.name === name)?.value.value ?? step.scope.get(name)
  return isSet(step, command, name) && !/^(0|false|no|off)$/i.test(text ?? '')
}
