import { type CommentOptions, renderComment } from '../report/comment.ts'
import type { Report } from '../report/report.ts'
import { type Answer, type Client, looks, mostPages } from './client.ts'
import type { GitHubEvent } from './event.ts'
import { type Comment, requests } from './requests.ts'

/** A comment as we want it to be. */
export interface CommentPlan {
  mode: 'always' | 'on-failure'
  report: Report
  /** The run as a whole ended as failed. */
  failed: boolean
  /** Ours alone: by it the comment is found again. */
  key: string
  number: number
  blobUrl: string | null
  runUrl: string | null
}

/** What became of it. */
export type Commented = { kind: 'none' | 'same' } | { kind: 'made' | 'changed'; url: string | null }

/**
 * Makes, changes or folds the one comment on a pull request that is about this subject: found by its marker, among the
 * comments of our own author alone, because anybody can write our marker.
 * @param me the login that this token writes as
 */
export async function deliverComment(
  client: Client,
  event: GitHubEvent,
  me: string,
  plan: CommentPlan,
): Promise<Answer<Commented>> {
  const { owner, repo } = event
  for (let look = 1; ; look++) {
    const found = await find(client, event, plan, me)
    if (!found.ok) return found
    const before = found.data
    const body = commentText(plan, event.headSha, before?.body ?? null)
    if (body === null) return { ok: true, data: { kind: 'none' } }
    if (before && sameText(before.body, body))
      return { ok: true, data: { kind: look > 1 ? 'made' : 'same', url: null } }
    if (before) {
      const changed = await client.send(requests.updateComment, { owner, repo, comment_id: before.id, body })
      return changed.ok ? { ok: true, data: { kind: 'changed', url: changed.data.html_url ?? null } } : changed
    }
    const made = await client.send(requests.createComment, { owner, repo, issue_number: plan.number, body })
    if (made.ok) return { ok: true, data: { kind: 'made', url: made.data.html_url ?? null } }
    // It may have been made: whoever looks finds it.
    if (made.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return made
  }
}

async function find(
  client: Client,
  { owner, repo }: GitHubEvent,
  { key, number }: CommentPlan,
  me: string,
): Promise<Answer<Comment | null>> {
  const listed = await client.pages(requests.listComments, { owner, repo, issue_number: number }, mostPages)
  if (!listed.ok) return listed
  const mine = listed.data.items.find(
    comment => comment?.user?.login === me && typeof comment.id === 'number' && stateIn(comment.body, key) !== null,
  )
  return { ok: true, data: mine ?? null }
}

/**
 * The text of the comment, or null where there is to be none. What failed before and is well now is folded, and stays so.
 * @param before the comment as it is; null where there is none
 */
export function commentText(
  { mode, report, failed, key, blobUrl, runUrl }: CommentPlan,
  headSha: string | null,
  before: string | null,
): string | null {
  const state = before === null ? null : stateIn(before, key)
  const options = { blobUrl, runUrl }
  if (isFailure(report, failed)) return text(report, key, ['failed', headSha], options)
  if (state === null || state.word === 'passed')
    return mode === 'always' || state !== null ? text(report, key, ['passed', headSha], options) : null
  const [failedAt = null, fixedAt = headSha] = state.commits
  return text(report, key, ['resolved', failedAt, fixedAt], { ...options, resolved: { failedAt, fixedAt } })
}

const isFailure = ({ verdict }: Report, failed: boolean): boolean =>
  failed || verdict === 'not-reproducible' || verdict === 'undecided'

type Word = 'failed' | 'passed' | 'resolved'

function text(
  report: Report,
  key: string,
  [word, ...commits]: [Word, ...(string | null)[]],
  options: Omit<CommentOptions, 'marker'>,
): string {
  const marker = `<!-- repro-gate ${[key, word, ...commits.map(commit => commit ?? '-')].join(' ')} -->`
  return renderComment(report, { marker, ...options })
}

/** What the marker of a comment says, or null where it is not that of this key. */
function stateIn(body: string | undefined, key: string): { word: Word; commits: (string | null)[] } | null {
  const [open, name, found, word = '', ...rest] = (body ?? '').trimStart().slice(0, 400).split(/\s+/)
  if (open !== '<!--' || name !== 'repro-gate' || found !== key || !/^(?:failed|passed|resolved)$/.test(word))
    return null
  const end = rest.indexOf('-->')
  const commits = rest.slice(0, Math.max(0, end)).map(commit => (/^[0-9a-f]{40,64}$/.test(commit) ? commit : null))
  return { word: word as Word, commits }
}

/** GitHub may give line ends back in another form, and takes blanks from the end. */
const sameText = (a: string | undefined, b: string): boolean =>
  a !== undefined && a.replaceAll('\r\n', '\n').trim() === b.replaceAll('\r\n', '\n').trim()
