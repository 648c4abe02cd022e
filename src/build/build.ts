/** What building one side gave. The pipeline's currency between build and the rest; made by run.ts. */
export type Side = 'A' | 'B'

/** One step of a build as its progress told. */
export interface Step {
  /** LLB vertex digest. */
  digest: string
  /** As BuildKit prints it: `[builder 2/4] RUN make`. */
  name: string
  cached: boolean
  started: boolean
  completed: boolean
  error: string | null
  /** Milliseconds since 1970 by the builder's clock; 0 or absent when it never began. */
  startedAt?: number
  /** When its start was told here, by our own clock: never before it began. */
  toldAt?: number | undefined
  /** Milliseconds since 1970 by the builder's clock; 0 or absent when it never ended. */
  endedAt?: number
  /** When that was told, by our own clock. */
  endToldAt?: number | undefined
}

export interface SideBuild {
  side: Side
  /** `linux/amd64`. */
  platform: string
  /** Manifest and config digests of the image of that platform. */
  digest: string
  configDigest: string
  /** buildx build reference: builder/node/id. */
  ref: string
  steps: Step[]
  /** BuildKit said `rewriting layers with source-date-epoch N` for this epoch. */
  rewritten: boolean
  /** The LLB and its source map, as BUILDX_METADATA_PROVENANCE=max gives them; null when the metadata had none. Unvalidated JSON. */
  provenance: unknown
  /** What BuildKit warns of, each in one line: `InvalidBaseImagePlatform: Base image …`. Hostile text. */
  warnings?: string[]
  /** Milliseconds since 1970. */
  startedAt: number
  endedAt: number
  /** Milliseconds of a clock of this process that nobody sets, when it was started. */
  began?: number
  /** Steps whose log says that they did not see the clock that their builder shows; by their place in `steps`. */
  unshifted?: { step: number; reason: string; whole: boolean }[]
  /** By how much the builder showed programs the clock ahead, in milliseconds. */
  shifted?: number
  /** Whether the user let its steps be answered from a cache, as they may for build A. */
  fromCache?: boolean
}

/** What a build did, whether it then gave an image or failed. Without provenance its steps are all that is known of it. */
export type Work = Pick<SideBuild, 'provenance' | 'steps'>

/** Why a side has no image: the step that failed, and the end of its log. */
export interface BuildFailure {
  side: Side
  /** It was ended from outside; absent where it failed by itself. */
  stopped?: true
  /** The name of the failing step; null when the build did not come that far. */
  step: string | null
  message: string
  /** Lines of the Dockerfile, 1-based, where they are known. */
  line: number | null
  endLine: number | null
  /** The last lines of the failing step's log. Hostile text. */
  logTail: string[]
  /** What it did until then; builds at the same time may have left steps to it. */
  steps?: Step[]
}
