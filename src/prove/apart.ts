import { borrowedIn } from '../build/audit.ts'
import { borrowedTwice } from '../build/borrowed.ts'
import { runAgain } from '../build/plan.ts'
import type { PlatformResult } from '../report/compose.ts'
import { digestLevel } from '../verdict.ts'
import { withAnotherB } from './again.ts'
import { foreignSides, waitForOthers } from './foreign-times.ts'
import { buildPair, type Pair, type Proving } from './pair.ts'

/** So often is it tried to build without another run beside it. */
const tries = 5

/**
 * Other gates that build equal files on this builder at the same time do some COPYs for this one, too. That is as good as
 * own work where both sides then agree. Where they differ, it may be for the times of the other's checkout; and where both
 * sides have one and the same step, they agree for nothing. Then it is built again when the others have ended.
 */
export async function builtApart(before: Pair, proving: Proving): Promise<Pair | { failed: PlatformResult }> {
  const { ports, setting } = proving
  let pair = before
  for (let count = 0; count < tries && !ports.signal.aborted; count++) {
    const wanted = toBuildAgain(pair)
    if (wanted === null) return pair
    const what = wanted === 'B' ? 'build B is' : 'both sides are'
    ports.log.info(`Another run builds equal files on this builder at the same time: ${what} built again apart from it`)
    await waitForOthers(pair.a, proving)
    const { planned, platform, a } = pair
    const again =
      wanted === 'B'
        ? await withAnotherB(planned, a, planned.varied, 'apart from another run', proving)
        : await buildPair(platform, proving, runAgain(setting.run), planned.kept)
    if ('failed' in again) return again
    pair = again
  }
  return pair
}

function toBuildAgain({ a, b, planned }: Pair): 'B' | 'both' | null {
  const foreign = digestLevel(a, b) === 'different' ? foreignSides(a, b, planned) : []
  if (foreign.includes('A')) return 'both'
  const { A, B } = borrowedIn(a, b, planned.beside)
  return foreign.length > 0 || borrowedTwice(A, B).length > 0 ? 'B' : null
}
