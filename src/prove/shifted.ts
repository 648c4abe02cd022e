import type { SideBuild, Work } from '../build/build.ts'
import { runsOf } from '../build/same-moment.ts'
import { unshiftedRuns } from '../build/unshifted.ts'
import { fresh } from '../build/variations/fresh.ts'
import type { Varied } from '../build/variations/vary.ts'

/**
 * What was varied, as build B's log tells in the end, and B with the clock that its programs saw. Where none of them saw it,
 * it was the new builder alone.
 * @param beside builds of other images, which may have run a step for this one
 */
export function asItsClockWas(
  varied: Varied,
  b: SideBuild,
  beside: readonly Work[] = [],
): { varied: Varied; b: SideBuild } {
  const clock = varied.variations.find(({ builder }) => builder?.clockAhead !== undefined)
  if (clock === undefined) return { varied, b }
  const { of, whole, part, reasons } = unshiftedRuns(b, runsOf(b, beside))
  const why = reasons.join('; ')
  if (of > 0 && whole === of) {
    const others = varied.variations.filter(one => one !== clock && one !== fresh)
    const note = `The variation ${clock.id} had no effect: in no RUN of build B could libfaketime be loaded (${why}).`
    return { varied: { ...varied, variations: [...others, fresh], notes: withNote(varied, note) }, b }
  }
  const note = `The variation ${clock.id} did not reach all of build B: ${whole + part} of ${of} RUN saw the clock of the machine, at least in part (${why}).`
  return {
    varied: whole + part > 0 ? { ...varied, notes: withNote(varied, note) } : varied,
    b: { ...b, shifted: (clock.builder?.clockAhead ?? 0) * 1000 },
  }
}

const withNote = ({ notes }: Varied, note: string): readonly string[] =>
  notes.includes(note) ? notes : [...notes, note]
