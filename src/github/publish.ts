import * as core from '@actions/core'
import type { Options } from '../options/options.ts'
import { type Annotation, annotationsFor, mostInCheckRun } from '../report/annotations.ts'
import type { Report } from '../report/report.ts'
import { counted, grouped } from '../report/words.ts'
import { deliverCheckRun } from './check-run.ts'
import { checkRunOf } from './check-run-of.ts'
import { type Answer, type Client, type ClientOptions, githubClient } from './client.ts'
import { type Commented, deliverComment } from './comment.ts'
import { blobUrl, type GitHubEvent, runUrl } from './event.ts'
import { annotateLog, type LogCommands } from './log-annotations.ts'
import { type Problem, problemWords, quoted, readOnly } from './problem.ts'
import { findPull, isAtHead, type PullDiff, pullDiff, touchedIn, whoAmI } from './pull-request.ts'
import { deliverReview, offerable, whyNothingOffered } from './review.ts'
import { type Asked, subjectKey } from './subject.ts'

export interface Publishing extends Omit<ClientOptions, 'apiUrl'> {
  report: Report
  event: GitHubEvent
  options: Asked & Pick<Options, 'annotate' | 'checkRun' | 'comment' | 'suggestions'>
  /** The run as a whole ended as failed; what is published says the same. */
  failed: boolean
  /** The name of a file's blob in this checkout; absent where the sources are not here. */
  blobOf?: (path: string, algorithm: 'sha1' | 'sha256') => string | null
  /** The runner's own commands; others only in tests. */
  commands?: LogCommands
}

/** How the report reached people. */
export interface Publication {
  findings:
    | { kind: 'check-run'; id: number; url: string | null; annotations: number }
    | { kind: 'log'; shown: number; left: number }
    | { kind: 'none' }
  /** Null where none was asked for, or none could be made. */
  comment: Commented | null
  /** How many changes were offered anew. */
  suggestions: number
}

/**
 * Shows the findings at their lines (in a check run, or in the log where the token may not write one), and comments on the
 * pull request where that is asked for. Never throws, and nothing that happens here changes the verdict.
 */
export async function publish(publishing: Publishing): Promise<Publication> {
  const { event, token, commands = core } = publishing
  const { owner, repo, headSha, apiUrl } = event
  if (!owner || !repo || !headSha || !token) {
    if (event.unreadable !== null)
      commands.warning(
        `Nothing is told on GitHub, because nobody knows what this run is about: its event file (GITHUB_EVENT_PATH) cannot be used, ${event.unreadable}. The log has the whole result.`,
      )
    const missing = [!owner || !repo ? 'repository' : '', headSha ? '' : 'commit', token ? '' : 'github-token']
    const because = `there is no ${missing.filter(Boolean).join(', no ')} to report with`
    return { findings: toLog(publishing, noted(publishing, null), because), comment: null, suggestions: 0 }
  }
  try {
    return await told(
      { ...publishing, commands, event: { ...event, owner, repo, headSha } },
      await githubClient({ ...publishing, apiUrl }),
    )
  } catch (error) {
    const because = `GitHub's client does not work here (${quoted(String(error))})`
    return { findings: toLog(publishing, noted(publishing, null), because), comment: null, suggestions: 0 }
  }
}

type Known = Publishing & {
  event: GitHubEvent & { owner: string; repo: string; headSha: string }
  commands: LogCommands
}

async function told(publishing: Known, client: Client): Promise<Publication> {
  const { options } = publishing
  const wanted = options.annotate === 'changed' || options.comment !== 'never' || options.suggestions
  const pull = wanted ? await pullOf(publishing, client) : null
  const diff = pull === null ? null : await diffOf(publishing, client, pull)
  const findings = await tellFindings(publishing, client, noted(publishing, diff))
  return { findings, ...(await tellPull(publishing, client, pull, diff)) }
}

/** The pull request; where there is none that could be told anything, the log says why. */
async function pullOf(publishing: Known, client: Client): Promise<number | null> {
  const { options, event, commands } = publishing
  const found = got(publishing, await findPull(client, event), 'The pull request was not found')
  if (found === null || found.number !== null) return found?.number ?? null
  const asked = [options.comment === 'never' ? '' : 'comment', options.suggestions ? 'suggestions' : ''].filter(Boolean)
  const words = asked.length > 0 ? `No ${asked.join(' and no ')}: ` : ''
  if (found.moved || asked.length > 0)
    commands.info(`${words}${found.why}. What was found is told for commit ${shortSha(event.headSha)}.`)
  return null
}

const shortSha = (sha: string): string => sha.slice(0, 12)

