import { byWeight } from '../finding.ts'
import { fitInto } from './fit.ts'
import { code, folded, link, prose } from './markdown.ts'
import type { Report } from './report.ts'
import { scopeList } from './scope-lines.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { headline, verdictLine } from './verdict-lines.ts'
import { counted } from './words.ts'

/** GitHub takes 65,536 characters of a comment. */
export const commentBytes = 60_000

export interface CommentOptions {
  /** A hidden first line that the comment is found again by, as `<!-- … -->`; ours, and so not escaped. */
  marker: string
  blobUrl?: BlobUrl
  /** The run whose summary says all of it. */
  runUrl?: string | null
  /** The comment said before that the image was not reproducible: at which commit, and at which it was mended. */
  resolved?: { failedAt: string | null; fixedAt: string | null } | null
  maxBytes?: number
}

/** The comment on a pull request: the verdict, what to do first, the causes in short, and where the rest is. */
export function renderComment(
  report: Report,
  { marker, blobUrl = null, runUrl = null, resolved = null, maxBytes = commentBytes }: CommentOptions,
): string {
  const more = link('The summary of the run', runUrl)
  const foot = `${more} has the details.`
  if (resolved) {
    const at = (commit: string | null) => (commit === null ? '' : ` at ${code(commit.slice(0, 12))}`)
    const title = `${headline(report)}. Was not reproducible${at(resolved.failedAt)}, fixed${at(resolved.fixedAt)}`
    return `${marker}\n${folded(title, [verdictLine(report), scopeList(report), foot].filter(Boolean).join('\n\n'))}\n`
  }
  const head = [`${marker}\n### ${headline(report)}`, verdictLine(report)]
  const causes = [...report.findings].sort(byWeight).filter(({ source }) => source === 'comparison')
  const line = (cause: (typeof causes)[number]): string =>
    `- ${cause.location ? `${sourceLink(cause.location, blobUrl)}: ` : ''}${prose(cause.title, 200)}`
  const fitted = fitInto(causes, line, maxBytes / 2, 15)
  const left = fitted.left > 0 ? [`- and ${counted(fitted.left, 'more cause')}`] : []
  return `${[...head, [...fitted.parts, ...left].join('\n'), scopeList(report), foot].filter(Boolean).join('\n\n')}\n`
}
