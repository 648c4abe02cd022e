import type { BuildFailure, SideBuild } from './build.ts'
import { operationsIn } from './llb.ts'
import { hasFailed } from './run.ts'

/** What is known of the cache mounts that a run's builds leave with their builder. */
export interface CacheMounts {
  /** Told before a build of a Dockerfile of the run begins. */
  begun(): void
  /** Told when it has ended. */
  ended(build: SideBuild | BuildFailure): void
  /** False only when every build that began has told that no step of it has one. */
  mayBeLeft(): boolean
}

/**
 * Removing cache mounts makes the builder look through its whole cache, which takes seconds where that is big; most
 * Dockerfiles have none. Only builds of side A need to tell: B has the same steps.
 */
export function createCacheMounts(): CacheMounts {
  let unknown = 0
  return {
    begun() {
      unknown++
    },
    ended(build) {
      if (!hasFailed(build) && hasNone(build)) unknown--
    },
    mayBeLeft: () => unknown > 0,
  }
}

const hasNone = ({ provenance }: SideBuild): boolean =>
  operationsIn(provenance)?.every(({ cacheMounts }) => cacheMounts.length === 0) ?? false
