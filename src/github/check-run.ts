import { createHash } from 'node:crypto'
import type { Annotation } from '../report/annotations.ts'
import { batchSize } from '../report/annotations.ts'
import { type Answer, type Client, looks } from './client.ts'
import type { Problem } from './problem.ts'
import { type FoundCheckRun, requests } from './requests.ts'

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

export type Delivery = { ok: true; id: number; url: string | null } | { ok: false; problem: Problem }

/** The annotations of one request, by their places in the whole list; the last request completes the run. */
interface Batch {
  from: number
  to: number
  last: boolean
}

/**
 * Brings a check run to GitHub: found by its external id or made, then filled 50 annotations at a time, the last request
 * completing it. GitHub adds the annotations of every request to those before, so after an answer that leaves it open
 * whether a request was carried out, GitHub is asked how many have arrived before anything is sent again.
 */
export async function deliverCheckRun(client: Client, run: CheckRun): Promise<Delivery> {
  const begun = await begin(client, run)
  if (!begun.ok) return begun
  const { id, html_url: url = null } = begun.data
  const total = run.annotations.length
  let arrived = Math.min(countIn(begun.data), total)
  // One request alone has already completed the run, if it was made by this call.
  if (begun.fresh && arrived === total && total <= batchSize) return { ok: true, id, url }
  do {
    const sent = await append(client, run, id, arrived)
    if (!sent.ok) {
      await close(client, run, id)
      return sent
    }
    arrived = sent.data
  } while (arrived < total)
  return { ok: true, id, url }
}

/**
 * The external id of a check run: the same for a re-run that has the same to say at the same lines, which updates it. GitHub
 * can take no annotation back, so a re-run that blames other lines makes a run of its own, which stands for the name from then on.
 * @param key of the workflow, job and subject
 */
export function externalId(key: string, annotations: readonly Annotation[]): string {
  const places = annotations.map(({ path, startLine, endLine, level, title }) => [
    path,
    startLine,
    endLine,
    level,
    title,
  ])
  return `repro-gate/${key}/${createHash('sha256').update(JSON.stringify(places)).digest('hex').slice(0, 16)}`
}

type Begun = { ok: true; data: FoundCheckRun; fresh: boolean } | { ok: false; problem: Problem }

async function begin(client: Client, run: CheckRun): Promise<Begun> {
  for (let look = 1; ; look++) {
    const found = await find(client, run)
    if (!found.ok) return found
    if (found.data) return { ok: true, data: found.data, fresh: look > 1 }
    // Only when GitHub says that there is none is one made.
    const made = await create(client, run)
    if (made.ok) return { ok: true, data: made.data, fresh: true }
    if (made.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return made
  }
}

/**
 * The newest run of this subject, where it says the same: GitHub shows the newest of a name, so an older one that did, with
 * another verdict after it, would be updated unseen.
 */
async function find(client: Client, run: CheckRun): Promise<Answer<FoundCheckRun | null>> {
  const subject = run.externalId.slice(0, run.externalId.lastIndexOf('/') + 1)
  let newest: FoundCheckRun | null = null
  for (let page = 1; page <= 5; page++) {
    const { owner, repo, headSha: ref, name: check_name } = run
    const wanted = { owner, repo, ref, check_name, filter: 'all', per_page: 100, page }
    const answer = await client.send(requests.listCheckRuns, wanted)
    if (!answer.ok) return answer
    for (const found of answer.data.check_runs) {
      const ours = typeof found?.id === 'number' && found.external_id?.startsWith(subject)
      if (ours && found.id > (newest?.id ?? 0)) newest = found
    }
    if (answer.data.check_runs.length < 100) break
  }
  return { ok: true, data: newest?.external_id === run.externalId ? newest : null }
}

function create(client: Client, run: CheckRun): Promise<Answer<FoundCheckRun>> {
  const { owner, repo, headSha, name, externalId: external_id, detailsUrl } = run
  const whole = run.annotations.length <= batchSize
  return client.send(requests.createCheckRun, {
    ...{ owner, repo, name, head_sha: headSha, external_id },
    ...(detailsUrl ? { details_url: detailsUrl } : {}),
    ...(whole ? completed(run) : { status: 'in_progress' }),
    output: output(run, 0, batchSize),
  })
}

/** Sends the next batch and gives how many annotations have arrived by then. */
async function append(client: Client, run: CheckRun, id: number, arrived: number): Promise<Answer<number>> {
  const next = Math.min(arrived + batchSize, run.annotations.length)
  const last = next === run.annotations.length
  for (let look = 1; ; look++) {
    const answer = await update(client, run, id, { from: arrived, to: next, last })
    if (answer.ok) return { ok: true, data: next }
    if (answer.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return answer
    const { owner, repo } = run
    const state = await client.send(requests.getCheckRun, { owner, repo, check_run_id: id })
    // Without knowing what has arrived, sending again could show everything twice.
    if (!state.ok) return state
    // Those that arrived stay; the last request is repeated without them, because it may not have completed the run.
    arrived = Math.max(arrived, Math.min(countIn(state.data), next))
    if (arrived === next && !last) return { ok: true, data: next }
  }
}

function update(client: Client, run: CheckRun, id: number, { from, to, last }: Batch): Promise<Answer<FoundCheckRun>> {
  const { owner, repo, detailsUrl } = run
  return client.send(requests.updateCheckRun, {
    ...{ owner, repo, check_run_id: id },
    ...(last ? completed(run) : {}),
    ...(last && detailsUrl ? { details_url: detailsUrl } : {}),
    output: output(run, from, to),
  })
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

const countIn = ({ output }: FoundCheckRun): number => {
  const count = output?.annotations_count
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0
}
