import type { Finding } from '../finding.ts'

/** Which lint rules foresee which causes. A cause may be foreseen by several, and by none. */
const foreseenBy: Record<string, readonly string[]> = {}

/** What the bytes proved, with the rules that foresaw it on the same instruction. */
export const withRules = (proven: readonly Finding[], feared: readonly Finding[]): Finding[] =>
  proven.map(cause =>
    related(
      cause,
      feared.filter(rule => foresees(rule, cause)),
    ),
  )

/** What the sources let one fear, with the causes that confirm it. */
export const withCauses = (feared: readonly Finding[], proven: readonly Finding[]): Finding[] =>
  feared.map(rule =>
    related(
      rule,
      proven.filter(cause => foresees(rule, cause)),
    ),
  )

const foresees = (rule: Finding, cause: Finding): boolean =>
  (foreseenBy[cause.id] ?? []).includes(rule.id) && sameInstruction(cause, rule)

function related(finding: Finding, others: readonly Finding[]): Finding {
  const ids = [...new Set(others.map(({ id }) => id))].sort()
  return ids.length === 0 ? finding : { ...finding, related: ids }
}

/** Causes are placed on whole instructions, rules on words within them. */
const sameInstruction = ({ location: cause }: Finding, { location: rule }: Finding): boolean =>
  cause !== undefined &&
  rule !== undefined &&
  cause.file === rule.file &&
  cause.line <= rule.line &&
  rule.line <= cause.endLine
