import type { CheckRunAnnotation } from './check-run-payload.ts'

/**
 * Every request that is ever made to GitHub. A test sends each of them into every kind of fault: what is not in this
 * table is not sent.
 */
export interface GitHubRequest<T> {
  /** Method and path, as GitHub's documentation has them. */
  route: string
  /** What it does, as the end of "the token may not". */
  does: string
  /** What the job must be given for it, and for what comes after it: one who may only look would be refused next. */
  permission: string
  /** Sent twice it does no more than once, so it may be repeated when nobody knows what came of it. */
  repeatable: boolean
  /** Whether an answer is all there: a body that was cut off comes as an empty text. */
  whole(data: unknown): data is T
}

/** A check run as GitHub gives it, as far as it is read. */
export interface FoundCheckRun {
  id: number
  html_url?: string | null
  external_id?: string | null
  status?: string
  output?: { title?: string | null; annotations_count?: number }
}

/** A file of a pull request. `patch` is left out of binary files, and of those that are too large. */
export interface PullFile {
  filename: string
  /** Of the file's blob at the head. */
  sha?: string | null
  status?: string
  additions?: number
  changes?: number
  patch?: string
}

export interface Comment {
  id: number
  body?: string
  html_url?: string
  user?: { login?: string } | null
}

export interface Issue {
  number: number
  title?: string
  body?: string | null
  state?: string
  html_url?: string
  user?: { login?: string } | null
  /** There where it is a pull request. */
  pull_request?: unknown
}

export interface ReviewComment extends Comment {
  path?: string
  /** Null once the lines are no longer in the diff. */
  line?: number | null
}

export interface Pull {
  number: number
  head: { sha: string; repo?: { full_name?: string } | null }
  base: { repo?: { full_name?: string } | null }
}

const repository = '/repos/{owner}/{repo}'

export const requests = {
  listCheckRuns: read<{ check_runs: FoundCheckRun[] }>(
    `GET ${repository}/commits/{ref}/check-runs`,
    'read check runs',
    'checks: write',
    data => Array.isArray(at(data, 'check_runs')),
  ),
  getCheckRun: read<FoundCheckRun>(
    `GET ${repository}/check-runs/{check_run_id}`,
    'read check runs',
    'checks: write',
    hasId,
  ),
  createCheckRun: write<FoundCheckRun>(`POST ${repository}/check-runs`, 'write check runs', 'checks: write', hasId),
  // Every request adds its annotations to those before.
  updateCheckRun: write<FoundCheckRun>(
    `PATCH ${repository}/check-runs/{check_run_id}`,
    'write check runs',
    'checks: write',
    hasId,
  ),
  // Without annotations, so that it may be sent twice.
  closeCheckRun: {
    ...write<FoundCheckRun>(
      `PATCH ${repository}/check-runs/{check_run_id}`,
      'write check runs',
      'checks: write',
      hasId,
    ),
    repeatable: true,
  },
  listAnnotations: read<Partial<CheckRunAnnotation>[]>(
    `GET ${repository}/check-runs/{check_run_id}/annotations`,
    'read check runs',
    'checks: write',
    Array.isArray,
  ),
  listPullFiles: read<PullFile[]>(
    `GET ${repository}/pulls/{pull_number}/files`,
    "read the pull request's files",
    'pull-requests: read',
    Array.isArray,
  ),
  listPulls: read<Pull[]>(`GET ${repository}/pulls`, 'read pull requests', 'pull-requests: read', Array.isArray),
  getPull: read<Pull>(
    `GET ${repository}/pulls/{pull_number}`,
    'read pull requests',
    'pull-requests: write',
    data => typeof at(at(data, 'head'), 'sha') === 'string',
  ),
  whoAmI: read<{ data: { viewer: { login: string } } }>(
    'POST /graphql',
    'say whose it is',
    'contents: read',
    data => typeof at(at(at(data, 'data'), 'viewer'), 'login') === 'string',
  ),
  listComments: read<Comment[]>(
    `GET ${repository}/issues/{issue_number}/comments`,
    'read the comments of the pull request',
    'pull-requests: write',
    Array.isArray,
  ),
  createComment: write<Comment>(
    `POST ${repository}/issues/{issue_number}/comments`,
    'comment on the pull request',
    'pull-requests: write',
    hasId,
  ),
  updateComment: {
    ...write<Comment>(
      `PATCH ${repository}/issues/comments/{comment_id}`,
      'comment on the pull request',
      'pull-requests: write',
      hasId,
    ),
    repeatable: true,
  },
  listIssues: read<Issue[]>(`GET ${repository}/issues`, 'read issues', 'issues: write', Array.isArray),
  createIssue: write<Issue>(`POST ${repository}/issues`, 'open an issue', 'issues: write', hasNumber),
  updateIssue: {
    ...write<Issue>(`PATCH ${repository}/issues/{issue_number}`, 'change an issue', 'issues: write', hasNumber),
    repeatable: true,
  },
  commentIssue: write<Comment>(
    `POST ${repository}/issues/{issue_number}/comments`,
    'comment on an issue',
    'issues: write',
    hasId,
  ),
  listReviewComments: read<ReviewComment[]>(
    `GET ${repository}/pulls/{pull_number}/comments`,
    'read the reviews of the pull request',
    'pull-requests: write',
    Array.isArray,
  ),
  createReview: write<{ id: number }>(
    `POST ${repository}/pulls/{pull_number}/reviews`,
    'review the pull request',
    'pull-requests: write',
    hasId,
  ),
  getCommit: read<{ committer: { date: string } }>(
    `GET ${repository}/git/commits/{commit_sha}`,
    'read commits',
    'contents: read',
    data => typeof at(at(data, 'committer'), 'date') === 'string',
  ),
} as const

function read<T>(route: string, does: string, permission: string, whole: (data: unknown) => boolean): GitHubRequest<T> {
  return { route, does, permission, repeatable: true, whole: whole as (data: unknown) => data is T }
}

function write<T>(
  route: string,
  does: string,
  permission: string,
  whole: (data: unknown) => boolean,
): GitHubRequest<T> {
  return { ...read<T>(route, does, permission, whole), repeatable: false }
}

function hasId(data: unknown): boolean {
  return typeof at(data, 'id') === 'number'
}

function hasNumber(data: unknown): boolean {
  return typeof at(data, 'number') === 'number'
}

function at(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
}
