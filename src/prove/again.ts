import { randomBytes } from 'node:crypto'
import type { SideBuild } from '../build/build.ts'
import { planSide, type Run, runAgain } from '../build/plan.ts'
import { hasFailed } from '../build/run.ts'
import { clearFrom } from '../build/same-moment.ts'
import type { Varied } from '../build/variations/vary.ts'
import type { PlatformResult } from '../report/compose.ts'
import { notBuilt } from '../report/platform.ts'
import { gapMs, pause } from './order.ts'
import { buildOne, type Pair, type Planned, type Proving, pairOf } from './pair.ts'

/**
 * Builds side B once more, from another request, and sets it beside the same A.
 * @param varied the request, and what differs in it
 * @param why for the log, after "Build B once more, "
 */
export async function withAnotherB(
  planned: Planned,
  a: SideBuild,
  varied: Pick<Varied, 'request' | 'variations'>,
  why: string,
  { ports, sources, watch }: Proving,
): Promise<Pair | { failed: PlatformResult }> {
  const plans = { A: planned.plans.A, B: planSide(varied.request, 'B', another(planned.run)) }
  const again: Planned = { ...planned, plans, varied: { ...planned.varied, ...varied } }
  // Side by side, A may have ended just now.
  await pause(clearFrom(a, gapMs) - ports.now(), ports.signal)
  const b = await watch.time('buildBAgain', () =>
    ports.log.group(`Build B once more, ${why} (${planned.title})`, () => buildOne(again, 'B', ports)),
  )
  return hasFailed(b) ? { failed: notBuilt(planned.platform, b, sources.dockerfile.file) } : pairOf(again, a, b)
}

/** A run that shares nothing with any other of this one; `forgetRun` forgets them all by the beginning of the name. */
const another = (run: Run): Run => ({
  nonce: runAgain(run).nonce,
  namespace: `${run.namespace}-${randomBytes(4).toString('hex')}`,
})
