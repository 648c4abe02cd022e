import type { SmokeResult } from '../smoke-report.ts'
import { nameOf, smokeText } from '../smoke-words.ts'
import { clip } from '../visible.ts'
import { sentence, shortDigest, size } from '../words.ts'
import type { Page } from './finding.ts'
import { type Html, html, lines, prose } from './markup.ts'

/** What the user's command did in both images; where that was not the same, what shows it, folded. */
export function smokeSection({ report, most }: Page): Html | null {
  const said = smokeText(report)
  if (said === '') return null
  const unequal = (report.smoke?.results ?? []).filter(({ state }) => state !== 'same')
  const shown = most(10)
  const several = (report.smoke?.results.length ?? 0) > 1
  return html`<section id="behaviour" aria-labelledby="behaviour-title"><h2 id="behaviour-title">Behaviour</h2>
<p>${prose(sentence(clip(said, 3000)))}</p>
${unequal.slice(0, shown).map(result => block(result, several, most(20)))}${unequal.length > shown && html`<p>${unequal.length - shown} more not shown; report.json has all of them.</p>`}</section>`
}

function block(result: SmokeResult, several: boolean, shown: number): Html {
  const { excerpt, files, a, b, why, state } = result
  const unequal = files.filter(({ equal }) => !equal)
  const tail = (b?.stderrTail.length ? b.stderrTail : (a?.stderrTail ?? [])).slice(-shown)
  const told = (of: readonly string[], sign: string) => of.slice(0, shown).map(line => `${sign} ${clip(line, 300)}`)
  const diff = excerpt ? [...told(excerpt.a, '-'), ...told(excerpt.b, '+')].join('\n') : ''
  return html`<details><summary>${state === 'differs' ? 'What the two runs did' : 'What is known of the two runs'}${several && html`: <code>${clip(nameOf(result), 120)}</code>`}</summary>
${why !== null && several && html`<p>${prose(clip(why, 1000))}</p>`}
${excerpt && html`<p>Standard output, from ${excerpt.at} on (A is −, B is +):</p><pre>${lines(diff)}</pre>`}
${unequal.length > 0 && html`<ul>${unequal.slice(0, shown).map(({ path, a, b }) => html`<li><code>${clip(path, 200)}</code>: A ${bytesOf(a)}, B ${bytesOf(b)}</li>`)}</ul>`}
${tail.length > 0 && html`<p>The end of its standard error:</p><pre>${lines(tail.map(line => clip(line, 300)).join('\n'))}</pre>`}
</details>`
}

const bytesOf = (file: SmokeResult['files'][number]['a']): string =>
  file === null ? 'not there' : `${size(file.bytes)} (${shortDigest(file.digest)})`
