import * as core from '@actions/core'
import type { Options } from '../options/options.ts'
import type { Report } from '../report/report.ts'
import { type ClientOptions, githubClient } from './client.ts'
import { type IssueKept, keepDriftIssue } from './drift-issue.ts'
import type { GitHubEvent } from './event.ts'
import { type Problem, problemWords, quoted, readOnly } from './problem.ts'
import { whoAmI } from './pull-request.ts'

export interface TellingDrift extends Omit<ClientOptions, 'apiUrl'> {
  report: Report
  event: GitHubEvent
  options: Options
  /** The runner's own commands; others only in tests. */
  commands?: Pick<typeof core, 'info' | 'warning'>
}

/** Keeps the issue on drift, where that is asked for. Never throws, and nothing that happens here changes the verdict. */
export async function tellDrift({ report, event, options, commands = core, ...client }: TellingDrift): Promise<void> {
  if (!options.driftIssue || report.drift === undefined) return
  const { owner, repo } = event
  const why = !owner || !repo || !client.token ? 'there is no repository, or no github-token, to write it with' : null
  const because = why ?? (event.pullRequest === null ? null : 'what a pull request changes is no drift')
  if (because !== null || !owner || !repo) return void commands.info(`No issue on drift: ${because}.`)
  const told = (problem: Problem): void => {
    const words = `The issue on drift was not written: ${problemWords(problem, event)}.`
    const isMendable = (problem.kind === 'denied' || problem.kind === 'rejected') && readOnly(event) === null
    if (isMendable) commands.warning(words)
    else commands.info(words)
  }
  try {
    const github = await githubClient({ ...client, apiUrl: event.apiUrl })
    const me = await whoAmI(github)
    if (!me.ok) return told(me.problem)
    const kept = await keepDriftIssue(github, { ...event, owner, repo }, me.data, report, options)
    if (!kept.ok) return told(kept.problem)
    commands.info(wordsOf(kept.data, report))
    if ('notes' in kept.data) for (const problem of kept.data.notes) told(problem)
  } catch (error) {
    commands.info(`No issue on drift: GitHub's client does not work here (${quoted(String(error))}).`)
  }
}

function wordsOf({ kind, url }: IssueKept, { drift }: Report): string {
  const at = url === null ? '' : `: ${quoted(url)}`
  if (kind === 'none')
    return drift?.kind === 'undecided'
      ? 'Nothing was decided, so no issue on drift is opened, changed or closed.'
      : 'There is no drift, and no open issue on any.'
  if (kind === 'left') return `Somebody closed the issue on this drift by hand: it stays closed${at}.`
  const became = {
    same: 'says so already',
    opened: 'was opened',
    changed: 'was changed',
    reopened: 'was opened again',
    closed: 'was closed',
  }
  return `The issue on drift ${became[kind]}${at}`
}
