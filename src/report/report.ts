import type { Finding, FindingLevel, Location } from '../finding.ts'
import type { DifferingEntry } from '../image/differing-entry.ts'
import { type Against, exitCode, type Level, type RequiredLevel, type Scope, type Verdict } from '../verdict.ts'
import type { ReportDrift } from './drift-report.ts'
import type { ReportSmoke } from './smoke-report.ts'
import { smokeState } from './smoke-words.ts'

/** What there is to tell, as one value: report.json is this, and every renderer is a pure function of it. */
export interface Report {
  /** Fields are added under the same version, never changed. */
  schemaVersion: 1
  tool: { name: 'repro-gate'; version: string }
  /** `gate` builds and compares, `lint` only reads the sources, `compare` only compares two images. */
  command: 'gate' | 'lint' | 'compare'
  /** The images of `compare`, named as the user named them; others that A was held against, too, where there are more than two. */
  images?: { A: string; B: string; others?: string[] }
  /** Null for lint. */
  verdict: Verdict | null
  /** How far the two images agree; null when they could not be compared. */
  level: Level | null
  /** Why it is not a stronger level: each a sentence, the strongest step down first. */
  levelReasons: string[]
  /** What the user asked for. */
  requiredLevel: RequiredLevel | null
  /** Why the verdict is undecided: each a sentence. */
  doubts: string[]
  /** What is true and belongs to no finding: each a sentence. */
  notes: string[]
  /** Null for lint and for compare, which build nothing. */
  scope: Scope | null
  /** What was gated or linted: `files` has every Dockerfile, `file` is the first; empty for compare without a Dockerfile. */
  subject: { context: string; file: string; files: string[]; target: string | null; commit: string | null }
  /** Of the gate: what came of each image for each platform, in the order they were named. */
  results?: ReportResult[]
  builds: ReportBuild[]
  /** Layers A|B by Dockerfile line, base layers included. */
  layers: ReportLayer[]
  /** The paths that differ, worst first, at most 5,000 of them; absent where none does or nobody looked. */
  entries?: ReportEntries
  /** What a node that has image A pulls again for image B: one for each platform whose layers differ. */
  pullAgain: PullAgain[]
  /** Worst first. */
  findings: Finding[]
  /** Where each kind of thing comes into the image, by the lint; null when it did not run. For the checklist. */
  ingredients: Record<Ingredient, Location[]> | null
  /** Findings that an ignore took out, with its reason. */
  ignored: { finding: Finding; reason: string | null; by: Location }[]
  /** The safe changes that `fix` would make without asking anybody, as unified diffs. */
  suggested?: { file: string; diff: string }[]
  /** buildx, buildkit, docker, driver, node: as they name themselves. */
  versions: Record<string, string>
  /** Milliseconds by stage: lint, buildA, buildB, compare, explain. */
  timings: Record<string, number>
  /** A build that failed: what and where. */
  failure: ReportFailure | null
  /** Paths of the logs of the builds, where they were kept. */
  logs?: string[]
  /** All of them, where there are several: of several images. */
  failures?: ReportFailure[]
  /** What became of publishing the image; absent where that was not asked for. */
  release?: ReportRelease
  /** What became of an image that was proven before; absent where it was not built again for that. */
  drift?: ReportDrift
  /** What a command did in both images; absent where there was none. */
  smoke?: ReportSmoke
}

/** A proven image that was to be published. */
export interface ReportRelease {
  /** `withheld`: nothing was pushed, because it was not proven, or the run fails. `failed`: it was proven, and is not released. */
  state: 'published' | 'withheld' | 'failed'
  /** Why it is not published, and what is there now; null where it is. */
  problem: string | null
  /**
   * What the tags stand for: the image's manifest, or an index of several platforms or of the image and its attestations.
   * Null where nothing was put together, or where there are several images.
   */
  digest: string | null
  /** The same of each of several images of a bake or compose file. */
  digests?: { image: string; digest: string }[]
  /** What was pushed by digest and read back, for each repository and platform. */
  images: { image?: string; repository: string; platform: string; digest: string; configDigest: string }[]
  /** Each tag as `ghcr.io/o/app:1.0`, and what it stood for before; null: it was not there. */
  tags: {
    /** Of a bake or compose file: whose tag it is. */
    image?: string
    name: string
    before: string | null
    /** `left`: it stands for the image although the release failed. `elsewhere`: somebody else moved it meanwhile. */
    state: 'moved' | 'untouched' | 'put-back' | 'left' | 'elsewhere' | 'unknown'
  }[]
  notes: string[]
}

