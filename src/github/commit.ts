import { type ClientOptions, githubClient } from './client.ts'
import type { GitHubEvent } from './event.ts'
import { requests } from './requests.ts'

/**
 * The committer's time of a commit that a shallow checkout does not have, in seconds since 1970; null when GitHub does
 * not tell it.
 */
export async function commitTime(
  { owner, repo, apiUrl, unreadable }: GitHubEvent,
  token: string,
  sha: string,
  options: Omit<ClientOptions, 'token' | 'apiUrl'>,
): Promise<number | null> {
  if (!owner || !repo || !token || unreadable !== null) return null
  const client = await githubClient({ ...options, token, apiUrl })
  const answer = await client.send(requests.getCommit, { owner, repo, commit_sha: sha })
  const seconds = answer.ok ? Date.parse(answer.data.committer.date) / 1000 : Number.NaN
  return Number.isSafeInteger(seconds) && seconds >= 0 ? seconds : null
}
