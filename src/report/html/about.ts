import { clip } from '../visible.ts'
import { duration } from '../words.ts'
import type { Page } from './finding.ts'
import { type Html, html } from './markup.ts'

/** Rows of a table. */
const longest = 60

/** Digests, versions and times: for whoever has to tell this run from another one. */
export function aboutSection(page: Page): Html {
  const { report, most } = page
  const { builds, versions, timings, tool, subject } = report
  const shown = most(longest)
  const digests = builds
    .slice(0, shown)
    .map(
      ({ side, image, platform, digest, configDigest }) =>
        html`<tr><th scope="row">${side}${image !== undefined && html` <code>${clip(image, 80)}</code>`}</th><td>${clip(platform, 60)}</td><td><code>${clip(digest, 100)}</code></td><td><code>${clip(configDigest, 100)}</code></td></tr>`,
    )
  const rows = (entries: readonly (readonly [string, string])[]): Html[] =>
    entries
      .slice(0, shown)
      .map(([name, value]) => html`<tr><th scope="row">${clip(name, 60)}</th><td>${clip(value, 200)}</td></tr>`)
  const took = byName(timings).map(([stage, ms]) => [stage, duration(ms)] as const)
  const commit = subject.commit === null ? [] : [['commit', subject.commit] as const]
  return html`<section id="about" aria-labelledby="about-title"><h2 id="about-title">This run</h2>
${logList(page)}
${digests.length > 0 && html`<details><summary>Digests of what was compared</summary><div class="scroll" tabindex="0" role="group" aria-label="Digests"><table class="wide"><caption class="away">Digests of each side</caption><thead><tr><th scope="col">Side</th><th scope="col">Platform</th><th scope="col">Manifest</th><th scope="col">Config</th></tr></thead><tbody>${digests}</tbody></table></div>${builds.length > shown && html`<p>${builds.length - shown} more not shown; report.json has all of them.</p>`}</details>`}
<details><summary>Versions and timings</summary><table><caption class="away">Versions</caption><tbody>${rows([[tool.name, tool.version], ...commit, ...byName(versions)])}</tbody></table>${took.length > 0 && html`<table><caption class="away">Timings</caption><tbody>${rows(took)}</tbody></table>`}</details></section>`
}

/** As in a report that was read back, whatever order they were noted in. */
const byName = <T>(of: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1))

/** Where the runner has them; a later step can upload them. */
const logList = ({ report: { logs = [] }, most }: Page): Html | null =>
  logs.length === 0
    ? null
    : html`<p class="quiet">Build logs: ${logs.slice(0, most(20)).map((path, at) => html`${at > 0 && ', '}<code>${clip(path, 300)}</code>`)}${logs.length > most(20) && ' …'}</p>`
