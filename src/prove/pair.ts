import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { auditSides } from '../build/audit.ts'
import { type BuiltPair, sparing } from '../build/blobs.ts'
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
import { makeStageReader } from './stage-images.ts'

/** A zip keeps times in steps of two seconds: a shorter gap between the builds could hide one. */
const gapMs = 3000

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
 * Both sides, one after the other.
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
  const build = (plan: SidePlan) =>
    watch.time(`build${plan.side}`, () =>
      ports.log.group(`Build ${plan.side} (${platform})`, () =>
        kept ? sparing(kept, layout, () => buildSide(ports, plan, layout)) : buildSide(ports, plan),
      ),
    )
  const a = await build(planA)
  if (hasFailed(a)) return { failed: notBuilt(platform, a, sources.dockerfile.file) }
  await setTimeout(Math.max(0, a.startedAt + gapMs - ports.now()), null, { signal: ports.signal }).catch(() => {})
  const b = await build(planB)
  if (hasFailed(b)) return { failed: notBuilt(platform, b, sources.dockerfile.file) }
  const doubts = [...auditSides(a, b), ...(await whatChanged(sources, options))]
  const fromCache = makeFromCache(ports, request, run)
  const search = { probe: makeProbe(ports, fromCache), stages: makeStageReader(ports, fromCache) }
  return { ...{ platform, a, b, planA, planB, layout }, required: options.level, doubts, ...search }
}
