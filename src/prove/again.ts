import type { SideBuild } from '../build/build.ts'
import { planSide, runAgain } from '../build/plan.ts'
import { hasFailed } from '../build/run.ts'
import { clearFrom } from '../build/same-moment.ts'
import type { Varied } from '../build/variations/vary.ts'
import type { PlatformResult } from '../report/compose.ts'
import { notBuilt } from '../report/platform.ts'
import { foreignDoubt, foreignSides, waitForOthers } from './foreign-times.ts'
import { gapMs, pause } from './order.ts'
import { buildOne, type Pair, type Planned, type Proving, pairOf } from './pair.ts'
import { placedFailure } from './placed-failure.ts'

/**
 * Builds side B once more, from another request, and sets it beside the same A.
 * @param varied the request, and what differs in it
 * @param why for the log, after "Build B once more, "
 * @param left how often it is tried again where another run's build did some of its work
 */
export async function withAnotherB(
  planned: Planned,
  a: SideBuild,
  varied: Pick<Varied, 'request' | 'variations'>,
  why: string,
  proving: Proving,
  left = 3,
): Promise<Pair | { failed: PlatformResult }> {
  const { ports, sources, watch } = proving
  const plans = { A: planned.plans.A, B: planSide(varied.request, 'B', runAgain(planned.run)) }
  const again: Planned = { ...planned, plans, varied: { ...planned.varied, ...varied } }
  // Side by side, A may have ended just now.
  await pause(clearFrom(a, gapMs, 0, planned.beside.A) - ports.now(), ports.signal)
  const b = await watch.time('buildBAgain', () =>
    ports.log.group(`Build B once more, ${why} (${planned.title})`, () => buildOne(again, 'B', ports)),
  )
  if (hasFailed(b))
    return { failed: notBuilt(planned.platform, placedFailure(b, sources.dockerfile), sources.dockerfile.file) }
  if (!foreignSides(a, b, again).includes('B')) return pairOf(again, a, b)
  // It is to show what these very files come to, so those of another checkout will not do.
  if (left > 0 && !ports.signal.aborted) {
    await waitForOthers(b, proving)
    return withAnotherB(planned, a, varied, `${why}, apart from another run`, proving, left - 1)
  }
  const pair = await pairOf(again, a, b)
  return { ...pair, doubts: [...new Set([...pair.doubts, foreignDoubt])] }
}
