import { byWeight, type Finding } from '../finding.ts'
import type { DifferingEntries } from '../image/differing-entry.ts'
import type { Image } from '../image/image.ts'
import { layersOf } from '../image/manifest.ts'
import { type Against, type Level, levels, type Scope, type Verdict, worst } from '../verdict.ts'
import { entriesOf } from './entries.ts'
import { layersAcross } from './layers-across.ts'
import type { PullAgain, Report, ReportBuild, ReportFailure, ReportResult } from './report.ts'
import type { SmokeResult } from './smoke-report.ts'

/** What was found out about one platform. Sides that were not built, or not read, are absent. */
export interface PlatformResult {
  /** Its name in a bake or compose file; null or absent for the one image of a Dockerfile. */
  image?: string | null
  /** Its Dockerfile; absent where there is but one. */
  file?: string
  platform: string
  verdict: Verdict
  level: Level | null
  doubts: string[]
  findings: Finding[]
  failure: ReportFailure | null
  /** Between the starts of the two builds; null when B never started. */
  secondsApart: number | null
  sides: { side: 'A' | 'B'; digest: string; configDigest: string; image: Image | null; layers: LayerLine[] }[]
  /** Differing paths by side and layer: `A3`, and `B4` of one that A has not. */
  differing: ReadonlyMap<string, number>
  /** Layers that only one side has, named likewise. */
  alone: ReadonlySet<string>
  /** Why the level is not a stronger one. */
  levelReasons: string[]
  /** The paths that differ; absent where nobody looked. */
  entries?: DifferingEntries
  notes: string[]
  /** The base images of both sides, as `debian:12@sha256:…`. */
  bases?: string[]
  pullAgain: PullAgain | null
  /** Ids of what was varied on purpose between A and B; absent: nothing. */
  variations?: readonly string[]
  /** Ids of what was varied in a build beside those two; absent: there was none. */
  tried?: readonly string[]
  /** What its one build was held against; absent: it was built twice, or not at all. */
  against?: Against
  /** What the user's command did in both; absent where there is none. */
  smoke?: Omit<SmokeResult, 'image'>
  /** The bill of materials of the proven image, as text; absent where none was asked for. */
  sbom?: string | null
}

/** Where a layer comes from. */
export interface LayerLine {
  base: boolean
  instruction: string
  line: number | null
  endLine: number | null
}

/** What does not depend on the platform. */
export type ReportFrame = Pick<
  Report,
  'ingredients' | 'tool' | 'command' | 'requiredLevel' | 'subject' | 'ignored' | 'versions' | 'timings'
> &
  Pick<Report, 'suggested' | 'images'> & { notes?: string[] } & {
    findings: Finding[]
    doubts: string[]
    epoch: Scope['epoch']
    /** What one build was held against; absent: there were two, or none. */
    against?: NonNullable<Scope['against']>
    /** One builder for both sides where it is left out. */
    machines?: Scope['machines']
    /** What was run in the images; null or absent: nothing. */
    smoke?: { text: string; files: string[] } | null
  }

/** Puts together what there is to tell: the worst of all platforms decides. */
export function composeReport(frame: ReportFrame, platforms: readonly PlatformResult[]): Report {
  const nameOf = namesOf(platforms)
  const told = (of: 'doubts' | 'levelReasons' | 'notes'): string[] =>
    platforms.flatMap(result => result[of].map(text => (nameOf(result) === '' ? text : `${nameOf(result)}: ${text}`)))
  const failures = platforms.flatMap(result => (result.failure ? [{ ...result.failure, ...imageOf(result) }] : []))
  return {
    schemaVersion: 1,
    tool: frame.tool,
    command: frame.command,
    ...(frame.images ? { images: frame.images } : {}),
    verdict: frame.command === 'lint' ? null : verdictOf(frame, platforms),
    level: weakest(platforms.map(({ level }) => level)),
    levelReasons: told('levelReasons'),
    requiredLevel: frame.requiredLevel,
    doubts: [...frame.doubts, ...told('doubts')],
    notes: [...(frame.notes ?? []), ...told('notes')],
    scope: (frame.command === 'gate' || frame.against) && platforms.length > 0 ? scopeOf(frame, platforms) : null,
    subject: frame.subject,
    ...(hasResults(frame) ? { results: platforms.map(result => resultOf(result, frame)) } : {}),
    builds: platforms.flatMap(result => result.sides.map(side => buildOf(result, side))),
    layers: platforms.flatMap(result => layersAcross(result).map(layer => ({ ...layer, ...imageOf(result) }))),
    ...entriesOf(platforms),
    pullAgain: platforms.flatMap(result => (result.pullAgain ? [{ ...result.pullAgain, ...imageOf(result) }] : [])),
    findings: [...frame.findings, ...findingsOf(platforms)].sort(byWeight),
    ingredients: frame.ingredients,
    ignored: frame.ignored,
    ...(frame.suggested?.length ? { suggested: frame.suggested } : {}),
    versions: frame.versions,
    timings: frame.timings,
    failure: failures[0] ?? null,
    ...(failures.length > 1 ? { failures } : {}),
    ...smokeOf(frame, platforms),
  }
}

function smokeOf({ smoke }: ReportFrame, platforms: readonly PlatformResult[]): Pick<Report, 'smoke'> {
  if (!smoke) return {}
  const results = platforms.flatMap(result => (result.smoke ? [{ ...imageOf(result), ...result.smoke }] : []))
  return { smoke: { command: smoke.text, files: smoke.files, results } }
}

