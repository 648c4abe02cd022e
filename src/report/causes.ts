import { byWeight, type Finding, findingLevels, type LinesChange } from '../finding.ts'
import type { Report } from './report.ts'
import { changedLines } from './unified-diff.ts'

/** What a run of the images showed, and not their bytes: it has a place of its own. */
export const isOfSmoke = ({ id }: Pick<Finding, 'id'>): boolean => id.startsWith('smoke-')

/** Every part of a text asks for them again, and to sort a hundred thousand takes a second. */
const known = new WeakMap<readonly Finding[], readonly Finding[]>()

/** What the bytes proved, worst first; of one level what something can be done about before what not, the unknown last. */
export function causesOf({ findings }: Pick<Report, 'findings'>): Finding[] {
  const causes = known.get(findings) ?? sortedCauses(findings)
  known.set(findings, causes)
  return [...causes]
}

function sortedCauses(findings: readonly Finding[]): Finding[] {
  const rank = ({ level, confidence, fix }: Finding): number =>
    findingLevels.indexOf(level) * 4 + (confidence === 'unknown' ? 2 : 0) + (fix ? 0 : 1)
  return findings
    .filter(finding => finding.source === 'comparison' && !isOfSmoke(finding))
    .sort(byWeight)
    .sort((a, b) => rank(a) - rank(b))
}

/** The lines that a fix changes: those of the cause, or those that `fix` would change for a finding of the lint. */
export function changeFor({ fix }: Finding, { suggested = [] }: Pick<Report, 'suggested'>): LinesChange | null {
  if (fix?.change) return fix.change
  for (const { file, line, endLine } of fix?.edits ?? []) {
    const diff = suggested.find(change => change.file === file)?.diff ?? ''
    const found = changedLines(diff).find(({ from }) => line <= from.end && endLine >= from.start)
    if (found) return { file, line: found.line, before: found.before, after: found.after }
  }
  return null
}

/** Whether one change to the sources answers both. */
export const sameChange = (a: Finding, b: Finding): boolean =>
  a.fix?.change !== undefined && JSON.stringify(a.fix.change) === JSON.stringify(b.fix?.change)
