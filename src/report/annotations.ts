import { byWeight, type Finding, type FindingLevel, type Location } from '../finding.ts'
import { failuresOf, type Report, type ReportFailure } from './report.ts'
import { isTouched, type Touched } from './touched.ts'
import { clip, clipBytes, pasteable, visible } from './visible.ts'
import { kindWords, placed } from './words.ts'

/** A note at a line of a source file, within GitHub's limits. Plain text: nobody renders Markdown in it. */
export interface Annotation {
  /** Relative to the root of the repository, with forward slashes. */
  path: string
  startLine: number
  endLine: number
  /** Only where the annotation is within one line; both inclusive. */
  startColumn?: number
  endColumn?: number
  level: FindingLevel
  /** At most 255 characters. */
  title: string
  /** At most 4000 bytes: the log cuts at 4096 characters, a check run at 64 KB. */
  message: string
}

const titleLength = 255
const messageBytes = 4000

/** GitHub takes so many annotations in one request. */
export const batchSize = 50

/** The runner keeps so many annotations of each level from the log of one step. */
export const logPerLevel = 10

/** Which findings of the lint are annotated: all, or those on lines that the pull request touched. Causes always are. */
export interface Annotating {
  which: 'changed' | 'all'
  touched: Touched
}

/** Worst first, and how many findings of the lint were left out because nobody touched their lines. */
export function annotationsFor(
  report: Report,
  { which, touched }: Annotating,
): { annotations: Annotation[]; untouched: number } {
  if (which === 'all' || touched === null) return { annotations: annotations(report), untouched: 0 }
  const findings = report.findings.filter(
    ({ source, location }) => source === 'comparison' || location === undefined || isTouched(touched, location),
  )
  const untouched = report.findings.length - findings.length
  return { annotations: annotations({ ...report, findings }), untouched }
}

/** What a report has to say about lines of the sources, worst first; what has no line is left to the summary. */
export function annotations(report: Report): Annotation[] {
  if (report.command === 'compare' && report.subject.files.length === 0) return []
  const noted = [...report.findings].sort(byWeight).flatMap(finding => annotationOf(finding, report.command))
  return [...failuresOf(report).flatMap(failureAnnotation), ...noted]
}

/** The same in requests: at most 50 each, and no request for none. */
export function batches(all: readonly Annotation[]): Annotation[][] {
  const count = Math.ceil(all.length / batchSize)
  return Array.from({ length: count }, (_, index) => all.slice(index * batchSize, (index + 1) * batchSize))
}

/** Those that the log can show, worst first, and how many it cannot. */
export function forLog(all: readonly Annotation[], perLevel = logPerLevel): { shown: Annotation[]; left: number } {
  const counts = { error: 0, warning: 0, notice: 0 }
  const shown = all.filter(({ level }) => ++counts[level] <= perLevel)
  return { shown, left: all.length - shown.length }
}

function annotationOf(finding: Finding, command: Report['command']): Annotation[] {
  const { location, level, id, title } = finding
  const place = location && placeOf(location)
  if (!place) return []
  return [
    {
      ...place,
      level,
      title: titled(`${id}: ${title}`),
      message: clipBytes(messageOf(finding, command), messageBytes),
    },
  ]
}

function failureAnnotation(failure: ReportFailure): Annotation[] {
  const place = failure.location && placeOf(failure.location)
  if (!place) return []
  const tail = failure.logTail.slice(-10).map(line => clip(visible(line), 200))
  const message = [visible(clip(failure.message, 1000)), ...tail].join('\n')
  const of = failure.image === undefined ? '' : ` of ${visible(failure.image)}`
  const title = `Build ${failure.side}${of} failed here, so nothing was proven`
  return [{ ...place, level: 'error', title, message: clipBytes(message, messageBytes) }]
}

const titled = (title: string): string => clip(visible(title), titleLength)

/** What happened, both values, what to do, where to read on. */
function messageOf(finding: Finding, command: Report['command']): string {
  const { message, evidence, fix, docs, via } = finding
  const seen = evidence.slice(0, 3).flatMap(({ what, path, a, b }) => {
    const values = [a === undefined ? '' : `\n  A: ${short(a)}`, b === undefined ? '' : `\n  B: ${short(b)}`]
    return [`${path === undefined ? '' : `${short(path)}: `}${short(what)}${values.join('')}`]
  })
  const through = via?.length
    ? `Carried into the image by ${via
        .slice(0, 5)
        .map(at => short(placed(at)))
        .join(', ')}.`
    : ''
  const change = fix
    ? [`Fix: ${visible(clip(fix.text, 600))}`, pasteable(fix.snippet, 1000)].filter(Boolean).join('\n')
    : ''
  const outcome = outcomeWords(finding)
  const closing = `This ${kindWords(finding, command)}. ${visible(clip(docs, 200))}`
  return [visible(clip(message, 1200)), through, ...seen, change, outcome, closing].filter(Boolean).join('\n')
}

/** What two builds showed of a finding of the lint. */
const outcomeWords = ({ outcome }: Finding): string =>
  outcome ? visible(clip(outcome.seen === 'confirmed' ? outcome.why : `Not seen in this run. ${outcome.why}`, 400)) : ''

const short = (text: string): string => visible(clip(text, 160))

/** Where GitHub would accept it; one annotation with an impossible place would sink its whole batch. */
function placeOf({
  file,
  line,
  endLine,
  column,
  endColumn,
}: Location): Pick<Annotation, 'path' | 'startLine' | 'endLine' | 'startColumn' | 'endColumn'> | null {
  const path = file.replace(/^(?:\.\/+)+/, '')
  const outside =
    path === '' || /^\/|\\|[\p{Cc}\p{Cs}]/u.test(path) || path.split('/').some(part => part === '..' || part === '')
  if (outside || !isLine(line)) return null
  const end = isLine(endLine) && endLine >= line ? endLine : line
  const place = { path, startLine: line, endLine: end }
  if (end !== line || !isLine(column) || !isLine(endColumn)) return place
  return { ...place, startColumn: column, endColumn: Math.max(column, endColumn - 1) }
}

const isLine = (number: number | undefined): number is number =>
  number !== undefined && Number.isInteger(number) && number >= 1 && number < 2 ** 31
