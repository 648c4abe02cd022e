import type { Finding } from '../finding.ts'
import { fitInto, notShown } from './fit.ts'
import { code, folded, prose, table } from './markdown.ts'
import type { Report } from './report.ts'
import { type BlobUrl, docsLink, sourceLink } from './source-link.ts'
import { pasteable } from './visible.ts'
import { counted, levelMarks } from './words.ts'

const openRows = 8
const mostRows = 500

/** What the sources let one fear, worst first, each with what to do about it. */
export function lintTable(findings: readonly Finding[], blob: BlobUrl, budget: number): string {
  if (findings.length === 0) return ''
  const rows = findings.slice(0, mostRows).map(finding => lintRow(finding, blob))
  const fitted = fitInto(rows, row => `| ${row.join(' | ')} |`, budget - 400)
  const shown = rows.slice(0, fitted.parts.length)
  const more = notShown(findings.length - shown.length, 'finding')
  if (shown.length === 0) return more
  const open = [lintRows(shown.slice(0, openRows))]
  const rest = shown.slice(openRows)
  if (rest.length > 0) open.push(folded(`${counted(rest.length, 'more finding')}`, lintRows(rest)))
  return [...open, more].filter(Boolean).join('\n\n')
}

const lintRows = (rows: string[][]): string => table(['', 'Where', 'What', 'What to do'], rows)

function lintRow(finding: Finding, blob: BlobUrl): string[] {
  const { level, location, title, message, fix, related } = finding
  const confirmed = related?.length
    ? `<br>Confirmed by ${related
        .slice(0, 3)
        .map(cause => code(cause, 40))
        .join(', ')}.`
    : ''
  return [
    levelMarks[level],
    location ? sourceLink(location, blob) : '',
    `${docsLink(finding)} ${prose(title, 160)}${confirmed}`,
    fix ? `${prose(fix.text, 400)}${snippet(fix.snippet)}` : prose(message, 400),
  ]
}

/** A cell has room for one line. */
const snippet = (pasted: string | undefined): string => {
  const whole = pasteable(pasted, 1000)
  return whole === undefined || whole.includes('\n') ? '' : `<br>${code(whole, 1000)}`
}

/** What an ignore took out, and the reason it gave. */
export function ignoredTable(ignored: Report['ignored'], blob: BlobUrl, budget: number): string {
  if (ignored.length === 0) return ''
  const rows = ignored
    .slice(0, mostRows)
    .map(({ finding, reason, by }) => [
      finding.location ? sourceLink(finding.location, blob) : '',
      `${code(finding.id, 40)} ${prose(finding.title, 160)}`,
      reason === null ? '**no reason given**' : prose(reason, 200),
      sourceLink(by, blob),
    ])
  const fitted = fitInto(rows, row => `| ${row.join(' | ')} |`, budget - 400)
  const shown = rows.slice(0, fitted.parts.length)
  const body = [
    shown.length > 0 ? table(['Where', 'What', 'Reason', 'Ignored by'], shown) : '',
    notShown(ignored.length - shown.length, 'ignored finding'),
  ]
  return folded(counted(ignored.length, 'ignored finding'), body.filter(Boolean).join('\n\n'))
}
