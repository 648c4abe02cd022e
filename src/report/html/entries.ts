import type { Finding } from '../../finding.ts'
import type { EntryExcerpt, EntryFacts } from '../../image/differing-entry.ts'
import { causesOf } from '../causes.ts'
import { type Fitted, fitInto } from '../fit.ts'
import type { ReportEntry } from '../report.ts'
import { clip, visible } from '../visible.ts'
import { counted, grouped, placed, sideWord } from '../words.ts'
import { causesOfEntry } from './causes.ts'
import type { Page } from './finding.ts'
import { asData, Html, html } from './markup.ts'

/** Rows that are readable without the script. */
const staticRows = 100
const longestPath = 1000
const longestText = 300

/** The differing entries as they are shown, and as the script of the page has them. */
export interface ShownEntries {
  section: Html | null
  /** Of the causes, by their place: how many of the entries shown have it. */
  counts: number[]
}

/** The paths that differ: a list to read, and the data to search them and to see both sides of each. */
export function shownEntries(page: Page, budget: number): ShownEntries {
  const { report } = page
  const { list, more } = report.entries ?? { list: [], more: 0 }
  const causes = causesOf(report)
  const counts = causes.map(() => 0)
  if (list.length === 0) return { section: null, counts }
  const places = placesOf(list)
  const told = causeRows(causes, budget * 0.2)
  const still = fitInto(list, entry => stillRow(entry, causes), budget * 0.2, staticRows)
  let left = budget - still.bytes - Buffer.byteLength(asData([told, places]).toString()) - 3000
  const spare = left * 0.2
  const rows: unknown[] = []
  for (const entry of list) {
    const own = causesOfEntry(entry, causes)
    const numbers = [...new Set(own.map(at => Math.min(at, told.length - 1)))]
    const row = rowOf(entry, numbers, places.indexOf(placeOf(entry)), left > spare)
    left -= Buffer.byteLength(asData(row).toString()) + 1
    if (left < 0) break
    rows.push(row)
    for (const at of new Set(own)) counts[at] = (counts[at] ?? 0) + 1
  }
  const side = sideWord(report.command) === 'image' ? 'Image' : 'Build'
  const unlisted = more + list.length - rows.length
  return { section: section(rows.length, still, unlisted, { side, causes: told, places, rows, unlisted }), counts }
}

/** Id, title and place of each cause; where there is no room for all, the last stands for the rest. */
function causeRows(causes: readonly Finding[], budget: number): string[][] {
  const rows = causes.map(({ id, title, location }) => [
    ...[text(id, 60), text(title, 120)],
    location ? text(placed(location), 100) : '',
  ])
  const { parts, left } = fitInto(rows, row => asData(row).toString(), budget)
  return left === 0 ? rows : [...rows.slice(0, parts.length), ['', 'a cause that is not told here', '']]
}

const placeOf = ({ image, platform }: ReportEntry): string =>
  text([image, platform].filter(one => one !== undefined).join(', '), 120)

const placesOf = (list: readonly ReportEntry[]): string[] => [...new Set(list.map(placeOf))]

/** A row that needs no script. */
function stillRow(entry: ReportEntry, causes: readonly Finding[]): string {
  const numbers = causesOfEntry(entry, causes).map(at => at + 1)
  const line = entry.line === null ? '' : `line ${entry.line}`
  const cause = numbers.length > 0 ? `cause ${numbers.join(', ')}` : 'no cause found'
  const words = [changeWords(entry), line, cause].filter(Boolean).join(' · ')
  return html`<li><span class="path">${clip(entry.path, longestPath)}</span><span class="meta">${words}</span></li>`.toString()
}

