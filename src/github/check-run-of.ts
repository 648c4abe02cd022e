import type { Annotation } from '../report/annotations.ts'
import { undecidedWords } from '../report/failure-title.ts'
import type { Report } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import { foundWords } from '../report/tally.ts'
import { headline } from '../report/verdict-lines.ts'
import { clip } from '../report/visible.ts'
import type { CheckRun } from './check-run-payload.ts'
import { blobUrl, type GitHubEvent, runUrl } from './event.ts'
import { writerOf } from './external-id.ts'
import { type Asked, checkName, subjectKey } from './subject.ts'

/** A report as the check run that tells it. Its summary stays below GitHub's 65535 characters. */
export function checkRunOf(
  report: Report,
  event: GitHubEvent & { owner: string; repo: string; headSha: string },
  asked: Asked,
  failed: boolean,
  noted: readonly Annotation[],
): CheckRun {
  const { owner, repo, headSha } = event
  return {
    ...{ owner, repo, headSha },
    name: checkName(report, asked),
    writer: writerOf(event, subjectKey(event, report, asked)),
    conclusion: conclusion(report, failed),
    title: title(report),
    summary: renderSummary(report, { maxBytes: 60_000, blobUrl: blobUrl(event) }),
    annotations: noted,
    detailsUrl: runUrl(event),
  }
}

/**
 * GitHub counts `neutral` as passing, so it stands only for a difference, or errors of a lint, that the user chose not to fail on. What is
 * undecided is a failure whatever was chosen (GitHub has no word for "not known" that does not pass), and its title
 * says that it is no pass.
 */
export function conclusion({ verdict, command, findings }: Report, failed: boolean): CheckRun['conclusion'] {
  if (failed || verdict === 'undecided' || (verdict === null && command === 'gate')) return 'failure'
  const wrong = verdict === 'not-reproducible' || (verdict === null && findings.some(({ level }) => level === 'error'))
  return wrong ? 'neutral' : 'success'
}

function title(report: Report): string {
  const words = headline(report).replace(/^[^\p{L}]+/u, '')
  if (report.verdict === 'undecided') return clip(`${words}: ${undecidedWords(report)}`, 250)
  const found = report.verdict === null ? '' : foundWords(report)
  return clip(found === '' ? words : `${words}: ${found}`, 250)
}
