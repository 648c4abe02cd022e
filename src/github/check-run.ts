import { type Annotation, batchSize } from '../report/annotations.ts'
import { type CheckRun, countIn, fields } from './check-run-payload.ts'
import { type Answer, type Client, looks } from './client.ts'
import { afterMeeting, earlierRuns, lackingIn, supersede } from './earlier-runs.ts'
import { externalId } from './external-id.ts'
import type { Problem } from './problem.ts'
import { type FoundCheckRun, requests } from './requests.ts'

/** `notes`: what could not be done about check runs of earlier runs; this one stands all the same. */
export type Delivery = { ok: true; id: number; url: string | null; notes: Problem[] } | { ok: false; problem: Problem }

/**
 * Brings a check run to GitHub, filled 50 annotations at a time, the last request completing it. That of an earlier run of the
 * same subject is carried on where all that it says holds; else a new one takes its place, and it is marked as superseded:
 * GitHub takes no annotation back.
 */
export async function deliverCheckRun(client: Client, run: CheckRun): Promise<Delivery> {
  const earlier = await earlierRuns(client, run)
  if (!earlier.ok) return earlier
  const { newest, all } = earlier.data
  const lacking = newest ? await lackingIn(client, run, newest) : null
  const notes = lacking?.ok === false ? [lacking.problem] : []
  const carriedOn = newest && lacking?.ok && lacking.data ? beginAt(newest, lacking.data) : null
  const begun = carriedOn ? { ok: true as const, data: carriedOn } : await make(client, run)
  if (!begun.ok) return begun
  const { check } = begun.data
  const filled = await fill(client, run, begun.data)
  if (!filled.ok) return filled
  const older = all.filter(({ id }) => id !== check.id)
  notes.push(...(await supersede(client, run, older, check)), ...(await afterMeeting(client, run, check, all)))
  return { ok: true, id: check.id, url: check.html_url ?? null, notes }
}

/** A check run that is being filled. */
interface Filling {
  check: FoundCheckRun
  /** What it is to get, besides those that it had before. */
  annotations: readonly Annotation[]
  before: number
  arrived: number
  /** Nothing is left to be sent. */
  whole: boolean
}

const beginAt = (check: FoundCheckRun, annotations: readonly Annotation[]): Filling => ({
  ...{ check, annotations, before: countIn(check), arrived: 0, whole: false },
})

/** Makes one. After an answer that leaves it open whether it was made, GitHub is asked before another one is. */
async function make(client: Client, run: CheckRun): Promise<Answer<Filling>> {
  const { annotations } = run
  for (let look = 1; ; look++) {
    const made = await create(client, run)
    if (made.ok) return { ok: true, data: madeOf(made.data, annotations) }
    if (made.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return made
    const found = await earlierRuns(client, run)
    if (!found.ok) return found
    if (found.data.own) return { ok: true, data: madeOf(found.data.own, annotations) }
  }
}

/** What was made has the first annotations, and is complete if those are all. */
function madeOf(check: FoundCheckRun, annotations: readonly Annotation[]): Filling {
  const arrived = Math.min(countIn(check), annotations.length)
  const whole = arrived === annotations.length && annotations.length <= batchSize
  return { check, annotations, before: 0, arrived, whole }
}

function create(client: Client, run: CheckRun): Promise<Answer<FoundCheckRun>> {
  const { owner, repo, headSha, name, writer, detailsUrl, annotations } = run
  return client.send(requests.createCheckRun, {
    ...{ owner, repo, name, head_sha: headSha, external_id: externalId(writer), status: 'in_progress' },
    ...(detailsUrl ? { details_url: detailsUrl } : {}),
    ...fields(run, annotations.slice(0, batchSize), annotations.length <= batchSize),
  })
}

async function fill(client: Client, run: CheckRun, filling: Filling): Promise<Answer<null>> {
  if (filling.whole) return { ok: true, data: null }
  const { check, annotations } = filling
  let { arrived } = filling
  do {
    const sent = await append(client, run, { ...filling, arrived })
    if (!sent.ok) {
      // A run that could not be filled is at least not left running for ever. Once, and whatever comes of it.
      await client.lastWord(requests.closeCheckRun, { ...idOf(run, check), ...fields(run, [], true) })
      return sent
    }
    arrived = sent.data
  } while (arrived < annotations.length)
  return { ok: true, data: null }
}

/**
 * Sends the next batch and gives how many annotations have arrived by then. GitHub adds those of every request to those before,
 * so after an answer that leaves it open whether a request was carried out it is asked how many there are.
 */
async function append(client: Client, run: CheckRun, filling: Filling): Promise<Answer<number>> {
  const { check, annotations, before } = filling
  let { arrived } = filling
  const next = Math.min(arrived + batchSize, annotations.length)
  const last = next === annotations.length
  for (let look = 1; ; look++) {
    const batch = fields(run, annotations.slice(arrived, next), last)
    const answer = await client.send(requests.updateCheckRun, { ...idOf(run, check), ...batch })
    if (answer.ok) return { ok: true, data: next }
    if (answer.problem.kind !== 'unclear' || look === looks || !(await client.settle(look))) return answer
    const state = await client.send(requests.getCheckRun, idOf(run, check))
    // Without knowing what has arrived, sending again could show everything twice.
    if (!state.ok) return state
    // Those that arrived stay; the last request is repeated without them, because it may not have completed the run.
    arrived = Math.max(arrived, Math.min(countIn(state.data) - before, next))
    if (arrived === next && !last) return { ok: true, data: next }
  }
}

const idOf = ({ owner, repo }: CheckRun, { id }: FoundCheckRun) => ({ owner, repo, check_run_id: id })
