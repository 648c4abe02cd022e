import type { ShellCommand } from '../../dockerfile/shell.ts'
import { folderOf } from '../folder.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Step, View } from '../view.ts'

/**
 * Whether what Python compiled in some folders is gone again before it can come into the image: later in the same RUN, or
 * later in a stage of which only files are copied.
 */
export function losesBytecode(view: View, step: Step, command: ShellCommand, folders: readonly string[]): boolean {
  const removes = (at: Step, other: ShellCommand): boolean => removesBytecode(view, at, other, folders)
  if (cleanersOf(step).some(other => other.range.start > command.range.start && removes(step, other))) return true
  if (step.stage.reach.whole) return false
  return step.stage.steps.slice(step.index + 1).some(later => cleanersOf(later).some(one => removes(later, one)))
}

const known = new WeakMap<Step, ShellCommand[]>()

/** The commands of a RUN that may remove it; most have none, and every other command asks. */
function cleanersOf(step: Step): ShellCommand[] {
  const cleaners = known.get(step) ?? step.script.commands.filter(({ name }) => /^(py3?clean|find)$/.test(name))
  known.set(step, cleaners)
  return cleaners
}

/** `find /usr/local -name '*.pyc' -delete`, `find / -name __pycache__ -exec rm -rf {} +`, `py3clean`. */
function removesBytecode(view: View, step: Step, command: ShellCommand, folders: readonly string[]): boolean {
  if (/^py3?clean$/.test(command.name)) return true
  if (command.name !== 'find') return false
  const texts = command.words.slice(1).map(({ partial }) => partial)
  if (!texts.some(text => /__pycache__|\.py(\[?[co]|\*)/.test(text))) return false
  const removes = texts.includes('-delete') || texts.some(text => /(^|\/)rm$/.test(text))
  if (!removes && !(command.pipesInto?.words.some(({ value }) => value === 'rm') ?? false)) return false
  const first = texts.findIndex(text => /^[-(!\\]/.test(text))
  const places = texts.slice(0, first < 0 ? texts.length : first)
  const own = folderOf(view, step, command)
  return (places.length === 0 ? ['.'] : places).some(place => {
    // A variable, or a folder of which nobody knows where it is, may be the one.
    if (place.includes('$') || (own === null && !place.startsWith('/'))) return true
    const folder = absolute(place.replace(/\*.*$/, ''), own ?? '/')
    return folders.some(other => isWithin(other, folder) || isWithin(folder, other))
  })
}
