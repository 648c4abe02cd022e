import { byWeight, type Finding } from '../finding.ts'
import { causeBlocks } from './cause-blocks.ts'
import { causesOf } from './causes.ts'
import { type CheckState, checklist } from './checklist.ts'
import { firstStep, firstThing } from './first-step.ts'
import { fitInto, notShown } from './fit.ts'
import { imageTable } from './images.ts'
import { layerTables } from './layer-table.ts'
import { ignoredTable, lintTable } from './lint-table.ts'
import { code, fence, folded, prose, table, text } from './markdown.ts'
import { pullAgainWords } from './pull-again.ts'
import { failuresOf, type PullAgain, type Report, type ReportFailure } from './report.ts'
import { scopeList } from './scope-lines.ts'
import { smokePart } from './smoke-lines.ts'
import { type BlobUrl, sourceLink } from './source-link.ts'
import { suggestedChanges } from './suggestions.ts'
import { digestRows, doubtList, headline, noteList, reasonList, verdictLine } from './verdict-lines.ts'
import { clip } from './visible.ts'
import { counted, duration, mendWords, sentence, sideWord } from './words.ts'

/** GitHub drops a job summary of more than 1 MiB without a word; we stay well below. */
export const summaryBytes = 900 * 1024

export interface SummaryOptions {
  /** The most bytes of UTF-8 that the text may have; at least 4096. */
  maxBytes?: number
  /** Where the sources can be looked at, as `https://github.com/o/r/blob/<commit>`. */
  blobUrl?: BlobUrl
}

/**
 * A report as GitHub Markdown, in the order of a reader's ten seconds: the verdict, what to do first, the checklist, the
 * image, the causes, the lint, what was not covered. Where all is well, two lines and the rest folded. Never longer than
 * `maxBytes`: what does not fit is cut worst last, in steps, and counted. Nothing in it that came from an image, a log or
 * a Dockerfile is read as Markdown or HTML.
 */
export function renderSummary(
  report: Report,
  { maxBytes = summaryBytes, blobUrl = null }: SummaryOptions = {},
): string {
  // The lines of a fix and of a log are in report.json too: what stands between them and the end goes first.
  for (const lean of [false, true]) {
    const head = [
      ...[`## ${headline(report)}`, verdictLine(report)],
      ...(isAllWell(report) ? [smokePart(report), imageTable(report)] : []),
    ]
    const top = lead(report, blobUrl, lean)
    const foot = [scopePart(report), noteList(report), logList(report), ...(lean ? [] : [aboutRun(report)])]
    const fixed = [...head, ...top, ...foot].filter(Boolean)
    const whole = (spare: number): string => {
      const rest = [...top, ...sections(report, blobUrl, spare), ...foot].filter(Boolean)
      const parts = isAllWell(report) ? [...head, folded(foldTitle(report), rest.join('\n\n'))] : [...head, ...rest]
      return `${parts.filter(Boolean).join('\n\n')}\n`
    }
    let spare = maxBytes - Buffer.byteLength(fixed.join('\n\n')) - 1000
    while (spare >= 0) {
      const text = whole(spare)
      const over = Buffer.byteLength(text) - maxBytes
      if (over <= 0) return text
      // What is said of what is left out takes room, too.
      spare -= over + 500
    }
  }
  return shortened(report, maxBytes)
}

/** Nobody has to do anything: then nobody has to read more than the verdict. */
const isAllWell = (report: Report): boolean =>
  report.verdict === 'reproducible' &&
  report.command === 'gate' &&
  report.release?.state !== 'failed' &&
  report.findings.every(({ level }) => level === 'notice')

function foldTitle({ findings }: Report): string {
  const notes = findings.length > 0 ? `, ${counted(findings.length, 'note')}` : ''
  return `Checklist, layers${notes}, and what was not covered`
}

/** What comes before the parts that grow. */
function lead(report: Report, blob: BlobUrl, lean: boolean): string[] {
  const failures = failuresOf(report)
  const first = firstThing(report).failure
  const left = failures.length - mostFailures
  return [
    doubtList(report),
    isAllWell(report) ? '' : smokePart(report, !lean),
    firstStep(report, blob, !lean),
    ...failures.slice(0, mostFailures).map(failure => failureBlock(failure, blob, lean ? 0 : 60, failure === first)),
    left > 0 ? notShown(left, 'failed build') : '',
    isAllWell(report) ? '' : imageTable(report),
    report.command === 'compare' ? '' : checklistTable(report, blob),
  ]
}

const mostFailures = 5

/** The parts that grow with the report: each may take a share of what the ones before it left. */
function sections(report: Report, blob: BlobUrl, spare: number): string[] {
  const findings = [...report.findings].sort(byWeight)
  const causes = causesOf(report)
  const feared = findings.filter(finding => finding.source === 'lint')
  const dockers = findings.filter(finding => finding.source === 'docker')
  const parts: string[] = []
  let left = spare
  const add = (heading: string, share: number, render: (budget: number) => string): void => {
    const body = render(Math.floor(left * share) - 100)
    const part = body === '' ? '' : heading === '' ? body : `### ${heading}\n\n${body}`
    left -= Buffer.byteLength(part)
    parts.push(part)
  }
  add('', 0.25, budget => (report.layers.length > 0 ? layerTables(report, blob, budget) : ''))
  add('', 0.2, budget => pullAgainList(report, budget))
  add('', 0.3, budget => agreement(report, budget))
  const shown = report.command === 'compare' ? 'What the images show' : 'What the builds showed'
  add(report.verdict === 'not-reproducible' ? 'Why they differ' : shown, 0.6, budget =>
    causeBlocks(causes, report, blob, budget),
  )
  add(`In the sources: ${lintHeading(feared)}`, 0.7, budget => lintTable(feared, blob, budget))
  add('', 0.6, budget => suggestedChanges(report, budget))
  add(`Docker's own checks: ${counted(dockers.length, 'finding')}`, 0.5, budget => lintTable(dockers, blob, budget))
  add('', 0.8, budget => ignoredTable(report.ignored, blob, budget))
  return parts
}

