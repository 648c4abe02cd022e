import { join } from 'node:path'
import { auditSides, cacheNote, versionDoubt } from '../build/audit.ts'
import { sharedBases } from '../build/bases.ts'
import { type BuiltPair, sparing } from '../build/blobs.ts'
import { versionDoubts } from '../build/builders.ts'
import type { BuildFailure, Side, SideBuild } from '../build/build.ts'
import { type BuildRequest, planSide, type Run, type SidePlan } from '../build/plan.ts'
import { makeFromCache, makeProbe } from '../build/probe.ts'
import { buildSide, hasFailed } from '../build/run.ts'
import { requestOf, type Setting } from '../build/setting.ts'
import type { Probe, StageReader } from '../explain/explain.ts'
import type { Stopwatch } from '../host/stopwatch.ts'
import type { Descriptor } from '../image/image.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { PlatformResult } from '../report/compose.ts'
import { notBuilt } from '../report/platform.ts'
import { type Sources, whatChanged } from '../subjects/sources.ts'
import { namedLog } from './named-log.ts'
import { inOrder, type SideWork } from './order.ts'
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
}

export type Built = Pair | { failed: PlatformResult }

/** A job with its plans; a side's builds stand in the order of these. */
interface Planned extends Job {
  request: BuildRequest
  plans: Record<Side, SidePlan>
  layout: string
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
  const planned = jobs.map(job => plan(job, run))
  const [first] = planned
  if (first === undefined) return []
  const { ports, setting, watch } = first.proving
  const results: Record<Side, (SideBuild | BuildFailure | null)[]> = { A: [], B: [] }
  const side =
    (side: Side): SideWork<SideBuild[] | SideFailed> =>
    async ports => {
      const log = planned.length === 1 ? () => ports.log : ({ title }: Planned) => namedLog(ports.log, title)
      const build = (one: Planned, at: number): Promise<SideBuild | BuildFailure | null> =>
        // What A could not build, B need not.
        side === 'B' && results.A[at] && hasFailed(results.A[at])
          ? Promise.resolve(null)
          : buildOne(one, side, { ...ports, log: log(one) }, kept)
      results[side] = await watch.time(`build${side}`, () =>
        ports.log.group(`Build ${side} (${titleOf(planned)})`, () => Promise.all(planned.map(build))),
      )
      const built = results[side].filter(one => one !== null && !hasFailed(one)) as SideBuild[]
      if (side === 'A' && !sideBySide) await setting.pins.keep(built)
      return built.length > 0 ? built : { side }
    }
  // Two exports at a time into one layout would write over each other.
  const sideBySide = setting.builders.A !== setting.builders.B && kept === undefined
  const inOneGroup = <T>(work: () => Promise<T>) =>
    sideBySide ? ports.log.group(`Build A and B side by side (${titleOf(planned)})`, work) : work()
  const outcome = await inOneGroup(() =>
    inOrder<SideBuild[], SideFailed>(ports, { A: side('A'), B: side('B') }, { sideBySide, failed: isFailed }),
  )
  const failing: Side = 'failed' in outcome ? outcome.failed.side : 'A'
  return Promise.all(planned.map((one, at) => judged(one, at, results, failing, run)))
}

/** A side of which no image could be built; where both ended so, the other one was only stopped. */
interface SideFailed {
  side: Side
}

const isFailed = (result: SideBuild[] | SideFailed): result is SideFailed => 'side' in result

function plan({ platform, proving }: Job, run: Run): Planned {
  const { image, options, ports, setting } = proving
  const request = requestOf(options, setting, platform)
  const name = [...(image === null ? [] : [image]), platform].join('-').replace(/[^\w.-]/g, '-')
  return {
    ...{ platform, proving, request, title: image === null ? platform : `${image}, ${platform}` },
    plans: { A: planSide(request, 'A', run), B: planSide(request, 'B', run) },
    layout: join(ports.tempDir, `layout-${name}-${run.nonce}`),
  }
}

const buildOne = (
  { plans, layout }: Planned,
  side: Side,
  ports: Ports,
  kept: readonly Descriptor[] | undefined,
): Promise<SideBuild | BuildFailure> =>
  kept ? sparing(kept, layout, () => buildSide(ports, plans[side], layout)) : buildSide(ports, plans[side])

const titleOf = (planned: readonly Planned[]): string =>
  planned.length === 1 ? (planned[0] as Planned).title : `${planned.length} images`

/** What both sides of one image came to. */
async function judged(
  { platform, proving, request, plans, layout }: Planned,
  at: number,
  results: Readonly<Record<Side, readonly (SideBuild | BuildFailure | null)[]>>,
  failing: Side,
  run: Run,
): Promise<Built> {
  const { image, options, ports, sources } = proving
  const [a, b] = [results.A[at], results.B[at]]
  const failure = (failing === 'A' ? [a, b] : [b, a]).find(result => result && hasFailed(result))
  if (failure && hasFailed(failure)) return { failed: notBuilt(platform, failure, sources.dockerfile.file) }
  if (!a || !b || hasFailed(a) || hasFailed(b)) throw new Error('a build that neither failed nor ended')
  const beside = (side: Side) =>
    results[side].filter((one, index) => one && index !== at && !hasFailed(one)) as SideBuild[]
  const doubts = [
    ...versionDoubt(proving.setting.builders),
    ...auditSides(a, b, { A: beside('A'), B: beside('B') }),
    ...(await whatChanged(sources, options)),
    ...((await request.secrets.changed?.()) ?? []),
  ]
  const fromCache = makeFromCache(ports, request, run)
  const search = { probe: makeProbe(ports, fromCache), stages: makeStageReader(ports, fromCache) }
  const pair = { image, platform, a, b, planA: plans.A, planB: plans.B, layout }
  return { ...pair, required: options.level, doubts, notes: cacheNote(a), bases: sharedBases(a, b), ...search }
}
