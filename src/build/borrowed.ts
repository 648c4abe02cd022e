import type { SideBuild } from './build.ts'
import { operationsIn } from './llb.ts'
import { hasRun, workOf } from './step.ts'
import { localSteps } from './variations/taken.ts'

/** A COPY, ADD or WORKDIR that another build did for this one: BuildKit does equal steps of builds at the same time once. */
export interface Borrowed {
  /** LLB vertex digest of the own step. */
  digest: string
  name: string
  /** That of the step which was done in its place. The files of a context are named anew in each build, so it tells whose. */
  from: string
  /** Files of a build context are in it: equal names, contents and permissions, and the times of somebody's checkout. */
  checkout: boolean
}

/**
 * The steps of a build that a build of another run did for it. Proven step by step: the own progress shows a step of that
 * name, not of this build, done. Never a RUN: what it writes may differ each time it runs.
 * @param beside own steps that need no proof
 */
export function borrowedSteps(build: SideBuild, beside: ReadonlySet<string> = new Set()): Borrowed[] {
  const operations = operationsIn(build.provenance) ?? []
  const own = new Map(operations.map(operation => [operation.digest, operation]))
  const seen = build.steps.filter(step => !own.has(step.digest) && hasRun(step))
  const checkouts = checkoutSteps(build, operations)
  return build.steps.flatMap(({ digest, name, cached, completed, error }): Borrowed[] => {
    const kind = own.get(digest)?.kind
    if ((kind !== 'copy' && kind !== 'make') || beside.has(digest)) return []
    if (!(cached || (!completed && error === null))) return []
    // One step that ran answers for one that did not; that of the very same place first.
    const alike = (same: (other: string) => boolean) => seen.findIndex(step => same(step.name))
    const exact = alike(other => other === name)
    const at = exact >= 0 ? exact : alike(other => workOf(other) === workOf(name))
    const [step] = at < 0 ? [] : seen.splice(at, 1)
    return step ? [{ digest, name, from: step.digest, checkout: checkouts.has(digest) }] : []
  })
}

/**
 * The steps that this very build did already: a COPY of equal files to an equal place in another stage. With --no-cache
 * BuildKit has nowhere else to take them from.
 * @param borrowed own steps that another build did
 * @returns their digests
 */
export function doneAlready({ steps, provenance }: SideBuild, borrowed: ReadonlySet<string>): Set<string> {
  const copies = (operationsIn(provenance) ?? []).filter(({ work }) => work !== null)
  const seen = new Map(steps.map(step => [step.digest, step]))
  const done = copies.filter(({ digest }) => borrowed.has(digest) || hasRun(seen.get(digest)))
  const doneWork = new Set(done.map(({ work }) => work))
  return new Set(copies.filter(one => !done.includes(one) && doneWork.has(one.work)).map(({ digest }) => digest))
}

/** The same step of the same other build on both sides: then one may be nothing but the other. Names of side B. */
export function borrowedTwice(ofA: readonly Borrowed[], ofB: readonly Borrowed[]): Borrowed[] {
  const from = new Set(ofA.map(step => step.from))
  return ofB.filter(step => from.has(step.from))
}

/** Steps that files of a build context come into, on any way. */
function checkoutSteps({ provenance }: SideBuild, operations: ReturnType<typeof operationsIn>): Set<string> {
  const local = localSteps(provenance)
  const reached = new Set<string>()
  // Inputs come before what builds on them.
  for (const { digest, id, inputs } of operations ?? [])
    if (local === null || local.has(id) || inputs.some(input => reached.has(input))) reached.add(digest)
  return reached
}
