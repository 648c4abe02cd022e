import { type CheckState, checklist } from '../checklist.ts'
import { type FirstThing, firstThing } from '../first-step.ts'
import { listedResults } from '../images.ts'
import { failuresOf, type Report, type ReportFailure } from '../report.ts'
import { scopeTold } from '../scope-lines.ts'
import { smokeProblem } from '../smoke-words.ts'
import { headline, verdictLine } from '../verdict-lines.ts'
import { clip } from '../visible.ts'
import { counted, mendWords, sentence, shortDigest } from '../words.ts'
import { causeNumber } from './causes.ts'
import { fixBlock, levelMark, type Page } from './finding.ts'
import { fromMarkdown, type Html, html, lines, prose } from './markup.ts'
import { place } from './place.ts'

const longest = 20

/** The heading's words without its sign, which is drawn. */
export const titleWords = (report: Report): string => headline(report).replace(/^[^\p{L}]+/u, '')

/** The verdict, and why there is none. */
export function verdictHeader({ report, most }: Page): Html {
  const shown = most(longest)
  const { doubts, level } = report
  const agree = !report.failure && doubts.length > 0 && level !== null && level !== 'different'
  return html`<header class="verdict ${shownVerdict(report)}">
<div class="inner">
<p class="brand">repro-gate <span>report</span></p>
<h1>${sign(report)} ${titleWords(report)}</h1>
<p class="lead">${fromMarkdown(verdictLine(report))}</p>
${doubts.length > 0 && html`<ul class="doubts">${doubts.slice(0, shown).map(doubt => html`<li>${prose(clip(doubt, 600))}</li>`)}${doubts.length > shown && html`<li>and ${doubts.length - shown} more</li>`}</ul>`}
${agree && html`<p>The two images do agree, but for these reasons that proves nothing.</p>`}
</div>
</header>`
}

/** What is proven and was not released, or does not behave the same, is not all well. */
const shownVerdict = (report: Report) =>
  report.release?.state === 'failed' || smokeProblem(report) !== null ? 'undecided' : (report.verdict ?? 'lint')

const sentences = (all: readonly string[], shown: number, before = ''): Html | null =>
  all.length === 0
    ? null
    : html`<p class="quiet">${before}${all.slice(0, shown).map(one => html`${prose(clip(one, 800))} `)}${all.length > shown && `and ${all.length - shown} more`}</p>`

