import { createHash } from 'node:crypto'
import type { Options } from '../options/options.ts'
import { renderDriftIssue, renderWellAgain } from '../report/drift-issue.ts'
import type { Report } from '../report/report.ts'
import { type Answer, type Client, looks, mostPages } from './client.ts'
import { blobUrl, type GitHubEvent, runUrl } from './event.ts'
import type { Problem } from './problem.ts'
import { type Issue, requests } from './requests.ts'

/** What became of the issue. */
export type IssueKept =
  | { kind: 'none' | 'same' | 'left'; url: string | null }
  | { kind: 'opened' | 'changed' | 'reopened' | 'closed'; url: string | null; notes: Problem[] }

type Known = GitHubEvent & { owner: string; repo: string }

/**
 * Keeps one issue about what drifts: opened once, found again by its marker among the issues of our own author (anybody can write our
 * marker), changed in place, closed with a comment when all is well, opened again when it is not. One that a person closed stays closed
 * as long as it is the same drift; another drift has an issue of its own. Nothing is done where nothing was decided.
 * @param me the login that this token writes as
 */
export async function keepDriftIssue(
  client: Client,
  event: Known,
  me: string,
  report: Report,
  options: Asked,
): Promise<Answer<IssueKept>> {
  const { drift } = report
  if (drift === undefined || drift.kind === 'undecided') return { ok: true, data: { kind: 'none', url: null } }
  const key = keyOf(event, options)
  for (let look = 1; ; look++) {
    const open = await ours(client, event, me, key, 'open')
    if (!open.ok) return open
    if (drift.kind === 'same') return closed(client, event, report, key, open.data)
    // Closed ones grow without end, and every image of a repository has its own: they are looked through only where it matters.
    const found = open.data.length > 0 ? open : await ours(client, event, me, key, 'closed')
    if (!found.ok) return found
    const before = standing(found.data)
    const sign = signOf(report)
    if (before?.issue.state === 'closed' && before.mark.word === 'drifts' && before.mark.sign === sign)
      return { ok: true, data: { kind: 'left', url: before.issue.html_url ?? null } }
    const isByHand = before?.issue.state === 'closed' && before.mark.word === 'drifts'
    const wanted = renderDriftIssue(report, {
      ...{ name: options.file, marker: marker(key, 'drifts', sign) },
      ...{ blobUrl: blobUrl(event), runUrl: runUrl(event) },
    })
    if (before && !isByHand) return changed(client, event, before.issue, wanted, found.data)
    const { owner, repo } = event
    const made = await client.send(requests.createIssue, { owner, repo, ...wanted })
    if (made.ok) return { ok: true, data: { kind: 'opened', url: made.data.html_url ?? null, notes: [] } }
    // It may have been made: whoever looks finds it.
    if (made.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return made
  }
}

/** What the user asked for, as far as it tells one job of a matrix from another. */
type Asked = Pick<Options, 'context' | 'file' | 'target' | 'targets' | 'platforms' | 'buildArgs'>

/** The same in every run of a workflow, whatever commit it builds. */
function keyOf({ workflow, job }: GitHubEvent, asked: Asked): string {
  const { context, file, target, targets, platforms, buildArgs } = asked
  return hash([workflow, job, context, file, target, targets, platforms, Object.keys(buildArgs).sort()])
}

/** The same as long as it drifts in the same way. */
function signOf({ drift, failure, findings }: Report): string {
  const places = drift?.kind === 'differs' ? findings.filter(({ source }) => source === 'comparison') : []
  return hash([
    ...[drift?.kind, drift?.bases.map(({ reference, to }) => [reference, to])],
    ...[drift?.vanished?.kind, drift?.vanished?.name, failure?.location?.line, drift?.packages.map(({ name }) => name)],
    places.map(({ id, location }) => [id, location?.line]),
  ])
}

const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

type Word = 'drifts' | 'well'
interface Found {
  issue: Issue
  mark: { word: Word; sign: string }
}

const marker = (key: string, word: Word, sign: string): string => `<!-- repro-gate-drift ${key} ${word} ${sign} -->`

function markIn(body: string | null | undefined, key: string): Found['mark'] | null {
  const [, found, word, sign = ''] =
    /^\s{0,8}<!-- repro-gate-drift ([0-9a-f]{16}) (drifts|well) ([0-9a-f]{16}) -->/.exec(body ?? '') ?? []
  return found === key ? { word: word as Word, sign } : null
}

/** Newest first. */
async function ours(
  client: Client,
  { owner, repo }: Known,
  me: string,
  key: string,
  state: 'open' | 'closed',
): Promise<Answer<Found[]>> {
  const about = { owner, repo, state, creator: me, sort: 'created', direction: 'desc' }
  const listed = await client.pages(requests.listIssues, about, mostPages)
  if (!listed.ok) return listed
  const found = listed.data.items.flatMap((issue): Found[] => {
    const mark = issue?.user?.login === me && !issue.pull_request ? markIn(issue.body, key) : null
    return mark !== null && typeof issue.number === 'number' ? [{ issue, mark }] : []
  })
  return { ok: true, data: found.sort((a, b) => b.issue.number - a.issue.number) }
}

/** Of several the oldest that is open, which people know; else the newest. */
const standing = (found: readonly Found[]): Found | null =>
  found.findLast(({ issue }) => issue.state === 'open') ?? found[0] ?? null

async function changed(
  client: Client,
  event: Known,
  issue: Issue,
  { title, body }: { title: string; body: string },
  all: readonly Found[],
): Promise<Answer<IssueKept>> {
  const { owner, repo } = event
  const isOpen = issue.state === 'open'
  const notes = await closeOthers(client, event, issue, all)
  const url = issue.html_url ?? null
  if (isOpen && issue.title === title && sameText(issue.body, body)) return { ok: true, data: { kind: 'same', url } }
  const parameters = { owner, repo, issue_number: issue.number, title, body, ...(isOpen ? {} : { state: 'open' }) }
  const answer = await client.send(requests.updateIssue, parameters)
  if (!answer.ok) return answer
  return { ok: true, data: { kind: isOpen ? 'changed' : 'reopened', url, notes } }
}

/** Two runs that met at the same moment may each have opened one. */
async function closeOthers(
  client: Client,
  { owner, repo }: Known,
  kept: Issue,
  all: readonly Found[],
): Promise<Problem[]> {
  const others = all.filter(({ issue }) => issue.state === 'open' && issue !== kept).slice(0, 5)
  const problems: Problem[] = []
  for (const { issue, mark } of others) {
    const body = (issue.body ?? '').replace(` ${mark.word} `, ' well ')
    const parameters = { owner, repo, issue_number: issue.number, state: 'closed', state_reason: 'not_planned', body }
    const answer = await client.send(requests.updateIssue, parameters)
    if (!answer.ok) problems.push(answer.problem)
  }
  return problems
}

async function closed(
  client: Client,
  event: Known,
  report: Report,
  key: string,
  all: readonly Found[],
): Promise<Answer<IssueKept>> {
  const { owner, repo } = event
  const open = all.filter(({ issue }) => issue.state === 'open').slice(0, 5)
  const notes: Problem[] = []
  let url: string | null = null
  for (const { issue, mark } of open) {
    // The state is written first, which may be said twice; of a comment there would be two.
    const body = (issue.body ?? '').replace(marker(key, mark.word, mark.sign), marker(key, 'well', mark.sign))
    const answer = await client.send(requests.updateIssue, {
      ...{ owner, repo, issue_number: issue.number, body, state: 'closed', state_reason: 'completed' },
    })
    if (!answer.ok) return answer
    url ??= issue.html_url ?? null
    const words = renderWellAgain(report, runUrl(event))
    const told = await client.send(requests.commentIssue, { owner, repo, issue_number: issue.number, body: words })
    if (!told.ok) notes.push(told.problem)
  }
  return { ok: true, data: open.length === 0 ? { kind: 'none', url } : { kind: 'closed', url, notes } }
}

/** GitHub may give line ends back in another form, and takes blanks from the end. */
const sameText = (a: string | null | undefined, b: string): boolean => a?.replaceAll('\r\n', '\n').trim() === b.trim()
