import { renderComment } from './comment.ts'
import type { ReportDrift } from './drift-report.ts'
import { link, prose } from './markdown.ts'
import type { Report } from './report.ts'
import type { BlobUrl } from './source-link.ts'
import { clip, visible } from './visible.ts'

/** What an issue on drift says. */
export interface DriftIssue {
  title: string
  body: string
}

const became: Record<ReportDrift['kind'], string> = {
  same: 'gives the same image again',
  'base-moved': 'is built on a base that its tag has left',
  differs: 'builds another image now',
  'cannot-build': 'cannot be built any more',
  undecided: 'was not decided',
}

/** GitHub takes 256 characters of a title. */
const titleLength = 200

/**
 * The issue as it is to stand: what drifted, what to do, and where the rest is.
 * @param name the Dockerfile, as the workflow names it
 * @param marker a hidden first line that the issue is found again by; ours, and so not escaped
 */
export function renderDriftIssue(
  report: Report,
  { name, marker, blobUrl, runUrl }: { name: string; marker: string; blobUrl: BlobUrl; runUrl: string | null },
): DriftIssue {
  const kind = report.drift?.kind ?? 'undecided'
  const body = renderComment(report, { marker, blobUrl, runUrl })
  const foot =
    'This issue is kept up to date by `repro-gate` (`drift-issue`): it is closed when the image is the same again. Whoever closes it by hand is not told of the same drift again.'
  return {
    title: clip(visible(`Drift: ${name} ${became[kind]}`), titleLength),
    body: `${body}\n<sub>${prose(foot)}</sub>\n`,
  }
}

/** What is said when all is well again. */
export const renderWellAgain = (report: Report, runUrl: string | null): string =>
  `${prose(`What was proven gives the same image again${commitWords(report)}.`)} ${link('The run that saw it', runUrl)}.`

const commitWords = ({ drift }: Report): string => (drift?.commit ? ` (commit \`${drift.commit.slice(0, 12)}\`)` : '')
