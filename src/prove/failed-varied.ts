import type { SideBuild } from '../build/build.ts'
import type { Variation } from '../build/variations/variation.ts'
import type { Finding } from '../finding.ts'
import type { PlatformResult } from '../report/compose.ts'
import { withAnotherB } from './again.ts'
import type { Pair, Planned, Proving } from './pair.ts'
import { requestWith } from './side-b.ts'
import { buildPlain } from './varied.ts'

/**
 * Side B could not be built with its variations. If it can be without, and cannot with them once more, they are to blame.
 * @returns the unvaried pair and what it does not show; or the result that stands in its place
 */
export async function failedVaried(
  failed: PlatformResult,
  a: SideBuild,
  planned: Planned,
  proving: Proving,
): Promise<{ pair: Pair; findings: Finding[] } | PlatformResult> {
  const { signal } = proving.ports
  const variations = planned.varied.variations.filter(({ touches }) => touches !== 'nothing')
  if (variations.length === 0 || signal.aborted || proving.options.lint.profile === 'strict') return failed
  const pair = await buildPlain(planned, a, proving, 'because the varied build B failed')
  if ('failed' in pair) return pair.failed
  const why = 'with the same variations, to tell them from chance'
  const again = await withAnotherB(planned, a, planned.varied, why, proving)
  if (signal.aborted) return 'failed' in again ? again.failed : failed
  if (!('failed' in again)) return { pair: { ...pair, doubts: [...pair.doubts, chanceDoubt(failed)] }, findings: [] }
  const guilty = await failingAlone(variations, a, planned, proving)
  return { pair, findings: [failureFinding(failed, guilty)] }
}

/** Those of them that make the build fail by themselves; all where none does, or where it cannot be seen. */
async function failingAlone(
  variations: readonly Variation[],
  a: SideBuild,
  planned: Planned,
  proving: Proving,
): Promise<readonly Variation[]> {
  // The order is nobody's doing but what is left.
  const suspects = variations.filter(({ id }) => id !== 'order')
  const guilty: Variation[] = []
  for (const suspect of variations.length > 1 ? suspects : []) {
    const { copies, notes: _, ...varied } = await requestWith([suspect], planned.request, proving, a)
    try {
      if (!varied.variations.includes(suspect)) return variations
      const alone = await withAnotherB(planned, a, varied, `with ${suspect.id} alone varied`, proving)
      if (proving.ports.signal.aborted) return variations
      if ('failed' in alone) guilty.push(suspect)
    } finally {
      await copies.remove()
    }
  }
  if (guilty.length > 0) return guilty
  const rest = variations.filter(variation => !suspects.includes(variation))
  return rest.length > 0 ? rest : variations
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
