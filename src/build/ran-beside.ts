import type { BuildFailure, SideBuild, Step, Work } from './build.ts'
import { operationsIn } from './llb.ts'
import { hasFailed } from './run.ts'
import { hasRun, workOf } from './step.ts'

/**
 * Steps of a build that BuildKit took from another build of the same side, which ran them at the same time: several images
 * with a stage in common have it built once. Proven step by step: the build's own progress shows a step of that name
 * run, and it is one of the other build, where it ran as well.
 * @returns their digests: that they are `cached`, or were left to the other build and so never end, is right for them
 */
export function ranBeside(build: SideBuild, others: readonly Work[]): Set<string> {
  const own = new Set((operationsIn(build.provenance) ?? []).map(({ digest }) => digest))
  const foreign = others.flatMap(other => stepsRunBy(other).filter(({ digest }) => !own.has(digest)))
  const ran = new Set(foreign.map(({ digest }) => digest))
  const seen = build.steps.filter(step => ran.has(step.digest) && hasRun(step)).map(({ name }) => workOf(name))
  const beside = new Set<string>()
  for (const { digest, name, cached, completed, error } of build.steps) {
    if (!(cached || (!completed && error === null)) || !own.has(digest)) continue
    // One step that ran answers for one that did not.
    const at = seen.indexOf(workOf(name))
    if (at >= 0) {
      seen.splice(at, 1)
      beside.add(digest)
    }
  }
  return beside
}

/** What builds at the same time did. Those that failed count as well: before that one of them may have run a step for all. */
export const worksOf = (built: readonly (SideBuild | BuildFailure | null)[]): Work[] =>
  built.flatMap(one => (one === null ? [] : hasFailed(one) ? { provenance: null, steps: one.steps ?? [] } : one))

/**
 * The steps of its own that a build ran. One that failed has no provenance to tell its own by: of it only RUNs count, which
 * BuildKit shares with no other run (`planSide`).
 */
function stepsRunBy({ provenance, steps }: Work): Step[] {
  const operations = operationsIn(provenance)
  const own = new Set(operations?.map(({ digest }) => digest))
  return steps.filter(step => (operations === null ? isRun(step) : own.has(step.digest)) && hasRun(step))
}

/** The digests of the RUNs of a build, by its LLB or, where it failed, by the names of its steps. */
export const runDigests = ({ provenance, steps }: Work): string[] =>
  (operationsIn(provenance)?.filter(({ kind }) => kind === 'run') ?? steps.filter(isRun)).map(({ digest }) => digest)

/** `[builder 2/4] RUN make` */
const isRun = ({ name }: Step): boolean => /^\[[^\]]*\] RUN\b/.test(name)
