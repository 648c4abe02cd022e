import { auditSides, cacheNote } from '../build/audit.ts'
import { sharedBases } from '../build/bases.ts'
import { type BuiltPair, sparing } from '../build/blobs.ts'
import type { BuildFailure, Side, SideBuild } from '../build/build.ts'
import { versionDoubts } from '../build/builders.ts'
import { planSide, type Run } from '../build/plan.ts'
import { makeFromCache, makeProbe } from '../build/probe.ts'
import { worksOf } from '../build/ran-beside.ts'
import { buildSide, hasFailed } from '../build/run.ts'
import { clearFrom, momentDoubt } from '../build/same-moment.ts'
import { withSharedLines } from '../build/shared-failure.ts'
import { askAhead } from '../build/told-image.ts'
import { reachableStages } from '../dockerfile/reachable.ts'
import type { Probe, StageReader } from '../explain/explain.ts'
import type { Descriptor } from '../image/image.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { PlatformResult } from '../report/compose.ts'
import { notBuilt } from '../report/platform.ts'
import { whatChanged } from '../subjects/sources.ts'
import { foreignTimes } from './foreign-times.ts'
import { namedLog } from './named-log.ts'
import { besideMs, gapMs, inOrder, type SideWork } from './order.ts'
import { placedFailure } from './placed-failure.ts'
import { type Job, type Planned, type Proving, plan, platformBuildOf } from './planned.ts'
import { emulationNotes, missingEmulator, platformDoubts } from './platform.ts'
import { asItsClockWas } from './shifted.ts'
import { requestOfB } from './side-b.ts'
import { makeStageReader } from './stage-images.ts'

export type { Job, Planned, Proving } from './planned.ts'

/** Both sides built, and what to think of that; the parts of a result that are known before any image is read. */
export interface Pair extends BuiltPair {
  image: string | null
  platform: string
  required: Options['level']
  doubts: string[]
  notes: string[]
  /** The base images of both sides, as `debian:12@sha256:…`. */
  bases: string[]
  probe: Probe
  stages: StageReader
  planned: Planned
}

/** `spared`: side A alone proves it. `a`: side A was built, and side B with its variations could not be. */
export type Built = Pair | { spared: PlatformResult } | { failed: PlatformResult; a?: SideBuild; planned?: Planned }

/** The results of those that need no side B, once their sides A are built. */
export type Spare = (
  planned: readonly Planned[],
  sides: readonly (SideBuild | BuildFailure | null)[],
) => Promise<ReadonlyMap<Planned, PlatformResult>>

const spareNone: Spare = async () => new Map()

/**
 * Both sides of one image: one after the other, side by side where each has its own builder.
 * @param kept given, the images are exported as they are built, whatever the builder's cache drops later; without these layers
 */
export async function buildPair(
  platform: string,
  proving: Proving,
  run: Run,
  kept?: readonly Descriptor[],
): Promise<Exclude<Built, { spared: PlatformResult }>> {
  const [built] = await buildPairs([{ platform, proving }], run, kept)
  return built as Exclude<Built, { spared: PlatformResult }>
}

/**
 * Both sides of several images: all of a side at the same time, so that BuildKit builds what they have in common once a
 * side; and never two sides at a time on one builder.
 * @returns one for each job, in their order
 */
export async function buildPairs(
  jobs: readonly Job[],
  run: Run,
  kept?: readonly Descriptor[],
  spare: Spare = spareNone,
): Promise<Built[]> {
  const planned = jobs.map(job => plan(job, run, kept))
  const [first] = planned
  if (first === undefined) return []
  const { ports, setting, watch, limits, logs } = first.proving
  const results: Record<Side, (SideBuild | BuildFailure | null)[]> = { A: [], B: [] }
  let spared: Awaited<ReturnType<Spare>> = new Map()
  const side =
    (side: Side): SideWork<SideBuild[] | SideFailed> =>
    async ports => {
      const log = planned.length === 1 ? () => ports.log : ({ title }: Planned) => namedLog(ports.log, title)
      const build = async (one: Planned, at: number): Promise<SideBuild | BuildFailure | null> => {
        // What A could not build, B need not.
        if (side === 'B' && ((results.A[at] && hasFailed(results.A[at])) || spared.has(one))) return null
        const missing = missingEmulator(platformBuildOf(one), side)
        if (missing !== null) return missing
        const name = planned.length === 1 ? `build-${side}` : `build-${side}-${one.name}`
        if (side === 'A') setting.mounts.begun()
        const built = await buildOne(one, side, { ...ports, log: await logs.into(name, log(one)) })
        if (side === 'A') setting.mounts.ended(built)
        if (side === 'A' && !hasFailed(built)) askAhead(ports, built, one.plans.A)
        return built
      }
      if (side === 'A')
        for (const note of planned.flatMap(one => emulationNotes(platformBuildOf(one)))) ports.log.info(note)
      const built = await watch.time(`build${side}`, () =>
        ports.log.group(`Build ${side} (${titleOf(planned)})`, () => Promise.all(planned.map(build))),
      )
      results[side] = withSharedLines(
        built,
        planned.map(({ request }) => request.file),
      )
      if (side === 'A' && !sideBySide) {
        await setting.pins.keep(built.filter(isGood))
        spared = await spare(planned, results.A)
      }
      const good = built.filter((one, at) => isGood(one) && !spared.has(planned[at] as Planned)) as SideBuild[]
      return good.length > 0 ? good : { side }
    }
  const prepareB = async (): Promise<void> => {
    if (!sideBySide) await limits.halfway()
    for (const one of planned) if (!spared.has(one)) await varySide(one, results.A)
  }
  // Two exports at a time into one layout would write over each other.
  const sideBySide = setting.builders.A !== setting.builders.B && kept === undefined
  const inOneGroup = <T>(work: () => Promise<T>) =>
    sideBySide ? ports.log.group(`Build A and B side by side (${titleOf(planned)})`, work) : work()
  const outcome = await inOneGroup(() =>
    inOrder<SideBuild[], SideFailed>(
      ports,
      { A: side('A'), B: side('B') },
      {
        ...{ sideBySide, failed: isFailed, prepareB, besideMs: besideMs(Math.max(...planned.map(runsIn))) },
        // Of those too that need no side B: one of them may have run a step for all.
        clearFrom: () =>
          Math.max(...results.A.filter(isGood).map(a => clearFrom(a, gapMs, leastShare(planned), worksOf(results.A)))),
      },
    ),
  )
  const failing: Side = 'failed' in outcome ? outcome.failed.side : 'A'
  return Promise.all(
    planned.map(async (one, at) => {
      const result = spared.get(one)
      return result ? { spared: result } : judged(one, at, results, failing)
    }),
  )
}

