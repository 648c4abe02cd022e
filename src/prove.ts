import { setTimeout } from 'node:timers/promises'
import { auditSides } from './build/audit.ts'
import { ImageError, type OpenedImages, openImages } from './build/blobs.ts'
import type { SideBuild } from './build/build.ts'
import { planSide } from './build/plan.ts'
import { makeProbe } from './build/probe.ts'
import { buildSide, hasFailed } from './build/run.ts'
import { requestOf, type Setting } from './build/setting.ts'
import { compareImages } from './compare/compare.ts'
import { blameLayers } from './explain/blame.ts'
import { explain } from './explain/explain.ts'
import { unreadDifference } from './explain/unread.ts'
import { hostProblem } from './host/problem.ts'
import type { Stopwatch } from './host/stopwatch.ts'
import { LayerError } from './image/layer-error.ts'
import type { Options } from './options/options.ts'
import type { Ports } from './ports.ts'
import type { PlatformResult } from './report/compose.ts'
import { compared, notBuilt } from './report/platform.ts'
import { type Sources, whatChanged } from './sources.ts'
import { digestLevel } from './verdict.ts'

/** A zip keeps times in steps of two seconds: a shorter gap between the builds could hide one. */
const gapMs = 3000

/** Builds one platform twice, and tells how the two images agree, and if not, why. */
export async function provePlatform(
  platform: string,
  {
    options,
    ports,
    sources,
    setting,
    watch,
  }: { options: Options; ports: Ports; sources: Sources; setting: Setting; watch: Stopwatch },
): Promise<PlatformResult> {
  const request = requestOf(options, setting, platform)
  const [planA, planB] = [planSide(request, 'A', setting.run), planSide(request, 'B', setting.run)]
  const a = await watch.time('buildA', () => ports.log.group(`Build A (${platform})`, () => buildSide(ports, planA)))
  if (hasFailed(a)) return notBuilt(platform, a, sources.dockerfile.file)
  await setTimeout(Math.max(0, a.startedAt + gapMs - ports.now()), null, { signal: ports.signal }).catch(() => {})
  const b = await watch.time('buildB', () => ports.log.group(`Build B (${platform})`, () => buildSide(ports, planB)))
  if (hasFailed(b)) return notBuilt(platform, b, sources.dockerfile.file)

  const doubts = [...auditSides(a, b), ...(await whatChanged(sources, options))]
  const outcome = { platform, a, b, required: options.level, doubts }
  const read = await watch.time('compare', () => ports.log.group('Compare', () => readAndCompare(a, b)))
  if ('unread' in read) return unread(read.unread)

  const { images, comparison } = read
  const { dockerfile } = sources
  const layersOf = (build: SideBuild, image = images.imageA) =>
    blameLayers(build.provenance, image, dockerfile, options.target, options.buildArgs)
  const layers = { A: layersOf(a), B: layersOf(b, images.imageB) }
  const { findings } = await watch.time('explain', () =>
    ports.log.group('Explain', () =>
      explain({
        ...{ ...images, comparison, dockerfile, a, b, target: options.target, buildArgs: options.buildArgs },
        epoch: setting.epoch.seconds,
        probe: makeProbe(ports, request, setting.run),
      }),
    ),
  )
  return compared({ ...outcome, images, comparison, layers, level: comparison.level, findings })

  async function readAndCompare(a: SideBuild, b: SideBuild) {
    let images: OpenedImages | null = null
    try {
      images = await openImages(ports, { a, b, planA, planB })
      return { images, comparison: await compareImages({ ...images, signal: ports.signal }) }
    } catch (error) {
      if (ports.signal.aborted || error instanceof ImageError || error instanceof LayerError)
        return { unread: String((error as Error).message) }
      const problem = hostProblem(error)
      if (problem !== null) return { unread: problem }
      throw error
    }
  }

  /** Digests that differ are a proof without any look into the images; only their explanation is missing. */
  function unread(reason: string): PlatformResult {
    const level = digestLevel(a as SideBuild, b as SideBuild)
    const sure = level !== 'different' || options.level !== 'same-files'
    ports.log.warning(`The images could not be read again, so the difference is not explained: ${reason}`)
    const unsure = sure ? [] : [`The files of the two images could not be compared: ${reason}`]
    const findings = level === 'different' ? [unreadDifference(reason)] : []
    const nothing = { images: null, comparison: null, layers: { A: [], B: [] }, findings }
    return compared({
      ...outcome,
      ...nothing,
      a: a as SideBuild,
      b: b as SideBuild,
      level,
      doubts: [...doubts, ...unsure],
    })
  }
}
