import type { Finding } from '../finding.ts'

/** Which lint rules foresee which causes. A cause may be foreseen by several, and by none. */
const foreseenBy: Record<string, readonly string[]> = {}

/**
 * Ties what the bytes proved to what the sources let one fear: a finding from the comparison names the rules that
 * foresaw it on the same instruction, and such a lint finding names the causes that confirm it.
 */
export function tieTogether(proven: readonly Finding[], feared: readonly Finding[]): { proven: Finding[]; feared: Finding[] } {
  const tied = (cause: Finding, rule: Finding): boolean =>
    (foreseenBy[cause.id] ?? []).includes(rule.id) && sameInstruction(cause, rule)
  const withRelated = (finding: Finding, others: readonly Finding[]): Finding => {
    const ids = [...new Set(others.map(({ id }) => id))].sort()
    return ids.length === 0 ? finding : { ...finding, related: ids }
  }
  return {
    proven: proven.map(cause => withRelated(cause, feared.filter(rule => tied(cause, rule)))),
    feared: feared.map(rule => withRelated(rule, proven.filter(cause => tied(cause, rule)))),
  }
}

/** Causes are placed on whole instructions, rules on words within them. */
const sameInstruction = ({ location: cause }: Finding, { location: rule }: Finding): boolean =>
  cause !== undefined && rule !== undefined && cause.file === rule.file && cause.line <= rule.line && rule.line <= cause.endLine
