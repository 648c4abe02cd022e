import type { ShellCommand } from '../dockerfile/shell.ts'
import { absolute } from './reach.ts'
import { type Step, stepsBefore, type View, valueAt } from './view.ts'

/** The working folder at a step: the WORKDIRs up to there. The base image's own is not known and taken as `/`. */
export function workdirAt(view: View, step: Step): string | null {
  let folder: string | null = '/'
  for (const other of stepsBefore(step)) {
    if (other.instruction.keyword !== 'WORKDIR') continue
    const written = valueAt(
      view,
      other,
      view.dockerfile.text.slice(other.instruction.argumentRange.start, other.instruction.argumentRange.end).trim(),
    )
    if (written === null) folder = null
    else if (written.startsWith('/') || folder !== null) folder = absolute(written, folder ?? '/')
  }
  return folder
}

/** The working folder of a command: the step's, and the `cd`s before it in the RUN. */
export function folderOf(view: View, step: Step, command: ShellCommand): string | null {
  let folder = workdirAt(view, step)
  for (const earlier of step.script.commands) {
    if (earlier.range.start >= command.range.start) break
    if (earlier.name !== 'cd' && earlier.name !== 'pushd') continue
    const target = earlier.words[1]?.value ?? null
    if (target === null) folder = null
    else if (target.startsWith('/') || folder !== null) folder = absolute(target, folder ?? '/')
  }
  return folder
}
