import type { Draft } from './rule.ts'
import type { StageView, Step, View } from './view.ts'

/** Whether a step is what an ONBUILD triggers: it runs in the builds that start from this image, not in this one. */
export const isOnbuild = ({ stage, index }: Step): boolean => stage.stage.instructions[index]?.keyword === 'ONBUILD'

/**
 * What is found in an ONBUILD says whom it concerns, and is not edited by machine. It is a notice where no stage of this build
 * starts from the one it stands in.
 */
export function ofChildren(view: View, step: Step, draft: Draft): Draft {
  if (!isOnbuild(step)) return draft
  const { edits: _, ...rest } = draft
  const child = childOf(view, step.stage)
  if (child !== undefined) {
    const runs = `The FROM in line ${child.stage.from.line} runs this ONBUILD, so this image may differ by it.`
    return { ...rest, message: `${draft.message} ${runs}` }
  }
  return {
    ...rest,
    level: 'notice',
    message: `${draft.message} ONBUILD runs this only in images that are built from this one; this image does not differ by it.`,
  }
}

const children = new WeakMap<View, Map<StageView, StageView>>()

/** The first stage of the build that continues a stage. Kept: there may be as many findings as stages. */
function childOf(view: View, stage: StageView): StageView | undefined {
  const known = children.get(view) ?? new Map<StageView, StageView>()
  if (!children.has(view)) {
    children.set(view, known)
    for (const child of view.stages)
      if (child.parent !== null && !known.has(child.parent)) known.set(child.parent, child)
  }
  return known.get(stage)
}
