import { locate } from '../dockerfile/position.ts'
import { byWeight, docsUrl, type Finding, type FindingLevel, type Location } from '../finding.ts'
import { fixOf } from './edit.ts'
import { type Ingredients, ingredientsOf } from './ingredients.ts'
import { refusedByBuildKit } from './refused.ts'
import type { Draft, Rule } from './rule.ts'
import { rules } from './rules.ts'
import type { ConfigIgnore, LintSettings } from './settings.ts'
import { applySuppressions } from './suppress.ts'
import { type LintInput, type View, viewOf } from './view.ts'

export type { LintInput } from './view.ts'

export interface LintResult {
  /** What is left after the ignores, worst first, with what is wrong about the ignores themselves. */
  findings: Finding[]
  ignored: Ignored[]
  /** Which rules each ignore of the configuration file answered here. */
  byConfig: ReadonlyMap<ConfigIgnore, ReadonlySet<string>>
  /** Ids of the rules that ran. */
  asked: ReadonlySet<string>
  ingredients: Ingredients
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
  const asked = only.filter(rule => isAsked(rule, input.settings))
  const drafts = asked.flatMap(rule => rule.check(view).map(draft => ({ rule, draft })))
  const found = drafts.map(({ rule, draft }) => ({
    finding: findingOf(view, rule, draft, input.settings),
    start: draft.range.start,
  }))
  const ids = new Set(asked.map(({ id }) => id))
  const { kept, ignored, notices, byConfig } = applySuppressions(view, found, input.settings, ids)
  const findings = [...refusedByBuildKit(input.dockerfile), ...kept, ...notices].sort(byWeight)
  return { findings, ignored, byConfig, asked: ids, ingredients: ingredientsOf(view) }
}

/** The user's own word about a rule goes before the profile's. */
function isAsked(rule: Rule, { rules: said, profile }: LintSettings): boolean {
  const own = said[rule.id]
  return own === undefined ? rule.on || profile === 'strict' : own !== 'off'
}

function levelOf(rule: Rule, draft: Draft, { rules: said, profile }: LintSettings): FindingLevel {
  const own = said[rule.id]
  const level = draft.level ?? rule.level
  if (own !== undefined && own !== 'on' && own !== 'off') return own
  if (profile === 'advisory') return 'notice'
  if (profile !== 'strict' || level !== 'warning') return level
  return rule.strict ?? ((draft.class ?? rule.class) === 'drift' ? 'error' : level)
}

function findingOf(view: View, rule: Rule, draft: Draft, settings: LintSettings): Finding {
  const fix = fixOf(view, draft)
  return {
    id: rule.id,
    source: 'lint',
    level: levelOf(rule, draft, settings),
    class: draft.class ?? rule.class,
    title: rule.title,
    message: draft.message,
    location: draft.at ?? locate(view.dockerfile, draft.range),
    paths: [],
    count: draft.count ?? 1,
    confidence: draft.confidence ?? 'certain',
    evidence: draft.evidence ?? [],
    ...(fix === undefined ? {} : { fix }),
    docs: docsUrl(rule.id),
  }
}
