import type { Finding } from '../finding.ts'
import type { Report } from './report.ts'

/** The path of a file from the root of its repository; null where it is outside, or nobody knows. */
export type RepositoryPath = (file: string) => string | null

/** The report with its source files named from the root of the repository, as code scanning does; a file outside keeps its name. */
export function fromRoot(report: Report, pathOf: RepositoryPath): Report {
  const named = (file: string): string => pathOf(file) ?? file
  const placed = <T extends { file: string }>(at: T): T => ({ ...at, file: named(at.file) })
  const ofFinding = (finding: Finding): Finding => {
    const { location, via, fix } = finding
    return {
      ...finding,
      ...(location ? { location: placed(location) } : {}),
      ...(via ? { via: via.map(placed) } : {}),
      ...(fix?.edits ? { fix: { ...fix, edits: fix.edits.map(placed) } } : {}),
    }
  }
  const { subject, findings, failure, failures } = report
  const ofFailure = <T extends NonNullable<Report['failure']>>(one: T): T =>
    one.location ? { ...one, location: placed(one.location) } : one
  return {
    ...report,
    subject: { ...subject, file: named(subject.file), files: subject.files.map(named) },
    findings: findings.map(ofFinding),
    failure: failure && ofFailure(failure),
    ...(failures ? { failures: failures.map(ofFailure) } : {}),
  }
}