const runsIn = ({ proving: { sources, options } }: Planned): number => {
  const { stages } = sources.dockerfile
  const reached = reachableStages(sources.dockerfile, options.target || undefined, options.buildArgs)
  return stages
    .filter(({ index }) => reached.has(index))
    .flatMap(({ instructions }) => instructions.filter(({ keyword }) => keyword === 'RUN')).length
}

/**
 * On the builder of A, a step of B hardly comes in less than a quarter of the time that A's took to come. Of images that are
 * built together one may run a step for all, and the others do not tell when: nothing is taken off for them.
 */
const leastShare = (planned: readonly Planned[]): number =>
  planned.length === 1 && planned.every(({ plans: { A, B } }) => A.builder === B.builder && A.linked === undefined)
    ? 1 / 4
    : 0

/** A side of which no image could be built; where both ended so, the other one was only stopped. */
interface SideFailed {
  side: Side
}

const isGood = (one: SideBuild | BuildFailure | null): one is SideBuild => one !== null && !hasFailed(one)

const isFailed = (result: SideBuild[] | SideFailed): result is SideFailed => 'side' in result

/** What side A took of the context is known by now, where the sides are built in turn. */
async function varySide(planned: Planned, ofA: readonly (SideBuild | BuildFailure | null)[]): Promise<void> {
  const told = ofA.length === 0 ? [null] : ofA
  planned.varied = await requestOfB(planned.request, planned.proving, told)
  planned.plans.B = planSide(planned.varied.request, 'B', planned.run)
}

/** One side of an image; its image is exported where it is to be kept. */
export const buildOne = (
  { plans, layout, kept }: Planned,
  side: Side,
  ports: Ports,
): Promise<SideBuild | BuildFailure> =>
  kept ? sparing(kept, layout, () => buildSide(ports, plans[side], layout)) : buildSide(ports, plans[side])

const titleOf = (planned: readonly Planned[]): string =>
  planned.length === 1 ? (planned[0] as Planned).title : `${planned.length} images`

type Results = Readonly<Record<Side, readonly (SideBuild | BuildFailure | null)[]>>

/** What both sides of one image came to. */
async function judged(planned: Planned, at: number, results: Results, failing: Side): Promise<Built> {
  const [a, b] = [results.A[at], results.B[at]]
  const beside = (side: Side) => worksOf(results[side].filter((_, index) => index !== at))
  planned.beside = { A: beside('A'), B: beside('B') }
  const failure = (failing === 'A' ? [a, b] : [b, a]).find(result => result && hasFailed(result))
  if (failure && hasFailed(failure)) {
    const { dockerfile } = planned.proving.sources
    const failed = notBuilt(planned.platform, placedFailure(failure, dockerfile), dockerfile.file)
    return a && !hasFailed(a) && planned.varied.variations.length > 0 ? { failed, a, planned } : { failed }
  }
  if (!a || !b || hasFailed(a) || hasFailed(b)) throw new Error('a build that neither failed nor ended')
  return pairOf(planned, a, b)
}

/** Two builds that both gave an image, and what to think of them. */
export async function pairOf(before: Planned, a: SideBuild, built: SideBuild): Promise<Pair> {
  const { varied, b } = asItsClockWas(before.varied, built, before.beside.B)
  const foreign = foreignTimes(a, b, { ...before, varied })
  const { planned } = foreign
  const { platform, proving, request, plans, layout } = planned
  const { image, options, ports, sources, setting } = proving
  const doubts = [
    ...versionDoubts(setting.builders),
    ...platformDoubts(platformBuildOf(planned), a, b),
    ...auditSides(a, b, planned.beside),
    ...foreign.doubts,
    ...momentDoubt(a, b, planned.beside),
    ...(await whatChanged(sources, options)),
    ...((await request.secrets.changed?.()) ?? []),
  ]
  const fromCache = makeFromCache(ports, request.file, plans)
  const search = { probe: makeProbe(ports, fromCache), stages: makeStageReader(ports, fromCache) }
  const pair = { image, platform, a, b, planA: plans.A, planB: plans.B, layout, planned }
  const notes = [
    ...emulationNotes(platformBuildOf(planned)),
    ...cacheNote(a),
    ...planned.varied.notes,
    ...foreign.notes,
  ]
  return { ...pair, required: options.level, doubts, notes, bases: sharedBases(a, b), ...search }
}
