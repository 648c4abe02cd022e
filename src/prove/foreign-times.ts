import { borrowedIn } from '../build/audit.ts'
import type { Borrowed } from '../build/borrowed.ts'
import type { Side, SideBuild } from '../build/build.ts'
import { othersEnded } from '../build/other-builds.ts'
import { digestLevel } from '../verdict.ts'
import type { Planned, Proving } from './pair.ts'

const longestWaitMs = 10 * 60_000

/** Until the other builds on the builder have ended; they may be as long as this one. */
export const waitForOthers = ({ startedAt, endedAt }: SideBuild, { ports, setting }: Proving): Promise<void> =>
  othersEnded(ports, setting.builders.B, Math.min(longestWaitMs, 30_000 + 2 * (endedAt - startedAt)))

/** The sides with files of another run's checkout: the same names, contents and permissions, and other times. */
export function foreignSides(a: SideBuild, b: SideBuild, { beside }: Pick<Planned, 'beside'>): Side[] {
  const borrowed = borrowedIn(a, b, beside)
  return (['A', 'B'] as const).filter(side => borrowed[side].some(ofCheckout))
}

const ofCheckout = ({ checkout }: Borrowed): boolean => checkout

export const foreignDoubt =
  'Another run built equal files on this builder at the same time, and BuildKit copied them once for both: what differs may come from the times of its checkout. Run the gate again when the builder has less to do, or with a builder of its own (docker/setup-buildx-action).'

/** What to think of a pair with such a side: nothing bad where both came to the same. */
export function foreignTimes(
  a: SideBuild,
  b: SideBuild,
  planned: Planned,
): { planned: Planned; doubts: string[]; notes: string[] } {
  if (foreignSides(a, b, planned).length === 0) return { planned, doubts: [], notes: [] }
  if (digestLevel(a, b) === 'different') return { planned, doubts: [foreignDoubt], notes: [] }
  const { varied } = planned
  const variations = varied.variations.filter(({ id }) => id !== 'mtimes')
  const isLess = variations.length < varied.variations.length
  return {
    planned: isLess ? { ...planned, varied: { ...varied, variations } } : planned,
    doubts: [],
    notes: isLess
      ? [
          'Another run built equal files on this builder at the same time, and BuildKit copied them once for both, with the times of one checkout: the times of the context files do not count as varied.',
        ]
      : [],
  }
}
