import { runAgain } from '../build/plan.ts'
import { digestLevel } from '../verdict.ts'
import { builtApart } from './apart.ts'
import { explained, unreadable } from './explained.ts'
import { failedVaried } from './failed-varied.ts'
import { atOtherMoments } from './moments.ts'
import { type Built, buildPair, type Pair, type Proving } from './pair.ts'
import { type Read, readPair, type Unread } from './read.ts'
import type { PlatformResult } from './result.ts'
import { isVaried, needsPlain, triedIn, unreadVaried, withoutVariations } from './varied.ts'

/** What was built twice: tells how the two images agree, and if not, why. */
export async function provePair(built: Built, proving: Proving): Promise<PlatformResult> {
  if ('spared' in built) return built.spared
  const variations = built.planned?.varied.variations.map(({ id }) => id) ?? []
  if (!('failed' in built)) {
    const apart = await builtApart(built, proving)
    const pair = 'failed' in apart ? apart : await atOtherMoments(apart, proving)
    if ('failed' in pair) return { ...pair.failed, variations }
    // The pair that decides may be another one, of which less was varied.
    return { variations: pair.planned.varied.variations.map(({ id }) => id), ...(await proved(pair, proving)) }
  }
  if (!built.a || !built.planned) return built.failed
  const without = await failedVaried(built.failed, built.a, built.planned, proving)
  if (!('pair' in without)) return without
  const { pair, findings, forget } = without
  try {
    const result = await proved(pair, proving)
    const tried = triedIn({ planned: built.planned }).filter(id => !result.variations?.includes(id))
    return { ...result, tried, findings: [...result.findings, ...findings] }
  } finally {
    await forget()
  }
}

async function proved(pair: Pair, proving: Proving): Promise<PlatformResult> {
  const { ports } = proving
  const read = await readPair(pair, proving)
  const result = 'unread' in read ? read : await whyDifferent(pair, read, proving)
  if (!('unread' in result)) return result
  // Where the inputs changed, more builds prove no more.
  const isInVain = digestLevel(pair.a, pair.b) !== 'different' || ports.signal.aborted || pair.doubts.length > 0
  if (isInVain) return unreadable(pair, result.unread, ports)
  const again = await provenAgain(pair.platform, proving, result)
  if (again !== null) return again
  return isVaried(pair) ? unreadVaried(pair, result.unread, proving) : unreadable(pair, result.unread, ports)
}

const whyDifferent = (pair: Pair, read: Read, proving: Proving): Promise<PlatformResult | Unread> =>
  needsPlain(pair, read) ? withoutVariations(pair, read, proving) : explained(pair, read, proving)

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
  const result = 'unread' in read ? read : await whyDifferent(pair, read, proving)
  return 'unread' in result ? null : result
}
