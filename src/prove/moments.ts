import { sameMoment } from '../build/same-moment.ts'
import type { PlatformResult } from '../report/compose.ts'
import { digestLevel } from '../verdict.ts'
import { withAnotherB } from './again.ts'
import type { Pair, Proving } from './pair.ts'

/**
 * Builds B once more, later, where both builds ran a step in the same moment and came to the same: a time that it wrote
 * would not show. Two builders side by side do; on one, a B that came to a step many times as quickly as A.
 */
export async function atOtherMoments(pair: Pair, proving: Proving): Promise<Pair | { failed: PlatformResult }> {
  const isDecided = digestLevel(pair.a, pair.b) === 'different' && pair.required !== 'same-files'
  if (isDecided || proving.ports.signal.aborted || sameMoment(pair.a, pair.b, pair.planned.beside) === null) return pair
  const why = 'because both builds ran a step in the same moment, which could hide a time'
  return withAnotherB(pair.planned, pair.a, pair.planned.varied, why, proving)
}
