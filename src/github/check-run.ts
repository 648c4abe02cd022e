import { createHash } from 'node:crypto'
import type { Annotation } from '../report/annotations.ts'
import { batchSize } from '../report/annotations.ts'
import type { Answer, Client, Problem } from './client.ts'

/** A check run as we want it to be. */
export interface CheckRun {
  owner: string
  repo: string
  /** The head commit of the pull request, not its merge commit. */
  headSha: string
  name: string
  /** Ours alone: by it a run is found again instead of made twice. */
  externalId: string
  conclusion: 'success' | 'failure' | 'neutral'
  /** At most 255 characters. */
  title: string
  /** Markdown, at most 65535 characters. */
  summary: string
  annotations: readonly Annotation[]
  detailsUrl: string | null
}

export type Delivery =
  | { kind: 'delivered'; id: number; url: string | null; annotations: number }
  | { kind: 'denied'; permission: 'checks: write'; message: string }
  /** `annotations`: so many had arrived before it failed. */
  | { kind: 'failed'; message: string; annotations: number }

interface Found {
  id: number
  html_url?: string | null
  external_id?: string | null
  output?: { annotations_count?: number }
}

/** The annotations of one request, by their places in the whole list; the last request completes the run. */
interface Batch {
  from: number
  to: number
  last: boolean
}

const attempts = 4
const longestWait = 20_000

/**
 * Brings a check run to GitHub: found by its external id or made, then filled 50 annotations at a time, the last request
 * completing it. GitHub adds the annotations of every request to those before, so after an answer that leaves it open
 * whether a request was carried out, GitHub is asked how many have arrived before anything is sent again.
 */
export async function deliverCheckRun(client: Client, run: CheckRun): Promise<Delivery> {
  const begun = await begin(client, run)
  if (!begun.ok) return undelivered(begun.problem, 0)
  const { id, html_url: url = null } = begun.data
  const total = run.annotations.length
  let arrived = Math.min(countIn(begun.data), total)
  // One request alone has already completed the run, if it was made by this call.
  if (begun.fresh && arrived === total && total <= batchSize) return { kind: 'delivered', id, url, annotations: total }
  do {
    const sent = await append(client, run, id, arrived)
    if (!sent.ok) {
      await close(client, run, id)
      return undelivered(sent.problem, arrived)
    }
    arrived = sent.data
  } while (arrived < total)
  return { kind: 'delivered', id, url, annotations: total }
}

/** The one external id of one report of one job of one attempt: a retry finds its own run, another job never does. */
export function externalId(parts: { runId: string; runAttempt: string; job: string }, report: string): string {
  const mark = createHash('sha256').update(report).digest('hex').slice(0, 16)
  return `repro-gate/${parts.runId}/${parts.runAttempt}/${parts.job}/${mark}`.slice(0, 200)
}

type Begun = { ok: true; data: Found; fresh: boolean } | { ok: false; problem: Problem }

async function begin(client: Client, run: CheckRun): Promise<Begun> {
  for (let attempt = 1; ; attempt++) {
    const found = await find(client, run)
    if (found.ok && found.data) return { ok: true, data: found.data, fresh: attempt > 1 }
    // Only when GitHub says that there is none is one made.
    const made = found.ok ? await create(client, run) : found
    if (made.ok) return { ok: true, data: made.data, fresh: true }
    if (!(await again(client, made.problem, attempt))) return made
  }
}

async function find(client: Client, run: CheckRun): Promise<Answer<Found | null>> {
  for (let page = 1; page <= 5; page++) {
    const { owner, repo, headSha: ref, name: check_name } = run
    const answer = await client.request<{ check_runs: Found[] }>(
      'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
      { owner, repo, ref, check_name, filter: 'all', per_page: 100, page },
      data => Array.isArray(data?.check_runs),
    )
    if (!answer.ok) return answer
    const mine = answer.data.check_runs.find(found => found.external_id === run.externalId && isWhole(found))
    if (mine) return { ok: true, data: mine }
    if (answer.data.check_runs.length < 100) break
  }
  return { ok: true, data: null }
}

