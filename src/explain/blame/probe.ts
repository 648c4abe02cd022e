import type { Comparison } from '../../image/comparison.ts'
import type { Contents } from '../../image/contents.ts'
import type { Image } from '../../image/image.ts'

/** What building a Dockerfile text from one side's cache gave. */
export type ProbeResult =
  | { kind: 'image'; configDigest: string }
  /** COPY found no such path. */
  | { kind: 'absent' }
  /** A step was not cached, the build failed, or it was aborted. */
  | { kind: 'unknown'; reason: string }

/** Builds, from that side's cache only, the image that the text describes. */
export type Probe = (side: 'A' | 'B', dockerfileText: string) => Promise<ProbeResult>

/** A stage as it is on both sides, and where the two differ. */
export interface StagePair {
  imageA: Image
  imageB: Image
  comparison: Comparison
  contents: Contents
  /** As `SideFacts` has it, of the builds from cache. */
  provenance: Record<'A' | 'B', unknown>
}

/**
 * Builds, from both sides' caches only, the image that the text describes, and lets it be looked at. Null when it could not
 * be had from there, or is too large for what it would tell.
 */
export type StageReader = <T>(dockerfileText: string, look: (pair: StagePair) => Promise<T>) => Promise<T | null>
