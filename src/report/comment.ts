import { causesOf } from './causes.ts'
import { firstFinding, firstStep, firstThing } from './first-step.ts'
import { fitInto } from './fit.ts'
import { imageTable } from './images.ts'
import { code, fence, folded, link, prose, text } from './markdown.ts'
import { failuresOf, type Report } from './report.ts'
import { scopeList } from './scope-lines.ts'
import { smokePart } from './smoke-lines.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { tallyWords } from './tally.ts'
import { doubtList, headline, verdictLine } from './verdict-lines.ts'
import { clip } from './visible.ts'
import { counted, failureWords } from './words.ts'

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

const mostCauses = 10
const mostLogLines = 8

/**
 * The comment on a pull request: the verdict, what to do first, the causes in short, and where the rest is. Folded where
 * it only says that what was wrong is mended. Never longer than `maxBytes`: first the lines of the fix and the log go, then all but the verdict.
 */
export function renderComment(
  report: Report,
  { marker, blobUrl = null, runUrl = null, resolved = null, maxBytes = commentBytes }: CommentOptions,
): string {
  const foot = `<sub>${link('The summary of the run', runUrl)} has the rest: ${restWords(report)}.</sub>`
  const head = `${marker}\n### ${headline(report)}${subject(report)}`
  if (resolved) {
    const body = [verdictLine(report), smokePart(report, false), scopeList(report), foot].filter(Boolean).join('\n\n')
    const whole = `${marker}\n${folded(`${headline(report)}${subject(report)}. ${history(resolved)}`, body)}\n`
    return Buffer.byteLength(whole) <= maxBytes ? whole : `${head}\n`
  }
  const parts = (withDiff: boolean): (string | null)[] => [
    head,
    verdictLine(report),
    doubtList(report),
    smokePart(report, withDiff),
    firstStep(report, blobUrl, withDiff),
    otherCauses(report, blobUrl, maxBytes / 4),
    failureList(report, blobUrl),
    withDiff ? endOfLog(report) : '',
    imageTable(report),
    foot,
  ]
  const tries = [true, false].map(withDiff => `${parts(withDiff).filter(Boolean).join('\n\n')}\n`)
  const short = `${head}\n\n${foot}\n`
  return [...tries, short].find(whole => Buffer.byteLength(whole) <= maxBytes) ?? `${head}\n`
}

/** What the summary has beside this; where nothing was compared there are no layers and no causes. */
const restWords = ({ command, layers }: Report): string => {
  if (command === 'lint') return 'every finding, with what to do'
  return layers.length > 0
    ? 'every cause with its evidence, the layers, the lint'
    : 'the checklist, what the lint found'
}

/** Which image it is, where a pull request has a comment for each: the verdict's own line says the rest. */
const subject = ({ subject: { target } }: Report): string => (target === null ? '' : `: ${text(target, 80)}`)

/** As far as it is known. It may have been a difference, a build that failed, or the lint. */
function history({ failedAt, fixedAt }: { failedAt: string | null; fixedAt: string | null }): string {
  const at = (commit: string | null): string => (commit === null ? '' : ` at ${code(commit.slice(0, 7))}`)
  // A re-run: nobody mended anything, so it may well come back.
  if (failedAt !== null && failedAt === fixedAt)
    return `An earlier run of ${code(failedAt.slice(0, 7))} failed, and nothing has changed since`
  return `What was wrong${at(failedAt) || ' before'} is mended${at(fixedAt)}`
}

function failureList(report: Report, blob: BlobUrl): string {
  const failures = failuresOf(report)
  const lines = failures.slice(0, 5).map(failure => {
    const where = failure.location ? `${sourceLink(failure.location, blob)}: ` : ''
    return `- ${where}${text(failureWords(failure), 120)}. ${prose(clip(failure.message, 400), 400)}`
  })
  if (failures.length > lines.length)
    lines.push(`- and ${counted(failures.length - lines.length, 'more failed build')}`)
  if (lines.length === 0) return ''
  // What differs is told first where something does.
  const { title: first, failure, words } = firstThing(report)
  const title = failure ? `**${first}:** ${prose(words)}.` : '**Not built:**'
  return `${title}\n\n${lines.join('\n')}`
}

/** The lines that say why the first of them failed: an exit code alone says nothing. */
function endOfLog(report: Report): string {
  const [failure] = failuresOf(report)
  const said = (failure?.logTail ?? []).filter(line => line.trim() !== '').slice(-mostLogLines)
  if (failure === undefined || said.length === 0) return ''
  const end = said.length === 1 ? 'last line' : `last ${said.length} lines`
  const whose = failure.image === undefined ? '' : ` of ${code(failure.image, 60)}`
  return `The ${end} of the log of build ${failure.side}${whose}:\n\n${fence(said.map(line => clip(line, 300)).join('\n'))}`
}

/** All but the one that was told, a line each. */
function otherCauses(report: Report, blob: BlobUrl, budget: number): string {
  const told = firstFinding(report)
  const rest = causesOf(report).filter(cause => cause !== told)
  const { parts, left } = fitInto(
    rest,
    ({ location, title }) => `- ${location ? `${sourceLink(location, blob)}: ` : ''}${prose(title, 200)}`,
    budget,
    mostCauses,
  )
  const more = left > 0 ? [`- and ${tallyWords(rest.slice(parts.length), report, firstFinding(report))}`] : []
  return [...parts, ...more].join('\n')
}
