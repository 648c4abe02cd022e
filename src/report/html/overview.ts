import { type CheckState, checklist } from '../checklist.ts'
import { listedResults } from '../images.ts'
import { failuresOf, type Report, type ReportFailure } from '../report.ts'
import { comparedPlatforms, comparedWords, scopeWords } from '../scope-lines.ts'
import { headline, verdictLine } from '../verdict-lines.ts'
import { clip } from '../visible.ts'
import { counted, failureWords, shortDigest } from '../words.ts'
import { causeNumber } from './causes.ts'
import { fixBlock, levelMark, type Page } from './finding.ts'
import { firstStep } from './first-step.ts'
import { fromMarkdown, type Html, html, lines, prose } from './markup.ts'
import { place } from './place.ts'

const longest = 20

/** The heading's words without its sign, which is drawn. */
export const titleWords = (report: Report): string => headline(report).replace(/^[^\p{L}]+/u, '')

/** Verdict and scope: what was proven, and what was not. */
export function verdictHeader({ report, most }: Page): Html {
  const shown = most(longest)
  const { doubts, levelReasons, notes, level } = report
  const agree = !report.failure && doubts.length > 0 && level !== null && level !== 'different'
  return html`<header class="verdict ${report.verdict ?? 'lint'}">
<div class="inner">
<p class="brand">repro-gate <span>report</span></p>
<h1>${sign(report)} ${titleWords(report)}</h1>
<p class="lead">${fromMarkdown(verdictLine(report))}</p>
${doubts.length > 0 && html`<ul class="doubts">${doubts.slice(0, shown).map(doubt => html`<li>${prose(clip(doubt, 600))}</li>`)}${doubts.length > shown && html`<li>and ${doubts.length - shown} more</li>`}</ul>`}
${agree && html`<p>The two images do agree, but for these reasons that proves nothing.</p>`}
${sentences(levelReasons, shown)}
${scopeList(report)}
${sentences(notes, shown, 'Note: ')}
</div>
</header>`
}

const sentences = (all: readonly string[], shown: number, before = ''): Html | null =>
  all.length === 0
    ? null
    : html`<p class="quiet">${before}${all.slice(0, shown).map(one => html`${prose(clip(one, 800))} `)}${all.length > shown && `and ${all.length - shown} more`}</p>`

/** Drawn, so that it looks alike everywhere; the words beside it say the same. */
function sign({ verdict }: Report): Html {
  const path = {
    reproducible: html`<path d="M6 12.5l4 4 8-9"/>`,
    'not-reproducible': html`<path d="M7 7l10 10M17 7L7 17"/>`,
    undecided: html`<path d="M12 6v7.5M12 17.4v.1"/>`,
    lint: html`<path d="M7 8h10M7 12h10M7 16h6"/>`,
  }[verdict ?? 'lint']
  return html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="11"/>${path}</svg>`
}

function scopeList(report: Report): Html | null {
  const { command, scope, subject, verdict } = report
  const words =
    command === 'compare' ? comparedWords(comparedPlatforms(report)) : scope && scopeWords(scope, subject.commit)
  if (!words) return null
  const title = verdict === 'undecided' && command !== 'compare' ? 'Was to cover' : 'Covers'
  return html`<dl class="scope"><div><dt>${title}</dt><dd>${clip(words.covers, 1500)}.</dd></div><div><dt>Does not cover</dt><dd>${words.omits}.</dd></div></dl>`
}

/** The one thing to do first, with its fix. */
export function firstStepBlock(page: Page): Html {
  const { report, blob } = page
  const { finding, title, words, after = '' } = firstStep(report)
  const number = finding && causeNumber(finding, report)
  const what =
    finding &&
    html`<p class="what">${levelMark(finding)} ${finding.location && html`${place(finding.location, blob)} `}<strong>${prose(clip(finding.title, 300))}</strong></p>`
  return html`<section class="first" id="first" aria-labelledby="first-title">
<h2 id="first-title">${title}</h2>
${finding ? html`${what}${finding.fix ? fixBlock(finding, page) : html`<p>${prose(clip(finding.message, 1000))}</p>`}` : html`<p class="what">${prose(clip(words, 600))}</p>${after !== '' && html`<p class="quiet">${after}</p>`}`}
${finding && words !== '' && html`<p class="quiet">${words}</p>`}
${number && html`<p><a href="#cause-${number}">Why, and what proves it</a></p>`}
</section>`
}

/** Each image and platform with its verdict, where there are several. */
export function imageTable({ report, most }: Page): Html | null {
  const shown = most(200)
  const results = listedResults(report)
  if (results.length === 0) return null
  const named = results.some(({ image }) => image !== null)
  const words = { reproducible: '✓ reproducible', 'not-reproducible': '✕ not reproducible', undecided: '! undecided' }
  const rows = results
    .slice(0, 200)
    .map(
      ({ image, platform, verdict, digest, file }) =>
        html`<tr>${named && html`<th scope="row"><code>${clip(image ?? '', 80)}</code></th>`}<td><span class="tag ${verdict}">${words[verdict]}</span></td><td>${clip(platform, 60)}</td><td><code>${clip(file, 160)}</code></td><td>${digest !== null && html`<code>${shortDigest(digest)}</code>`}</td></tr>`,
    )
  return html`<section id="images" aria-labelledby="images-title"><h2 id="images-title">${named ? 'Images' : 'Platforms'}</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Images"><table><caption class="away">The verdict on each image and platform</caption><thead><tr>${named && html`<th scope="col">Image</th>`}<th scope="col">Verdict</th><th scope="col">Platform</th><th scope="col">Dockerfile</th><th scope="col">Digest</th></tr></thead><tbody>${rows}</tbody></table></div>${results.length > shown && html`<p>${results.length - shown} more not shown; report.json has all of them.</p>`}</section>`
}

