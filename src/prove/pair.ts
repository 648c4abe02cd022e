import { join } from 'node:path'
import { auditSides, type Beside, cacheNote } from '../build/audit.ts'
import { sharedBases } from '../build/bases.ts'
import { type BuiltPair, sparing } from '../build/blobs.ts'
import type { BuildFailure, Side, SideBuild } from '../build/build.ts'
import { versionDoubts } from '../build/builders.ts'
import { type BuildRequest, planSide, type Run, type SidePlan } from '../build/plan.ts'
import { makeFromCache, makeProbe } from '../build/probe.ts'
import { buildSide, hasFailed } from '../build/run.ts'
import { clearFrom, momentDoubt } from '../build/same-moment.ts'
import { requestOf, type Setting } from '../build/setting.ts'
import { withSharedLines } from '../build/shared-failure.ts'
import { askAhead } from '../build/told-image.ts'
import type { Varied } from '../build/variations/vary.ts'
import type { Probe, StageReader } from '../explain/explain.ts'
import type { Limits } from '../host/limits.ts'
import type { Stopwatch } from '../host/stopwatch.ts'
import type { Descriptor } from '../image/image.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { PlatformResult } from '../report/compose.ts'
import { notBuilt } from '../report/platform.ts'
import { type Sources, whatChanged } from '../subjects/sources.ts'
import type { BuildLogs } from './build-logs.ts'
import { foreignTimes } from './foreign-times.ts'
import { namedLog } from './named-log.ts'
import { gapMs, inOrder, type SideWork } from './order.ts'
import { placedFailure } from './placed-failure.ts'
import { emulationNotes, missingEmulator, type PlatformBuild, platformDoubts } from './platform.ts'
import { asItsClockWas } from './shifted.ts'
import { requestOfB } from './side-b.ts'
import { makeStageReader } from './stage-images.ts'

/** What every platform of an image shares. */
export interface Proving {
  /** Its name in a bake or compose file; null for the one image of a Dockerfile. */
  image: string | null
  options: Options
  ports: Ports
  sources: Sources
  setting: Setting
  watch: Stopwatch
  limits: Limits
  logs: BuildLogs
  /** Our own, for what is written. */
  version: string
}

/** One image for one platform: what is built twice. */
export interface Job {
  platform: string
  proving: Proving
}

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

/** `a`: side A was built, and side B with its variations could not be. */
export type Built = Pair | { failed: PlatformResult; a?: SideBuild; planned?: Planned }

/** A job with its plans; a side's builds stand in the order of these. */
export interface Planned extends Job {
  /** Of both sides, before anything is varied. */
  request: BuildRequest
  run: Run
  plans: Record<Side, SidePlan>
  /** What side B is built from. */
  varied: Varied
  layout: string
  /** For files and folders. */
  name: string
  /** Builds of other images that may have done some of its work, side by side. */
  beside: Beside
  /** Layers that are not exported, where images are; undefined: none is. */
  kept: readonly Descriptor[] | undefined
  title: string
}

/**
 * Both sides of one image: one after the other, side by side where each has its own builder.
 * @param kept given, the images are exported as they are built, whatever the builder's cache drops later; without these layers
 */
export async function buildPair(
  platform: string,
  proving: Proving,
  run: Run,
  kept?: readonly Descriptor[],
): Promise<Built> {
  const [built] = await buildPairs([{ platform, proving }], run, kept)
  return built as Built
}

/**
 * Both sides of several images: all of a side at the same time, so that BuildKit builds what they have in common once a
 * side; and never two sides at a time on one builder.
 * @returns one for each job, in their order
 */
export async function buildPairs(jobs: readonly Job[], run: Run, kept?: readonly Descriptor[]): Promise<Built[]> {
  const planned = jobs.map(job => plan(job, run, kept))
  const [first] = planned
  if (first === undefined) return []
  const { ports, setting, watch, limits, logs } = first.proving
  const results: Record<Side, (SideBuild | BuildFailure | null)[]> = { A: [], B: [] }
  const side =
    (side: Side): SideWork<SideBuild[] | SideFailed> =>
    async ports => {
      const log = planned.length === 1 ? () => ports.log : ({ title }: Planned) => namedLog(ports.log, title)
      const build = async (one: Planned, at: number): Promise<SideBuild | BuildFailure | null> => {
        // What A could not build, B need not.
        if (side === 'B' && results.A[at] && hasFailed(results.A[at])) return null
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
      const good = built.filter(one => one !== null && !hasFailed(one)) as SideBuild[]
      if (side === 'A' && !sideBySide) await setting.pins.keep(good)
      return good.length > 0 ? good : { side }
    }
  const prepareB = async (): Promise<void> => {
    if (!sideBySide) await limits.halfway()
    for (const one of planned) await varySide(one, results.A)
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
        ...{ sideBySide, failed: isFailed, prepareB },
        clearFrom: builds => Math.max(...builds.map(build => clearFrom(build, gapMs))),
      },
    ),
  )
  const failing: Side = 'failed' in outcome ? outcome.failed.side : 'A'
  return Promise.all(planned.map((one, at) => judged(one, at, results, failing)))
}

/** A side of which no image could be built; where both ended so, the other one was only stopped. */
interface SideFailed {
  side: Side
}

const isFailed = (result: SideBuild[] | SideFailed): result is SideFailed => 'side' in result

function plan({ platform, proving }: Job, run: Run, kept: Planned['kept']): Planned {
  const { image, options, ports, setting } = proving
  const request = requestOf(options, setting, platform)
  const name = [...(image === null ? [] : [image]), platform].join('-').replace(/[^\w.-]/g, '-')
  return {
    ...{ platform, proving, request, run, kept, name, title: image === null ? platform : `${image}, ${platform}` },
    plans: { A: planSide(request, 'A', run), B: planSide(request, 'B', run) },
    varied: { request, variations: [], notes: [] },
    beside: { A: [], B: [] },
    layout: join(ports.tempDir, `layout-${name}-${run.nonce}`),
  }
}

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

const platformBuildOf = ({ platform, proving: { sources, options, setting } }: Planned): PlatformBuild => ({
  ...{ dockerfile: sources.dockerfile, target: options.target, buildArgs: options.buildArgs },
  ...{ platform, builders: setting.builders },
})

const titleOf = (planned: readonly Planned[]): string =>
  planned.length === 1 ? (planned[0] as Planned).title : `${planned.length} images`

type Results = Readonly<Record<Side, readonly (SideBuild | BuildFailure | null)[]>>

/** What both sides of one image came to. */
async function judged(planned: Planned, at: number, results: Results, failing: Side): Promise<Built> {
  const [a, b] = [results.A[at], results.B[at]]
  const beside = (side: Side) =>
    results[side].filter((one, index) => one && index !== at && !hasFailed(one)) as SideBuild[]
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
  const { varied, b } = asItsClockWas(before.varied, built)
  const foreign = foreignTimes(a, b, { ...before, varied })
  const { planned } = foreign
  const { platform, proving, request, plans, layout } = planned
  const { image, options, ports, sources, setting } = proving
  const doubts = [
    ...versionDoubts(setting.builders),
    ...platformDoubts(platformBuildOf(planned), a, b),
    ...auditSides(a, b, planned.beside),
    ...foreign.doubts,
    ...momentDoubt(a, b),
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
