import * as core from '@actions/core'
import { type Annotation, annotations, forLog } from '../report/annotations.ts'
import { reportJson } from '../report/json.ts'
import type { Report } from '../report/report.ts'
import { renderSummary } from '../report/summary.ts'
import { headline } from '../report/verdict-lines.ts'
import { clip, visible } from '../report/visible.ts'
import { counted, subjectName } from '../report/words.ts'
import { type CheckRun, type Delivery, deliverCheckRun, externalId } from './check-run.ts'
import { githubClient } from './client.ts'
import { blobUrl, type GitHubEvent } from './event.ts'

/** Where findings go: a check run on the head commit, the log, or nowhere. */
export type AnnotationMode = 'check' | 'log' | 'never'

export interface Publishing {
  report: Report
  event: GitHubEvent
  token: string
  mode: AnnotationMode
  /** The run as a whole ended as failed; the check run says the same. */
  failed: boolean
  /** Milliseconds for one request, and for all of them. */
  requestDeadline?: number
  deadline?: number
  /** Milliseconds before the first repeat of a request. */
  backoff?: number
  signal?: AbortSignal
  /** The runner's own commands; others only in tests. */
  commands?: LogCommands
}

export type LogCommands = Pick<typeof core, 'error' | 'warning' | 'notice' | 'info'>

/** How the findings reached people. */
export type Publication =
  | { kind: 'check-run'; id: number; url: string | null; annotations: number }
  | { kind: 'log'; shown: number; left: number; because: string | null }
  | { kind: 'none' }

/**
 * Shows the findings at their lines: in a check run, or in the log where the token may not write one. Never throws, and
 * nothing that happens here changes the verdict.
 */
export async function publish(publishing: Publishing): Promise<Publication> {
  const { report, mode, commands = core } = publishing
  if (mode === 'never') return { kind: 'none' }
  const noted = annotations(report)
  if (mode === 'log') return toLog(noted, null, commands)
  const run = checkRun(publishing, noted)
  if (run === null) return toLog(noted, 'this run has no repository, commit or token to report to', commands)
  const delivery = await deliver(publishing, run)
  if (delivery.kind === 'delivered') {
    return { kind: 'check-run', id: delivery.id, url: delivery.url, annotations: delivery.annotations }
  }
  return toLog(noted, reason(delivery, publishing.event), commands)
}

async function deliver(publishing: Publishing, run: CheckRun): Promise<Delivery> {
  const { token, event, requestDeadline = 15_000, deadline = 90_000, backoff = 500, signal } = publishing
  const ended = AbortSignal.any([AbortSignal.timeout(deadline), ...(signal ? [signal] : [])])
  try {
    const client = githubClient({ token, apiUrl: event.apiUrl, requestDeadline, backoff, signal: ended })
    return await deliverCheckRun(client, run)
  } catch (error) {
    return { kind: 'failed', message: String(error).slice(0, 300), annotations: 0 }
  }
}

/** The check run for a report, or null where there is nowhere to put it. Its summary stays below 65535 characters. */
export function checkRun({ report, event, token, failed }: Publishing, noted: readonly Annotation[]): CheckRun | null {
  const { owner, repo, headSha, serverUrl, runId, runAttempt } = event
  if (!owner || !repo || !headSha || !token) return null
  return {
    owner,
    repo,
    headSha,
    name: clip(
      visible(
        `repro-gate / ${subjectName(report.subject)}${report.subject.target ? ` (${report.subject.target})` : ''}`,
      ),
      200,
    ),
    externalId: externalId(event, reportJson(report)),
    conclusion: conclusion(report, failed),
    title: title(report),
    summary: renderSummary(report, { maxBytes: 60_000, blobUrl: blobUrl(event) }),
    annotations: noted,
    detailsUrl: runId ? `${serverUrl}/${owner}/${repo}/actions/runs/${runId}/attempts/${runAttempt}` : null,
  }
}

/**
 * GitHub counts `neutral` as passing, so it stands only for a difference that the user chose not to fail on. What is
 * undecided is a failure whatever was chosen (GitHub has no word for "not known" that does not pass), and its title
 * says that nothing was proven.
 */
export function conclusion({ verdict, command }: Report, failed: boolean): CheckRun['conclusion'] {
  if (failed || verdict === 'undecided' || (verdict === null && command === 'gate')) return 'failure'
  return verdict === 'not-reproducible' ? 'neutral' : 'success'
}

function title(report: Report): string {
  const words = headline(report).replace(/^[^\p{L}]+/u, '')
  if (report.verdict === 'undecided') {
    return clip(
      visible(`${words}: nothing was proven. ${report.doubts[0] ?? report.failure?.message ?? ''}`.trim()),
      250,
    )
  }
  return clip(
    report.findings.length > 0 && report.verdict !== null
      ? `${words}: ${counted(report.findings.length, 'finding')}`
      : words,
    250,
  )
}

/** Worst first, and no more than the runner keeps. */
function toLog(noted: readonly Annotation[], because: string | null, commands: LogCommands): Publication {
  const { shown, left } = forLog(noted)
  if (because !== null) commands.info(`Findings are shown in the log: ${because}.`)
  for (const { level, path: file, startLine, endLine, startColumn, endColumn, title, message } of shown) {
    const columns = startColumn && endColumn ? { startColumn, endColumn } : {}
    commands[level](message, { title, file, startLine, endLine, ...columns })
  }
  if (left > 0) commands.info(`${counted(left, 'more finding')} in the job summary and in report.json.`)
  return { kind: 'log', shown: shown.length, left, because }
}

/** An answer from the server, as a line of the log may show it: neither form of the runner's commands. */
const quoted = (message: string): string => visible(clip(message, 300)).replaceAll('##[', '## [')

function reason(delivery: Exclude<Delivery, { kind: 'delivered' }>, event: GitHubEvent): string {
  if (delivery.kind === 'denied') {
    const fork = event.fork ? ' The token of a pull request from a fork never may' : ''
    return `the token may not write check runs (${quoted(delivery.message)}). To have one, give the job the permission "${delivery.permission}".${fork}`
  }
  return `the check run could not be delivered (${quoted(delivery.message)})`
}
