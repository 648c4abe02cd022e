import type { Finding } from '../finding.ts'
import type { Comparison, LayerDifference } from '../image/comparison.ts'
import type { DifferingEntries } from '../image/differing-entry.ts'
import type { Image } from '../image/image.ts'
import { decide, type Level, type RequiredLevel } from '../verdict.ts'
import type { LayerLine, PlatformResult } from './compose.ts'
import { pullAgain } from './pull-again.ts'
import type { ReportFailure } from './report.ts'

/** The digests that a side was built with. */
interface SideDigests {
  digest: string
  configDigest: string
  startedAt: number
  began?: number
}

/** A side that failed: nothing could be compared. */
export function notBuilt(
  platform: string,
  {
    side,
    stopped,
    step,
    message,
    line,
    endLine,
    logTail,
  }: Omit<ReportFailure, 'location'> & { line: number | null; endLine: number | null },
  file: string,
): PlatformResult {
  const location = line === null ? null : { file, line, endLine: endLine ?? line }
  return {
    platform,
    verdict: 'undecided',
    level: null,
    doubts: [],
    findings: [],
    failure: { side, ...(stopped ? { stopped } : {}), step, message: inPlainWords(message), location, logTail },
    secondsApart: null,
    sides: [],
    ...{ differing: new Map(), alone: new Set<string>() },
    ...{ levelReasons: [], notes: [], pullAgain: null },
  }
}

/** BuildKit's own words repeat the whole command, which the step says already. */
function inPlainWords(message: string): string {
  const code = /^process "[\s\S]*" did not complete successfully: exit code: (\d{1,3})$/.exec(message)?.[1]
  if (code === undefined) return message
  const killed = code === '137' ? ' It was killed, as a program is when memory runs out.' : ''
  return `The command ended with exit code ${code}.${killed}`
}

/** Both sides were built, and their digests or files compared. */
export function compared(given: {
  platform: string
  a: SideDigests
  b: SideDigests
  images: { imageA: Image; imageB: Image } | null
  layers: { A: LayerLine[]; B: LayerLine[] }
  comparison: Comparison | null
  /** What digests alone prove: the level where there is no comparison. */
  level: Level
  required: RequiredLevel
  levelReasons?: string[]
  findings: Finding[]
  entries?: DifferingEntries
  doubts: string[]
  notes?: string[]
  bases?: string[]
}): PlatformResult {
  const { platform, a, b, images, layers, comparison, level, required, findings, doubts } = given
  return {
    platform,
    verdict: decide(level, required, doubts),
    level,
    doubts,
    findings,
    failure: null,
    secondsApart: apartOf(a, b) / 1000,
    sides: [
      { side: 'A', digest: a.digest, configDigest: a.configDigest, image: images?.imageA ?? null, layers: layers.A },
      { side: 'B', digest: b.digest, configDigest: b.configDigest, image: images?.imageB ?? null, layers: layers.B },
    ],
    differing: new Map(comparison?.layers.map(layer => [nameOf(layer), layer.total])),
    alone: new Set(comparison?.layers.filter(({ a, b }) => a === null || b === null).map(nameOf)),
    levelReasons: given.levelReasons ?? [],
    ...(given.entries ? { entries: given.entries } : {}),
    notes: given.notes ?? [],
    bases: given.bases ?? [],
    pullAgain: images && pullAgain(platform, images.imageA, images.imageB, comparison, layers.B),
  }
}

/** The clock of the day may be set between two builds: that they were days apart would be no truth, and less than nothing none at all. */
const apartOf = (a: SideDigests, b: SideDigests): number =>
  a.began !== undefined && b.began !== undefined
    ? Math.max(0, b.began - a.began)
    : Math.max(0, b.startedAt - a.startedAt)

const nameOf = ({ index, a }: LayerDifference): string => `${a === null ? 'B' : 'A'}${index}`

/** A platform whose images could not be set against each other: one cannot be read, or is not there. */
export function notCompared(
  platform: string,
  told: Pick<PlatformResult, 'verdict' | 'level' | 'doubts' | 'findings'>,
): PlatformResult {
  return {
    ...{ platform, ...told, failure: null, secondsApart: null, sides: [], differing: new Map(), alone: new Set() },
    ...{ levelReasons: [], notes: [], pullAgain: null },
  }
}
