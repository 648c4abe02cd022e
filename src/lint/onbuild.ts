import type { Draft } from './rule.ts'
import type { Step } from './view.ts'

/** Whether a step is what an ONBUILD triggers: it runs in the builds that start from this image, not in this one. */
export const isOnbuild = ({ stage, index }: Step): boolean => stage.stage.instructions[index]?.keyword === 'ONBUILD'

/** What is found in an ONBUILD is a notice that says whom it concerns, and is not edited by machine. */
export function ofChildren(step: Step, draft: Draft): Draft {
  if (!isOnbuild(step)) return draft
  const { edits: _, ...rest } = draft
  return {
    ...rest,
    level: 'notice',
    message: `${draft.message} ONBUILD runs this only in images that are built from this one; this image does not differ by it.`,
  }
}
