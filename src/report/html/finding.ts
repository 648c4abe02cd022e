import type { Evidence, Finding, LinesChange } from '../../finding.ts'
import { changeFor } from '../causes.ts'
import { changeLines, fixWords } from '../change-block.ts'
import type { Report } from '../report.ts'
import type { BlobUrl } from '../source-link.ts'
import { clip, pasteable } from '../visible.ts'
import { counted, grouped, kindWords, sideWord, sureWords } from '../words.ts'
import { type Html, html, lines, prose } from './markup.ts'
import { idLink, place } from './place.ts'

const evidenceShown = 6
const pathsShown = 50

/** What every part of the page may need. */
export interface Page {
  report: Report
  blob: BlobUrl
  sources: Readonly<Record<string, string>>
  /** Of what is told in any case, how much: less than asked for where a page has little room. */
  most: (count: number) => number
}

export const levelWords = { error: 'Error', warning: 'Warning', notice: 'Notice' } as const

/** A level as a mark: a sign and a word, the colour besides. */
export const levelMark = ({ level }: Finding): Html =>
  html`<span class="tag ${level}">${{ error: '✕', warning: '!', notice: 'i' }[level]} ${levelWords[level]}</span>`

/** One cause, whole: the line, what happened, the proof, what to do. */
export function causeArticle(finding: Finding, number: number, page: Page, entries: number): Html {
  const { title, location, message, evidence, paths, count, via, images } = finding
  const { report, blob } = page
  return html`<article class="cause" id="cause-${number}" aria-labelledby="cause-${number}-title">
<h3 id="cause-${number}-title"><span class="number">${number}</span> ${prose(clip(title, 300))}</h3>
<p class="facts">${levelMark(finding)} ${location && html`<span>${place(location, blob)}</span>`} <span>${kindWords(finding, report.command)}</span> ${sureWords(finding) !== '' && html`<span>${sureWords(finding)}</span>`} <span>${idLink(finding)}</span></p>
${images && html`<p>In ${images.length === 1 ? 'the image' : 'the images'} ${images.slice(0, 20).map(image => html`<code>${clip(image, 80)}</code> `)}${images.length > 20 && `and ${images.length - 20} more`}</p>`}
${blamedLines(finding, page)}
<p>${prose(clip(message, 4000))}${via?.length ? html` Carried into the image by ${via.slice(0, 5).map((at, index) => html`${index > 0 && ', '}${place(at, blob)}`)}.` : null}</p>
${evidenceTable(evidence, report, number)}
${fixBlock(finding, page)}
${pathList(paths, count)}
${entries > 0 && html`<p class="only-script"><a class="button" href="#entries" data-cause="${number - 1}">Look at ${entries === 1 ? 'the path' : `the ${grouped(entries)} paths`} side by side</a></p>`}
${foreseen(finding)}
</article>`
}

/** One line of a cause for which there is no room. */
export const causeLine = (finding: Finding, page: Page): Html =>
  html`<li>${levelMark(finding)} ${finding.location && place(finding.location, page.blob)} ${prose(clip(finding.title, 200))} (${idLink(finding)})</li>`

/** The lines of the source that are blamed, where they are at hand. */
function blamedLines({ location, fix }: Finding, { sources }: Page): Html | null {
  if (location === undefined || fix?.change || !Object.hasOwn(sources, location.file)) return null
  const all = (sources[location.file] ?? '').split('\n').slice(location.line - 1, location.endLine)
  if (all.length === 0) return null
  const shown = all.slice(0, 12).map(line => clip(line, 400))
  return html`<pre class="source">${lines([...shown, ...(all.length > 12 ? ['…'] : [])].join('\n'))}</pre>`
}

