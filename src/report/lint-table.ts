import type { Finding, Location } from '../finding.ts'
import { fitInto, notShown } from './fit.ts'
import { code, fence, folded, prose, table } from './markdown.ts'
import type { Report } from './report.ts'
import { type BlobUrl, docsLink, sourceLink } from './source-link.ts'
import { pasteable } from './visible.ts'
import { counted, levelMarks } from './words.ts'

const openRows = 8
const mostRows = 500
const mostPlaces = 10
const mostSnippets = 4

/** Findings that say the same and ask for the same, at several places. */
type Alike = [Finding, ...Finding[]]

/**
 * What the sources let one fear, worst first, each with what to do about it; what is alike is one row. What the builds
 * confirmed is folded: the causes have said it, with proof.
 */
export function lintTable(findings: readonly Finding[], blob: BlobUrl, budget: number): string {
  const confirmed = findings.filter(({ outcome }) => outcome?.seen === 'confirmed')
  const open = findings.filter(({ outcome }) => outcome?.seen !== 'confirmed')
  const parts = [lintRowsOf(open, blob, confirmed.length > 0 ? budget * 0.7 : budget)]
  if (confirmed.length > 0) {
    const rows = lintRowsOf(confirmed, blob, budget - Buffer.byteLength(parts[0] ?? '') - 200)
    const title = `${counted(confirmed.length, 'finding')} that the builds confirmed: the causes above say more`
    parts.push(folded(title, rows))
  }
  return parts.filter(Boolean).join('\n\n')
}

function lintRowsOf(findings: readonly Finding[], blob: BlobUrl, budget: number): string {
  if (findings.length === 0) return ''
  const groups = alike(findings).slice(0, mostRows)
  const told = new Set<string>()
  const rows = groups.map(group => lintRow(group, blob, told))
  const fitted = fitInto(rows, row => `| ${row.join(' | ')} |`, budget - 400)
  const shown = rows.slice(0, fitted.parts.length)
  const listed = groups.slice(0, shown.length).reduce((sum, group) => sum + group.length, 0)
  const more = notShown(findings.length - listed, 'finding')
  if (shown.length === 0) return more
  const parts = [lintRows(shown.slice(0, openRows))]
  const rest = shown.slice(openRows)
  const folds = groups.slice(openRows, shown.length).reduce((sum, group) => sum + group.length, 0)
  if (rest.length > 0) parts.push(folded(counted(folds, 'more finding'), lintRows(rest)))
  parts.push(toPaste(groups.slice(0, shown.length), budget - 400 - fitted.bytes))
  return [...parts, more].filter(Boolean).join('\n\n')
}

/** In the order of the first of each. */
function alike(findings: readonly Finding[]): Alike[] {
  const groups = new Map<string, Alike>()
  for (const finding of findings) {
    const { id, level, title, message, fix, outcome } = finding
    const key = JSON.stringify([id, level, title, fix ? fix.text : message, outcome])
    const group = groups.get(key)
    if (group) group.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()]
}

const lintRows = (rows: string[][]): string => table(['', 'Where', 'What', 'What to do'], rows)

function lintRow(group: Alike, blob: BlobUrl, told: Set<string>): string[] {
  const [{ level, title, message, fix }] = group
  const places = group.flatMap(({ location }) => location ?? [])
  const many = group.length > 1 ? ` (${group.length} times)` : ''
  return [
    levelMarks[level],
    placeList(places, blob),
    `${docsLink(group[0])} ${prose(title, 160)}${many}${seen(group[0], told)}`,
    fix ? `${prose(fix.text, 400)}${snippets(group)}` : prose(message, 400),
  ]
}

function placeList(places: readonly Location[], blob: BlobUrl): string {
  const links = [...new Set(places.map((place, at) => placeLink(place, places[at - 1], blob)))]
  const left = links.length - mostPlaces
  return [...links.slice(0, mostPlaces), ...(left > 0 ? [`and ${left} more`] : [])].join(', ')
}

/** Behind a place in the same file the line alone says it. */
function placeLink(place: Location, before: Location | undefined, blob: BlobUrl): string {
  const linked = sourceLink(place, blob)
  return before?.file === place.file ? linked.replace(/<code>.*?<\/code>/, () => `<code>${place.line}</code>`) : linked
}

/** What the builds showed of it; a reason that was told already is not told again. */
function seen({ outcome, related = [] }: Finding, told: Set<string>): string {
  if (outcome?.seen === 'not-seen') {
    const again = told.has(outcome.why)
    told.add(outcome.why)
    return again ? '<br>*Not seen in this run*' : `<br>*Not seen in this run:* ${prose(outcome.why, 400)}`
  }
  if (related.length === 0) return ''
  const causes = related.slice(0, 3).map(cause => code(cause, 40))
  return `<br>**Confirmed** by ${causes.join(', ')}.`
}

/** What to paste, each once. A cell has room for single lines that a browser can break: else the whole table runs out of the page. */
function snippets(group: Alike): string {
  const lines = pastedOf(group).filter(fitsCell)
  const left = lines.length - mostSnippets
  return [...lines.slice(0, mostSnippets).map(line => code(line, 1000)), ...(left > 0 ? [`and ${left} more`] : [])]
    .map(part => `<br>${part}`)
    .join('')
}

const pastedOf = (group: Alike): string[] => [
  ...new Set(group.flatMap(({ fix }) => pasteable(fix?.snippet, 1000) ?? [])),
]

/** Characters of the longest word that a cell takes. */
const longestWord = 64

const fitsCell = (snippet: string): boolean =>
  !snippet.includes('\n') && snippet.split(/\s+/).every(word => word.length <= longestWord)

/** What has no room in a cell, below the table. */
function toPaste(groups: readonly Alike[], budget: number): string {
  const told = new Set<string>()
  const pieces = groups.flatMap(group =>
    pastedOf(group).flatMap(snippet => {
      if (fitsCell(snippet) || told.has(snippet)) return []
      told.add(snippet)
      return [{ of: group[0], snippet }]
    }),
  )
  const { parts } = fitInto(
    pieces,
    ({ of, snippet }) => `${docsLink(of)} ${prose(of.title, 160)}:\n\n${fence(snippet, 'dockerfile')}`,
    budget,
    mostPasted,
  )
  return parts.length === 0 ? '' : folded('Lines to paste', parts.join('\n\n'))
}

const mostPasted = 8

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