function section(count: number, { parts }: Fitted, left: number, data: unknown): Html {
  const unseen = count - parts.length
  return html`<section id="entries" aria-labelledby="entries-title"><h2 id="entries-title">Paths that differ <span class="count">${grouped(count)}${left > 0 && ` of ${grouped(count + left)}`}</span></h2>
<form class="search only-script" role="search" id="search">
<div class="field wide-field"><label for="query">Search paths, causes, changes</label><input type="search" id="query" autocomplete="off" autocapitalize="off" spellcheck="false" aria-controls="entry-list" aria-describedby="query-hint"><span class="quiet" id="query-hint">Press <kbd>/</kbd> to come here, <kbd>Esc</kbd> to clear.</span></div>
<div class="field"><label for="by-change">What differs</label><select id="by-change"></select></div>
<div class="field"><label for="by-cause">Cause</label><select id="by-cause"></select></div>
<div class="field" id="place-field"><label for="by-place">Image</label><select id="by-place"></select></div>
</form>
<p id="entry-count" role="status" class="quiet only-script"></p>
<ul class="entries" id="entry-list">${new Html(parts.join(''))}</ul>
<p class="only-script"><button type="button" class="button" id="more-entries" hidden>Show more</button></p>
${unseen > 0 && html`<p class="quiet without-script">${grouped(unseen)} more are shown, and all can be searched, where a browser runs the script of this page.</p>`}
${left > 0 && html`<p class="quiet">${counted(left, 'more path')} ${left === 1 ? 'differs and is' : 'differ and are'} not listed here.</p>`}
<script type="application/json" id="data">${asData(data)}</script></section>`
}

const changeNames = [
  'content',
  'size',
  'type',
  'mode',
  'owner',
  'mtime',
  'link',
  'device',
  'attributes',
  'order',
] as const
const kinds = ['changed', 'added', 'removed'] as const

function changeWords({ kind, changes }: ReportEntry): string {
  if (kind !== 'changed') return kind === 'added' ? 'only in B' : 'only in A'
  return changes.map(change => (change === 'mtime' ? 'time' : change)).join(', ')
}

/** One entry as the script has it: an array, because there are thousands. The order is that of `script.ts`. */
const rowOf = (entry: ReportEntry, causes: number[], place: number, whole: boolean): unknown[] => [
  text(entry.path, longestPath),
  kinds.indexOf(entry.kind),
  entry.changes.map(change => changeNames.indexOf(change)),
  entry.line ?? 0,
  causes,
  entry.causes.some(({ follows }) => follows) ? 1 : 0,
  place,
  factsOf(entry.a),
  factsOf(entry.b),
  (entry.via ?? []).slice(0, 8),
  whole && entry.excerpt ? excerptOf(entry.excerpt) : 0,
]

const factsOf = (facts: EntryFacts | null): unknown[] | 0 =>
  facts === null
    ? 0
    : shortened([
        ...[text(facts.type, 20), text(facts.mode, 10)],
        text([facts.uid, facts.gid].join(':') + owner(facts), 120),
        facts.size,
        text(facts.mtime, 40),
        ...[
          text(facts.link ?? '', longestText),
          text(facts.device ?? '', 40),
          text(facts.digest?.slice(0, 16) ?? '', 16),
        ],
        Object.entries(facts.attributes ?? {})
          .sort(([p], [q]) => (p < q ? -1 : 1))
          .slice(0, 8)
          .map(([name, value]) => `${text(name, 80)}=${text(value, 120)}`)
          .join('\n'),
      ])

const owner = ({ user, group }: EntryFacts): string => (user || group ? ` (${user ?? ''}:${group ?? ''})` : '')

/** Without the empty ones at its end. */
function shortened(values: unknown[]): unknown[] {
  const last = values.findLastIndex(value => value !== '')
  return values.slice(0, last + 1)
}

const excerptOf = ({ member, offset, differs, a, b, withheld }: EntryExcerpt): unknown[] => [
  text(member ?? '', longestText),
  offset,
  differs,
  base64(a),
  base64(b),
  withheld ? 1 : 0,
]

const base64 = (bytes: string | null): string | 0 =>
  bytes !== null && bytes.length <= 400 && /^[A-Za-z0-9+/]*={0,2}$/.test(bytes) ? bytes : 0

const text = (foreign: string, max: number): string => visible(clip(String(foreign), max))
