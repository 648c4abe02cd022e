import { byWeight, type Finding, type Location } from '../finding.ts'
import { fixWords } from './change-block.ts'
import { driftText } from './drift-words.ts'
import { firstThing } from './first-step.ts'
import { imageLines, severalImages, worstImages } from './images.ts'
import { buildsHeld } from './ledger-words.ts'
import { paints } from './paint.ts'
import { pullAgainWords } from './pull-again.ts'
import { releaseWords } from './release-lines.ts'
import { countByLevel, failuresOf, type Report } from './report.ts'
import { scopeTold } from './scope-lines.ts'
import { smokeLineWords, smokeProblem } from './smoke-words.ts'
import { fixable } from './suggestions.ts'
import { foundWords } from './tally.ts'
import { checklistLines } from './terminal-checklist.ts'
import { diffLines, excerpt, findingLines, line, type Writing } from './terminal-finding.ts'
import { layerLines } from './terminal-layers.ts'
import { exitMeaning, headline } from './verdict-lines.ts'
import { obeyedByNobody } from './visible.ts'
import {
  comparedTitles,
  counted,
  failureWords,
  levelWords,
  placed,
  shortDigest,
  subjectName,
  unlikeTitle,
} from './words.ts'
import { wrap } from './wrap.ts'

export interface TerminalOptions {
  /** ANSI colours, or plain text. */
  colour: boolean
  /** The text of the source files by name, to show the lines that are blamed. */
  sources?: Readonly<Record<string, string>>
  /** Findings told whole; the rest is counted. */
  most?: number
  /** Columns of the terminal; without it no line is broken, as is right for a log. */
  width?: number | undefined
}

/**
 * A report as a person reads it in a terminal, which shows the end of what was printed: so what the summary has at its top,
 * the verdict and what to do first, stands there. Foreign text is inert.
 */
export function renderTerminal(report: Report, { colour, sources = {}, most = 100, width }: TerminalOptions): string {
  const paint = paints(colour)
  const writing: Writing = {
    command: report.command,
    paint,
    sources,
    width: width === undefined ? undefined : Math.max(40, width),
    told: new Set(),
  }
  const findings = [...report.findings].sort(byWeight)
  const told = new Map<string, Finding>()
  const parts = findings.slice(0, most).map(finding => {
    const key = JSON.stringify([finding.id, finding.fix?.text])
    const before = told.get(key)
    if (before === undefined) told.set(key, finding)
    return findingLines(finding, before, writing)
  })
  if (findings.length > most)
    parts.push([paint.dim(`${findings.length - most} more not shown; --json has all of them`)])
  for (const failure of failuresOf(report)) parts.push(failureLines(failure, writing))
  if (report.doubts.length > 0)
    parts.push(
      report.doubts.slice(0, 20).map(doubt => wrap(`${paint.yellow('!')} ${line(doubt, 500)}`, writing.width, 2)),
    )
  if (report.command !== 'compare') parts.push(checklistLines(report, paint).map(text => wrap(text, writing.width, 18)))
  const images = imageLines(report, paint)
  if (images.length > 0) parts.push(images)
  const layers = layerLines(report, writing)
  if (layers.length > 0) parts.push(layers)
  const known = closing(report, writing)
  if (known.length > 0) parts.push(known)
  const first = firstLines(report, writing)
  if (first.length > 0) parts.push(first)
  const released = releaseWords(report).map(text => wrap(line(text, 2000), writing.width, 2))
  const drifted = report.drift ? [wrap(line(driftText(report), 3000), writing.width, 2)] : []
  const behaviour = [smokeLineWords(report)].filter(Boolean).map(text => wrap(line(text, 3000), writing.width, 2))
  parts.push([...released, ...drifted, ...behaviour, verdictWords(report, paint)])
  return `${obeyedByNobody(parts.map(lines => lines.join('\n')).join('\n\n'))}\n`
}

function failureLines(failure: NonNullable<Report['failure']>, writing: Writing): string[] {
  const { step, message, location, logTail } = failure
  const { paint, width } = writing
  const place = paint.bold(location ? line(placed(location), 200) : 'build')
  return [
    wrap(`${place}  ${paint.red(failureWords(failure))}  ${line(message, 1000)}`, width, 2),
    ...(location ? excerpt(location, writing) : []),
    ...(step ? [wrap(`  ${paint.dim('step')}  ${line(step, 300)}`, width, 8)] : []),
    ...logTail.slice(-20).map(text => `  ${paint.dim('│')} ${line(text, 400)}`),
  ]
}

/** The one thing to do once more, where it was told far up. */
function firstLines(report: Report, { paint, width }: Writing): string[] {
  const { title, finding, failure, words } = firstThing(report)
  const head = (location: Location | null | undefined, what: string): string =>
    wrap(`${paint.bold(title)}  ${location ? `${paint.bold(line(placed(location), 200))}  ` : ''}${what}`, width, 2)
  if (failure) return [head(failure.location, line(`${words}. ${failure.message}`, 600))]
  if (report.verdict === 'undecided') return [head(null, line(words, 600))]
  if (finding === null || report.verdict !== 'not-reproducible' || report.findings.length < 2) return []
  const { fix } = finding
  const lines = fix?.change ? diffLines(fix.change, paint) : []
  return [
    head(finding.location, line(finding.title, 200)),
    ...(fix ? [wrap(`  ${paint.green('fix')}  ${line(fixWords(fix), 600)}`, width, 7)] : []),
    ...(lines.length <= 12 ? lines : []),
  ]
}

