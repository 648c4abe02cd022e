import { runAgain } from '../build/plan.ts'
import type { PlatformResult } from '../report/compose.ts'
import { digestLevel } from '../verdict.ts'
import { explained, unreadable } from './explained.ts'
import { type Built, buildPair, type Proving } from './pair.ts'
import { readPair, type Unread } from './read.ts'

/** What was built twice: tells how the two images agree, and if not, why. */
export async function provePair(pair: Built, proving: Proving): Promise<PlatformResult> {
  if ('failed' in pair) return pair.failed
  const { ports } = proving
  const read = await readPair(pair, proving)
  if (!('unread' in read)) return explained(pair, read, proving)
  if (digestLevel(pair.a, pair.b) !== 'different' || ports.signal.aborted) return unreadable(pair, read.unread, ports)
  return (await provenAgain(pair.platform, proving, read)) ?? unreadable(pair, read.unread, ports)
}

/**
 * A difference whose layers the builder has dropped is looked for in two more builds, whose images are kept. Null when
 * those do not show it.
 */
async function provenAgain(
  platform: string,
  proving: Proving,
  { unread, shared }: Unread,
): Promise<PlatformResult | null> {
  const { ports, setting } = proving
  ports.log.warning(`${unread} Both sides are built once more, and kept, to see where they differ.`)
  const pair = await buildPair(platform, proving, runAgain(setting.run), shared)
  if ('failed' in pair || digestLevel(pair.a, pair.b) !== 'different') return null
  const read = await readPair(pair, proving)
  return 'unread' in read ? null : explained(pair, read, proving)
}
