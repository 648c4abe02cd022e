import { randomUUID } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import type { Json } from '../description.ts'
import { type Handler, invalid, notFound, ok, refusal } from '../state.ts'

/** Commits, statuses, contents and code scanning. */
export const repository: Record<string, Handler> = {
  'repos/get': ({ example }) => ok(example('repos/get', 200)),
  'meta/get': ({ example }) => ok(example('meta/get', 200)),
  'rate-limit/get': ({ example }) => ok(example('rate-limit/get', 200)),
  'git/get-commit': ({ state, path, example }) => {
    const commit = state.commits[path.commit_sha]
    return commit ? ok({ ...example('git/get-commit', 200), ...commit, sha: path.commit_sha }) : notFound()
  },
  'repos/get-commit': ({ state, path, example }) =>
    state.commits[path.ref]
      ? ok({ ...example('repos/get-commit', 200), sha: path.ref })
      : invalid(`No commit found for SHA: ${path.ref}`),
  'repos/create-commit-status': ({ state, path, body, example }) => {
    if (body.description?.length > 140)
      return invalid('Validation Failed', { field: 'description', message: 'description is too long' })
    const status = { ...example('repos/create-commit-status', 201), id: ++state.sequence, context: 'default', ...body }
    state.statuses.push({ ...status, sha: path.sha })
    return { status: 201, body: status, headers: { Location: status.url } }
  },
  'repos/get-content': ({ state, path, query, api }) => {
    const text = state.contents[`${query.ref ?? 'HEAD'}:${decodeURIComponent(path.path)}`]
    if (text === undefined) return notFound()
    const bytes = Buffer.from(text)
    return ok({
      ...{ type: 'file', encoding: 'base64', size: bytes.length, name: path.path.split('/').pop(), path: path.path },
      ...{ content: bytes.toString('base64').replace(/(.{60})/g, '$1\n'), sha: '0'.repeat(40), url: api },
      ...{ git_url: null, html_url: null, download_url: null, _links: { self: api, git: null, html: null } },
    })
  },
  'code-scanning/upload-sarif': ({ state, path, body, api }) => {
    const zipped = Buffer.from(body.sarif, 'base64')
    if (zipped.length > 10 * 2 ** 20) return { status: 413 }
    let sarif: Json
    try {
      sarif = JSON.parse(gunzipSync(zipped).toString())
    } catch (error) {
      return refusal(400, `sarif is not gzip+base64 JSON: ${error}`)
    }
    const id = randomUUID()
    state.sarifs[id] = { sarif, commit_sha: body.commit_sha, ref: body.ref, errors: sarifProblems(sarif) }
    return ok({ id, url: `${api}/repos/${path.owner}/${path.repo}/code-scanning/sarifs/${id}` }, 202)
  },
  'code-scanning/get-sarif': ({ state, path, api }) => {
    const upload = state.sarifs[path.sarif_id]
    if (!upload) return { status: 404 }
    if (upload.errors.length > 0) return ok({ processing_status: 'failed', analyses_url: null, errors: upload.errors })
    return ok({ processing_status: 'complete', analyses_url: `${api}/repos/o/r/code-scanning/analyses` })
  },
  'repos/create-attestation': ({ state }) => ok({ id: ++state.sequence }, 201),
}

/** Beyond these GitHub rejects a whole upload. */
function sarifProblems({ runs = [] }: Json): string[] {
  const broken = (rule: string, check: (run: Json) => boolean) => (runs.some(check) ? [rule] : [])
  return [
    ...(runs.length > 20 ? ['more than 20 runs'] : []),
    ...broken('more than 25,000 results in a run', run => run.results?.length > 25_000),
    ...broken('more than 25,000 rules in a run', run => run.tool?.driver?.rules?.length > 25_000),
    ...broken('more than 1,000 locations in a result', run =>
      run.results?.some((result: Json) => result.locations?.length > 1000),
    ),
    ...broken('more than 20 tags in a rule', run =>
      run.tool?.driver?.rules?.some((rule: Json) => rule.properties?.tags?.length > 20),
    ),
  ]
}