function create(client: Client, run: CheckRun): Promise<Answer<Found>> {
  const { owner, repo, headSha, name, externalId: external_id, detailsUrl } = run
  const whole = run.annotations.length <= batchSize
  return client.request<Found>(
    'POST /repos/{owner}/{repo}/check-runs',
    {
      ...{ owner, repo, name, head_sha: headSha, external_id },
      ...(detailsUrl ? { details_url: detailsUrl } : {}),
      ...(whole ? completed(run) : { status: 'in_progress' }),
      output: output(run, 0, batchSize),
    },
    isWhole,
  )
}

/** Sends the next batch and gives how many annotations have arrived by then. */
async function append(client: Client, run: CheckRun, id: number, arrived: number): Promise<Answer<number>> {
  const next = Math.min(arrived + batchSize, run.annotations.length)
  const last = next === run.annotations.length
  for (let attempt = 1; ; attempt++) {
    const answer = await update(client, run, id, { from: arrived, to: next, last })
    if (answer.ok) return { ok: true, data: next }
    if (!(await again(client, answer.problem, attempt))) return answer
    if (answer.problem.kind === 'busy') continue
    const state = await read(client, run, id)
    // Without knowing what has arrived, sending again could show everything twice.
    if (!state.ok) return state
    // Those that arrived stay; the last request is repeated without them, because it may not have completed the run.
    arrived = Math.max(arrived, Math.min(countIn(state.data), next))
    if (arrived === next && !last) return { ok: true, data: next }
  }
}

function update(client: Client, run: CheckRun, id: number, { from, to, last }: Batch): Promise<Answer<Found>> {
  const { owner, repo } = run
  return client.request<Found>(
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    { ...{ owner, repo, check_run_id: id }, ...(last ? completed(run) : {}), output: output(run, from, to) },
    isWhole,
  )
}

/** Asks for the run as it is. To ask again changes nothing, so it may be asked several times. */
async function read(client: Client, { owner, repo }: CheckRun, id: number): Promise<Answer<Found>> {
  const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}'
  for (let attempt = 1; ; attempt++) {
    const answer = await client.request<Found>(route, { owner, repo, check_run_id: id }, isWhole)
    if (answer.ok || !(await again(client, answer.problem, attempt))) return answer
  }
}

/** A run that could not be filled is at least not left running for ever. Once, and whatever comes of it. */
async function close(client: Client, run: CheckRun, id: number): Promise<void> {
  await update(client, run, id, { from: 0, to: 0, last: true })
}

const completed = ({ conclusion }: CheckRun) => ({ status: 'completed', conclusion })

function output({ title, summary, annotations }: CheckRun, from: number, to: number) {
  const batch = annotations.slice(from, to).map(payload)
  return { title, summary, ...(batch.length > 0 ? { annotations: batch } : {}) }
}

function payload({ path, startLine, endLine, startColumn, endColumn, level, title, message }: Annotation) {
  return {
    path,
    start_line: startLine,
    end_line: endLine,
    ...(startColumn && endColumn && startLine === endLine ? { start_column: startColumn, end_column: endColumn } : {}),
    annotation_level: level === 'error' ? 'failure' : level,
    title,
    message,
  }
}

/** Whether to try again, after the wait that the problem asks for. */
async function again(client: Client, problem: Problem, attempt: number): Promise<boolean> {
  if (problem.kind === 'denied' || problem.kind === 'rejected' || attempt >= attempts) return false
  const wait = problem.kind === 'busy' ? problem.after : client.backoff * 2 ** (attempt - 1)
  return wait <= longestWait && client.wait(wait)
}

function undelivered(problem: Problem, annotations: number): Delivery {
  if (problem.kind === 'denied') return { kind: 'denied', permission: 'checks: write', message: problem.message }
  return { kind: 'failed', message: problem.message, annotations }
}

/** A body that was cut off comes as an empty text. */
const isWhole = (data: Found): boolean => typeof data?.id === 'number'

const countIn = ({ output }: Found): number => output?.annotations_count ?? 0
