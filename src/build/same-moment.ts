import type { Beside } from './audit.ts'
import type { SideBuild, Step, Work } from './build.ts'
import { runDigests } from './ran-beside.ts'
import { workOf } from './step.ts'

/** A zip keeps times in steps of two seconds. */
const nearMs = 2000

/**
 * A RUN that began or ended on both builders in the same moment of their clocks, so that a time it writes is the same by
 * chance. Three seconds between the builds do not keep two builders from it: one of them may have had an image to pull, or
 * be so quick that it overtakes the other one in the middle of a RUN.
 * On one builder it may not even begin within two seconds of the other's end: nothing that it writes then, not even in its
 * middle, is of the same moment.
 * @param beside builds of other images, which may have run a step for these
 * @returns the step's name, or null
 */
export function sameMoment(a: SideBuild, b: SideBuild, beside: Beside = { A: [], B: [] }): string | null {
  const [ofA, others] = [runsOf(a, beside.A), runsOf(b, beside.B)]
  const follows = isOneClock(a, b) ? followsThere : followsHere
  const tooSoon = isInTurn(a, b)
    ? ofA.find(step => others.some(other => isAlike(step, other) && follows(step, other)))
    : undefined
  if (tooSoon) return workOf(tooSoon.name)
  for (const step of ofA) {
    // Two stages may have equal RUNs: that of the very same place first.
    const exact = others.findIndex(({ name }) => name === step.name)
    const at = exact >= 0 ? exact : others.findIndex(other => isAlike(step, other))
    const [other] = at < 0 ? [] : others.splice(at, 1)
    if (!other) continue
    if (near(step.startedAt, other.startedAt) || near(step.endedAt, other.endedAt) || isOvertaken(step, other))
      return workOf(step.name)
  }
  return null
}

const isAlike = (step: Step, other: Step): boolean => workOf(step.name) === workOf(other.name)

/** Whether the other one began within two seconds of this one's end, or before it: by the builder's clock. */
const followsThere = ({ endedAt = 0 }: Step, { startedAt = 0 }: Step): boolean =>
  endedAt > 0 && startedAt - endedAt < nearMs

/** The same by our own clock, for machines of two clocks: a builder may have several, and take another one for B. */
const followsHere = ({ endToldAt = 0 }: Step, { toldAt = 0 }: Step): boolean =>
  endToldAt > 0 && toldAt > 0 && toldAt - endToldAt < nearMs

/** Whether the one that began first ended last: somewhere in between both were at the same place at the same time. */
function isOvertaken(step: Step, other: Step): boolean {
  const times = [step, other].flatMap(({ startedAt = 0, endedAt = 0 }) => [startedAt, endedAt])
  const [beganA, endedA, beganB, endedB] = times as [number, number, number, number]
  return times.every(time => time > 0) && beganA < beganB !== endedA < endedB
}

/** One after the other on one builder; of two that build side by side one may be done before the other begins. */
const isInTurn = (a: SideBuild, b: SideBuild): boolean => builderOf(a) === builderOf(b) && a.endedAt <= b.startedAt

const isOneClock = (a: SideBuild, b: SideBuild): boolean => nodeOf(a) !== '' && nodeOf(a) === nodeOf(b)

/** The machine of a builder, as buildx tells it: `builder/node/id` is the build. Two machines have two clocks. */
const nodeOf = ({ ref = '' }: Partial<SideBuild>): string => ref.split('/').slice(0, -1).join('/')

const builderOf = ({ ref = '' }: Partial<SideBuild>): string => ref.split('/', 1)[0] as string

/** Whether both are known, and alike. */
const near = (one = 0, other = 0): boolean => one > 0 && other > 0 && Math.abs(one - other) < nearMs

/**
 * What stays to be said where it happened and both builds came to the same.
 * @param agree whether they did; also images whose configs differ may have the same files
 */
export function momentDoubt(
  a: SideBuild,
  b: SideBuild,
  beside?: Beside,
  agree = a.configDigest === b.configDigest,
): string[] {
  const step = agree ? sameMoment(a, b, beside) : null
  return step === null
    ? []
    : [
        `Both builders ran '${step.replace(/\s+/g, ' ').slice(0, 100)}' in the same two seconds of their clocks: a time written there is the same by chance, so that both are equal proves too little. Run the gate again, or build on one builder.`,
      ]
}

/**
 * The RUNs of a build that were not answered from a cache.
 * @param beside builds of other images: what one of them ran for this one is in the progress of both, under its digest there
 */
export function runsOf(build: SideBuild, beside: readonly Work[] = []): Step[] {
  const runs = new Set([build, ...beside].flatMap(runDigests))
  return build.steps.filter(({ digest, startedAt, cached }) => runs.has(digest) && !cached && (startedAt ?? 0) > 0)
}

/**
 * When the other side may begin, so that none of its steps comes in the moment of this one's: two seconds after the end of
 * each. A build that had an image to pull ran its steps late, however long ago it began, and what took long here may be
 * quick there.
 * @param gapMs between the builds
 * @param share of the time that lay between the first RUN here and another one, that lies between them there at least; what
 * is not kept of that is seen when both have ended (`sameMoment`)
 * @param beside builds of other images, which may have run a step for this one
 * @returns milliseconds since 1970 by our own clock
 */
export function clearFrom(a: SideBuild, gapMs: number, share = 0, beside: readonly Work[] = []): number {
  const runs = runsOf(a, beside)
  const first = Math.min(...runs.map(({ toldAt = a.endedAt }) => toldAt))
  // The builder's clock may be another one.
  const clear = ({ toldAt = first, endToldAt = a.endedAt }: Step) => endToldAt + nearMs - share * (toldAt - first)
  return Math.max(a.startedAt + gapMs, ...runs.map(clear))
}
