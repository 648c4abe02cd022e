import { docsUrl, type Finding } from '../../finding.ts'
import { type Proof, type ShownFinding, shownLimit } from '../../ledger/proof.ts'
import { isOfSmoke } from '../../report/causes.ts'
import type { PlatformResult } from '../result.ts'
import { nameOf } from './ledger.ts'

/**
 * What two builds that agree showed beside it, for a proof to keep: that the image depends on the machine, and where. The same
 * inputs have it at the same line.
 * @returns null where there is something that only two builds can say
 */
export function shownIn(
  { findings }: Pick<PlatformResult, 'findings'>,
  mask = (text: string): string => text,
): ShownFinding[] | null {
  const told = findings.filter(finding => !isOfSmoke(finding))
  const shown = told.flatMap(({ id, source, level, class: when, title, location: at = null }) =>
    source === 'comparison' && level !== 'error' && when === 'machine'
      ? [{ id, level, title: mask(title), location: at && { ...at, file: mask(at.file) } }]
      : [],
  )
  return shown.length < told.length || shown.length > shownLimit ? null : shown
}

/** The same, in a run that made one build: named, and not proven again. */
export const shownThen = (shown: readonly ShownFinding[], proof: Pick<Proof, 'run' | 'at'>): Finding[] =>
  shown.map(({ id, level, title, location }) => ({
    ...{ id, source: 'comparison', level, class: 'machine', title },
    message: `Two builds of the same inputs showed it in ${nameOf(proof)}, one of them with what another machine may have otherwise. This run made one build, which could not show it again.`,
    ...(location === null ? {} : { location }),
    ...{ paths: [], count: 1, confidence: 'likely', evidence: [] },
    fix: {
      text: `The report of ${nameOf(proof)} has the files and the fix; \`repro-gate explain ${id}\` says more, and a run without the ledger shows it anew.`,
    },
    docs: docsUrl(id),
  }))
