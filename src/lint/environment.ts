import type { ShellCommand, ShellScript } from '../dockerfile/shell.ts'
import type { Step } from './view.ts'

/**
 * Whether a program finds a variable set to something: by ENV or ARG, by `NAME=x program`, by an `export` or an assignment
 * earlier in the RUN. A value that is not known counts as set: nobody may be accused of it.
 */
export function isSet(step: Step, command: ShellCommand, name: string): boolean {
  const own = command.assignments.find(assignment => assignment.name === name)
  if (own !== undefined) return own.value.value !== ''
  const earlier = assignments(step.script)
    .get(name)
    ?.findLast(({ at }) => at < command.range.start)
  if (earlier !== undefined) return earlier.value !== ''
  const { env, args } = step.scope
  const value = env.get(name) ?? args.get(name)
  // `ENV X=${X}` of a variable that nothing in the stage gives is empty.
  return value !== undefined && value !== '' && value !== `\${${name}}`
}

interface Assigned {
  at: number
  /** Null when it is not known. */
  value: string | null
}

const known = new WeakMap<ShellScript, Map<string, Assigned[]>>()

/** What every `export NAME=x` and bare `NAME=x` of a script gives, by name. */
function assignments(script: ShellScript): Map<string, Assigned[]> {
  const before = known.get(script)
  if (before !== undefined) return before
  const byName = new Map<string, Assigned[]>()
  for (const command of script.commands) {
    for (const { name, value } of assignedBy(command)) {
      const list = byName.get(name) ?? []
      byName.set(name, list)
      list.push({ at: command.range.start, value })
    }
  }
  known.set(script, byName)
  return byName
}

function assignedBy({ name, words, assignments }: ShellCommand): { name: string; value: string | null }[] {
  if (words.length === 0) return assignments.map(({ name, value }) => ({ name, value: value.value }))
  if (name !== 'export' && name !== 'declare') return []
  // Of a name that is given twice the first counts: it comes last here.
  return words.toReversed().flatMap(({ partial, value }) => {
    const equals = partial.indexOf('=')
    return equals <= 0 ? [] : [{ name: partial.slice(0, equals), value: value?.slice(equals + 1) ?? null }]
  })
}

/** Whether it is set to what programs read as yes. */
export function isOn(step: Step, command: ShellCommand, name: string): boolean {
  const text = command.assignments.find(one => one.name === name)?.value.value ?? step.scope.get(name)
  return isSet(step, command, name) && !/^(0|false|no|off)$/i.test(text ?? '')
}
