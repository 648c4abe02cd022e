import type { Json } from '../description.ts'
import { type Call, type Handler, invalid, notFound, now, ok, page } from '../state.ts'

const shown = ({ annotations, ...run }: Json): Json => ({
  ...run,
  output: { ...run.output, annotations_count: annotations.length },
})

/** Check runs, as GitHub keeps them: an update replaces what it names, and adds its annotations. */
export const checkRuns: Record<string, Handler> = {
  'checks/create': call => {
    const { state, body, path, api } = call
    const refused = refusedBy(call)
    if (refused) return refused
    const id = ++state.sequence
    const url = `${api}/repos/${path.owner}/${path.repo}/check-runs/${id}`
    const run = {
      ...call.example('checks/create', 201),
      ...{ id, head_sha: body.head_sha, status: 'queued', conclusion: null, started_at: now(), completed_at: null },
      ...{ external_id: '', details_url: null, url, pull_requests: [], annotations: [] },
      html_url: `https://github.com/${path.owner}/${path.repo}/runs/${id}`,
      output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: `${url}/annotations` },
    }
    state.checkRuns[id] = merged(run, body)
    return ok(shown(run), 201)
  },
  'checks/update': call => {
    const run = call.state.checkRuns[call.path.check_run_id]
    if (!run) return notFound()
    return refusedBy(call) ?? ok(shown(merged(run, call.body)))
  },
  'checks/get': ({ state, path }) => {
    const run = state.checkRuns[path.check_run_id]
    return run ? ok(shown(run)) : notFound()
  },
  'checks/list-for-ref': call => {
    const { state, path, query } = call
    const runs = Object.values(state.checkRuns).filter(
      ({ head_sha, name, status }) =>
        head_sha === path.ref &&
        (!query.check_name || name === query.check_name) &&
        (!query.status || status === query.status),
    )
    return page(runs.map(shown), call, check_runs => ({ total_count: runs.length, check_runs }))
  },
  'checks/list-annotations': call => {
    const run = call.state.checkRuns[call.path.check_run_id]
    if (!run) return notFound()
    const empty = {
      start_column: null,
      end_column: null,
      title: null,
      raw_details: null,
      blob_href: 'https://github.com/x',
    }
    return page(
      run.annotations.map((annotation: Json) => ({ ...empty, ...annotation })),
      call,
    )
  },
}

function merged(run: Json, body: Json): Json {
  for (const key of ['name', 'details_url', 'external_id', 'status', 'conclusion', 'started_at', 'completed_at']) {
    if (body[key] !== undefined) run[key] = body[key]
  }
  if (body.conclusion) Object.assign(run, { status: 'completed', completed_at: run.completed_at ?? now() })
  for (const key of ['title', 'summary', 'text'])
    if (body.output?.[key] !== undefined) run.output[key] = body.output[key]
  run.annotations.push(...(body.output?.annotations ?? []))
  return run
}

/** Limits that the description has only in prose, or not at all. */
function refusedBy({ state, body }: Call): ReturnType<Handler> | null {
  if (body.head_sha && Object.keys(state.commits).length > 0 && !state.commits[body.head_sha]) {
    return invalid(`No commit found for SHA: ${body.head_sha}`)
  }
  const problems = (body.output?.annotations ?? []).flatMap(annotationProblems)
  if ((body.status === 'completed' || body.completed_at) && !body.conclusion)
    problems.push('conclusion is required when completed')
  if (body.conclusion === 'stale') problems.push('only GitHub can set stale')
  return problems.length > 0 ? invalid(`Invalid request. ${problems.join('; ')}`) : null
}

function annotationProblems(annotation: Json, index: number): string[] {
  const { title, message, raw_details, start_line, end_line, start_column, end_column, path } = annotation
  const rules: [broken: boolean, rule: string][] = [
    [title?.length > 255, 'title > 255 characters'],
    [Buffer.byteLength(message ?? '') > 65536, 'message > 64 KB'],
    [Buffer.byteLength(raw_details ?? '') > 65536, 'raw_details > 64 KB'],
    [start_line < 1, 'start_line < 1'],
    [end_line < start_line, 'end_line < start_line'],
    [Boolean(start_column || end_column) && start_line !== end_line, 'columns on a range of lines'],
    [end_column < start_column, 'end_column < start_column'],
    [/^(?:\/|\.\/)|^$|\\/.test(path ?? ''), 'path is not relative to the repository'],
  ]
  return rules.filter(([broken]) => broken).map(([, rule]) => `annotations[${index}]: ${rule}`)
}
