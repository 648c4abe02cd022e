import { githubClient } from './client.ts'
import type { GitHubEvent } from './event.ts'

/**
 * The committer's time of a commit that a shallow checkout does not have, in seconds since 1970; null when GitHub does
 * not tell it.
 */
export async function commitTime(
  event: GitHubEvent,
  token: string,
  sha: string,
  signal: AbortSignal,
): Promise<number | null> {
  const { owner, repo, apiUrl } = event
  if (!owner || !repo || !token) return null
  const client = githubClient({ token, apiUrl, signal })
  type Commit = { committer?: { date?: string } }
  const answer = await client.request<Commit>(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    { owner, repo, commit_sha: sha },
    data => typeof data?.committer?.date === 'string',
  )
  const seconds = answer.ok ? Date.parse(answer.data.committer?.date ?? '') / 1000 : Number.NaN
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : null
}
