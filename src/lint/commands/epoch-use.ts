import type { Range } from '../../dockerfile/dockerfile.ts'
import { pairsOf } from '../../dockerfile/pairs.ts'
import { isSet } from '../environment.ts'
import { isOnbuild } from '../onbuild.ts'
import { variablesIn } from '../variables.ts'
import type { StageView, Step, View } from '../view.ts'
import { declaresEpochBefore } from './installed-python.ts'

/** A place that takes SOURCE_DATE_EPOCH where no ARG of the stage gives it, and so gets an empty text. */
export interface EpochUse {
  step: Step
  /** As written: `${SOURCE_DATE_EPOCH}`. */
  text: string
  range: Range
  /** What follows, as the middle of a sentence. */
  effect: string
}

/** All of a stage, in order. A value of ENV that is not empty counts as given. */
export const epochUsesIn = (view: View, stage: StageView): EpochUse[] =>
  isNamed(view) ? stage.steps.filter(step => !isOnbuild(step)).flatMap(step => usesOf(view, step)) : []

const named = new WeakMap<View, boolean>()

/** Most files never name it. */
function isNamed(view: View): boolean {
  const known = named.get(view) ?? view.dockerfile.text.includes('SOURCE_DATE_EPOCH')
  named.set(view, known)
  return known
}

function usesOf(view: View, step: Step): EpochUse[] {
  const { keyword } = step.instruction
  if (keyword === 'RUN') return usesOfRun(view, step)
  if ((keyword !== 'ENV' && keyword !== 'LABEL') || isGiven(view, step)) return []
  const pair = pairsOf(step.instruction).find(
    ({ value }) => value !== null && hasPlain(value.raw) && variablesIn(view, value.raw).includes('SOURCE_DATE_EPOCH'),
  )
  if (pair?.value == null) return []
  const effect =
    keyword === 'LABEL'
      ? `the label ${pair.name} has no value`
      : `the variable ${pair.name} is set to nothing, and programs take the time of the build`
  return [{ step, text: pair.value.raw, range: pair.value.range, effect }]
}

/** In a RUN only where the ARG before FROM shows that it was meant: the name may also come from a file the shell reads. */
function usesOfRun(view: View, step: Step): EpochUse[] {
  if (!isGlobalEpoch(view) || isGiven(view, step)) return []
  for (const command of step.script.commands) {
    const word = command.words.find(({ raw, variables }) => variables.includes('SOURCE_DATE_EPOCH') && hasPlain(raw))
    if (word === undefined || isSet(step, command, 'SOURCE_DATE_EPOCH')) continue
    const effect = `${command.name === '' ? 'the command' : command.name} is given nothing`
    return [{ step, text: word.raw, range: word.range, effect }]
  }
  return []
}

const isGiven = (view: View, step: Step): boolean =>
  declaresEpochBefore(view, step) ||
  !/^(\$\{?SOURCE_DATE_EPOCH\}?)?$/.test(step.scope.env.get('SOURCE_DATE_EPOCH') ?? '')

/** Not only `${SOURCE_DATE_EPOCH:-0}`, which has a value of its own. */
const hasPlain = (text: string): boolean => /\$(SOURCE_DATE_EPOCH|\{SOURCE_DATE_EPOCH\})/.test(text)

/** The build's argument is there, but only before the first FROM. */
export function isGlobalEpoch({ dockerfile }: View): boolean {
  for (const { keyword, stage, words } of dockerfile.instructions) {
    if (stage !== null) return false
    if (keyword === 'ARG' && words.some(({ raw }) => /^SOURCE_DATE_EPOCH(=|$)/.test(raw))) return true
  }
  return false
}
