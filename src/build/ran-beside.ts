import type { SideBuild, Step } from './build.ts'
import { operationsIn } from './llb.ts'

/**
 * Steps of a build that BuildKit took from another build of the same side, which ran them at the same time: several images
 * with a stage in common have it built once. Proven step by step: the build's own progress shows a step of that name
 * run, and it is one of the other build, where it ran as well.
 * @returns their digests: that they are `cached`, or were left to the other build and so never end, is right for them
 */
export function ranBeside(build: SideBuild, others: readonly SideBuild[]): Set<string> {
  const own = new Set((operationsIn(build.provenance) ?? []).map(({ digest }) => digest))
  const foreign = others.flatMap(other => stepsRunBy(other).filter(({ digest }) => !own.has(digest)))
  const ran = new Set(foreign.map(({ digest }) => digest))
  const seen = build.steps.filter(step => ran.has(step.digest) && hasRun(step)).map(({ name }) => withoutPlace(name))
  const beside = new Set<string>()
  for (const { digest, name, cached, completed, error } of build.steps) {
    if (!(cached || (!completed && error === null)) || !own.has(digest)) continue
    // One step that ran answers for one that did not.
    const at = seen.indexOf(withoutPlace(name))
    if (at >= 0) {
      seen.splice(at, 1)
      beside.add(digest)
    }
  }
  return beside
}

/** The steps of its own that a build ran. */
function stepsRunBy({ provenance, steps }: SideBuild): Step[] {
  const own = new Set((operationsIn(provenance) ?? []).map(({ digest }) => digest))
  return steps.filter(step => own.has(step.digest) && hasRun(step))
}

const hasRun = ({ started, completed, cached, error }: Step): boolean =>
  started && completed && !cached && error === null

/** Two Dockerfiles may call one stage by two names. */
const withoutPlace = (name: string): string => name.replace(/^\[[^\]]*\] /, '')
