import { docsUrl, type Evidence, type Finding, type Location } from '../finding.ts'
import { changeFor, sameChange } from './causes.ts'
import { changeBlock, fixWords } from './change-block.ts'
import { firstFinding, firstThing } from './first-step.ts'
import { fitInto, notShown } from './fit.ts'
import { code, fence, folded, link, prose, table } from './markdown.ts'
import type { Report } from './report.ts'
import { type BlobUrl, docsLink, sourceLink } from './source-link.ts'
import { bothEnds, pasteable } from './visible.ts'
import { counted, kindWords, levelMarks, placed, sideWord, sureWords } from './words.ts'

/** So many causes are told whole; more would be read by nobody. */
const wholeBlocks = 25
/** So many are open; the rest is read by whoever wants to. */
const openBlocks = 5
const pathsShown = 20
const evidenceShown = 4

/** What the bytes proved, worst first: whole blocks, then one line each, then a count, as the budget allows. */
export function causeBlocks(findings: readonly Finding[], report: Report, blob: BlobUrl, budget: number): string {
  if (findings.length === 0) return ''
  const first = firstFinding(report)
  const block = (finding: Finding, index: number): string => {
    const body = causeBody(finding, fixAt(finding, index), report, blob)
    return index < openBlocks
      ? `#### ${index + 1}. ${causeTitle(finding, at => sourceLink(at, blob))}\n\n${body}`
      : folded(`${index + 1}. ${causeTitle(finding, at => code(placed(at), 200))}`, body)
  }
  /** What was told already is not told again. */
  const fixAt = (finding: Finding, index: number): string => {
    if (finding === first) return finding.fix ? `**Fix:** see “${firstThing(report).title}” above.` : ''
    const before = findings.slice(0, index).findIndex(other => sameChange(other, finding))
    return before < 0 ? fixPart(finding, report) : `**Fix:** the same change as for cause ${before + 1}.`
  }
  const whole = fitInto(findings, block, budget * 0.8, wholeBlocks)
  const rest = findings.slice(whole.parts.length)
  const lines = fitInto(rest, finding => causeLine(finding, blob), budget - whole.bytes - 200, 200)
  const more = lines.parts.length > 0 ? folded(`${lines.parts.length} more, in short`, lines.parts.join('\n')) : ''
  return [...whole.parts, more, notShown(lines.left, 'finding')].filter(Boolean).join('\n\n')
}

/** @param place no link in the title of a folded part: what stands there is HTML, and read as such */
const causeTitle = ({ title, location }: Finding, place: (at: Location) => string): string =>
  `${location ? `${place(location)} — ` : ''}${prose(title, 200)}`

function causeBody(finding: Finding, fix: string, { command }: Report, blob: BlobUrl): string {
  const { via, images, message, evidence, paths, count } = finding
  const through = via?.length
    ? `Carried into the image by ${via
        .slice(0, 5)
        .map(at => sourceLink(at, blob))
        .join(', ')}.`
    : ''
  const parts = [
    images ? `In ${images.length === 1 ? 'the image' : 'the images'} ${imageList(images)}.` : '',
    [prose(message), through].filter(Boolean).join(' '),
    evidenceTable(evidence, command),
    fix,
    pathList(paths, count),
    `<sub>${facts(finding, command)}</sub>`,
  ]
  return parts.filter(Boolean).join('\n\n')
}

/** What to do, with the real lines where they are known. */
function fixPart(finding: Finding, report: Report): string {
  const { fix } = finding
  if (!fix) return ''
  const change = changeFor(finding, report)
  const shown = change === null ? pastedBlock(fix.snippet) : changeBlock(change)
  return [`**Fix:** ${prose(fixWords(fix))}`, shown].filter(Boolean).join('\n\n')
}

const imageList = (images: readonly string[]): string =>
  `${images
    .slice(0, 10)
    .map(image => code(image, 80))
    .join(', ')}${images.length > 10 ? ` and ${images.length - 10} more` : ''}`

function causeLine(finding: Finding, blob: BlobUrl): string {
  const where = finding.location ? `${sourceLink(finding.location, blob)}: ` : ''
  return `- ${levelMarks[finding.level]} ${where}${prose(finding.title, 200)} (${docsLink(finding)})`
}

/** Both values of what was seen, side by side; what has no values, as a list. */
function evidenceTable(evidence: readonly Evidence[], command: Report['command']): string {
  const seen = evidence.slice(0, evidenceShown)
  if (seen.length === 0) return ''
  const left = evidence.length - seen.length
  const more = left > 0 ? `and ${counted(left, 'more place')}` : ''
  if (seen.every(({ a, b }) => a === undefined && b === undefined))
    return ['Seen:', seen.map(one => `- ${placeSeen(one, ' ')}`).join('\n'), more].filter(Boolean).join('\n\n')
  const rows = seen.map(one => [
    placeSeen(one, '<br>'),
    ...(one.a === undefined && one.b === undefined
      ? ['', '']
      : [one.a, one.b].map(value => (value === undefined ? 'absent' : code(value, 200)))),
  ])
  const side = sideWord(command) === 'image' ? 'Image' : 'Build'
  return [table(['Seen in', `${side} A`, `${side} B`], rows), more].filter(Boolean).join('\n\n')
}

const placeSeen = ({ what, path, offset }: Evidence, between: string): string =>
  [path === undefined ? '' : code(bothEnds(path, 90), 160), prose(what, 160)].filter(Boolean).join(between) +
  (offset === undefined || /\bbyte\b/.test(what) ? '' : `, byte ${offset}`)

function pathList(paths: readonly string[], count: number): string {
  if (paths.length < 2) return ''
  const shown = paths.slice(0, pathsShown)
  const left = Math.max(count, paths.length) - shown.length
  const lines = shown.map(path => `- ${code(path, 200)}`)
  if (left > 0) lines.push(`- and ${left} more`)
  return folded(`${counted(Math.max(count, paths.length), 'path')} differ for this reason`, lines.join('\n'))
}

/** The small print: what kind, how sure, which rule foresaw it or why none did, where to read on. */
function facts(finding: Finding, command: Report['command']): string {
  const { related = [], unforeseen } = finding
  const rules = related.slice(0, 5).map(id => link(code(id, 40), /^RG\d{3}$/.test(id) ? docsUrl(id) : null))
  const foreseen = rules.length > 0 ? `the lint warned of it: ${rules.join(', ')}` : prose(unforeseen ?? '', 300)
  return [docsLink(finding), kindWords(finding, command), sureWords(finding), foreseen].filter(Boolean).join(' · ')
}

function pastedBlock(snippet: string | undefined): string {
  const pasted = pasteable(snippet)
  return pasted ? fence(pasted, 'dockerfile') : ''
}
