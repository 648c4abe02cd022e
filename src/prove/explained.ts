import { emptyBuildDoubt, emptyDoubt, uncheckedDownloads } from '../build/audit.ts'
import type { OpenedImages } from '../build/blobs.ts'
import { momentDoubt } from '../build/same-moment.ts'
import { contentsOf } from '../compare/contents.ts'
import { blameLayers, stageLineage } from '../explain/blame/blame.ts'
import { explain } from '../explain/explain.ts'
import { levelReasons } from '../explain/level-reasons.ts'
import { unreadDifference } from '../explain/unread.ts'
import { hostProblem } from '../host/problem.ts'
import type { Contents } from '../image/contents.ts'
import { packageFacts } from '../packages/facts.ts'
import type { Ports } from '../ports.ts'
import { compared } from '../report/platform.ts'
import { sbomOf } from '../sbom.ts'
import { digestLevel, type Level } from '../verdict.ts'
import { atLinked } from './linked-blame.ts'
import type { Pair, Proving } from './pair.ts'
import type { Read } from './read.ts'
import type { PlatformResult } from './result.ts'

/** What two images that could be read prove, and why they differ. */
export async function explained(pair: Pair, read: Read, proving: Proving): Promise<PlatformResult> {
  try {
    return await lookedAt(pair, read, proving)
  } catch (error) {
    // That they differ is known, whatever this machine lacks to see why.
    const problem = hostProblem(error)
    if (problem === null) throw error
    return unreadable(pair, problem, proving.ports)
  }
}

async function lookedAt(
  pair: Pair,
  { images, comparison, databases }: Read,
  proving: Proving,
): Promise<PlatformResult> {
  const { options, ports, sources, setting, watch } = proving
  const { a, b, probe, stages } = pair
  const { dockerfile } = sources
  const { target, buildArgs } = options
  const contents = contentsOf(images.open, ports.signal)
  const { findings, entries } = await watch.time('explain', () =>
    ports.log.group('Explain', async () =>
      explain({
        ...{ ...images, comparison, dockerfile, a, b, target, buildArgs, probe, stages, contents },
        signal: ports.signal,
        epoch: setting.epoch.seconds,
        packages: await packageFacts(comparison, contents, ports.signal, databases),
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
    ...{ ...pair, images, comparison, layers },
    ...{ level: comparison.level, levelReasons: reasons, findings: atLinked(findings, proving), entries },
    doubts: [
      ...pair.doubts,
      ...sameFilesDoubts(pair, comparison.level),
      ...emptyDoubt(images.imageA.manifest.layers.length, comparison.level),
    ],
  })
  const told = { ...result, variations: variedIn(pair), planA: pair.planA, planB: pair.planB }
  return options.sbom === undefined || result.verdict !== 'reproducible'
    ? told
    : { ...told, sbom: await sbomOfProven(images, contents, pair.platform, proving) }
}

/**
 * What digests that differ did not let anybody doubt: where the same files are enough, files that are the same by chance, or
 * because both builds were given one copy, prove as little as equal digests would.
 */
export const sameFilesDoubts = (
  { a, b, required, planned }: Pick<Pair, 'a' | 'b' | 'required' | 'planned'>,
  level: Level,
): string[] =>
  level === 'same-files' && required === 'same-files'
    ? [...momentDoubt(a, b, planned.beside, true), ...uncheckedDownloads(a, b, true)]
    : []

/** What was varied in the very pair that decides: of a B built as A was, that is nothing, whatever was tried before it. */
const variedIn = ({ planned }: Pair): string[] => planned.varied.variations.map(({ id }) => id)

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
export function unreadable(pair: Pair, reason: string, ports: Ports): PlatformResult {
  const level = digestLevel(pair.a, pair.b)
  const missing = level === 'different' ? 'the difference is not explained' : 'the report has no table of layers'
  ports.log.warning(`The images could not be read again, so ${missing}: ${reason}`)
  const unsure = level === 'different' && pair.required === 'same-files'
  const doubts = unsure ? [`The files of the two images could not be compared: ${reason}`] : []
  const result = compared({
    ...pair,
    ...{ images: null, comparison: null, layers: { A: [], B: [] }, level },
    findings: level === 'different' ? [unreadDifference(reason)] : [],
    doubts: [...pair.doubts, ...doubts, ...emptyBuildDoubt(pair.a, level)],
  })
  return { ...result, variations: variedIn(pair), planA: pair.planA, planB: pair.planB }
}
