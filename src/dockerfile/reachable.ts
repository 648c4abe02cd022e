import type { Dockerfile } from './dockerfile.ts'
import { findNamed, stageEdges } from './stage.ts'
import { stagesToChoose } from './stage-choice.ts'

/**
 * Indices of the stages a build of `target` needs (of the last stage when undefined); none for a target that is not there.
 * Where an unknown variable chooses among stages, all that it could choose.
 */
export function reachableStages(
  dockerfile: Dockerfile,
  target: string | undefined,
  buildArgs: Record<string, string>,
): Set<number> {
  const reached = new Set<number>()
  const end = target === undefined ? dockerfile.stages.at(-1) : findNamed(dockerfile, target, Number.POSITIVE_INFINITY)
  const waiting = end ? [end] : []
  for (let stage = waiting.pop(); stage !== undefined; stage = waiting.pop()) {
    if (reached.has(stage.index)) continue
    reached.add(stage.index)
    for (const edge of stageEdges(dockerfile, stage, buildArgs)) {
      if (edge.target !== null) waiting.push(edge.target)
      else if (edge.kind === 'from' && !edge.reference.resolved) waiting.push(...stagesToChoose(dockerfile, edge))
    }
  }
  return reached
}
