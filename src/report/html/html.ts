import { createHash } from 'node:crypto'
import { causesOf } from '../causes.ts'
import type { Report } from '../report.ts'
import { scopeTold } from '../scope-lines.ts'
import type { BlobUrl } from '../source-link.ts'
import { clip } from '../visible.ts'
import { subjectName } from '../words.ts'
import { aboutSection } from './about.ts'
import { causeSection } from './causes.ts'
import { shownEntries } from './entries.ts'
import type { Page } from './finding.ts'
import { layerSection } from './layer-map.ts'
import { Html, html } from './markup.ts'
import {
  checklistTable,
  failureBlocks,
  firstStepBlock,
  imageTable,
  scopeSection,
  titleWords,
  verdictHeader,
} from './overview.ts'
import { script } from './script.ts'
import { smokeSection } from './smoke.ts'
import { ignoredSection, lintSection, suggestedSection } from './sources.ts'
import { style } from './style.ts'

/** A page of more than a few megabytes is slow on a phone; what does not fit is counted. */
export const htmlBytes = 4 * 1024 * 1024

export interface HtmlOptions {
  /** Where sources can be looked at: `https://github.com/o/r/blob/<commit>`; absent or null when nobody knows. */
  blobUrl?: BlobUrl
  /** The text of the source files by name, to show the lines that are blamed. */
  sources?: Readonly<Record<string, string>>
  /** The most bytes of UTF-8 that the page may have; at least 131,072. */
  maxBytes?: number
}

/**
 * A report as one HTML file that needs no network: readable without script, and with a script of ours (allowed by its hash
 * alone) searchable. The same report gives the same bytes. Foreign text is inert.
 */
export function renderHtml(
  report: Report,
  { blobUrl = null, sources = {}, maxBytes = htmlBytes }: HtmlOptions = {},
): string {
  const { page, fixed } = fixedParts({ report, blob: blobUrl, sources }, maxBytes)
  let left = maxBytes - 4096 - fixed
  const within = (share: number, render: (budget: number) => Html | null): Html | null => {
    const part = left < 8192 ? null : render(Math.floor(left * share))
    left -= bytesOf([part])
    return part
  }
  const entries = shownEntries(page, Math.max(0, left * 0.55))
  left -= bytesOf([entries.section])
  const causes = within(0.6, budget => causeSection(page, entries.counts, budget))
  const lint = within(0.7, budget => lintSection(page, 'lint', budget))
  const docker = within(0.5, budget => lintSection(page, 'docker', budget))
  const suggested = within(0.5, budget => suggestedSection(page, budget))
  const ignored = within(0.8, budget => ignoredSection(page, budget))
  const head = headOf(page)
  return document(page, [...head, causes, entries.section, lint, docker, suggested, ignored, aboutSection(page)])
}

/** What is short, and what a reader needs first, is there whatever else is not. */
const headOf = (page: Page): (Html | null)[] => [
  firstStepBlock(page),
  failureBlocks(page),
  smokeSection(page),
  imageTable(page),
  checklistTable(page),
  scopeSection(page),
  layerSection(page),
]

/** As much of it as takes no more than half of the room. */
function fixedParts(of: Omit<Page, 'most'>, maxBytes: number): { page: Page; fixed: number } {
  for (let part = 1; ; part /= 4) {
    const page: Page = { ...of, most: count => Math.max(1, Math.floor(count * part)) }
    const bytes = bytesOf([verdictHeader(page), ...headOf(page), aboutSection(page)])
    if (bytes < maxBytes / 2 || part < 0.004) return { page, fixed: bytes + style.length + script.length }
  }
}

const bytesOf = (parts: readonly (Html | null)[]): number =>
  parts.reduce((sum, part) => sum + (part === null ? 0 : Buffer.byteLength(part.toString())), 0)

function document(page: Page, sections: readonly (Html | null)[]): string {
  const { report } = page
  const title = `${titleWords(report)}: ${clip(subjectName(report.subject), 120)}`
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${verdictHeader(page)}
${contents(report)}
<main id="main" tabindex="-1">
${sections.filter(section => section !== null).map(section => html`${section}\n`)}
</main>
<footer><p>${report.tool.name} ${report.tool.version}. This file loads nothing and sends nothing; report.json has all of it for machines.</p></footer>
<script>${new Html(script)}</script>
</body>
</html>
`}`
}

/** Nothing is loaded, sent or framed, and only what this file was made with has effect: its own style and script. */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`

function contents(report: Report): Html {
  const { findings, entries, layers, ignored, suggested = [] } = report
  const has = (source: string): boolean => findings.some(finding => finding.source === source)
  const parts: [there: boolean, id: string, name: string][] = [
    [report.smoke !== undefined, 'behaviour', 'Behaviour'],
    [(report.results?.length ?? 0) > 1, 'images', 'Images'],
    [report.command !== 'compare', 'checklist', 'Checklist'],
    [scopeTold(report, null) !== null, 'scope', 'Covered'],
    [layers.length > 0, 'layers', 'Layers'],
    [causesOf(report).length > 0, 'causes', 'Causes'],
    [(entries?.list.length ?? 0) > 0, 'entries', 'Paths'],
    [has('lint'), 'lint', 'Sources'],
    [has('docker'), 'docker', "Docker's checks"],
    [suggested.length > 0, 'suggested', 'Safe changes'],
    [ignored.length > 0, 'ignored', 'Ignored'],
    [true, 'about', 'This run'],
  ]
  return html`<nav class="contents" aria-label="Parts of the report"><ul>${parts.filter(([there]) => there).map(([, id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`
}
