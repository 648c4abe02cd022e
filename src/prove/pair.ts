import { join } from 'node:path'
import { auditSides } from '../build/audit.ts'
import { type BuiltPair, sparing } from '../build/blobs.ts'
import type { BuildFailure, SideBuild } from '../build/build.ts'
import { planSide, type Run, type SidePlan } from '../build/plan.ts'
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
import { inOrder, type SideWork } from './order.ts'
import { makeStageReader } from './stage-images.ts'

/** What every platform of a run shares. */
export interface Proving {
  options: Options
  ports: Ports
  sources: Sources
  setting: Setting
  watch: Stopwatch
  /** Our own, for what is written. */
  version: string
}

/** Both sides built, and what to think of that; the parts of a result that are known before any image is read. */
export interface Pair extends BuiltPair {
  platform: string
  required: Options['level']
  doubts: string[]
  probe: Probe
  stages: StageReader
}

/**
 * Both sides: one after the other, side by side where each has its own builder.
 * @param kept given, the images are exported as they are built, whatever the builder's cache drops later; without these layers
 */
export async function buildPair(
  platform: string,
  { options, ports, sources, setting, watch }: Proving,
  run: Run,
  kept?: readonly Descriptor[],
): Promise<Pair | { failed: PlatformResult }> {
  const request = requestOf(options, setting, platform)
  const [planA, planB] = [planSide(request, 'A', run), planSide(request, 'B', run)]
  const layout = join(ports.tempDir, `layout-${platform.replaceAll('/', '-')}-${run.nonce}`)
  const build =
    (plan: SidePlan): SideWork<SideBuild | BuildFailure> =>
    ports =>
      watch.time(`build${plan.side}`, () =>
        ports.log.group(`Build ${plan.side} (${platform})`, () =>
          kept ? sparing(kept, layout, () => buildSide(ports, plan, layout)) : buildSide(ports, plan),
        ),
      )
  // Two exports at a time into one layout would write over each other.
  const sideBySide = setting.builders.A !== setting.builders.B && kept === undefined
  const inOneGroup = <T>(work: () => Promise<T>) =>
    sideBySide ? ports.log.group(`Build A and B side by side (${platform})`, work) : work()
  const built = await inOneGroup(() =>
    inOrder<SideBuild, BuildFailure>(ports, { A: build(planA), B: build(planB) }, { sideBySide, failed: hasFailed }),
  )
  if ('failed' in built) return { failed: notBuilt(platform, built.failed, sources.dockerfile.file) }
  const [a, b] = [built.A, built.B]
  const doubts = [...auditSides(a, b), ...(await whatChanged(sources, options))]
  const fromCache = makeFromCache(ports, request, run)
  const search = { probe: makeProbe(ports, fromCache), stages: makeStageReader(ports, fromCache) }
  return { ...{ platform, a, b, planA, planB, layout }, required: options.level, doubts, ...search }
}