/** Drawn, so that it looks alike everywhere; the words beside it say the same. */
function sign(report: Report): Html {
  const path = {
    reproducible: html`<path d="M6 12.5l4 4 8-9"/>`,
    'not-reproducible': html`<path d="M7 7l10 10M17 7L7 17"/>`,
    undecided: html`<path d="M12 6v7.5M12 17.4v.1"/>`,
    lint: html`<path d="M7 8h10M7 12h10M7 16h6"/>`,
  }[shownVerdict(report)]
  return html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="11"/>${path}</svg>`
}

/** What was proven, and what was not. */
export function scopeSection({ report, most }: Page): Html | null {
  const told = scopeTold(report, report.subject.commit)
  const { levelReasons, notes } = report
  const shown = most(longest)
  if (!told && levelReasons.length === 0 && notes.length === 0) return null
  const list =
    told &&
    html`<dl class="scope"><div><dt>${told.title}</dt><dd>${clip(told.covers, 1500)}.</dd></div><div><dt>Not covered</dt><dd>${told.omits}.</dd></div></dl>`
  return html`<section id="scope" aria-labelledby="scope-title"><h2 id="scope-title">What was covered, and what was not</h2>${list}
${sentences(levelReasons, shown)}
${sentences(notes, shown, 'Note: ')}</section>`
}

/** The one thing to do first, with its fix, or with the end of the log that says what is wrong. */
export function firstStepBlock(page: Page): Html {
  const { report } = page
  const first = firstThing(report)
  return html`<section class="first" id="first" aria-labelledby="first-title">
<h2 id="first-title">${first.title}</h2>
${firstBody(first, page)}
${first.after !== '' && html`<p class="quiet">${first.after}</p>`}
</section>`
}

function firstBody({ finding, failure, words }: FirstThing, page: Page): Html {
  const { report, blob } = page
  if (failure) return html`<p class="what"><strong>${prose(sentence(words))}</strong></p>${failureWhole(failure, page)}`
  // Why it is undecided stands right above.
  if (finding === null) return html`<p class="what">${prose(sentence(words))}</p>`
  const number = causeNumber(finding, report)
  return html`<p class="what">${levelMark(finding)} ${finding.location && html`${place(finding.location, blob)} `}<strong>${prose(clip(finding.title, 300))}</strong></p>
${finding.fix ? fixBlock(finding, page) : html`<p>${prose(clip(words, 1000))}</p>`}
${number && html`<p><a href="#cause-${number}">Why, and what proves it</a></p>`}`
}

/** Each image and platform with its verdict, where there are several. */
export function imageTable({ report, most }: Page): Html | null {
  const shown = most(200)
  const results = listedResults(report)
  if (results.length === 0) return null
  const named = results.some(({ image }) => image !== null)
  const words = { reproducible: '✓ reproducible', 'not-reproducible': '✕ not reproducible', undecided: '! undecided' }
  const rows = results
    .slice(0, shown)
    .map(
      ({ image, platform, verdict, digest, file }) =>
        html`<tr>${named && html`<th scope="row"><code>${clip(image ?? '', 80)}</code></th>`}<td><span class="tag ${verdict}">${words[verdict]}</span></td><td>${clip(platform, 60)}</td><td><code>${clip(file, 160)}</code></td><td>${digest !== null && html`<code>${shortDigest(digest)}</code>`}</td></tr>`,
    )
  return html`<section id="images" aria-labelledby="images-title"><h2 id="images-title">${named ? 'Images' : 'Platforms'}</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Images"><table class="images"><caption class="away">The verdict on each image and platform</caption><thead><tr>${named && html`<th scope="col">Image</th>`}<th scope="col">Verdict</th><th scope="col">Platform</th><th scope="col">Dockerfile</th><th scope="col">Digest</th></tr></thead><tbody>${rows}</tbody></table></div>${results.length > shown && html`<p>${results.length - shown} more not shown; report.json has all of them.</p>`}</section>`
}

/** The builds that failed, but for one that is told first. */
export function failureBlocks(page: Page): Html | null {
  const shown = page.most(10)
  const { failure: first } = firstThing(page.report)
  const failures = failuresOf(page.report).filter(failure => failure !== first)
  if (failures.length === 0) return null
  const ended = failures.every(({ stopped }) => stopped) ? 'stopped' : 'failed'
  const name = `${first ? 'Other builds' : 'Builds'} that ${ended === 'stopped' ? 'were stopped' : 'failed'}`
  return html`<section id="failures" aria-labelledby="failures-title"><h2 id="failures-title">${name}</h2>${failures
    .slice(0, shown)
    .map(
      failure =>
        html`<article class="failure"><h3>${prose(sentence(mendWords(failure)))}</h3>${failureWhole(failure, page)}</article>`,
    )}${failures.length > shown && html`<p>${failures.length - shown} more not shown; report.json has all of them.</p>`}</section>`
}

function failureWhole({ step, message, location, logTail }: ReportFailure, { blob, most }: Page): Html {
  const tail = logTail.slice(-most(60)).map(line => clip(line, 500))
  return html`<p>${location && html`${place(location, blob)}: `}${prose(clip(message, 2000))}</p>
${step && html`<p>Step: <code>${clip(step, 400)}</code></p>`}
${tail.length > 0 && html`<details open><summary>The last ${counted(tail.length, 'line')} of its log</summary><pre>${lines(tail.join('\n'))}</pre></details>`}`
}

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
