import { byWeight, type Finding } from '../finding.ts'
import { causesOf, changeFor, sameChange } from './causes.ts'
import { changeBlock, fixWords } from './change-block.ts'
import { fence, prose } from './markdown.ts'
import { failuresOf, type Report } from './report.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { clip, pasteable } from './visible.ts'
import { counted } from './words.ts'

/** A change of more lines is not what somebody does in ten seconds. */
const mostLines = 40

/**
 * The finding that is told first: the worst cause, or of the lint the worst that is no mere notice. Null where there is
 * none, and where something else comes first: a build that failed, or a reason to doubt.
 */
export function firstFinding(report: Report): Finding | null {
  const cannotSay = failuresOf(report).length > 0 || report.doubts.length > 0
  if (report.verdict !== 'not-reproducible' && cannotSay) return null
  const [cause] = causesOf(report)
  if (cause && report.verdict !== 'reproducible') return cause
  const findings = [...report.findings].sort(byWeight)
  const worse = findings.filter(({ level }) => level !== 'notice')
  return (worse.length > 0 || report.command !== 'lint' ? worse : findings)[0] ?? null
}

/** The one thing to do first, as Markdown: where, what, and the fix as a diff of the real lines. Empty when nothing has to be done. */
export function firstStep(report: Report, blob: BlobUrl, withDiff = true): string {
  const finding = firstFinding(report)
  // A build that failed tells for itself what to do.
  if (report.verdict === 'undecided' && report.doubts.length > 0 && failuresOf(report).length === 0)
    return `**Do this first:** ${dealWithDoubts(report)}`
  if (finding === null) return ''
  const { title, message, location, fix } = finding
  const where = location ? `${sourceLink(location, blob)}: ` : ''
  const words = fix ? prose(fixWords(fix), 600) : prose(message, 600)
  const lines = written(finding, report)
  return [
    `### ${report.verdict === 'reproducible' ? 'What to do next' : 'Do this first'}`,
    `${where}**${prose(title.replace(/\.$/, ''), 200)}.** ${words}`,
    withDiff ? lines : lines === '' ? '' : 'There is no room for the lines of the fix here; report.json has them.',
    others(finding, report),
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** After `Do this first`. */
export const dealWithDoubts = ({ doubts }: Pick<Report, 'doubts'>): string =>
  `deal with ${doubts.length > 1 ? 'the first of these reasons' : 'this'}, then run it again. Nothing was proven, so this is not a pass.`

function written(finding: Finding, report: Report): string {
  const change = changeFor(finding, report)
  if (change !== null && change.before.length + change.after.length <= 2 * mostLines) return changeBlock(change)
  const pasted = pasteable(finding.fix?.snippet, 2000)
  return pasted ? fence(clip(pasted, 2000), 'dockerfile') : ''
}

/** How much of all that is: what the same change answers too, and what is left. */
export function others(finding: Finding, report: Report): string {
  if (finding.source !== 'comparison') return ''
  const rest = causesOf(report).filter(cause => cause !== finding)
  const along = rest.filter(cause => sameChange(cause, finding)).length
  const apart = rest.filter(cause => !sameChange(cause, finding))
  const worst = apart.filter(({ level }) => level === finding.level).length
  const lesser = apart.length - worst
  const below = [worst > 0 ? counted(worst, 'other cause') : '', lesser > 0 ? counted(lesser, 'warning') : '']
  const told = below.filter(Boolean).join(' and ')
  return [
    along > 0 ? `The same change answers ${counted(along, 'more cause')}.` : '',
    told === '' ? '' : `${told} ${apart.length === 1 ? 'is' : 'are'} below.`,
  ]
    .filter(Boolean)
    .join(' ')
}
