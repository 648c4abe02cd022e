import { clip, visible } from '../report/visible.ts'
import type { GitHubEvent } from './event.ts'

/** Why a request came to nothing. */
export type Problem = {
  message: string
  /** What was asked for, and what the job must be given for it. */
  does: string
  permission: string
} & (
  | { kind: 'denied'; status: 401 | 403 | 404 }
  /** GitHub understood, and will not: trying again would not help. */
  | { kind: 'rejected'; status: number }
  /** Too many requests: nothing was done, and the wait was too long. */
  | { kind: 'busy' }
  /** No answer, half an answer, or an error of the server: it may or may not have been done. */
  | { kind: 'unclear' }
)

/** A union member by member: `Omit` alone would keep only what all of them have. */
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never

/** What octokit threw, by what it means for us. */
export function problemOf(error: unknown): Without<Problem, 'does' | 'permission'> {
  const { status, message, response } = (error ?? {}) as {
    status?: unknown
    message?: unknown
    response?: { headers?: Record<string, unknown> }
  }
  const said = String(message ?? error).slice(0, 500)
  // What stands between, a proxy or a page of maintenance, says nothing that helps.
  const words = /^\s*</.test(said) ? 'a page of HTML, perhaps of a proxy' : said
  if (typeof status !== 'number') return { kind: 'unclear', message: words }
  const headers = response?.headers ?? {}
  const limited =
    headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(words)
  if (status === 429 || (status === 403 && limited)) return { kind: 'busy', message: words }
  if (status === 401 || status === 403 || status === 404) return { kind: 'denied', status, message: words }
  // Octokit makes a connection that broke a 500.
  if (status >= 500 || status === 408) return { kind: 'unclear', message: words }
  return { kind: 'rejected', status, message: words }
}

/** What happened, and what to change: a sentence or two. What the server said is quoted, and harmless. */
export function problemWords(problem: Problem, event: Pick<GitHubEvent, 'fork' | 'dependabot'>): string {
  const { message, permission, does, kind } = problem
  const said = quoted(message)
  if (kind === 'busy')
    return `GitHub takes no more requests of this token for now (${said}). A re-run of the job later publishes again`
  if (kind === 'unclear') return `GitHub could not be asked to the end (${said}). A re-run of the job publishes again`
  if (kind === 'rejected')
    return `GitHub refused the request to ${does} (${problem.status}: ${said})${refusedWords(said)}`
  if (problem.status === 401)
    return `GitHub does not know the token (${said}). Leave out \`github-token\` to use the job's own, or give one that is still valid`
  if (/archived/i.test(said)) return `the repository is archived, and nobody may write to it (${said})`
  if (/locked/i.test(said)) return `the conversation is locked (${said})`
  const may = `the token may not ${does} (${said}). ${readOnly(event, permission) ?? `Give the job the permission "${permission}"`}`
  return problem.status === 404
    ? `${may}${permission === 'contents: read' ? '' : '; in a private repository "contents: read" as well'}. A commit or pull request that is gone looks the same`
    : may
}

/** Whose token can never write, whatever the workflow says; null for any other. */
export function readOnly(
  { fork, dependabot }: Pick<GitHubEvent, 'fork' | 'dependabot'>,
  permission = 'write',
): string | null {
  if (permission.endsWith(': read')) return null
  const whose = fork ? 'a pull request from a fork' : dependabot ? 'a run that Dependabot set off' : null
  return (
    whose &&
    `The token of ${whose} never has "${permission}"; a second workflow can publish its report (docs/github.md)`
  )
}

function refusedWords(said: string): string {
  if (/No commit found/i.test(said)) return '. Push the commit to this repository first'
  if (/issues has been disabled/i.test(said))
    return '. Turn issues on in the settings of the repository, or leave out `drift-issue`'
  if (/part of the diff|could not be resolved/i.test(said)) return '. The pull request has changed in the meantime'
  return ''
}

/** An answer from the server, as a line of the log may show it: neither form of the runner's commands. */
export const quoted = (message: string): string => visible(clip(message, 300)).replaceAll('##[', '## [')
