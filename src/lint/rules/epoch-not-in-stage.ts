import type { Range } from '../../dockerfile/dockerfile.ts'
import type { FindingClass, FindingLevel } from '../../finding.ts'
import { type ClockReader, clockReadersIn } from '../commands/clock-reader.ts'
import { type EpochUse, epochUsesIn, isGlobalEpoch } from '../commands/epoch-use.ts'
import { hasEpoch } from '../commands/installed-python.ts'
import { insertAbove } from '../insert.ts'
import { ofChildren } from '../onbuild.ts'
import type { Draft, DraftEdit, Rule } from '../rule.ts'
import type { StageView, Step, View } from '../view.ts'
import { listed, quote } from '../wording.ts'

const argument = 'ARG SOURCE_DATE_EPOCH'

export const epochNotInStage: Rule = {
  id: 'RG501',
  title: 'SOURCE_DATE_EPOCH does not reach this instruction',
  level: 'warning',
  class: 'now',
  on: true,
  check: view => {
    const edits = new Map<StageView, DraftEdit | null>()
    return view.stages.filter(({ windows }) => !windows).flatMap(stage => checkStage(view, stage, edits))
  },
}

/** @param edits the ARG that each stage gets; one serves all that is below it, in the stages that continue it too */
function checkStage(view: View, stage: StageView, edits: Map<StageView, DraftEdit | null>): Draft[] {
  const uses = epochUsesIn(view, stage)
  const drafts: Draft[] = []
  for (const step of stage.steps) {
    const use = uses[0]?.step === step ? uses[0] : undefined
    const reader = use === undefined ? readerIn(view, step) : undefined
    if (use === undefined && reader === undefined) continue
    if (!edits.has(stage)) edits.set(stage, given(stage.parent, edits) ?? insertAbove(view, step, argument))
    const edit = edits.get(stage) ?? null
    const draft = use === undefined ? readerDraft(view, reader as ClockReader) : useDraft(view, use, uses)
    // An empty value of the RUN's own, or of an ENV above, beats the ARG.
    const helps = edit !== null && (use !== undefined || !isEmptied(step, (reader as ClockReader).command, uses))
    drafts.push(ofChildren(view, step, helps ? { ...draft, edits: [edit] } : draft))
  }
  return drafts
}

function given(parent: StageView | null, edits: Map<StageView, DraftEdit | null>): DraftEdit | null {
  for (let stage = parent; stage !== null; stage = stage.parent) {
    const edit = edits.get(stage)
    if (edit) return edit
  }
  return null
}

/** What differs at once before what differs tomorrow. */
function readerIn(view: View, step: Step): ClockReader | undefined {
  const readers = clockReadersIn(view, step).filter(({ command }) => !hasEpoch(view, step, command))
  return readers.find(({ differs }) => differs === 'now') ?? readers[0]
}

const isEmptied = (step: Step, { assignments }: ClockReader['command'], uses: EpochUse[]): boolean =>
  assignments.some(({ name }) => name === 'SOURCE_DATE_EPOCH') ||
  (step.scope.env.has('SOURCE_DATE_EPOCH') && uses.length === 0)

function readerDraft(view: View, reader: ClockReader): Draft {
  const range: Range = reader.command.words[0]?.range ?? reader.command.range
  const kind: FindingClass = reader.differs
  const level: FindingLevel = reader.likely ? 'notice' : 'warning'
  return {
    range,
    level,
    class: kind,
    message: `${reader.what} It would take the time from SOURCE_DATE_EPOCH, but ${isGlobalEpoch(view) ? 'the ARG before FROM does not reach into a stage: it must be declared again inside' : 'nothing declares that in this stage'}.`,
    fix: {
      text: `Declare it right above this RUN; the gate passes the commit's time. What stands below is then built anew for every commit, so put it as late as you can.${reader.alternative === undefined ? '' : ` ${reader.alternative}`}`,
      snippet: argument,
    },
    confidence: reader.likely ? 'likely' : 'certain',
  }
}

/** One finding for a stage: at the first place that takes the empty value, which names the others. */
function useDraft(view: View, use: EpochUse, uses: EpochUse[]): Draft {
  const others = uses.slice(1).map(({ step: { instruction } }) => `${instruction.keyword} in line ${instruction.line}`)
  const also = others.length === 0 ? '' : ` (and in the ${listed(others, 3).replaceAll('`', '')})`
  return {
    range: use.range,
    message: `${quote(use.text)} is empty here${also}: ${isGlobalEpoch(view) ? 'the ARG before FROM does not reach into a stage, it must be declared again inside' : 'nothing declares SOURCE_DATE_EPOCH in this stage'}. So ${use.effect}, instead of the commit's time that the build passes.`,
    fix: {
      text: 'Declare it in the stage, above this instruction; a default before FROM then counts here as well.',
      snippet: argument,
    },
    count: uses.length,
    confidence: isGlobalEpoch(view) ? 'certain' : 'likely',
  }
}