/** One image for one platform. */
export interface ReportResult {
  /** Its name in a bake or compose file; null for the one image of a Dockerfile. */
  image: string | null
  platform: string
  verdict: Verdict
  level: Level | null
  /** Of the manifest; null where it is not proven. */
  digest: string | null
  /** Its Dockerfile. */
  file: string
  /** What its one build was held against; absent: it was built twice, or not at all. */
  against?: Against
}

/** `unreadCopies`: copies from a build context that was not at hand, or of a path that only the build knows. */
export type Ingredient = 'images' | 'osPackages' | 'languagePackages' | 'downloads' | 'contextCopies' | 'unreadCopies'

export interface ReportBuild {
  /** Its name in a bake or compose file; absent for the one image of a Dockerfile. So below. */
  image?: string
  side: 'A' | 'B'
  platform: string
  digest: string
  configDigest: string
  layers: { digest: string; diffId: string; size: number; instruction: string; line: number | null }[]
}

export interface ReportLayer {
  image?: string
  platform: string
  index: number
  instruction: string
  line: number | null
  endLine: number | null
  base: boolean
  equal: boolean
  digestA: string | null
  digestB: string | null
  sizeA: number | null
  sizeB: number | null
  differingPaths: number
}

export interface ReportEntries {
  /** Each with its platform, and the image where the run has several. */
  list: ReportEntry[]
  /** How many more differ, and are not listed. */
  more: number
}

export interface ReportEntry extends DifferingEntry {
  image?: string
  platform: string
}

/** What a node that has image A pulls again for image B, in bytes of layers as they are stored. */
export interface PullAgain {
  image?: string
  platform: string
  /** Bytes are those of compressed layers; false where a layer is stored as a plain tar. */
  compressed: boolean
  /** The lowest layer whose content differs; null when only the packaging of layers differs. */
  firstDiffering: { index: number; line: number | null; instruction: string } | null
  /** Layers of B, from the first differing one up, whose blobs A has not, and their bytes: what is pulled. */
  pullLayers: number
  pullBytes: number
  /** All layers of B from the first differing one up: what a node pulls that drops blobs once they are unpacked. */
  pullBytesAtMost: number
  /** All layers of B, and their bytes. */
  totalLayers: number
  totalBytes: number
  /** Layers of B above the first differing one: all are unpacked again. */
  layersAbove: number
  /** Those of them that A has too: they are unpacked again, but not pulled. */
  layersAboveEqual: number
  /** Layers below the first differing one that have the same content in another blob: not pulled, but stored twice. */
  repackedLayers: number
  repackedBytes: number
  /** Of the layers that are pulled, those that differ in file times alone: rewriting times makes them equal. */
  timesOnlyLayers: number
  timesOnlyBytes: number
}

export interface ReportFailure {
  image?: string
  /** It was ended from outside, by a limit or a person; absent where it failed by itself. */
  stopped?: true
  side: 'A' | 'B'
  step: string | null
  message: string
  location: Location | null
  logTail: string[]
}

/** All builds that failed. */
export const failuresOf = ({ failure, failures }: Pick<Report, 'failure' | 'failures'>): ReportFailure[] =>
  failures ?? (failure ? [failure] : [])

/**
 * How a run ends that has this report: as `exitCode` says, 1 where equal bytes did not behave the same, and 2 where what was
 * proven could not be released, or not be seen to behave the same.
 */
export const exitCodeOf = (report: Report, failOn: Parameters<typeof exitCode>[2]): 0 | 1 | 2 =>
  failOn !== 'never' && report.release?.state === 'failed'
    ? 2
    : failOn !== 'never' && report.verdict === 'reproducible' && smokeState(report) === 'differs'
      ? 1
      : exitCode(report.verdict, countByLevel(report.findings), failOn) ||
        (failOn !== 'never' && isUnsure(report) ? 2 : 0)

/** The command that was to show how the images behave shows nothing: that is no pass. */
const isUnsure = (report: Report): boolean => ['failed', 'not-run'].includes(smokeState(report) ?? 'same')

/** Whether it was the lint that found all errors and warnings: builds may have shown some that leave the verdict as it is. */
export const isOfLint = (findings: readonly Finding[]): boolean =>
  findings.every(({ source, level }) => source !== 'comparison' || level === 'notice')

/** How many findings of each level. */
export function countByLevel(findings: readonly Finding[]): Record<FindingLevel, number> {
  const counts = { error: 0, warning: 0, notice: 0 }
  for (const finding of findings) counts[finding.level]++
  return counts
}
