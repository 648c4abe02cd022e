import type { ShellCommand } from '../dockerfile/shell.ts'
import { absolute } from './reach.ts'
import { type StageView, type Step, type View, valueAt } from './view.ts'

const known = new WeakMap<StageView, (string | null)[]>()

/**
 * The working folder at a step: the WORKDIRs up to there. The base image's own is not known and taken as `/`; null after
 * one that cannot be known.
 */
export function workdirAt(view: View, step: Step): string | null {
  // A chain of stages may be longer than the stack is deep: from below.
  const waiting: StageView[] = []
  for (let at: StageView | null = step.stage; at !== null && !known.has(at); at = at.parent) waiting.push(at)
  for (const stage of waiting.reverse()) known.set(stage, foldersOf(view, stage))
  return known.get(step.stage)?.[step.index] ?? null
}

/** The folder before each step of a stage, and at the end of the stage the one a stage that continues it starts with. */
function foldersOf(view: View, stage: StageView): (string | null)[] {
  let folder = stage.parent === null ? '/' : (known.get(stage.parent)?.at(-1) ?? null)
  const folders = [folder]
  for (const step of stage.steps) {
    if (step.instruction.keyword === 'WORKDIR') folder = changed(view, step, folder)
    folders.push(folder)
  }
  return folders
}

function changed(view: View, step: Step, folder: string | null): string | null {
  const { start, end } = step.instruction.argumentRange
  const target = valueAt(view, step, view.dockerfile.text.slice(start, end).trim())
  if (target === null || (folder === null && !target.startsWith('/'))) return null
  return absolute(target, folder ?? '/')
}

/** The working folder of a command: the step's, and the `cd`s before it in the RUN. */
export function folderOf(view: View, step: Step, command: ShellCommand): string | null {
  const last = movesOf(view, step).findLast(({ at }) => at < command.range.start)
  return last === undefined ? workdirAt(view, step) : last.folder
}

interface Move {
  at: number
  /** The folder afterwards. */
  folder: string | null
}

const moves = new WeakMap<Step, Move[]>()

/** The `cd`s of a RUN. Read once: every command may ask. */
function movesOf(view: View, step: Step): Move[] {
  const before = moves.get(step)
  if (before !== undefined) return before
  let folder = workdirAt(view, step)
  const found = step.script.commands
    .filter(({ name }) => name === 'cd' || name === 'pushd')
    .sort((a, b) => a.range.start - b.range.start)
    .map(({ words, range }): Move => {
      const target = words[1]?.value ?? null
      if (target === null) folder = null
      else if (target.startsWith('/') || folder !== null) folder = absolute(target, folder ?? '/')
      return { at: range.start, folder }
    })
  moves.set(step, found)
  return found
}