/** Of two images what came of each platform is told already; of more, each has its own. */
const hasResults = ({ command, images }: ReportFrame): boolean => command === 'gate' || images?.others !== undefined

/** Fields are there only where there is a name to tell. */
const imageOf = ({ image }: PlatformResult): { image?: string } => (image ? { image } : {})

const resultOf = (result: PlatformResult, { subject: { file }, images }: ReportFrame): ReportResult => ({
  image: result.image ?? null,
  platform: result.platform,
  verdict: result.verdict,
  level: result.level,
  // Of several that one was held against, each row has the name of another: its side is B.
  digest: result.verdict === 'reproducible' ? (result.sides[images?.others ? 1 : 0]?.digest ?? null) : null,
  file: result.file ?? file,
  ...(result.against ? { against: result.against } : {}),
})

/** What tells a result from the others of its run. */
function namesOf(all: readonly PlatformResult[]): (result: PlatformResult) => string {
  const images = new Set(all.map(({ image }) => image ?? null))
  const platforms = new Set(all.map(({ platform }) => platform))
  return ({ image, platform }) =>
    [images.size > 1 ? image : null, platforms.size > 1 ? platform : null].filter(Boolean).join(', ')
}

/** What differs in a stage that several images have is one finding of them all, and so is what differs alike on several platforms. */
function findingsOf(all: readonly PlatformResult[]): Finding[] {
  const found = new Map<string, { finding: Finding; images: Set<string> }>()
  for (const { image, findings } of all)
    for (const finding of findings) {
      const key = JSON.stringify(finding)
      const known = found.get(key) ?? { finding, images: new Set() }
      found.set(key, known)
      if (image) known.images.add(image)
    }
  return [...found.values()].map(({ finding, images }) =>
    images.size > 0 ? { ...finding, images: [...images] } : finding,
  )
}

function scopeOf(frame: ReportFrame, platforms: readonly PlatformResult[]): Scope {
  const tried = [...new Set(platforms.flatMap(({ tried: ids = [] }) => ids))].sort()
  const against = frame.against ?? againstIn(platforms)
  return {
    variations: variedInAll(platforms),
    ...(tried.length > 0 ? { tried } : {}),
    machines: against ? 'unknown' : (frame.machines ?? 'same-machine'),
    secondsApart: leastGap(platforms),
    platforms: [...new Set(platforms.map(({ platform }) => platform))],
    epoch: frame.epoch,
    bases: [...new Set(platforms.flatMap(({ bases }) => bases ?? []))].sort(),
    ...(against ? { against } : {}),
  }
}

/** Of several that were built once, what is told of the oldest proof; and which they are, where others were built twice. */
function againstIn(platforms: readonly PlatformResult[]): Against | undefined {
  const held = platforms.filter(({ against }) => against !== undefined)
  const all = held.map(({ against }) => against as Against)
  const oldest = all.toSorted((a, b) => ((a.proof?.at ?? '') < (b.proof?.at ?? '') ? -1 : 1))[0]
  if (oldest === undefined) return undefined
  const nameOf = ({ image, platform }: PlatformResult): string => (image ? `${image} (${platform})` : platform)
  const isOne = all.every(({ name }) => name === oldest.name)
  return {
    ...oldest,
    ...(isOne ? {} : { name: `several runs, the first of them ${oldest.name}` }),
    ...(held.length < platforms.length ? { of: held.map(nameOf) } : {}),
  }
}

/** What was varied in every pair that was built: of less than that no verdict on the whole may speak. */
function variedInAll(results: readonly PlatformResult[]): string[] {
  const [first, ...others] = results.filter(({ sides }) => sides.length > 0)
  return (first?.variations ?? []).filter(id => others.every(({ variations = [] }) => variations.includes(id)))
}

/** Seconds between the starts of two builds, of the platform where they were closest; null when none was built twice. */
export function leastGap(platforms: readonly PlatformResult[]): number | null {
  const gaps = platforms.map(({ secondsApart }) => secondsApart).filter(gap => gap !== null)
  return gaps.length > 0 ? Math.min(...gaps) : null
}

/** A doubt about the whole run cannot be outweighed, except by a proven difference. */
function verdictOf(frame: ReportFrame, platforms: readonly PlatformResult[]): Verdict {
  const verdict = worst(platforms.map(result => result.verdict))
  return verdict === 'reproducible' && frame.doubts.length > 0 ? 'undecided' : verdict
}

function weakest(reached: readonly (Level | null)[]): Level | null {
  if (reached.length === 0 || reached.includes(null)) return null
  return levels[Math.max(...reached.map(level => levels.indexOf(level as Level)))] ?? null
}

function buildOf(
  result: PlatformResult,
  { side, digest, configDigest, image, layers }: PlatformResult['sides'][number],
): ReportBuild {
  return {
    ...imageOf(result),
    side,
    platform: result.platform,
    digest,
    configDigest,
    layers: (image ? layersOf(image) : []).map((layer, index) => ({
      digest: layer.descriptor.digest,
      diffId: layer.diffId,
      size: layer.descriptor.size,
      instruction: layers[index]?.instruction ?? '',
      line: layers[index]?.line ?? null,
    })),
  }
}
