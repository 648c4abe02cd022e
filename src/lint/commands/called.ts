import type { Step } from '../view.ts'

const known = new WeakMap<Step, ReadonlySet<string>>()

/** Whether a RUN calls one of the programs: a cheap question before a dear one. Versions behind a name (`pip3.12`) do not count. */
export function callsAny(step: Step, programs: readonly string[]): boolean {
  const names = known.get(step) ?? new Set(step.script.commands.map(({ name }) => name.replace(/[\d.]+$/, '')))
  known.set(step, names)
  return names.size > 0 && programs.some(program => names.has(program))
}
