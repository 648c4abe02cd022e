import { locate } from '../dockerfile/position.ts'
import { byWeight, docsUrl, type Finding, type Location } from '../finding.ts'
import { refusedByBuildKit } from './refused.ts'
import type { Draft, Rule } from './rule.ts'
import { rules } from './rules.ts'
import { applySuppressions } from './suppress.ts'
import { type LintInput, viewOf } from './view.ts'

export type { LintInput } from './view.ts'

export interface LintResult {
  /** What is left after the ignores, worst first, with what is wrong about the ignores themselves. */
  findings: Finding[]
  ignored: Ignored[]
}

/** A finding that the author of the Dockerfile answered. */
export interface Ignored {
  finding: Finding
  /** As written after `--`; null when there is none. */
  reason: string | null
  by: Location
}

/** Finds what in the sources lets two builds differ. Pure; never throws, whatever the Dockerfile. */
export function lint(input: LintInput, only: readonly Rule[] = rules): LintResult {
  const view = viewOf(input)
  const drafts = only.filter(rule => rule.on).flatMap(rule => rule.check(view).map(draft => ({ rule, draft })))
  const found = drafts.map(({ rule, draft }) => ({ finding: findingOf(input, rule, draft), range: draft.range }))
  const { kept, ignored, notices } = applySuppressions(view, found)
  return { findings: [...refusedByBuildKit(input.dockerfile), ...kept, ...notices].sort(byWeight), ignored }
}

function findingOf({ dockerfile }: LintInput, rule: Rule, draft: Draft): Finding {
  return {
    id: rule.id,
    source: 'lint',
    level: draft.level ?? rule.level,
    class: draft.class ?? rule.class,
    title: rule.title,
    message: draft.message,
    location: locate(dockerfile, draft.range),
    paths: [],
    count: draft.count ?? 1,
    confidence: draft.confidence ?? 'certain',
    evidence: draft.evidence ?? [],
    ...(draft.fix === undefined ? {} : { fix: draft.fix }),
    docs: docsUrl(rule.id),
  }
}