/** Both values of what was seen, side by side. */
function evidenceTable(evidence: readonly Evidence[], { command }: Report, number: number): Html | null {
  const shown = evidence.slice(0, evidenceShown)
  if (shown.length === 0) return null
  const side = sideWord(command) === 'image' ? 'Image' : 'Build'
  const cell = (value: string | undefined, other: string | undefined, name: string): Html =>
    html`<td data-side="${name}">${value === undefined ? (other === undefined ? '' : html`<em>absent</em>`) : html`<code>${marked(clip(value, 400), other ?? '')}</code>`}</td>`
  const rows = shown.map(one => {
    const { a, b } = one
    return html`<tr><th scope="row">${seenIn(one)}</th>${a === undefined && b === undefined ? html`<td></td><td></td>` : [cell(a, b, `${side} A`), cell(b, a, `${side} B`)]}</tr>`
  })
  const left = evidence.length - shown.length
  const more = left > 0 && html`<p class="quiet">and ${counted(left, 'more place')}</p>`
  if (shown.every(({ a, b }) => a === undefined && b === undefined))
    return html`<p class="quiet">What was seen</p><ul>${shown.map(one => html`<li>${seenIn(one)}</li>`)}</ul>${more}`
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Evidence of cause ${number}"><table class="evidence"><caption>What was seen</caption><thead><tr><th scope="col">Seen in</th><th scope="col">${side} A</th><th scope="col">${side} B</th></tr></thead><tbody>${rows}</tbody></table></div>${more}`
}

const seenIn = ({ what, path, offset }: Evidence): Html =>
  html`${path !== undefined && html`<code class="path">${clip(path, 300)}</code>`} <span>${prose(clip(what, 300))}${offset !== undefined && !/\bbyte\b/.test(what) && `, byte ${offset}`}</span>`

/** What a value has that the other one has not, marked: between what both begin and end with. */
function marked(value: string, other: string): Html {
  const most = Math.min(value.length, other.length)
  let start = 0
  while (start < most && value[start] === other[start]) start++
  let end = 0
  while (end < most - start && value.at(-1 - end) === other.at(-1 - end)) end++
  // Whole characters, and no mark around nearly everything.
  if (/[\ud800-\udfff]/.test(value) || start + end < 4) return html`${value}`
  return html`${value.slice(0, start)}<mark>${value.slice(start, value.length - end)}</mark>${value.slice(value.length - end)}`
}

/** What to do: the words, and the lines before and after or the text to paste. */
export function fixBlock(finding: Finding, { report, blob }: Page): Html | null {
  const { fix } = finding
  if (fix === undefined) return null
  const change = changeFor(finding, report)
  const diff = change && change.before.length + change.after.length <= 200 ? diffOf(change, blob) : null
  const pasted = diff ? undefined : pasteable(fix.snippet)
  return html`<div class="fix"><p><strong>Fix</strong> ${prose(clip(fixWords(fix), 2000))}</p>${diff}${pasted && html`<pre>${lines(pasted)}</pre>`}</div>`
}

/** The lines before and after: signs tell them apart, and the colours besides. */
function diffOf({ file, line, before, after }: LinesChange, blob: BlobUrl): Html | null {
  const rows = changeLines(before, after).map(diffLine)
  const at = { file, line, endLine: Math.max(line, line + before.length - 1) }
  return rows.length === 0 ? null : html`<p class="quiet">${place(at, blob)}</p><pre class="diff">${rows}</pre>`
}

/** A line that begins with a blank, `-` or `+`. */
export function diffLine(line: string): Html {
  const text = lines(clip(line, 1000))
  if (line.startsWith('+')) return html`<ins>${text}</ins>`
  return line.startsWith('-') ? html`<del>${text}</del>` : html`<span>${text}</span>`
}

function pathList(paths: readonly string[], count: number): Html | null {
  if (paths.length < 2) return null
  const shown = paths.slice(0, pathsShown)
  const left = Math.max(count, paths.length) - shown.length
  return html`<details><summary>${counted(Math.max(count, paths.length), 'path')} differ for this reason</summary><ul class="paths">${shown.map(path => html`<li><code>${clip(path, 300)}</code></li>`)}${left > 0 && html`<li>and ${left} more</li>`}</ul></details>`
}

/** Which rule foresaw it, or why none did. */
function foreseen({ related = [], unforeseen }: Finding): Html | null {
  if (related.length > 0)
    return html`<p class="quiet">Foreseen by the lint: ${related.slice(0, 5).map(id => html`<code>${clip(id, 40)}</code> `)}</p>`
  return unforeseen ? html`<p class="quiet">${prose(clip(unforeseen, 300))}</p>` : null
}
