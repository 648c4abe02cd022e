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
import type { Comparison } from './image/comparison.ts'
import { LayerError } from './image/layer-error.ts'
import type { Options } from './options/options.ts'
import type { Ports } from './ports.ts'
import type { PlatformResult } from './report/compose.ts'
import { compared, notBuilt } from './report/platform.ts'
import { type Sources, whatChanged } from './sources.ts'
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
}

/** Both sides built, and what to think of that; the parts of a result that are known before any image is read. */
interface Built {
  platform: string
  a: SideBuild
  b: SideBuild
  required: Options['level']
  doubts: string[]
}

/** Builds one platform twice, and tells how the two images agree, and if not, why. */
export async function provePlatform(platform: string, proving: Proving): Promise<PlatformResult> {
  const { options, ports, sources, setting, watch } = proving
  const request = requestOf(options, setting, platform)
  const [planA, planB] = [planSide(request, 'A', setting.run), planSide(request, 'B', setting.run)]
  const a = await watch.time('buildA', () => ports.log.group(`Build A (${platform})`, () => buildSide(ports, planA)))
  if (hasFailed(a)) return notBuilt(platform, a, sources.dockerfile.file)
  await setTimeout(Math.max(0, a.startedAt + gapMs - ports.now()), null, { signal: ports.signal }).catch(() => {})
  const b = await watch.time('buildB', () => ports.log.group(`Build B (${platform})`, () => buildSide(ports, planB)))
  if (hasFailed(b)) return notBuilt(platform, b, sources.dockerfile.file)

  const doubts = [...auditSides(a, b), ...(await whatChanged(sources, options))]
  const built: Built = { platform, a, b, required: options.level, doubts }
  const read = await watch.time('compare', () =>
    ports.log.group('Compare', () => readAndCompare(ports, { a, b, planA, planB })),
  )
  if ('unread' in read) return unreadable(built, read.unread, ports)

  const { images, comparison } = read
  const { dockerfile } = sources
  const { target, buildArgs } = options
  const { findings } = await watch.time('explain', () =>
    ports.log.group('Explain', () =>
      explain({
        ...{ ...images, comparison, dockerfile, a, b, target, buildArgs },
        epoch: setting.epoch.seconds,
        probe: makeProbe(ports, request, setting.run),
      }),
    ),
  )
  const layers = {
    A: blameLayers(a.provenance, images.imageA, dockerfile, target, buildArgs),
    B: blameLayers(b.provenance, images.imageB, dockerfile, target, buildArgs),
  }
  return compared({ ...built, images, comparison, layers, level: comparison.level, findings })
}

async function readAndCompare(
  ports: Ports,
  sides: Parameters<typeof openImages>[1],
): Promise<{ images: OpenedImages; comparison: Comparison } | { unread: string }> {
  try {
    const images = await openImages(ports, sides)
    return { images, comparison: await compareImages({ ...images, signal: ports.signal }) }
  } catch (error) {
    if (ports.signal.aborted || error instanceof ImageError || error instanceof LayerError)
      return { unread: String((error as Error).message) }
    const problem = hostProblem(error)
    if (problem === null) throw error
    return { unread: problem }
  }
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
