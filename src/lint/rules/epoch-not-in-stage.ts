import type { Range } from '../../dockerfile/dockerfile.ts'
import type { FindingClass, FindingLevel } from '../../finding.ts'
import { type ClockReader, clockReadersIn } from '../commands/clock-reader.ts'
import { hasEpoch } from '../commands/installed-python.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'

export const epochNotInStage: Rule = {
  id: 'RG501',
  title: 'SOURCE_DATE_EPOCH does not reach this RUN',
  level: 'warning',
  class: 'now',
  on: true,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

/** One finding for a RUN: what differs at once before what differs tomorrow. */
function checkStep(view: View, step: Step): Draft[] {
  const readers = clockReadersIn(view, step).filter(({ command }) => !hasEpoch(view, step, command))
  const first = readers.find(({ differs }) => differs === 'now') ?? readers[0]
  return first === undefined ? [] : [draftOf(view, first)]
}

function draftOf(view: View, reader: ClockReader): Draft {
  const range: Range = reader.command.words[0]?.range ?? reader.command.range
  const kind: FindingClass = reader.differs
  const level: FindingLevel = reader.likely ? 'notice' : 'warning'
  return {
    range,
    level,
    class: kind,
    message: `${reader.what} It would take the time from SOURCE_DATE_EPOCH, but ${isGlobal(view) ? 'the ARG before FROM does not reach into a stage: it must be declared again inside' : 'nothing declares that in this stage'}.`,
    fix: {
      text: `Declare it right above this RUN; the gate passes the commit's time. What stands below is then built anew for every commit, so put it as late as you can.${reader.alternative === undefined ? '' : ` ${reader.alternative}`}`,
      snippet: 'ARG SOURCE_DATE_EPOCH',
    },
    confidence: reader.likely ? 'likely' : 'certain',
  }
}

/** The build's argument is there, but only before the first FROM. */
const isGlobal = ({ dockerfile }: View): boolean =>
  dockerfile.instructions.some(
    ({ keyword, stage, words }) =>
      keyword === 'ARG' && stage === null && words.some(({ raw }) => /^SOURCE_DATE_EPOCH(=|$)/.test(raw)),
  )
