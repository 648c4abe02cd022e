import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { auditSides } from './build/audit.ts'
import { type BuiltPair, ImageError, type OpenedImages, openImages, sharedLayers, sparing } from './build/blobs.ts'
import { planSide, type Run, runAgain, type SidePlan } from './build/plan.ts'
import { makeFromCache, makeProbe } from './build/probe.ts'
import { buildSide, hasFailed } from './build/run.ts'
import { requestOf, type Setting } from './build/setting.ts'
import { compareImages } from './compare/compare.ts'
import { contentsOf } from './compare/contents.ts'
import { blameLayers, stageLineage } from './explain/blame/blame.ts'
import { explain, type Probe, type StageReader } from './explain/explain.ts'
import { levelReasons } from './explain/level-reasons.ts'
import { unreadDifference } from './explain/unread.ts'
import { hostProblem } from './host/problem.ts'
import type { Stopwatch } from './host/stopwatch.ts'
import type { Comparison } from './image/comparison.ts'
import type { Contents } from './image/contents.ts'
import type { Descriptor } from './image/image.ts'
import { LayerError } from './image/layer-error.ts'
import type { Options } from './options/options.ts'
import { packageFacts } from './packages/facts.ts'
import type { Ports } from './ports.ts'
import type { PlatformResult } from './report/compose.ts'
import { compared, notBuilt } from './report/platform.ts'
import { sbomOf } from './sbom.ts'
import { makeStageReader } from './stage-images.ts'
import { type Sources, whatChanged } from './subjects/sources.ts'
import { digestLevel } from './verdict.ts'

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
interface Built extends BuiltPair {
  platform: string
  required: Options['level']
  doubts: string[]
  probe: Probe
  stages: StageReader
}

interface Read {
  images: OpenedImages
  comparison: Comparison
}

/** Why the images could not be read, and the layers that are known to be equal. */
interface Unread {
  unread: string
  shared: Descriptor[]
}

/** Builds one platform twice, and tells how the two images agree, and if not, why. */
export async function provePlatform(platform: string, proving: Proving): Promise<PlatformResult> {
  const { ports, setting } = proving
  const built = await buildTwice(platform, proving, setting.run)
  if ('failed' in built) return built.failed
  const read = await readPair(built, proving)
  if (!('unread' in read)) return explained(built, read, proving)
  if (digestLevel(built.a, built.b) !== 'different' || ports.signal.aborted)
    return unreadable(built, read.unread, ports)
  return (await provenAgain(platform, proving, read)) ?? unreadable(built, read.unread, ports)
}

/**
 * Both sides, one after the other.
 * @param kept given, the images are exported as they are built, whatever the builder's cache drops later; without these layers
 */
async function buildTwice(
  platform: string,
  { options, ports, sources, setting, watch }: Proving,
  run: Run,
  kept?: readonly Descriptor[],
): Promise<Built | { failed: PlatformResult }> {
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

async function readPair(built: Built, { ports, watch }: Proving): Promise<Read | Unread> {
  let images: OpenedImages | null = null
  try {
    return await watch.time('compare', () =>
      ports.log.group('Compare', async () => {
        images = await openImages(ports, built)
        return { images, comparison: await compareImages({ ...images, signal: ports.signal }) }
      }),
    )
  } catch (error) {
    const shared = images === null ? [] : sharedLayers(images)
    if (ports.signal.aborted || error instanceof ImageError || error instanceof LayerError)
      return { unread: String((error as Error).message), shared }
    const problem = hostProblem(error)
    if (problem === null) throw error
    return { unread: problem, shared }
  }
}

/**
 * A difference whose layers the builder has dropped is looked for in two more builds, whose images are kept. Null when
 * those do not show it.
 */
async function provenAgain(
  platform: string,
  proving: Proving,
  { unread, shared }: Unread,
): Promise<PlatformResult | null> {
  const { ports, setting } = proving
  ports.log.warning(`${unread} Both sides are built once more, and kept, to see where they differ.`)
  const built = await buildTwice(platform, proving, runAgain(setting.run), shared)
  if ('failed' in built || digestLevel(built.a, built.b) !== 'different') return null
  const read = await readPair(built, proving)
  return 'unread' in read ? null : explained(built, read, proving)
}

async function explained(built: Built, { images, comparison }: Read, proving: Proving): Promise<PlatformResult> {
  const { options, ports, sources, setting, watch } = proving
  const { a, b, probe, stages } = built
  const { dockerfile } = sources
  const { target, buildArgs } = options
  const contents = contentsOf(images.open, ports.signal)
  const { findings } = await watch.time('explain', () =>
    ports.log.group('Explain', async () =>
      explain({
        ...{ ...images, comparison, dockerfile, a, b, target, buildArgs, probe, stages, contents },
        epoch: setting.epoch.seconds,
        packages: await packageFacts(comparison, contents, ports.signal),
      }),
    ),
  )
  const layers = {
    A: blameLayers(a.provenance, images.imageA, dockerfile, target, buildArgs),
    B: blameLayers(b.provenance, images.imageB, dockerfile, target, buildArgs),
  }
  const reasons = levelReasons({
    ...{ ...images, comparison, dockerfile, lineage: stageLineage(dockerfile, target, buildArgs) },
    lineOf: (index, side) => layers[side][index],
  })
  const result = compared({
    ...{ ...built, images, comparison, layers },
    ...{ level: comparison.level, levelReasons: reasons, findings },
  })
  return options.sbom === undefined || result.verdict !== 'reproducible'
    ? result
    : { ...result, sbom: await sbomOfProven(images, contents, built.platform, proving) }
}

/** Both images are alike, so one side's is that of both. */
async function sbomOfProven(
  images: OpenedImages,
  contents: Contents,
  platform: string,
  { ports, setting, watch, version }: Proving,
): Promise<string | null> {
  const subject = {
    ...{ side: 'A' as const, image: images.imageA, name: null, platform, version },
    ...{ epoch: setting.epoch.seconds, contents, prepare: () => images.whole('A') },
  }
  return await watch.time('sbom', () => ports.log.group('SBOM', () => sbomOf(subject, ports.log, ports.signal)))
}

/** Digests that differ are a proof without any look into the images; only their explanation is missing. */
function unreadable(built: Built, reason: string, ports: Ports): PlatformResult {
  const level = digestLevel(built.a, built.b)
  const missing = level === 'different' ? 'the difference is not explained' : 'the report has no table of layers'
  ports.log.warning(`The images could not be read again, so ${missing}: ${reason}`)
  const unsure = level === 'different' && built.required === 'same-files'
  const doubts = unsure ? [`The files of the two images could not be compared: ${reason}`] : []
  return compared({
    ...built,
    ...{ images: null, comparison: null, layers: { A: [], B: [] }, level },
    findings: level === 'different' ? [unreadDifference(reason)] : [],
    doubts: [...built.doubts, ...doubts],
  })
}
