import { readFileSync, statSync } from 'node:fs'

/** What set off this run, as far as GitHub says so. Null where it does not, or says what cannot be. */
export interface GitHubEvent {
  /** `pull_request`, `push`, `merge_group`, `schedule` and so on; empty outside GitHub. */
  name: string
  owner: string | null
  repo: string | null
  /** The commit that people look at: the head of a pull request, never the merge commit that GitHub made for it. */
  headSha: string | null
  /** The commit that the runner names, and that a checkout has by default. */
  sha: string | null
  ref: string
  pullRequest: number | null
  /** The head comes from another repository, so the token may not write. */
  fork: boolean
  /** Dependabot set it off, so the token may not write either. */
  dependabot: boolean
  /** For `workflow_run`: the event that set off the run before this one. */
  origin: string | null
  /** For `workflow_run`: the branch that the run before this one was of, as `owner:branch`. */
  headLabel: string | null
  apiUrl: string
  serverUrl: string
  runId: string
  runAttempt: string
  workflow: string
  job: string
  /** Why the payload is not known, in words; null where it is. Nothing is told on GitHub then: nobody knows what it is about. */
  unreadable: string | null
}

/** The most of an event file that is read; GitHub's own limit for a payload is 25 MB. */
const payloadBytes = 26 * 1024 * 1024

/**
 * Reads the event that the environment names. Where its file is missing, or is no JSON object, the commit is not known either:
 * that of the environment would be the merge commit of a pull request.
 */
export function readEvent(env: Readonly<Record<string, string | undefined>>): GitHubEvent {
  const read = readPayload(env.GITHUB_EVENT_PATH)
  if ('payload' in read) return eventFrom(env, read.payload)
  return { ...eventFrom(env, null), headSha: null, unreadable: read.problem }
}

function readPayload(path: string | undefined): { payload: unknown } | { problem: string } {
  if (!path) return { payload: null }
  try {
    if (statSync(path).size > payloadBytes) return { problem: 'it is larger than GitHub makes one' }
    const text = readFileSync(path, 'utf8')
    if (text.trim() === '') return { problem: 'it is empty' }
    const payload: unknown = JSON.parse(text)
    const isObject = payload !== null && typeof payload === 'object' && !Array.isArray(payload)
    return isObject ? { payload } : { problem: 'it is no JSON object' }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return {
      problem:
        code === 'ENOENT' ? 'there is none' : code === undefined ? 'it is no JSON' : `it cannot be read (${code})`,
    }
  }
}

/** The event as a value, from the runner's environment and the payload. The payload may be anything. */
export function eventFrom(env: Readonly<Record<string, string | undefined>>, payload: unknown): GitHubEvent {
  const [owner, repo, ...more] = (env.GITHUB_REPOSITORY ?? '').split('/')
  const named = owner && repo && more.length === 0 && /^[\w.-]+$/.test(owner) && /^[\w.-]+$/.test(repo)
  const pull = at(payload, 'pull_request')
  const run = at(payload, 'workflow_run')
  const sha = shaOf(env.GITHUB_SHA)
  const number = at(pull, 'number') ?? at(at(payload, 'issue'), 'number')
  return {
    name: env.GITHUB_EVENT_NAME ?? '',
    owner: named ? owner : null,
    repo: named ? repo : null,
    headSha: headSha(payload) ?? sha,
    sha,
    ref: env.GITHUB_REF ?? '',
    pullRequest: typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null,
    fork:
      fromFork(at(at(pull, 'head'), 'repo'), at(at(pull, 'base'), 'repo'), pull) ||
      fromFork(at(run, 'head_repository'), at(run, 'repository'), run),
    dependabot: textAt(at(pull, 'user'), 'login') === 'dependabot[bot]' || env.GITHUB_ACTOR === 'dependabot[bot]',
    origin: textAt(run, 'event'),
    headLabel: headLabel(run),
    apiUrl: urlOf(env.GITHUB_API_URL) ?? 'https://api.github.com',
    serverUrl: urlOf(env.GITHUB_SERVER_URL) ?? 'https://github.com',
    runId: env.GITHUB_RUN_ID ?? '',
    runAttempt: env.GITHUB_RUN_ATTEMPT ?? '1',
    workflow: env.GITHUB_WORKFLOW ?? '',
    job: env.GITHUB_JOB ?? '',
    unreadable: null,
  }
}

/**
 * Why this event must not build what it is about, or null. Such a run has the repository's secrets and a token that
 * may write, while its code comes from whoever opened the pull request: a RUN line there could take them.
 */
export function untrusted(event: GitHubEvent, allowed = false): string | null {
  if (allowed) return null
  const way =
    'Use the `pull_request` event instead: it needs no secrets, and where its token may not write, findings go to the log. ' +
    'If the code of this run is yours alone, set `allow-untrusted: true`.'
  if (event.name === 'pull_request_target') {
    return `The event pull_request_target runs with this repository's secrets and a token that may write. Building a pull request's Dockerfile there lets its author run anything with them. ${way}`
  }
  if (event.name === 'workflow_run' && event.origin === null) {
    return `The event of this workflow_run does not say what set off the run before it${event.unreadable === null ? '' : ` (${event.unreadable})`}, so nobody knows whether it follows a pull request. It runs with this repository's secrets, and builds nothing then. ${way}`
  }
  if (event.name === 'workflow_run' && (event.fork || /^pull_request/.test(event.origin ?? ''))) {
    return `This workflow_run follows a pull request, and runs with this repository's secrets and a token that may write. Building the pull request's Dockerfile here lets its author run anything with them. ${way}`
  }
  return null
}

/** Where this run can be read. */
export const runUrl = ({ serverUrl, owner, repo, runId, runAttempt }: GitHubEvent): string | null =>
  owner && repo && runId ? `${serverUrl}/${owner}/${repo}/actions/runs/${runId}/attempts/${runAttempt}` : null

/** Where the sources of this run can be looked at, by the commit that was checked out for it. */
export const blobUrl = ({ serverUrl, owner, repo, headSha }: GitHubEvent): string | null =>
  owner && repo && headSha ? `${serverUrl}/${owner}/${repo}/blob/${headSha}` : null

function headSha(payload: unknown): string | null {
  return (
    shaOf(at(at(at(payload, 'pull_request'), 'head'), 'sha')) ??
    shaOf(at(at(payload, 'workflow_run'), 'head_sha')) ??
    shaOf(at(at(payload, 'merge_group'), 'head_sha'))
  )
}

function headLabel(run: unknown): string | null {
  const owner = textAt(at(at(run, 'head_repository'), 'owner'), 'login')
  const branch = textAt(run, 'head_branch')
  return owner && branch && /^[\w.-]+$/.test(owner) ? `${owner}:${branch}` : null
}

/** A head whose repository is gone (null) was a fork. */
function fromFork(head: unknown, base: unknown, whole: unknown): boolean {
  if (whole === null || base === null) return false
  return textAt(head, 'full_name')?.toLowerCase() !== textAt(base, 'full_name')?.toLowerCase()
}

const at = (value: unknown, key: string): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : null

function textAt(value: unknown, key: string): string | null {
  const found = at(value, key)
  return typeof found === 'string' ? found : null
}

/** A commit's name in full; forty zeros are none. */
const shaOf = (value: unknown): string | null =>
  typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) && !/^0+$/.test(value) ? value : null

/** An http address without a slash at its end. */
const urlOf = (value: string | undefined): string | null =>
  value && URL.canParse(value) && /^https?:/.test(value) ? value.replace(/\/+$/, '') : null
