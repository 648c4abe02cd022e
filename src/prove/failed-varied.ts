import type { SideBuild } from '../build/build.ts'
import type { Variation } from '../build/variations/variation.ts'
import type { Finding } from '../finding.ts'
import type { PlatformResult } from '../report/compose.ts'
import { decide, digestLevel } from '../verdict.ts'
import { withAnotherB } from './again.ts'
import type { Pair, Planned, Proving } from './pair.ts'
import { requestWith } from './side-b.ts'
import { buildPlain } from './varied.ts'

/** A pair that side B without its variations, or without those that make it fail, gave; and what it does not show. */
export interface WithoutFailing {
  pair: Pair
  findings: Finding[]
  /** Removes what the pair was built from. */
  forget: () => Promise<void>
}

/**
 * Side B could not be built with its variations. If it can be without, and cannot with them once more, they are to blame; what
 * is left of them is varied all the same.
 * @returns the pair that is to decide; or the result that stands in its place
 */
export async function failedVaried(
  failed: PlatformResult,
  a: SideBuild,
  planned: Planned,
  proving: Proving,
): Promise<WithoutFailing | PlatformResult> {
  const { signal } = proving.ports
  const variations = planned.varied.variations.filter(({ touches }) => touches !== 'nothing')
  if (variations.length === 0 || signal.aborted || proving.options.lint.profile === 'strict') return failed
  const pair = await buildPlain(planned, a, proving, 'because the varied build B failed')
  if ('failed' in pair) return pair.failed
  const why = 'with the same variations, to tell them from chance'
  const again = await withAnotherB(planned, a, planned.varied, why, proving)
  if (signal.aborted) return 'failed' in again ? again.failed : failed
  const forget = async () => {}
  if (!('failed' in again))
    return { pair: { ...pair, doubts: [...pair.doubts, chanceDoubt(failed)] }, findings: [], forget }
  // Where the unvaried two do not agree for sure they decide: that a third one agrees would be chance.
  const isOpen = decide(digestLevel(pair.a, pair.b), pair.required, pair.doubts) === 'reproducible'
  const found = await failingAlone(variations, isOpen, a, planned, proving)
  return { pair, forget, ...found.rest, findings: [failureFinding(failed, found.guilty)] }
}

interface Failing {
  guilty: readonly Variation[]
  /** What side B is with all the others varied, where it could be built. */
  rest: Pick<WithoutFailing, 'pair' | 'forget'> | null
}

/**
 * Those of them that make the build fail by themselves; all where none does, or where it cannot be seen.
 * @param others whether to build with the others, too
 */
async function failingAlone(
  variations: readonly Variation[],
  others: boolean,
  a: SideBuild,
  planned: Planned,
  proving: Proving,
): Promise<Failing> {
  // The order is nobody's doing but what is left.
  const suspects = likeliestFirst(variations.filter(({ id }) => id !== 'order'))
  const guilty: Variation[] = []
  for (const suspect of variations.length > 1 ? suspects : []) {
    const alone = await builtWith([suspect], `with ${suspect.id} alone varied`, a, planned, proving)
    await alone?.forget()
    if (alone === null || proving.ports.signal.aborted) return { guilty: variations, rest: null }
    if (!('failed' in alone.pair)) continue
    guilty.push(suspect)
    const rest = others ? await withRest(guilty, a, planned, proving) : null
    if (rest !== null) return { guilty, rest }
  }
  if (guilty.length > 0) return { guilty, rest: null }
  const left = variations.filter(variation => !suspects.includes(variation))
  return { guilty: left.length > 0 ? left : variations, rest: null }
}

/** Most builds that fail ask for something, or say how long something is good for. */
const likeliestFirst = (suspects: readonly Variation[]): Variation[] => {
  const rank = ({ id }: Variation) => ['clock', 'network'].indexOf(id)
  return [...suspects].sort((one, other) => rank(other) - rank(one))
}

/** Null where nothing is left to vary, or it fails, too. */
async function withRest(
  guilty: readonly Variation[],
  a: SideBuild,
  planned: Planned,
  proving: Proving,
): Promise<Failing['rest']> {
  const rest = planned.varied.variations.filter(variation => !guilty.includes(variation))
  if (rest.every(({ touches }) => touches === 'nothing')) return null
  const why = `with all varied but ${guilty.map(({ id }) => id).join(', ')}`
  const built = await builtWith(rest, why, a, planned, proving)
  if (built === null) return null
  const { pair, forget } = built
  if (!('failed' in pair)) return { pair, forget }
  await forget()
  return null
}

/** Null where these cannot be varied without the others. */
async function builtWith(
  wished: readonly Variation[],
  why: string,
  a: SideBuild,
  planned: Planned,
  proving: Proving,
): Promise<{ pair: Awaited<ReturnType<typeof withAnotherB>>; forget: () => Promise<void> } | null> {
  const { copies, notes: _, ...varied } = await requestWith(wished, planned.request, proving, a)
  const forget = () => copies.remove()
  try {
    if (wished.every(variation => varied.variations.includes(variation)))
      return { pair: await withAnotherB(planned, a, varied, why, proving), forget }
  } catch (error) {
    await forget()
    throw error
  }
  await forget()
  return null
}

/** Two images that agree prove little where the third was not to be had. */
const chanceDoubt = ({ failure }: PlatformResult): string =>
  `Build B failed once${failure?.step ? ` at '${failure.step.replace(/\s+/g, ' ').slice(0, 200)}'` : ''} and did not when it was built again from the very same files, so whether it can be built is a matter of chance: a server that does not always answer, a race. ${(failure?.message ?? '').slice(0, 300).replace(/\.?$/, '.')} Run the gate again; if it happens again, mend that step first.`

function failureFinding({ failure, platform }: PlatformResult, guilty: readonly Variation[]): Finding {
  return {
    id: 'varied-build-failed',
    source: 'comparison',
    level: 'warning',
    class: 'machine',
    title: `Depends on the machine (${guilty.map(({ id }) => id).join(', ')}): the build fails`,
    message:
      `Build B failed when this was varied on purpose, and not when it was built as build A: ${guilty.map(({ changes }) => changes).join('; ')}. ${failure?.message ?? ''}`.trim(),
    ...(failure?.location ? { location: failure.location } : {}),
    paths: [],
    count: 1,
    confidence: 'likely',
    evidence: [
      { what: `build B for ${platform} failed${failure?.step ? ` at ${failure.step.slice(0, 200)}` : ''}` },
      ...(failure?.logTail ?? []).slice(-3).map(line => ({ what: line.slice(0, 300) })),
    ],
    fix: { text: guilty.map(({ fix }) => fix).join(' ') },
    docs: 'https://github.com/repro-gate/repro-gate/blob/main/docs/variations.md',
  }
}
