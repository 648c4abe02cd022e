import type { BuildFailure, SideBuild } from './build.ts'
import { hasFailed } from './run.ts'

type Built = SideBuild | BuildFailure | null

/**
 * Of several builds that BuildKit did a failing step for once, only one is told its lines: the others of that Dockerfile
 * take them over.
 * @param files of each build, its Dockerfile
 */
export const withSharedLines = (built: readonly Built[], files: readonly string[]): Built[] =>
  built.map((one, at) => {
    if (one === null || !hasFailed(one) || one.line !== null || one.step === null) return one
    const told = built.find(
      (other, index): other is BuildFailure =>
        other !== null &&
        hasFailed(other) &&
        other.line !== null &&
        other.step === one.step &&
        files[index] === files[at],
    )
    return told === undefined ? one : { ...one, line: told.line, endLine: told.endLine }
  })