/** What the pull request changed, where that matters; null where it does not, or nobody knows. */
async function diffOf(publishing: Known, client: Client, pull: number): Promise<PullDiff> {
  const { options, report, event, blobOf } = publishing
  const filters = options.annotate === 'changed' && report.findings.some(({ source }) => source !== 'comparison')
  const offers = options.suggestions && (report.suggested ?? []).length > 0
  if (!filters && !offers) return null
  const diff = got(publishing, await pullDiff(client, event, pull, blobOf), 'Findings on all lines are shown')
  if (diff !== null) return diff
  return null
}

function noted({ report, options, commands = core }: Publishing, diff: PullDiff): Annotation[] {
  if (options.annotate === 'never') return []
  const { annotations, untouched } = annotationsFor(report, { which: options.annotate, touched: touchedIn(diff) })
  if (untouched > 0)
    commands.info(
      `${counted(untouched, 'finding')} of the lint on lines that the pull request did not touch: in the job summary alone (annotate: all shows them too).`,
    )
  return annotations
}

async function tellFindings(
  publishing: Known,
  client: Client,
  annotations: readonly Annotation[],
): Promise<Publication['findings']> {
  const { report, event, options, failed } = publishing
  if (options.annotate === 'never') return { kind: 'none' }
  if (!options.checkRun) return toLog(publishing, annotations, null)
  const shown = annotations.slice(0, mostInCheckRun)
  const delivery = await deliverCheckRun(client, checkRunOf(report, event, options, failed, shown))
  if (!delivery.ok) return toLog(publishing, annotations, problemWords(delivery.problem, event))
  for (const problem of delivery.notes)
    publishing.commands.info(
      `The check run of an earlier run of this commit stays as it was: ${problemWords(problem, event)}.`,
    )
  const left = annotations.length - shown.length
  if (left > 0)
    publishing.commands.info(
      `The check run has the ${grouped(shown.length)} worst annotations; what ${grouped(left)} more would say is in report.json.`,
    )
  return { kind: 'check-run', id: delivery.id, url: delivery.url, annotations: shown.length }
}

/** The comment and the review: both are asked for, and neither says anything about a head that is none any more. */
async function tellPull(
  publishing: Known,
  client: Client,
  number: number | null,
  diff: PullDiff,
): Promise<Pick<Publication, 'comment' | 'suggestions'>> {
  const { options, report, event, failed, commands } = publishing
  const silent = { comment: null, suggestions: 0 }
  const { comment: mode } = options
  if (number === null) return silent
  const suggestions = options.suggestions ? offerable(report, diff) : []
  const nothing = options.suggestions ? whyNothingOffered(report, diff, suggestions) : null
  if (nothing !== null) commands.info(`No changes are suggested: ${nothing}.`)
  if (mode === 'never' && suggestions.length === 0) return silent
  const atHead = got(publishing, await isAtHead(client, event, number), undone(options))
  if (atHead === false)
    commands.info(
      `Pull request #${number} has another head by now: comment and suggestions are left to the run of that. What was found is told for commit ${shortSha(event.headSha)}.`,
    )
  const me = atHead ? got(publishing, await whoAmI(client), undone(options)) : null
  if (me === null) return silent
  const key = subjectKey(event, report, options)
  const plan = { report, failed, key, number, blobUrl: blobUrl(event), runUrl: runUrl(event) }
  const comment =
    mode === 'never' ? null : got(publishing, await deliverComment(client, event, me, { ...plan, mode }), noComment)
  const offered = got(
    publishing,
    await deliverReview(client, event, number, me, suggestions),
    'No changes were suggested',
  )
  if (offered === 0 && suggestions.length > 0)
    commands.info('No changes are suggested anew: a review offers them already.')
  return { comment, suggestions: offered ?? 0 }
}

const noComment = 'The pull request got no comment'

const undone = ({ comment, suggestions }: Pick<Options, 'comment' | 'suggestions'>): string => {
  if (comment === 'never') return 'No changes were suggested'
  return suggestions ? 'The pull request got no comment and no suggestions' : noComment
}

/** The data of an answer; of a problem null, and it is told. A warning only where the user can do something about it. */
function got<T>({ event, commands }: Known, answer: Answer<T>, what: string): T | null {
  if (answer.ok) return answer.data
  const words = `${what}: ${problemWords(answer.problem, event)}.`
  if (mendable(answer.problem, event) && !what.startsWith('Findings')) commands.warning(words)
  else commands.info(words)
  return null
}

const mendable = ({ kind }: Problem, event: GitHubEvent): boolean =>
  (kind === 'denied' || kind === 'rejected') && readOnly(event) === null

function toLog(
  { commands = core, options }: Publishing,
  annotations: readonly Annotation[],
  because: string | null,
): Publication['findings'] {
  if (options.annotate === 'never') return { kind: 'none' }
  if (because !== null) commands.info(`Findings are shown in the log: ${because}.`)
  return annotateLog(annotations, commands)
}