/** What is known in short. */
function closing(report: Report, { paint, width }: Writing): string[] {
  const lines = scopeTexts(report).map(text => paint.dim(line(text, 1500)))
  const able = fixable(report.findings).length
  if (able > 0) lines.push(`\`repro-gate fix\` can mend ${able} of these findings`)
  if (report.ignored.length > 0) lines.push(paint.dim(`Ignored: ${counted(report.ignored.length, 'finding')}`))
  const confirmed = report.findings.filter(({ outcome }) => outcome?.seen === 'confirmed').length
  const unseen = report.findings.filter(({ outcome }) => outcome?.seen === 'not-seen').length
  if (confirmed + unseen > 0)
    lines.push(
      `Of the lint's findings the builds confirm ${confirmed || 'none'}; ${unseen} ${unseen === 1 ? 'was' : 'were'} not seen in this run`,
    )
  lines.push(...report.pullAgain.slice(0, 20).flatMap(pull => line(pullAgainWords(pull, report)[0] ?? '', 1000)))
  for (const path of (report.logs ?? []).slice(0, 20)) lines.push(paint.dim(`Build log: ${line(path, 500)}`))
  lines.push(...report.notes.slice(0, 20).map(note => line(note, 1000)))
  lines.push(...report.levelReasons.slice(0, 20).map(reason => line(reason, 1000)))
  return lines.map(text => wrap(text, width, 2))
}

function scopeTexts(report: Report): string[] {
  const told = scopeTold(report, report.subject.commit)
  if (told === null) return []
  const lines = [`${told.title}: ${told.covers}`, `Not covered: ${told.omits}`]
  return report.command === 'compare' ? [...lines, exitMeaning(report).replaceAll('`', '')] : lines
}

function verdictWords(report: Report, paint: Writing['paint']): string {
  const { verdict, level, command, requiredLevel, failure, doubts } = report
  const { error, warning, notice } = countByLevel(report.findings)
  const found = foundWords(report) === '' ? '' : ` (${foundWords(report)})`
  const file = severalImages(report) ?? line(subjectName(report.subject), 200)
  const asked = level !== null && level !== 'different' && requiredLevel ? `; required: ${requiredLevel}` : ''
  const reached = levelWords[level ?? 'different']
  const { bold } = paint
  if (command === 'compare' && verdict === 'reproducible')
    return `${paint.green(bold(comparedTitles[level ?? 'same-files']))}: ${named(report)} ${digestOf(report)}`.trim()
  if (command === 'compare' && verdict === 'not-reproducible') {
    const close = asked === '' ? found : `; they have ${reached}${asked}`
    return `${paint.red(bold(unlikeTitle(report)))}: ${named(report)}${close}`
  }
  if (command === 'gate' && severalImages(report) !== null && verdict !== 'undecided')
    return verdict === 'reproducible'
      ? `${proven(report, paint)}: ${heldWords(report, `two builds of each of ${file}`)} gave ${reached}`
      : `${paint.red(bold('Not reproducible'))}: ${worstImages(report)}${found}`
  if (verdict === 'reproducible') {
    return `${proven(report, paint)}: ${heldWords(report, `two builds of ${file}`)} gave ${level ? levelWords[level] : 'the same image'} ${digestOf(report)}`.trim()
  }
  if (verdict === 'not-reproducible')
    return `${paint.red(bold('Not reproducible'))}: two builds of ${file} gave ${reached}${asked}${found}`
  if (command === 'lint')
    return error + warning + notice === 0
      ? `${paint.green('Lint')}: nothing found in ${file}`
      : `Lint: ${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(notice, 'notice')} in ${file}`
  const why = failure ? failureWords(failure) : doubts[0] ? line(doubts[0], 300) : 'nothing was proven'
  const which = severalImages(report) === null ? '' : `${worstImages(report)}: `
  return `${paint.yellow(bold('Undecided'))}: ${which}${why}`
}

/** Equal bytes that do not do the same are not all well, and this line may be all that is read. */
const proven = (report: Report, { bold, green, yellow }: Writing['paint']): string =>
  smokeProblem(report) === null ? green(bold('Reproducible')) : yellow(bold(headline(report).replace(/^\P{L}+/u, '')))

/** `two builds of Dockerfile`, or one of it and what the ledger has. */
function heldWords({ scope, subject }: Report, twice: string): string {
  const held = buildsHeld(scope)
  return held === null ? twice : `${line(subjectName(subject), 200)}: ${held}`
}

const named = ({ images }: Report): string =>
  images?.others
    ? `A ${line(images.A, 200)} and ${images.others.length + 1} others`
    : `A ${line(images?.A ?? '', 200)}, B ${line(images?.B ?? '', 200)}`

const digestOf = ({ builds, level }: Report): string => {
  const first = builds[0]
  if (!first) return ''
  return level === 'identical' ? line(first.digest, 100) : `(config ${shortDigest(line(first.configDigest, 100))})`
}
