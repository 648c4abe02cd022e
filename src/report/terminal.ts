import { byWeight, type Evidence, type Finding, type Location } from '../finding.ts'
import { type Paint, paints } from './paint.ts'
import { countByLevel, type Report } from './report.ts'
import { scopeWords } from './scope-lines.ts'
import { fixable } from './suggestions.ts'
import { checklistLines } from './terminal-checklist.ts'
import { clip, obeyedByNobody, pasteable, visible } from './visible.ts'
import { counted, kindWords, levelWords, placed, shortDigest, subjectName } from './words.ts'

export interface TerminalOptions {
  /** ANSI colours, or plain text. */
  colour: boolean
  /** The text of the source files by name, to show the lines that are blamed. */
  sources?: Readonly<Record<string, string>>
  /** Findings told whole; the rest is counted. */
  most?: number
}

/** A report as a person reads it in a terminal, worst first; the last line is the verdict. Foreign text is inert. */
export function renderTerminal(report: Report, { colour, sources = {}, most = 100 }: TerminalOptions): string {
  const paint = paints(colour)
  const findings = [...report.findings].sort(byWeight)
  const told = new Map<string, Finding>()
  const parts = findings.slice(0, most).map(finding => {
    const key = JSON.stringify([finding.id, finding.fix?.text])
    const before = told.get(key)
    if (before === undefined) told.set(key, finding)
    return findingLines(finding, before, sources, paint)
  })
  if (findings.length > most)
    parts.push([paint.dim(`${findings.length - most} more not shown; --json has all of them`)])
  if (report.failure) parts.push(failureLines(report.failure, sources, paint))
  if (report.doubts.length > 0)
    parts.push(report.doubts.slice(0, 20).map(doubt => `${paint.yellow('!')} ${line(doubt, 500)}`))
  parts.push(checklistLines(report, paint), closing(report, paint))
  return `${obeyedByNobody(parts.map(lines => lines.join('\n')).join('\n\n'))}\n`
}

/** @param before the finding that the same thing is to be done about, told already */
function findingLines(
  finding: Finding,
  before: Finding | undefined,
  sources: Readonly<Record<string, string>>,
  paint: Paint,
): string[] {
  const { id, level, title, message, location, via, evidence, fix, paths, count, docs } = finding
  const mark = { error: paint.red('error'), warning: paint.yellow('warning'), notice: paint.cyan('notice') }[level]
  const lines = [
    `${paint.bold(location ? line(placed(location), 200) : '(image)')}  ${mark}  ${paint.bold(line(id, 60))}  ${line(title, 200)}`,
    ...(location ? excerpt(location, sources, paint) : []),
    ...(via?.length
      ? [
          `  ${paint.dim('through')}  ${via
            .slice(0, 5)
            .map(at => line(placed(at), 200))
            .join(', ')}`,
        ]
      : []),
    `  ${line(message, 1000)}`,
    ...evidence.slice(0, 3).flatMap(seen => evidenceLines(seen, paint)),
  ]
  if (evidence.length > 3) lines.push(`    ${paint.dim(`and ${counted(evidence.length - 3, 'more place')}`)}`)
  if (Math.max(count, paths.length) > 1 && paths.length > 0)
    lines.push(`  ${paint.dim('paths')}  ${pathWords(paths, count)}`)
  return [
    ...lines,
    ...fixLines(fix, before, paint),
    `  ${paint.dim(before ? kindWords(finding) : `${kindWords(finding)} · ${line(docs, 300)}`)}`,
  ]
}

/** What is to be done; the second time only where that was told, and what differs. */
function fixLines(fix: Finding['fix'], before: Finding | undefined, paint: Paint): string[] {
  if (!fix) return []
  const known = before?.location && `as at ${line(placed(before.location), 200)}`
  const pasted = known && fix.snippet === before?.fix?.snippet ? undefined : pasteable(fix.snippet)
  const shown = pasted?.split('\n').map(text => `    ${paint.green(text)}`) ?? []
  return [`  ${paint.green('fix')}  ${known ?? line(fix.text, 600)}`, ...shown]
}

