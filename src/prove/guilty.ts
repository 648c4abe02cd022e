import type { Variation } from '../build/variations/variation.ts'
import type { Finding } from '../finding.ts'
import { withAnotherB } from './again.ts'
import type { Suspicion } from './machine.ts'
import type { Pair, Proving } from './pair.ts'
import { readPair } from './read.ts'
import { requestWith } from './side-b.ts'

/** Each difference with the variations that made it; or that chance did; or why it could not be found out. */
export type Guilt =
  | { guilty: { finding: Finding; guilty: readonly Variation[] }[] }
  | { chance: string }
  | { undecided: string }

/**
 * Who made the differences between A and a varied B, where A and an unvaried B agree. What the bytes do not say is built
 * once more with all variations: only if that gives B again was it no chance. Then with one at a time, to name it.
 * @param cut whether more differs than was seen
 */
export async function foundGuilty(
  suspected: readonly Suspicion[],
  cut: boolean,
  pair: Pair,
  proving: Proving,
): Promise<Guilt> {
  if (!cut && suspected.length > 0 && suspected.every(({ evident }) => evident))
    return { guilty: suspected.map(({ finding, suspects }) => ({ finding, guilty: suspects })) }
  const why = 'with the same variations, to tell them from chance'
  const again = await withAnotherB(pair.planned, pair.a, pair.planned.varied, why, proving)
  const doubt = doubtOf(again)
  if (doubt !== null || 'failed' in again) return { undecided: doubt ?? '' }
  if (again.b.configDigest !== pair.b.configDigest) return { chance: byChance }

  const made = new Map<Suspicion, Variation[]>()
  const open = suspected.filter(({ suspects }) => suspects.length > 1)
  // The order is nobody's doing but what is left.
  const suspects = new Set(open.flatMap(one => one.suspects.filter(({ id }) => id !== 'order')))
  for (const suspect of suspects) {
    const differing = await pathsMadeBy(suspect, pair, proving)
    if (typeof differing === 'string') return { undecided: differing }
    for (const one of open)
      if (one.finding.paths.some(path => differing.has(path))) made.set(one, [...(made.get(one) ?? []), suspect])
  }
  return { guilty: suspected.map(one => ({ finding: one.finding, guilty: made.get(one) ?? one.suspects })) }
}

const byChance =
  'Build B agreed with build A once. But built twice from the same varied files it was two images, so what differs here is drawn by chance, and alike now and then.'

/** The differing paths when this alone is varied; or why they are not known. */
async function pathsMadeBy(suspect: Variation, pair: Pair, proving: Proving): Promise<ReadonlySet<string> | string> {
  const { planned, a } = pair
  const { copies, request, variations, notes } = await requestWith([suspect], planned.request, proving, a)
  try {
    if (!variations.includes(suspect)) return `What ${suspect.id} does alone could not be seen: ${notes[0] ?? ''}`
    const alone = await withAnotherB(planned, a, { request, variations }, `with ${suspect.id} alone varied`, proving)
    const doubt = doubtOf(alone)
    if (doubt !== null || 'failed' in alone) return doubt ?? ''
    const read = await readPair(alone, proving)
    if ('unread' in read) return `What ${suspect.id} does alone could not be read: ${read.unread}`
    return new Set(read.comparison.layers.flatMap(({ entries }) => entries.map(({ path }) => path)))
  } finally {
    await copies.remove()
  }
}

function doubtOf(built: Awaited<ReturnType<typeof withAnotherB>>): string | null {
  if ('failed' in built)
    return `Build B differs with its variations, and could not be built again to see why: ${built.failed.failure?.message ?? 'it failed'}`
  return built.doubts[0] ?? null
}
