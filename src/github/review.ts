import { createHash } from 'node:crypto'
import type { Report } from '../report/report.ts'
import { type ReviewSuggestion, suggestionsFor } from '../report/review-suggestions.ts'
import type { Touched } from '../report/touched.ts'
import { type Answer, type Client, looks, mostPages } from './client.ts'
import type { GitHubEvent } from './event.ts'
import { rangesOf } from './patch.ts'
import type { PullDiff } from './pull-request.ts'
import { type ReviewComment, requests } from './requests.ts'

/**
 * Offers the safe changes in one review, and none that a comment of ours offers already. Gives how many are new.
 * @param me the login that this token writes as: anybody can write our marker
 */
export async function deliverReview(
  client: Client,
  event: GitHubEvent,
  number: number,
  me: string,
  suggestions: readonly ReviewSuggestion[],
): Promise<Answer<number>> {
  if (suggestions.length === 0) return { ok: true, data: 0 }
  const { owner, repo, headSha } = event
  const at = { owner, repo, pull_number: number }
  for (let look = 1; ; look++) {
    const listed = await client.pages(requests.listReviewComments, at, mostPages)
    if (!listed.ok) return listed
    const offered = new Set(listed.data.items.flatMap(comment => marksOf(comment, me)))
    const fresh = suggestions.filter(suggestion => !offered.has(markOf(suggestion)))
    if (fresh.length === 0) return { ok: true, data: look > 1 ? suggestions.length : 0 }
    const made = await client.send(requests.createReview, {
      ...at,
      ...{ commit_id: headSha, event: 'COMMENT', body: reviewBody, comments: fresh.map(payload) },
    })
    if (made.ok) return { ok: true, data: fresh.length }
    if (made.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return made
  }
}

/** The suggestions whose lines stand in the diff as the report saw them; of any others a reviewer would take the wrong line away. */
export function offerable(report: Report, diff: PullDiff): ReviewSuggestion[] {
  if (diff === null) return []
  const shown: Touched = new Map([...diff].map(([path, file]) => [path, rangesOf(file.shown.keys())]))
  return suggestionsFor(report, shown).filter(({ path, startLine, before }) =>
    before.every((text, index) => diff.get(path)?.shown.get(startLine + index) === text),
  )
}

/** Why nothing can be offered; null where something can. */
export function whyNothingOffered(
  { suggested = [] }: Report,
  diff: PullDiff,
  offers: readonly ReviewSuggestion[],
): string | null {
  if (offers.length > 0) return null
  if (suggested.length === 0) return 'the report has no change that is safe as it stands'
  if (diff === null) return "nobody knows all lines of the pull request's diff"
  return "the safe changes are on lines that the pull request's diff does not show, or shows otherwise; `repro-gate fix` makes them"
}

const reviewBody =
  '**repro-gate** offers changes that make the image the same in every build. Each is safe to take: it changes nothing else.'

function payload(suggestion: ReviewSuggestion) {
  const { path, startLine, line, body } = suggestion
  const start = startLine < line ? { start_line: startLine, start_side: 'RIGHT' } : {}
  return { path, line, side: 'RIGHT', ...start, body: `${marker(markOf(suggestion))}\n${body}` }
}

const marker = (mark: string): string => `<!-- repro-gate suggestion ${mark} -->`

/** The same for the same change, wherever its lines have gone to. */
const markOf = ({ path, before, body }: ReviewSuggestion): string =>
  createHash('sha256')
    .update(JSON.stringify([path, before, body]))
    .digest('hex')
    .slice(0, 16)

/** What a comment of ours offers. One whose lines are gone from the diff can no longer be taken. */
function marksOf({ body = '', user, line }: ReviewComment, me: string): string[] {
  if (user?.login !== me || line === null) return []
  const mark = /^<!-- repro-gate suggestion ([0-9a-f]{16}) -->/.exec(body.trimStart())?.[1]
  return mark === undefined ? [] : [mark]
}
