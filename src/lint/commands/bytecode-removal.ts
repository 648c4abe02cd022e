import type { ShellCommand } from '../../dockerfile/shell.ts'
import { folderOf } from '../folder.ts'
import { absolute, isWithin } from '../reach.ts'
import type { StageView, Step, View } from '../view.ts'

/**
 * Whether what Python compiled in some folders is gone again before it can come into the image: later in the same RUN, or
 * later in a stage of which only files are copied.
 */
export function losesBytecode(view: View, step: Step, command: ShellCommand, folders: readonly string[]): boolean {
  const meets = (place: string): boolean => folders.some(one => isWithin(one, place) || isWithin(place, one))
  const later = step.script.commands.filter(({ range }) => range.start > command.range.start)
  if (later.some(other => placesCleared(view, step, other).some(meets))) return true
  if (step.stage.reach.whole) return false
  return [...lastCleared(view, step.stage)].some(([place, index]) => index > step.index && meets(place))
}

const known = new WeakMap<StageView, Map<string, number>>()

/** The last step of a stage in which each folder is cleared of bytecode; of a hostile number of folders the first. */
function lastCleared(view: View, stage: StageView): Map<string, number> {
  const before = known.get(stage)
  if (before !== undefined) return before
  const cleared = new Map<string, number>()
  for (const step of stage.steps) {
    for (const place of step.script.commands.flatMap(command => placesCleared(view, step, command)))
      if (cleared.size < 100 || cleared.has(place)) cleared.set(place, step.index)
  }
  known.set(stage, cleared)
  return cleared
}

/** `find /usr/local -name '*.pyc' -delete`, `find / -name __pycache__ -exec rm -rf {} +`, `py3clean`: the folders. */
function placesCleared(view: View, step: Step, command: ShellCommand): string[] {
  if (/^py3?clean$/.test(command.name)) return ['/']
  if (command.name !== 'find') return []
  const texts = command.words.slice(1).map(({ partial }) => partial)
  if (!texts.some(text => /__pycache__|\.py(\[?[co]|\*)/.test(text))) return []
  const removes = texts.includes('-delete') || texts.some(text => /(^|\/)rm$/.test(text))
  if (!removes && !(command.pipesInto?.words.some(({ value }) => value === 'rm') ?? false)) return []
  const first = texts.findIndex(text => /^[-(!\\]/.test(text))
  const places = texts.slice(0, first < 0 ? texts.length : first)
  const own = folderOf(view, step, command)
  return (places.length === 0 ? ['.'] : places).map(place =>
    // A variable, or a folder of which nobody knows where it is, may be the one.
    place.includes('$') || (own === null && !place.startsWith('/'))
      ? '/'
      : absolute(place.replace(/\*.*$/, ''), own ?? '/'),
  )
}
