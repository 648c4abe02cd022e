import { byWeight, type Finding, type Location } from '../../finding.ts'
import { fitInto, notShown } from '../fit.ts'
import { clip, pasteable } from '../visible.ts'
import { counted } from '../words.ts'
import { diffLine, levelMark, type Page } from './finding.ts'
import { Html, html, lines, prose } from './markup.ts'
import { idLink, place } from './place.ts'

const mostPlaces = 12

/** What the sources let one fear, and what Docker's own checks say: what is alike is told once. */
export function lintSection(page: Page, source: 'lint' | 'docker', budget: number): Html | null {
  const findings = page.report.findings.filter(finding => finding.source === source).sort(byWeight)
  if (findings.length === 0) return null
  const title = source === 'lint' ? 'In the sources' : "Docker's own checks"
  const groups = [...alike(findings).values()]
  const fitted = fitInto(groups, group => lintItem(group, page).toString(), budget - 1000, 500)
  const told = groups.slice(0, fitted.parts.length).reduce((sum, group) => sum + group.length, 0)
  return html`<section id="${source}" aria-labelledby="${source}-title"><h2 id="${source}-title">${title} <span class="count">${counted(findings.length, 'finding')}</span></h2>
<ul class="findings">${new Html(fitted.parts.join('\n'))}</ul>${told < findings.length && html`<p>${notShown(findings.length - told, 'finding')}</p>`}</section>`
}

/** Findings that say the same and ask for the same, at several places. */
function alike(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const { id, level, title, message, fix, outcome } = finding
    const key = JSON.stringify([id, level, title, fix ? fix.text : message, outcome])
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return groups
}

function lintItem(group: readonly Finding[], { blob }: Page): Html {
  const [first] = group
  if (first === undefined) return html``
  const { title, message, fix, outcome, related = [] } = first
  const places = [...new Map(group.flatMap(({ location }) => (location ? [[key(location), location] as const] : [])))]
  const snippets = [...new Set(group.flatMap(one => pasteable(one.fix?.snippet, 1000) ?? []))]
  return html`<li><p>${levelMark(first)} <strong>${prose(clip(title, 200))}</strong>${group.length > 1 && ` (${group.length} times)`}</p>
<p class="facts">${places.slice(0, mostPlaces).map(([, at]) => html`<span>${place(at, blob)}</span> `)}${places.length > mostPlaces && html`<span>and ${places.length - mostPlaces} more</span> `}<span>${idLink(first)}</span></p>
<p>${prose(clip(message, 1500))}</p>
${fix && html`<p><strong>Fix</strong> ${prose(clip(fix.text, 1000))}</p>`}${snippets.slice(0, 4).map(snippet => html`<pre>${lines(snippet)}</pre>`)}
${outcome?.seen === 'not-seen' && html`<p class="quiet">Not seen in this run: ${prose(clip(outcome.why, 600))}</p>`}${outcome?.seen === 'confirmed' && html`<p class="quiet"><strong>Confirmed</strong> by the builds${related.length > 0 && html`: ${related.slice(0, 3).map(id => html`<code>${clip(id, 40)}</code> `)}`}</p>`}</li>`
}

const key = ({ file, line, column }: Location): string => `${file}:${line}:${column ?? ''}`

/** The safe changes as diffs, and the command that makes them. */
export function suggestedSection({ report: { suggested = [] } }: Page, budget: number): Html | null {
  if (suggested.length === 0) return null
  const fitted = fitInto(suggested, ({ diff }) => html`<pre class="diff">${diffLines(diff)}</pre>`.toString(), budget)
  return html`<section id="suggested" aria-labelledby="suggested-title"><h2 id="suggested-title">Safe changes</h2><p><code>repro-gate fix</code> makes these, and changes nothing else.</p>${new Html(fitted.parts.join('\n'))}${fitted.left > 0 && html`<p>${notShown(fitted.left, 'file')}</p>`}</section>`
}

/** Our own diff of a foreign file. */
const diffLines = (diff: string): Html[] =>
  diff
    .replace(/\n+$/, '')
    .split('\n')
    .map(line => (/^(?:---|\+\+\+|@@)/.test(line) ? html`<span class="at">${lines(line)}</span>` : diffLine(line)))

/** What an ignore took out, with the reason it gave. */
export function ignoredSection({ report: { ignored }, blob }: Page, budget: number): Html | null {
  if (ignored.length === 0) return null
  const fitted = fitInto(
    ignored,
    ({ finding, reason, by }) =>
      html`<tr><td>${finding.location && place(finding.location, blob)}</td><td><code>${clip(finding.id, 60)}</code> ${prose(clip(finding.title, 200))}</td><td>${reason === null ? html`<strong>no reason given</strong>` : prose(clip(reason, 300))}</td><td>${place(by, blob)}</td></tr>`.toString(),
    budget - 1000,
    500,
  )
  return html`<section id="ignored" aria-labelledby="ignored-title"><h2 id="ignored-title">Ignored <span class="count">${counted(ignored.length, 'finding')}</span></h2>
<div class="scroll" tabindex="0" role="group" aria-label="Ignored findings"><table><caption class="away">Findings that an ignore took out</caption><thead><tr><th scope="col">Where</th><th scope="col">What</th><th scope="col">Reason</th><th scope="col">Ignored by</th></tr></thead><tbody>${new Html(fitted.parts.join('\n'))}</tbody></table></div>${fitted.left > 0 && html`<p>${notShown(fitted.left, 'ignored finding')}</p>`}</section>`
}
