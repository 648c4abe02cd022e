import type { Finding } from '../finding.ts'
import type { FileChange, FixReport } from './fix-report.ts'
import { type Paint, paints } from './paint.ts'
import { clip, obeyedByNobody, visible, visibleLines } from './visible.ts'
import { counted, placed } from './words.ts'

/** Findings told one by one; the rest is counted. */
const most = 100

/** What `fix` did, for a terminal: the diff first, then what is left, then one line that sums it up. */
export function renderFixes(report: FixReport, { colour }: { colour: boolean }): string {
  const paint = paints(colour)
  const problems = report.changes.filter(({ problem }) => problem !== null)
  const parts = [
    ...report.changes.map(change => diffLines(change, paint)),
    problems.map(({ file, problem }) => `${paint.red('not written')}  ${line(file, 200)}: ${line(problem ?? '', 500)}`),
    told(report.failed, ({ finding, why }) => `${place(finding, paint)}  ${paint.red('not fixed')}  ${line(why, 600)}`),
    told(report.left, finding => `${place(finding, paint)}  ${line(finding.title, 200)}`, leftHeading(report)),
    [closing(report, paint)],
  ]
  const text = parts.filter(lines => lines.length > 0).map(lines => lines.join('\n'))
  return `${obeyedByNobody(text.join('\n\n'))}\n`
}

const leftHeading = ({ subject }: FixReport): string =>
  `For you to fix, \`repro-gate lint\` says how${subject.files.length === 1 ? '' : ' for each file'}:`

function told<T>(items: readonly T[], render: (item: T) => string, heading?: string): string[] {
  if (items.length === 0) return []
  const more = items.length > most ? [`${items.length - most} more not shown; --json has all of them`] : []
  return [...(heading === undefined ? [] : [heading]), ...items.slice(0, most).map(render), ...more]
}

/**
 * The diff as it is, so that it can be applied; only what a terminal would obey is written out. The return of a CRLF and
 * the byte order mark of a file are harmless, and without them it would not apply.
 */
function diffLines({ diff }: FileChange, paint: Paint): string[] {
  const lines = diff.replace(/\n$/, '').split('\n')
  return lines.map((whole, at) => {
    const [, mark = '', written = '', end = ''] = /^([ +-]\ufeff)?(.*?)(\r?)$/s.exec(whole) ?? []
    const text = `${mark}${visibleLines(written)}${end}`
    if (at < 2) return paint.bold(text)
    if (text.startsWith('@@')) return paint.cyan(text)
    return text.startsWith('+') ? paint.green(text) : text.startsWith('-') ? paint.red(text) : text
  })
}

const place = ({ location, id }: Finding, paint: Paint): string =>
  `${paint.bold(location ? line(placed(location), 200) : '(no line)')}  ${line(id, 40)}`

function closing({ dryRun, changes, fixed, failed, left }: FixReport, paint: Paint): string {
  const count = Object.values(fixed).reduce((sum, one) => sum + one, 0)
  const rest = [
    failed.length > 0 ? paint.red(`${failed.length} could not be fixed`) : '',
    left.length > 0 ? `${left.length} for you to fix` : '',
  ].filter(Boolean)
  const also = rest.length > 0 ? `; ${rest.join(', ')}` : ''
  if (count === 0) return `${failed.length + left.length === 0 ? 'Nothing to fix' : 'Nothing was fixed'}${also}`
  const files = changes.map(({ file }) => line(file, 200)).join(', ')
  const by = Object.entries(fixed).map(([id, times]) => (times > 1 ? `${id} ×${times}` : id))
  const what = `${counted(count, 'finding')} (${by.join(', ')}) in ${files}`
  if (dryRun) return `${paint.yellow('Would fix')} ${what}${also}. Dry run: nothing was written`
  if (changes.every(({ written }) => !written))
    return `${paint.red('Nothing was written')}: ${what} would be fixed${also}`
  const unwritten = changes.filter(({ written }) => !written).map(({ file }) => line(file, 200))
  if (unwritten.length > 0) return `${paint.red('Written in part')}: ${what}, but not in ${unwritten.join(', ')}${also}`
  return `${paint.green('Fixed')} ${what}${also}`
}

/** A foreign text on one line, without anything a terminal would obey. */
const line = (text: string, max: number): string => visible(clip(text.replace(/\s*\n\s*/g, ' '), max))
