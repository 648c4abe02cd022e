import { createHash } from 'node:crypto'
import type { LineRange, Touched } from '../report/touched.ts'
import type { Answer, Client } from './client.ts'
import type { GitHubEvent } from './event.ts'
import { type FileDiff, readPatch } from './patch.ts'
import { requests } from './requests.ts'

/** GitHub lists so many files of a pull request, and no more. */
const mostFiles = 3000

/** Files by path relative to the root of the repository; null where GitHub does not list them all. */
export type PullDiff = ReadonlyMap<string, FileDiff> | null

/** The pull request that a run is about; where there is none, why not, and whether there was one that has gone on. */
export type FoundPull = { number: number } | { number: null; why: string; moved: boolean }

/**
 * The pull request of this run, as GitHub's payload names it; for a run after a run, the one whose head the first one had. A
 * report has no say in it.
 */
export async function findPull(client: Client, event: GitHubEvent): Promise<Answer<FoundPull>> {
  const { owner, repo, pullRequest, headLabel: head, headSha, origin } = event
  const none = (why: string, moved = false) => ({ ok: true, data: { number: null, why, moved } }) as const
  if (pullRequest !== null) return { ok: true, data: { number: pullRequest } }
  if (!owner || !repo || head === null || !/^pull_request/.test(origin ?? ''))
    return none('this run is about no pull request')
  const open = await client.send(requests.listPulls, { owner, repo, head, state: 'open', per_page: 100 })
  if (!open.ok) return open
  const pulls = open.data.filter(pull => typeof pull?.number === 'number')
  const same = pulls.filter(pull => pull.head?.sha === headSha)
  if (same.length > 0) return { ok: true, data: { number: Math.min(...same.map(({ number }) => number)) } }
  const [moved] = pulls
  if (moved) return none(`pull request #${moved.number} has another head by now, and is left to the run of that`, true)
  return none('no open pull request has the commit that was built as its head', true)
}

/** Whether the pull request still has the head that this run is about: an older run must not overwrite what a newer one said. */
export async function isAtHead(client: Client, event: GitHubEvent, number: number): Promise<Answer<boolean>> {
  const { owner, repo, headSha } = event
  const pull = await client.send(requests.getPull, { owner, repo, pull_number: number })
  return pull.ok ? { ok: true, data: pull.data.head.sha === headSha } : pull
}

/**
 * What the pull request changed.
 * @param blobOf the name of a file's blob in this checkout, null where there is none: a merge commit that has other lines than
 *   the head makes all of a file's lines unknown. Absent where the sources are not here
 */
export async function pullDiff(
  client: Client,
  { owner, repo }: GitHubEvent,
  number: number,
  blobOf?: (path: string, algorithm: 'sha1' | 'sha256') => string | null,
): Promise<Answer<PullDiff>> {
  const listed = await client.pages(requests.listPullFiles, { owner, repo, pull_number: number }, mostFiles / 100)
  if (!listed.ok) return listed
  if (listed.data.items.length >= mostFiles || !listed.data.all) return { ok: true, data: null }
  const files = listed.data.items.filter(file => typeof file?.filename === 'string')
  const diffs = files.map(file => {
    const here = blobOf?.(file.filename, file.sha?.length === 64 ? 'sha256' : 'sha1') ?? null
    const moved = here !== null && typeof file.sha === 'string' && here !== file.sha
    const diff: FileDiff = moved ? { touched: null, shown: new Map() } : readPatch(file)
    return [file.filename, diff] as const
  })
  return { ok: true, data: new Map(diffs) }
}

/** The login that this token writes as. */
export async function whoAmI(client: Client): Promise<Answer<string>> {
  const route = { ...requests.whoAmI, route: `POST ${client.graphqlUrl}` }
  const answer = await client.send(route, { query: 'query { viewer { login } }' })
  return answer.ok ? { ok: true, data: answer.data.data.viewer.login } : answer
}

/** The name that git gives these bytes. */
export const blobName = (bytes: Buffer, algorithm: 'sha1' | 'sha256'): string =>
  createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

/** The lines that were added or changed. */
export const touchedIn = (diff: PullDiff): Touched =>
  diff && new Map([...diff].map(([path, { touched }]): [string, LineRange[] | null] => [path, touched]))
