import type { SideBuild } from './build.ts'
import type { ProgressEvent } from './progress.ts'
import { notShifted } from './runtime-wrapper.ts'

/** Steps that did not, or not wholly, see the clock that their builder shows. */
export interface Unshifted {
  read(event: ProgressEvent): void
  /** Why, by the place of the step in the list of all; at most 200. */
  reasons(): { step: number; reason: string; whole: boolean }[]
}

const most = 200
const unloadable = /object '[^']{0,200}libfaketime[^']{0,50}' from LD_PRELOAD cannot be preloaded/

/** Reads the log of a build for what the runtime and the dynamic loader say there. */
export function createUnshifted(): Unshifted {
  const found = new Map<number, { reason: string; whole: boolean }>()
  return {
    read(event) {
      if (event.kind !== 'log' || (found.size >= most && !found.has(event.number))) return
      if (event.text.startsWith(notShifted))
        found.set(event.number, { reason: event.text.slice(notShifted.length, notShifted.length + 100), whole: true })
      else if (!found.has(event.number) && unloadable.test(event.text))
        found.set(event.number, { reason: 'some of its programs cannot load the library', whole: false })
    },
    reasons: () => [...found].map(([number, why]) => ({ step: number - 1, ...why })),
  }
}

/** The steps of a build that ran programs and saw the machine's own clock, and how many ran any. */
export function unshiftedRuns(
  { steps, unshifted = [] }: Pick<SideBuild, 'steps' | 'unshifted'>,
  runs: readonly SideBuild['steps'][number][],
): { of: number; whole: number; part: number; reasons: string[] } {
  const own = unshifted.filter(({ step }) => runs.some(run => run === steps[step]))
  const whole = own.filter(one => one.whole).length
  return {
    ...{ of: runs.length, whole, part: own.length - whole },
    reasons: [...new Set(own.map(({ reason }) => reason))].slice(0, 3),
  }
}