export function failureBlocks(page: Page): Html | null {
  const shown = page.most(10)
  const failures = failuresOf(page.report)
  if (failures.length === 0) return null
  return html`<section id="failures" aria-labelledby="failures-title"><h2 id="failures-title">${failures.length === 1 ? 'The build that' : 'Builds that'} ${failures.every(({ stopped }) => stopped) ? (failures.length === 1 ? 'was stopped' : 'were stopped') : 'failed'}</h2>${failures.slice(0, shown).map(failure => failureBlock(failure, page))}${failures.length > shown && html`<p>${failures.length - shown} more not shown; report.json has all of them.</p>`}${logList(page)}</section>`
}

function failureBlock(failure: ReportFailure, { blob, most }: Page): Html {
  const { step, message, location, logTail } = failure
  const words = failureWords(failure)
  const tail = logTail.slice(-most(60)).map(line => clip(line, 500))
  return html`<article class="failure"><h3>${words[0]?.toUpperCase()}${words.slice(1)}</h3>
<p>${location && html`${place(location, blob)}: `}${prose(clip(message, 2000))}</p>
${step && html`<p>Step: <code>${clip(step, 400)}</code></p>`}
${tail.length > 0 && html`<details open><summary>The last ${counted(tail.length, 'line')} of its log</summary><pre>${lines(tail.join('\n'))}</pre></details>`}</article>`
}

const logList = ({ report: { logs = [] }, most }: Page): Html | null =>
  logs.length === 0
    ? null
    : html`<p class="quiet">Build logs: ${logs.slice(0, most(20)).map((path, at) => html`${at > 0 && ', '}<code>${clip(path, 300)}</code>`)}${logs.length > most(20) && ' …'}</p>`

const states: Record<CheckState, { sign: string; word: string }> = {
  pass: { sign: '✓', word: 'Pass' },
  note: { sign: 'i', word: 'Note' },
  fail: { sign: '✕', word: 'Fail' },
  none: { sign: '–', word: 'Not applicable' },
  unchecked: { sign: '?', word: 'Not checked' },
}

export function checklistTable({ report, blob }: Page): Html | null {
  if (report.command === 'compare') return null
  const rows = checklist(report).map(({ name, state, count, ignored, places, more, remark }) => {
    const { sign, word } = states[state]
    const said = count > 0 ? counted(count, 'finding') : remark
    return html`<tr><th scope="row">${name}</th><td><span class="tag ${state}">${sign} ${word}</span></td><td>${said}${places.length > 0 && html`${state === 'unchecked' ? ': ' : ' at '}${places.map((at, index) => html`${index > 0 && ', '}${place(at, blob)}`)}`}${more && ' …'}${ignored > 0 && `, ${ignored} ignored`}</td></tr>`
  })
  return html`<section id="checklist" aria-labelledby="checklist-title"><h2 id="checklist-title">Checklist</h2>
<table class="checklist"><caption class="away">What a build has to keep to come out the same</caption><thead class="away"><tr><th scope="col">Point</th><th scope="col">State</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table></section>`
}
