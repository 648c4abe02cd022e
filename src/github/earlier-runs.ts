import type { Annotation } from '../report/annotations.ts'
import { link, text } from '../report/markdown.ts'
import { type CheckRun, type CheckRunAnnotation, countIn, payload } from './check-run-payload.ts'
import type { Answer, Client } from './client.ts'
import { externalId, supersededId, type Writer, writerIn } from './external-id.ts'
import type { Problem } from './problem.ts'
import { type FoundCheckRun, requests } from './requests.ts'

/** The check runs of this subject on the commit, as runs before this one left them. */
export interface Earlier {
  /** The one that people see, where it may be carried on: GitHub shows the newest of a name. */
  newest: FoundCheckRun | null
  /** All that a newer one takes the place of, this one among them. */
  all: FoundCheckRun[]
  /** That of this very job: it was made although GitHub's answer did not say so. */
  own: FoundCheckRun | null
}

/** So many runs of one subject are looked after at the most; there are several only where some met at the same moment. */
const mostEarlier = 5

/** Looks for them. Those that others still write, or wrote in this very attempt of the workflow, are theirs. */
export async function earlierRuns(client: Client, run: CheckRun): Promise<Answer<Earlier>> {
  const found = await runsOf(client, run)
  if (!found.ok) return found
  const ended = found.data.filter(({ run: one, by }) => isOver(one, by, run.writer))
  const newest = ended[0] !== undefined && ended[0] === found.data[0] ? ended[0].run : null
  const own = found.data.find(({ run: one }) => one.external_id === externalId(run.writer))?.run ?? null
  return { ok: true, data: { newest, own, all: ended.slice(0, mostEarlier).map(({ run: one }) => one) } }
}

/** All check runs of this subject on the commit that no newer one has taken the place of, the newest first. */
async function runsOf(client: Client, run: CheckRun): Promise<Answer<{ run: FoundCheckRun; by: Writer }[]>> {
  const found: { run: FoundCheckRun; by: Writer }[] = []
  for (let page = 1; page <= 5; page++) {
    const { owner, repo, headSha: ref, name: check_name } = run
    const wanted = { owner, repo, ref, check_name, filter: 'all', per_page: 100, page }
    const answer = await client.send(requests.listCheckRuns, wanted)
    if (!answer.ok) return answer
    for (const one of answer.data.check_runs) {
      const by = writerIn(one?.external_id, run.writer.key)
      if (by !== null && typeof one.id === 'number') found.push({ run: one, by })
    }
    if (answer.data.check_runs.length < 100) break
  }
  return { ok: true, data: found.sort((a, b) => b.run.id - a.run.id) }
}

/**
 * Runs that begin at the same moment do not see each other's check run. So each looks again once its own is complete: of all
 * that are, the newest stands. One that is still written is left to its writer, who looks again later than this.
 * @param seen what was dealt with before
 */
export async function afterMeeting(
  client: Client,
  run: CheckRun,
  mine: FoundCheckRun,
  seen: readonly FoundCheckRun[],
): Promise<Problem[]> {
  const found = await runsOf(client, run)
  if (!found.ok) return []
  const isKnown = new Set(seen.map(({ id }) => id))
  const met = found.data
    .filter(({ run: one, by }) => one.status === 'completed' && by.runId !== run.writer.runId && !isKnown.has(one.id))
    .map(({ run: one }) => one)
  const own = found.data.find(({ run: one }) => one.id === mine.id)?.run ?? mine
  const [newest = own, ...older] = [own, ...met].sort((a, b) => b.id - a.id)
  return await supersede(client, run, older.slice(0, mostEarlier), newest)
}

/** An attempt is not begun before the one before it has ended; of other workflow runs only GitHub knows. */
function isOver({ status }: FoundCheckRun, by: Writer, me: Writer): boolean {
  const sameRun = me.runId !== '' && by.runId === me.runId
  return sameRun ? by.attempt < me.attempt : status === 'completed'
}

/**
 * What a check run still lacks to say all that is to be said; null where it says more than that, or nobody knows: GitHub takes
 * no annotation back.
 */
export async function lackingIn(
  client: Client,
  { owner, repo, annotations }: CheckRun,
  found: FoundCheckRun,
): Promise<Answer<Annotation[] | null>> {
  const count = countIn(found)
  if (count === 0) return { ok: true, data: [...annotations] }
  if (count > annotations.length) return { ok: true, data: null }
  const listed = await client.pages(
    requests.listAnnotations,
    { owner, repo, check_run_id: found.id },
    Math.ceil(count / 100),
  )
  if (!listed.ok) return listed
  if (listed.data.items.length < count) return { ok: true, data: null }
  const standing = listed.data.items.map(item => placeOf(item ?? {}))
  const lacking = annotations.filter(annotation => {
    const at = standing.indexOf(placeOf(payload(annotation)))
    if (at >= 0) standing.splice(at, 1)
    return at < 0
  })
  return { ok: true, data: standing.length > 0 ? null : lacking }
}

/** What makes two annotations one: values that were seen may be others in each run. */
const placeOf = ({ path, start_line, end_line, annotation_level, title }: Partial<CheckRunAnnotation>): string =>
  JSON.stringify([path, start_line, end_line, annotation_level, String(title ?? '').trim()])

/**
 * Says of older check runs that a newer one has taken their place, and lets them count for nothing: their annotations stay
 * theirs. Gives what could not be done.
 */
export async function supersede(
  client: Client,
  { owner, repo, writer }: CheckRun,
  older: readonly FoundCheckRun[],
  newer: FoundCheckRun,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const one of older) {
    const answer = await client.send(requests.closeCheckRun, {
      ...{ owner, repo, check_run_id: one.id, status: 'completed', conclusion: 'neutral' },
      external_id: supersededId(writerIn(one.external_id, writer.key) ?? writer),
      output: { title: 'Superseded by a newer run of this gate', summary: supersededWords(one, newer) },
    })
    if (!answer.ok) problems.push(answer.problem)
  }
  return problems
}

function supersededWords({ output }: FoundCheckRun, { html_url = null }: FoundCheckRun): string {
  const said = output?.title ? ` It said: ${text(output.title)}.` : ''
  return `${link('A newer run on the same commit', html_url)} has taken the place of this one.${said} Annotations here are what this older run found; GitHub lets nobody take them back.`
}
