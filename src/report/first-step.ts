import { byWeight, type Finding } from '../finding.ts'
import { causesOf, changeFor, sameChange } from './causes.ts'
import { changeBlock, fixWords } from './change-block.ts'
import { doubtStep, releaseStep } from './doubt-step.ts'
import { fence, prose } from './markdown.ts'
import { failuresOf, type Report, type ReportFailure } from './report.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { tallyWords } from './tally.ts'
import { notProven } from './verdict-lines.ts'
import { clip, pasteable } from './visible.ts'
import { counted, grouped, mendWords } from './words.ts'

/** A change of more lines is not what somebody does in ten seconds. */
const mostLines = 40

/**
 * The finding that is told first: the worst cause, or of the lint the worst that is no mere notice. Null where there is
 * none, and where something else comes first: a build that failed, or a reason to doubt.
 */
export function firstFinding(report: Report): Finding | null {
  const gone = report.drift?.vanished ? report.findings.find(({ id }) => id === 'vanished-input') : undefined
  if (gone) return gone
  const cannotSay = failuresOf(report).length > 0 || report.doubts.length > 0
  if (report.verdict !== 'not-reproducible' && cannotSay) return null
  const [cause] = causesOf(report)
  if (cause && report.verdict !== 'reproducible') return cause
  const findings = [...report.findings].sort(byWeight)
  const worse = findings.filter(({ level }) => level !== 'notice')
  return (worse.length > 0 || report.command !== 'lint' ? worse : findings)[0] ?? null
}

/** What a reader who has ten seconds is to do, for everything that shows it. Words are ours, and quote in backticks. */
export interface FirstThing {
  title: 'Do this first' | 'What to do next' | 'What is known' | 'Nothing to do'
  /** What to do; after the title as it is, or as a sentence of its own. */
  words: string
  /** How much else there is, or what comes after it. */
  after: string
  /** What it is about: a finding, a build that failed, or neither. */
  finding: Finding | null
  failure: ReportFailure | null
}

/** The one thing to do first, or that there is nothing to do. */
export function firstThing(report: Report): FirstThing {
  const { verdict, command, doubts } = report
  const finding = firstFinding(report)
  const [failure] = failuresOf(report)
  const none = { finding: null, failure: null, after: '' }
  if (report.release?.state === 'failed')
    return { ...none, title: 'Do this first', words: `${releaseStep(report.release.problem ?? '')}.` }
  if (finding !== null) {
    const { fix, message } = finding
    const title = verdict === 'reproducible' ? 'What to do next' : 'Do this first'
    return { ...none, title, words: fix ? fixWords(fix) : message, after: others(finding, report), finding }
  }
  if (failure && verdict !== 'reproducible')
    return { ...none, title: 'Do this first', words: mendWords(failure), after: otherFailures(report), failure }
  if (verdict === 'undecided' && doubts.length > 0)
    return {
      ...none,
      title: 'Do this first',
      words: `${doubtStep(report)}.${otherDoubts(report)} ${notProven(report)}`,
    }
  if (verdict === 'undecided') return { ...none, title: 'Do this first', words: `run it again. ${notProven(report)}` }
  if (verdict === 'not-reproducible')
    return { ...none, title: 'What is known', words: 'The two sides differ. Why is not known.' }
  const words =
    command === 'lint' ? 'Nothing in the sources is to be feared. Only two builds can prove more.' : 'Both sides agree.'
  return { ...none, title: 'Nothing to do', words }
}

function otherDoubts({ doubts }: Report): string {
  const more = doubts.length - 1
  return more > 0
    ? ` That answers the first reason; ${more === 1 ? 'one more is' : `${grouped(more)} more are`} above.`
    : ''
}

function otherFailures(report: Report): string {
  const more = failuresOf(report).length - 1
  return more > 0 ? `${counted(more, 'other build')} did not end well either.` : ''
}

/** The same as Markdown: where, what, and the fix as a diff of the real lines. Empty when nothing has to be done. */
export function firstStep(report: Report, blob: BlobUrl, withDiff = true): string {
  const { title, words, after, finding, failure } = firstThing(report)
  // A build that failed has a part of its own, which says it.
  if (failure) return ''
  if (finding === null) return title === 'Do this first' ? `**${title}:** ${prose(words)}` : ''
  const where = finding.location ? `${sourceLink(finding.location, blob)}: ` : ''
  const lines = written(finding, report)
  return [
    `### ${title}`,
    `${where}**${prose(finding.title.replace(/\.$/, ''), 200)}.** ${prose(words, 600)}`,
    withDiff ? lines : lines === '' ? '' : 'There is no room for the lines of the fix here; report.json has them.',
    after,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function written(finding: Finding, report: Report): string {
  const change = changeFor(finding, report)
  if (change !== null && change.before.length + change.after.length <= 2 * mostLines) return changeBlock(change)
  const pasted = pasteable(finding.fix?.snippet, 2000)
  return pasted ? fence(clip(pasted, 2000), 'dockerfile') : ''
}

/** How much of all that is: what the same change answers too, and what is left. */
function others(finding: Finding, report: Report): string {
  if (finding.source !== 'comparison') return ''
  const rest = causesOf(report).filter(cause => cause !== finding)
  const along = rest.filter(cause => sameChange(cause, finding))
  const apart = rest.filter(cause => !sameChange(cause, finding))
  return [
    along.length > 0 ? `The same change answers ${tallyWords(along, report, finding)}.` : '',
    apart.length > 0 ? `${tallyWords(apart, report, finding)} ${apart.length === 1 ? 'is' : 'are'} below.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}
