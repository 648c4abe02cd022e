import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from '../options/options.ts'
import type { Log } from '../ports.ts'
import { predicateTypes } from '../report/predicate.ts'
import type { Report } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import { renderTerminal } from '../report/terminal.ts'
import { repositoryPath } from '../report/touched.ts'
import { sourcesOf, writeReportFiles } from '../report-files.ts'
import { declareArtifacts } from './artifacts.ts'
import { blobUrl, type GitHubEvent } from './event.ts'
import { writeJobSummary } from './job-summary.ts'
import { setOutputs, type WrittenPaths } from './outputs.ts'
import { type Publication, publish } from './publish.ts'
import { blobName } from './pull-request.ts'
import { tellDrift } from './tell-drift.ts'

/** How the report is told. An aborted run has no time for GitHub's API. */
export interface Telling {
  event: GitHubEvent
  token: string
  /** The run as a whole ended as failed. */
  failed: boolean
  signal: AbortSignal
  env: Readonly<Record<string, string | undefined>>
  /** Takes secrets out of a text. */
  mask: (text: string) => string
}

/** Hands the report to people and to later steps: the whole of it to the log in any case. Nothing here changes the verdict. */
export async function tell(report: Report, options: Options, telling: Telling, log: Log): Promise<void> {
  const { event, token, failed, signal, env } = telling
  const wasRead = options.command === 'report'
  const sources = await sourcesOf(report, options, telling.mask)
  setOutputs(report, await save(report, options, telling, sources, log), wasRead)
  for (const problem of wasRead ? [] : await declareArtifacts(report, env)) log.warning(problem)
  log.info(renderTerminal(report, { colour: false, sources, width: 120 }))
  if (options.summary === 'always' || (options.summary === 'on-failure' && failed)) {
    const problem = await writeJobSummary(env.GITHUB_STEP_SUMMARY, renderSummary(report, { blobUrl: blobUrl(event) }))
    // Old servers have no place for one; any other is missed.
    if (problem) log[env.GITHUB_STEP_SUMMARY ? 'warning' : 'info'](`No job summary: ${problem}`)
  }
  if (signal.aborted) return
  const here = wasRead || env.GITHUB_WORKSPACE === undefined ? {} : { blobOf: blobsOf(report, env.GITHUB_WORKSPACE) }
  for (const line of placesOf(await publish({ report, event, token, options, failed, signal, ...here }))) log.info(line)
  await tellDrift({ report, event, token, options, signal })
}

/** Where people find what was published. */
function placesOf({ findings, comment, suggestions }: Publication): string[] {
  return [
    ...(findings.kind === 'check-run' ? [`Check run: ${findings.url ?? findings.id}`] : []),
    ...(comment?.kind === 'made' || comment?.kind === 'changed'
      ? [`Comment: ${comment.url ?? 'on the pull request'}`]
      : []),
    ...(suggestions > 0 ? [`Suggested changes: ${suggestions}, in a review of the pull request`] : []),
  ]
}

/**
 * Writes the report where the user wants it, and report.json in any case: beside the runner's other temporary files.
 * @returns the paths; empty when it could not be, and where an aborted run would leave a folder behind that nobody asked for
 */
async function save(
  report: Report,
  options: Options,
  { event, signal, env }: Telling,
  sources: Record<string, string>,
  log: Log,
): Promise<WrittenPaths> {
  const wasRead = options.command === 'report'
  const besidesOthers = () => join(env.RUNNER_TEMP ?? tmpdir(), `repro-gate-report-${randomUUID()}`, 'report.json')
  const own =
    wasRead || (signal.aborted && options.report === undefined) ? undefined : (options.report ?? besidesOthers())
  const { predicateType } = options
  const surroundings = { blobUrl: blobUrl(event), sources, wasRead, predicateType }
  const written = await writeReportFiles(report, { ...options, report: own }, surroundings, log)
  const path = written.report ?? (wasRead ? (options.report ?? '') : '')
  const { predicate = '' } = written
  return { report: path, predicate, predicateType: predicate === '' ? '' : predicateTypes[predicateType] }
}

/** No source file that anybody reads is larger. */
const sourceBytes = 4 * 1024 * 1024

/** The names that git gives the files this report is about, as they are in this checkout; null for any other file. */
function blobsOf(report: Report, workspace: string): (path: string, algorithm: 'sha1' | 'sha256') => string | null {
  const files = [
    ...report.subject.files,
    ...report.findings.flatMap(({ location }) => (location ? [location.file] : [])),
  ]
  const known = new Set(files.map(repositoryPath))
  return (path, algorithm) => {
    if (!known.has(path)) return null
    try {
      const file = join(workspace, path)
      const { size } = statSync(file)
      return size > sourceBytes ? null : blobName(readFileSync(file), algorithm)
    } catch {
      return null
    }
  }
}
