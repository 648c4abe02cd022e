import type { Finding } from '../../finding.ts'
import { causesOf } from '../causes.ts'
import { fitInto, notShown } from '../fit.ts'
import type { Report, ReportEntry } from '../report.ts'
import { tallyWords } from '../tally.ts'
import { causeArticle, causeLine, type Page } from './finding.ts'
import { Html, html } from './markup.ts'

/** Causes told whole. */
const wholeCauses = 200

/** Its number on the page; null where it is no cause, or told in a line. */
export function causeNumber(finding: Finding, report: Report): number | null {
  const at = causesOf(report).indexOf(finding)
  return at < 0 || at >= wholeCauses ? null : at + 1
}

/** Places of the causes of an entry among all: by id, and by line where several have it. */
export function causesOfEntry({ causes, image }: ReportEntry, all: readonly Finding[]): number[] {
  return causes.flatMap(({ id, line }) => {
    const alike = [...all.keys()].filter(at => {
      const finding = all[at]
      return finding?.id === id && (image === undefined || (finding.images?.includes(image) ?? true))
    })
    const there = alike.filter(at => (all[at]?.location?.line ?? null) === line)
    return (there.length > 0 ? there : alike).slice(0, 1)
  })
}

/** All causes: whole ones, then a line each, then a count, as the budget allows. */
export function causeSection(page: Page, counts: readonly number[], budget: number): Html | null {
  const { report } = page
  const causes = causesOf(report)
  if (causes.length === 0) return null
  const shown = report.command === 'compare' ? 'What the images show' : 'What the builds showed'
  const title = report.verdict === 'not-reproducible' ? 'Why they differ' : shown
  const whole = fitInto(
    causes,
    (finding, at) => causeArticle(finding, at + 1, page, counts[at] ?? 0).toString(),
    budget * 0.8,
    wholeCauses,
  )
  const rest = causes.slice(whole.parts.length)
  const lines = fitInto(rest, finding => causeLine(finding, page).toString(), budget - whole.bytes - 500, 1000)
  return html`<section id="causes" aria-labelledby="causes-title"><h2 id="causes-title">${title} <span class="count">${tallyWords(causes, report)}</span></h2>
${new Html(whole.parts.join('\n'))}
${lines.parts.length > 0 && html`<details><summary>${lines.parts.length} more, in short</summary><ul>${new Html(lines.parts.join('\n'))}</ul></details>`}
${lines.left > 0 && html`<p>${notShown(lines.left, 'finding')}</p>`}</section>`
}