/** How far the two agree and why no further, with both digests; open where no cause says it better. */
function agreement(report: Report, budget: number): string {
  const [reasons, rows] = [reasonList(report), digestRows(report)]
  if (reasons === '' && rows.length === 0) return ''
  // Two digests beside each other are wider than GitHub's page.
  const beneath = rows.map(([of = '', a = '', b = '']) => [of, `A ${a}<br>B ${b}`])
  const both = `Digest of each ${sideWord(report.command)}`
  const body = [reasons, rows.length > 0 ? table(['', both], beneath) : '']
  const title = `How far the two agree${report.level === null ? '' : `: ${code(report.level, 40)}`}`
  const open = report.verdict === 'not-reproducible' && causesOf(report).length === 0
  const whole = folded(title, body.filter(Boolean).join('\n\n'), open)
  return Buffer.byteLength(whole) <= budget ? whole : ''
}

function scopePart(report: Report): string {
  const list = scopeList(report)
  return list === '' ? '' : `### What was covered, and what was not\n\n${list}`
}

/** What nodes will pull again: the short of it in bold, the rest behind it. */
function pullAgainList(report: Report, budget: number): string {
  const told = (pull: PullAgain): string => {
    const [first = '', ...more] = pullAgainWords(pull, report)
    return [`**What it costs:** ${prose(first)}`, ...more.map(words => prose(words))].join(' ')
  }
  const { parts, left } = fitInto(report.pullAgain, told, budget - 200, 20)
  return [...parts, notShown(left, 'platform')].filter(Boolean).join('\n\n')
}

/** `4 findings, 1 confirmed by the builds`. */
function lintHeading(feared: readonly Finding[]): string {
  const confirmed = feared.filter(({ outcome }) => outcome?.seen === 'confirmed').length
  return `${counted(feared.length, 'finding')}${confirmed > 0 ? `, ${confirmed} confirmed by the builds` : ''}`
}

const stateWords: Record<CheckState, string> = {
  pass: '✅&nbsp;pass',
  note: 'ℹ️&nbsp;note',
  fail: '❌&nbsp;fail',
  none: '➖&nbsp;not&nbsp;applicable',
  unchecked: '➖&nbsp;not&nbsp;checked',
}

function checklistTable(report: Report, blob: BlobUrl): string {
  const rows = checklist(report).map(({ name, state, count, ignored, places, more, remark }) => {
    const where = `${places.map(at => ` ${sourceLink(at, blob)}`).join(',')}${more ? ' …' : ''}`
    const said = count > 0 ? counted(count, 'finding') : text(remark)
    const parts = [where === '' ? said : `${said}${state === 'unchecked' ? ':' : ' at'}${where}`]
    if (ignored > 0) parts.push(`${ignored} ignored`)
    return [stateWords[state], name, parts.join(', ')]
  })
  return table(['', 'Checklist', ''], rows)
}

function failureBlock(failure: ReportFailure, blob: BlobUrl, mostLines: number, isFirst: boolean): string {
  const { step, message, location, logTail } = failure
  const where = location ? `${sourceLink(location, blob)}: ` : ''
  const words = mendWords(failure)
  const lines = (mostLines > 0 ? logTail.slice(-mostLines) : []).map(line => clip(line, 500))
  return [
    `### ${isFirst ? `Do this first: ${prose(words)}` : prose(sentence(words))}`,
    `${where}${prose(message, 1000)}`,
    step ? `Step: ${code(step, 300)}` : '',
    lines.length > 0
      ? folded(`The last ${counted(lines.length, 'line')} of its log`, fence(lines.join('\n')), true)
      : '',
    mostLines === 0 && logTail.length > 0 ? 'There is no room for its log here; report.json has the end of it.' : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** Where the runner has them; a later step can upload them. */
function logList({ logs = [] }: Report): string {
  const shown = logs.slice(0, 20).map(path => code(path, 300))
  return shown.length === 0 ? '' : `Build logs: ${shown.join(', ')}${logs.length > shown.length ? ' …' : ''}`
}

const runOrder = ['buildx', 'buildkit', 'docker', 'driver', 'node', 'lint', 'buildA', 'buildB', 'compare', 'explain']

/** However they were set: a report that was read must be shown as the one that was written. */
const inOrder = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))

const placeOf = (key: string): number => (runOrder.includes(key) ? runOrder.indexOf(key) : runOrder.length)

function aboutRun({ versions, timings, tool }: Report): string {
  const rows = [
    ...inOrder(versions)
      .slice(0, 20)
      .map(([name, version]) => [text(name, 60), code(version, 160)]),
    ...inOrder(timings)
      .slice(0, 20)
      .map(([stage, took]) => [`time: ${text(stage, 60)}`, duration(took)]),
  ]
  const body = rows.length > 0 ? table(['', ''], rows) : ''
  return folded(`${text(tool.name, 40)} ${text(tool.version, 40)}: versions and timings`, body)
}

/** Where not even the fixed parts fit: the verdict, and where to find the rest. */
function shortened(report: Report, maxBytes: number): string {
  const full = `## ${headline(report)}\n\n${verdictLine(report)}\n\nThere was no room for more here; report.json has all of it.\n`
  return Buffer.byteLength(full) <= maxBytes ? full : `## ${headline(report)}\n`
}
