import type { Evidence, Finding, LinesChange, Location } from '../finding.ts'
import { changeLines, fixWords } from './change-block.ts'
import type { Paint } from './paint.ts'
import type { Report } from './report.ts'
import { clip, pasteable, visible, visibleLines } from './visible.ts'
import { counted, kindWords, placed } from './words.ts'
import { wrap } from './wrap.ts'

/** What the lines of a finding are written with. */
export interface Writing {
  command: Report['command']
  paint: Paint
  /** The text of the source files by name. */
  sources: Readonly<Record<string, string>>
  /** Characters of a line; undefined where nobody knows, and nothing is broken. */
  width: number | undefined
  /** Reasons of outcomes that were told already. */
  told: Set<string>
}

/** @param before the finding that the same thing is to be done about, told already */
export function findingLines(finding: Finding, before: Finding | undefined, writing: Writing): string[] {
  const { id, level, title, message, location, via, images, evidence, fix, paths, count, docs } = finding
  const { paint, width } = writing
  const mark = { error: paint.red('error'), warning: paint.yellow('warning'), notice: paint.cyan('notice') }[level]
  const place = paint.bold(location ? line(placed(location), 200) : '(image)')
  const through = (via ?? []).slice(0, 5).map(at => line(placed(at), 200))
  const lines = [
    wrap(`${place}  ${mark}  ${paint.bold(line(id, 60))}  ${line(title, 200)}`, width, 2),
    ...(location ? excerpt(location, writing) : []),
    ...(through.length > 0 ? [wrap(`  ${paint.dim('through')}  ${through.join(', ')}`, width, 11)] : []),
    ...(images ? [wrap(`  ${paint.dim('images')}  ${line(images.slice(0, 20).join(', '), 400)}`, width, 10)] : []),
    wrap(`  ${line(message, 1000)}`, width, 2),
    ...evidence.slice(0, 3).flatMap(seen => evidenceLines(seen, writing)),
  ]
  if (evidence.length > 3) lines.push(`    ${paint.dim(`and ${counted(evidence.length - 3, 'more place')}`)}`)
  if (Math.max(count, paths.length) > 1 && paths.length > 0)
    lines.push(wrap(`  ${paint.dim('paths')}  ${pathWords(paths, count)}`, width, 9))
  const words = kindWords(finding, writing.command)
  const kind = before ? words : `${words} · ${line(docs, 300)}`
  return [
    ...lines,
    ...fixLines(fix, before, writing),
    ...linkLines(finding, writing),
    wrap(`  ${paint.dim(kind)}`, width, 2),
  ]
}

/** What ties the lint to the bytes: a cause names its rule, a finding of the lint what the builds showed of it. */
function linkLines({ source, related = [], unforeseen, outcome }: Finding, { paint, width, told }: Writing): string[] {
  if (source === 'comparison') {
    const rules = related.slice(0, 5).map(id => line(id, 40))
    const words = rules.length > 0 ? `foreseen by the lint: ${rules.join(', ')}` : line(unforeseen ?? '', 300)
    return words === '' ? [] : [wrap(`  ${paint.dim(words)}`, width, 2)]
  }
  if (!outcome) return []
  const why = line(outcome.why, 400)
  if (outcome.seen === 'confirmed') return [wrap(`  ${paint.red('confirmed')}  ${why}`, width, 13)]
  const words = told.has(why) ? 'not seen in this run' : `not seen in this run: ${why}`
  told.add(why)
  return [wrap(`  ${paint.dim(words)}`, width, 2)]
}

/** What is to be done; the second time only where that was told, and what differs. */
function fixLines(fix: Finding['fix'], before: Finding | undefined, { paint, width }: Writing): string[] {
  if (!fix) return []
  const known = before?.location && `as at ${line(placed(before.location), 200)}`
  const pasted = known && fix.snippet === before?.fix?.snippet ? undefined : pasteable(fix.snippet)
  const shown = fix.change
    ? diffLines(fix.change, paint)
    : (pasted?.split('\n').map(text => `    ${paint.green(text)}`) ?? [])
  return [wrap(`  ${paint.green('fix')}  ${known ?? line(fixWords(fix), 600)}`, width, 7), ...shown]
}

/** The lines of a file before and after. */
export function diffLines({ before, after }: Pick<LinesChange, 'before' | 'after'>, paint: Paint): string[] {
  return changeLines(before, after, 1)
    .slice(0, mostDiff)
    .map(text => `    ${coloured(visibleLines(text).replace(/\n/g, ' '), paint)}`)
}

/** More lines of a fix are for the report. */
const mostDiff = 60

const coloured = (text: string, paint: Paint): string =>
  text.startsWith('+') ? paint.green(text) : text.startsWith('-') ? paint.red(text) : text

/** The blamed line, its word underlined where a column is known. */
export function excerpt(
  { file, line: number, endLine, column, endColumn }: Location,
  { sources, paint, width }: Pick<Writing, 'sources' | 'paint' | 'width'>,
): string[] {
  // Of a file that could not be read there is nothing to show.
  const source =
    Object.hasOwn(sources, file) && sources[file] !== ''
      ? sources[file]?.replace(/^\ufeff/, '').split(/\r?\n/)[number - 1]
      : undefined
  if (source === undefined) return []
  const room = Math.min(160, (width ?? 200) - 11)
  const gutter = `  ${String(number).padStart(4)} ${paint.dim('│')} `
  const shown = [`${gutter}${line(source.replace(/\t/g, ' '), room)}${endLine > number ? paint.dim(' …') : ''}`]
  // Only where what is shown is what was written do the columns still meet.
  if (
    column &&
    endColumn &&
    endLine === number &&
    endColumn <= room &&
    visible(source.replace(/\t/g, ' ')).length === source.length
  ) {
    shown.push(
      `       ${paint.dim('│')} ${' '.repeat(column - 1)}${paint.red('^'.repeat(Math.max(1, endColumn - column)))}`,
    )
  }
  return shown
}

function evidenceLines({ what, path, offset, a, b }: Evidence, { paint, width }: Writing): string[] {
  const at = offset === undefined || /\bbyte\b/.test(what) ? '' : `, byte ${offset}`
  const where = path === undefined ? '' : `${paint.cyan(line(path, 200))}: `
  const side = (name: string, value: string | undefined) =>
    wrap(`      ${name} ${value === undefined ? paint.dim('absent') : line(value, 200)}`, width, 8)
  return [
    wrap(`    ${where}${line(what, 200)}${at}`, width, 6),
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

/** A foreign text on one line, without anything a terminal would obey. */
export const line = (text: string, max: number): string => visible(clip(text.replace(/\s*\n\s*/g, ' '), max))
