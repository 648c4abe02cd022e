import type { Evidence, Finding, FindingLevel, Location } from '../finding.ts'
import { type AnnotationGroup, annotationGroups, type Said } from './annotation-groups.ts'
import { changeLines, fixWords } from './change-block.ts'
import { failuresOf, type Report, type ReportFailure } from './report.ts'
import { isTouched, type Touched } from './touched.ts'
import { clip, clipBytes, pasteable, visible } from './visible.ts'
import { failureWords, kindWords, placed, sentence } from './words.ts'

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

/** A check run gets so many, worst first: each fifty is a request, one a second, of the thousand that all jobs of a repository have in an hour. */
export const mostInCheckRun = 1000

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
  const noted = annotationGroups(report.findings).flatMap(group => annotationOf(group, report.command))
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

function annotationOf(group: AnnotationGroup, command: Report['command']): Annotation[] {
  const [{ finding }] = group
  const location = finding.location
  // Of several at one line the columns of one would mislead.
  const place = location && placeOf(group.length === 1 ? location : withoutColumns(location))
  if (!place) return []
  const message = group.length === 1 ? messageOf(group[0], command) : listOf(group, command)
  return [{ ...place, level: finding.level, title: titled(titleOf(group)), message: clipBytes(message, messageBytes) }]
}

const withoutColumns = ({ file, line, endLine }: Location): Location => ({ file, line, endLine })

function titleOf([{ finding }, ...more]: AnnotationGroup): string {
  if (more.length === 0) return `${finding.id}: ${finding.title}`
  const what = finding.source === 'comparison' ? 'causes' : 'findings'
  return `${more.length + 1} ${what} here, the worst: ${finding.title}`
}

function failureAnnotation(failure: ReportFailure): Annotation[] {
  const place = failure.location && placeOf(failure.location)
  if (!place) return []
  const tail = failure.logTail.slice(-10).map(line => clip(visible(line), 200))
  const message = [visible(clip(failure.message, 1000)), ...tail].join('\n')
  // Of other images something may be proven.
  const nothing = `nothing was proven${failure.image === undefined ? '' : ' of it'}`
  const title = `${sentence(failureWords(failure))} here, so ${nothing}`
  return [{ ...place, level: 'error', title: titled(title), message: clipBytes(message, messageBytes) }]
}

const titled = (title: string): string => clip(visible(title), titleLength)

/** What happened and why, both values, what to do, where to read on. */
function messageOf({ finding, alsoAt }: Said, command: Report['command']): string {
  const { message, evidence, via, docs } = finding
  const through = via?.length
    ? `Carried into the image by ${via
        .slice(0, 5)
        .map(at => short(placed(at)))
        .join(', ')}.`
    : ''
  const parts = [
    visible(clip(message, 1200)),
    through,
    elsewhere(alsoAt),
    ...evidence.slice(0, 2).map(seenIn),
    fixOf(finding),
    outcomeWords(finding),
    `This ${kindWords(finding, command)}. ${visible(clip(docs, 200))}`,
  ]
  return parts.filter(Boolean).join('\n')
}

/** So many are told with what they are; the others by their titles. */
const toldWhole = 4

/** Several in short: what each is, and each thing to do once. */
function listOf(group: AnnotationGroup, command: Report['command']): string {
  const fixes = new Set<string>()
  const told = group.slice(0, toldWhole).map(({ finding, alsoAt }, index) => {
    const { id, title, message, evidence } = finding
    const fix = fixOf(finding)
    const again = fixes.has(fix)
    fixes.add(fix)
    return [
      `${index + 1}. ${short(id)}: ${visible(clip(title, 200))}`,
      visible(clip(message, 300)),
      elsewhere(alsoAt),
      ...evidence.slice(0, 1).map(seenIn),
      again ? '' : fix,
    ]
      .filter(Boolean)
      .join('\n')
  })
  const rest = group.slice(toldWhole)
  const more = rest.length > 0 ? `And ${rest.map(({ finding }) => short(finding.id)).join(', ')}.` : ''
  const [{ finding }] = group
  const closing = `The first ${kindWords(finding, command)}. ${visible(clip(finding.docs, 200))}`
  return [...told, more, closing].filter(Boolean).join('\n')
}

function elsewhere(places: readonly Location[]): string {
  if (places.length === 0) return ''
  const lines = [...new Set(places.map(({ line }) => line))].sort((a, b) => a - b)
  const left = lines.length - 12
  return `The same at lines ${lines.slice(0, 12).join(', ')}${left > 0 ? ` and ${left} more` : ''}.`
}

function seenIn({ what, path, a, b }: Evidence): string {
  const values = [a === undefined ? '' : `\n  A: ${short(a)}`, b === undefined ? '' : `\n  B: ${short(b)}`]
  return `${path === undefined ? '' : `${short(path)}: `}${short(what)}${values.join('')}`
}

/** In words, and the lines as they would be; where those are not known, what to paste. */
function fixOf({ fix }: Finding): string {
  if (!fix) return ''
  const lines = fix.change ? changeLines(fix.change.before, fix.change.after, 0).join('\n') : fix.snippet
  return [`Fix: ${visible(clip(fixWords(fix), 600))}`, pasteable(lines, 1000)].filter(Boolean).join('\n')
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
    path === '' ||
    // Lines of another commit are not those of this one.
    /^[0-9a-f]{12}:/.test(path) ||
    /^\/|\\|[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(path) ||
    path.split('/').some(part => part === '..' || part === '')
  if (outside || !isLine(line)) return null
  const end = isLine(endLine) && endLine >= line ? endLine : line
  const place = { path, startLine: line, endLine: end }
  if (end !== line || !isLine(column) || !isLine(endColumn)) return place
  return { ...place, startColumn: column, endColumn: Math.max(column, endColumn - 1) }
}

const isLine = (number: number | undefined): number is number =>
  number !== undefined && Number.isInteger(number) && number >= 1 && number < 2 ** 31