/** The blamed line, its word underlined where a column is known. */
function excerpt(
  { file, line: number, endLine, column, endColumn }: Location,
  sources: Readonly<Record<string, string>>,
  paint: Paint,
): string[] {
  const source = Object.hasOwn(sources, file)
    ? sources[file]?.replace(/^\ufeff/, '').split(/\r?\n/)[number - 1]
    : undefined
  if (source === undefined) return []
  const gutter = `  ${String(number).padStart(4)} ${paint.dim('│')} `
  const shown = [`${gutter}${line(source.replace(/\t/g, ' '), 160)}${endLine > number ? paint.dim(' …') : ''}`]
  // Only where what is shown is what was written do the columns still meet.
  if (
    column &&
    endColumn &&
    endLine === number &&
    endColumn <= 160 &&
    visible(source.replace(/\t/g, ' ')).length === source.length
  ) {
    shown.push(
      `       ${paint.dim('│')} ${' '.repeat(column - 1)}${paint.red('^'.repeat(Math.max(1, endColumn - column)))}`,
    )
  }
  return shown
}

function evidenceLines({ what, path, offset, a, b }: Evidence, paint: Paint): string[] {
  const at = offset === undefined || /\bbyte\b/.test(what) ? '' : `, byte ${offset}`
  const where = path === undefined ? '' : `${paint.cyan(line(path, 200))}: `
  const side = (name: string, value: string | undefined) =>
    `      ${name} ${value === undefined ? paint.dim('absent') : line(value, 200)}`
  return [
    `    ${where}${line(what, 200)}${at}`,
    ...(a === undefined && b === undefined ? [] : [side('A', a), side('B', b)]),
  ]
}

function pathWords(paths: readonly string[], count: number): string {
  const left = Math.max(count, paths.length) - Math.min(5, paths.length)
  return `${paths
    .slice(0, 5)
    .map(path => line(path, 160))
    .join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

function failureLines(
  failure: NonNullable<Report['failure']>,
  sources: Readonly<Record<string, string>>,
  paint: Paint,
): string[] {
  const { side, step, message, location, logTail } = failure
  return [
    `${paint.bold(location ? line(placed(location), 200) : 'build')}  ${paint.red(`build ${side} failed`)}  ${line(message, 1000)}`,
    ...(location ? excerpt(location, sources, paint) : []),
    ...(step ? [`  ${paint.dim('step')}  ${line(step, 300)}`] : []),
    ...logTail.slice(-20).map(text => `  ${paint.dim('│')} ${line(text, 400)}`),
  ]
}

/** What is known in short, then one line of verdict. */
function closing(report: Report, paint: Paint): string[] {
  const lines: string[] = []
  if (report.scope) {
    const { covers, omits } = scopeWords(report.scope, report.subject.commit)
    lines.push(
      paint.dim(line(`${report.verdict === 'undecided' ? 'Was to cover' : 'Covers'}: ${covers}`, 1500)),
      paint.dim(`Does not cover: ${omits}`),
    )
  }
  const able = fixable(report.findings).length
  if (able > 0) lines.push(`${able} of these can be mended by \`repro-gate fix\``)
  if (report.ignored.length > 0) lines.push(paint.dim(`Ignored: ${counted(report.ignored.length, 'finding')}`))
  return [...lines, verdictWords(report, paint)]
}

function verdictWords(report: Report, paint: Paint): string {
  const { verdict, level, command, requiredLevel, failure, doubts } = report
  const { error, warning, notice } = countByLevel(report.findings)
  const counts = [counted(error, 'error'), counted(warning, 'warning'), counted(notice, 'notice')].join(', ')
  const file = line(subjectName(report.subject), 200)
  if (verdict === 'reproducible') {
    return `${paint.green(paint.bold('Reproducible'))}: two builds of ${file} gave ${level ? levelWords[level] : 'the same image'} ${digestOf(report)}`.trim()
  }
  if (verdict === 'not-reproducible') {
    const asked = level !== null && level !== 'different' && requiredLevel ? `; required: ${requiredLevel}` : ''
    return `${paint.red(paint.bold('Not reproducible'))}: two builds of ${file} gave ${levelWords[level ?? 'different']}${asked} (${counts})`
  }
  if (command === 'lint')
    return error + warning + notice === 0
      ? `${paint.green('Lint')}: nothing found in ${file}`
      : `Lint: ${counts} in ${file}`
  const why = failure ? `build ${failure.side} failed` : doubts[0] ? line(doubts[0], 300) : 'nothing was proven'
  return `${paint.yellow(paint.bold('Undecided'))}: ${why}`
}

const digestOf = ({ builds, level }: Report): string => {
  const first = builds[0]
  if (!first) return ''
  return level === 'identical' ? line(first.digest, 100) : `(config ${shortDigest(line(first.configDigest, 100))})`
}

/** A foreign text on one line, without anything a terminal would obey. */
const line = (text: string, max: number): string => visible(clip(text.replace(/\s*\n\s*/g, ' '), max))
