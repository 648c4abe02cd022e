import type { Json } from '../description.ts'
import { type Call, type Handler, invalid, notFound, now, ok, page } from '../state.ts'

const commentLength = 65536
const tooLong = () =>
  invalid('Validation Failed', { field: 'data', message: 'Body is too long (maximum is 65536 characters)' })

/** Pull requests, their comments and reviews. */
export const pulls: Record<string, Handler> = {
  'issues/list-comments': call => listed(call, call.state.comments, call.path.issue_number),
  'issues/create-comment': call => {
    const { state, path, body } = call
    if (!state.pulls[path.issue_number] && !state.issues[path.issue_number]) return notFound()
    if (!body.body.trim()) return invalid('Validation Failed', { field: 'data', message: 'Body cannot be blank' })
    if (body.body.length > commentLength) return tooLong()
    const example = call.example('issues/create-comment', 201)
    const comment = {
      ...example,
      id: ++state.sequence,
      body: body.body,
      user: user(example.user, call.login),
      created_at: now(),
      updated_at: now(),
    }
    state.comments[path.issue_number] = [...(state.comments[path.issue_number] ?? []), comment]
    return { status: 201, body: comment, headers: { Location: example.url } }
  },
  'issues/update-comment': ({ state, path, body, login }) => {
    const comment = Object.values(state.comments)
      .flat()
      .find(({ id }) => id === path.comment_id)
    if (!comment) return notFound()
    if (comment.user.login !== login) return { status: 403, body: { message: 'You cannot edit this comment.' } }
    if (body.body.length > commentLength) return tooLong()
    return ok(Object.assign(comment, { body: body.body, updated_at: now() }))
  },
  'issues/delete-comment': ({ state, path }) => {
    for (const list of Object.values(state.comments)) {
      const index = list.findIndex(({ id }) => id === path.comment_id)
      if (index >= 0) {
        list.splice(index, 1)
        return { status: 204 }
      }
    }
    return notFound()
  },
  'pulls/get': ({ state, path, example }) => {
    const pull = state.pulls[path.pull_number]
    return pull ? ok(shownPull(example('pulls/get', 200), path.pull_number, pull)) : notFound()
  },
  'pulls/list': call => {
    const { state, query, example } = call
    const [blank] = example('pulls/list', 200)
    const all = Object.entries<Json>(state.pulls).map(([number, pull]) => shownPull(blank, Number(number), pull))
    const labelled = (pull: Json) =>
      !query.head || `${pull.head.repo?.owner?.login ?? pull.head.user?.login}:${pull.head.ref}` === query.head
    return page(
      all.filter(pull => labelled(pull) && (query.state === 'all' || pull.state === (query.state ?? 'open'))),
      call,
    )
  },
  'pulls/list-files': call => {
    const [{ patch: _, ...blank }] = call.example('pulls/list-files', 200)
    const files = (call.state.files[call.path.pull_number] ?? []).map(file => ({ ...blank, ...file }))
    return call.state.pulls[call.path.pull_number] ? page(files.slice(0, 3000), call) : notFound()
  },
  'pulls/list-review-comments': call => listed(call, call.state.reviewComments, call.path.pull_number),
  'pulls/create-review-comment': call => {
    const { state, path, body } = call
    if (!state.pulls[path.pull_number]) return notFound()
    const file = (state.files[path.pull_number] ?? []).find(({ filename }) => filename === body.path)
    if (!file) return invalid('Validation Failed', { field: 'pull_request_review_thread.path', code: 'invalid' })
    if (body.subject_type !== 'file' && !linesOf(file.patch).has(body.line)) {
      return invalid('Validation Failed', { message: 'pull_request_review_thread.line must be part of the diff' })
    }
    const example = call.example('pulls/create-review-comment', 201)
    const comment = {
      ...example,
      ...{ id: ++state.sequence, body: body.body, path: body.path, commit_id: body.commit_id, line: body.line ?? null },
      ...{ side: body.side ?? 'RIGHT', start_line: body.start_line ?? null, start_side: body.start_side ?? null },
      user: user(example.user, call.login),
    }
    state.reviewComments[path.pull_number] = [...(state.reviewComments[path.pull_number] ?? []), comment]
    return { status: 201, body: comment, headers: { Location: comment.url } }
  },
  'pulls/create-review': call => {
    const { state, path, body } = call
    if (!state.pulls[path.pull_number]) return notFound()
    const patch = (name: string) =>
      (state.files[path.pull_number] ?? []).find(({ filename }) => filename === name)?.patch
    const outside = (body.comments ?? []).filter((comment: Json) => {
      const lines = linesOf(patch(comment.path))
      return !lines.has(comment.line) || !lines.has(comment.start_line ?? comment.line)
    })
    if (outside.length > 0)
      return invalid('Unprocessable Entity', 'Pull request review thread line must be part of the diff')
    const example = call.example('pulls/create-review', 200)
    const states: Record<string, string> = {
      COMMENT: 'COMMENTED',
      APPROVE: 'APPROVED',
      REQUEST_CHANGES: 'CHANGES_REQUESTED',
    }
    const review = {
      ...example,
      id: ++state.sequence,
      body: body.body ?? '',
      user: user(example.user, call.login),
      state: states[body.event] ?? 'PENDING',
    }
    state.reviews.push({ ...review, comments: body.comments ?? [] })
    const blank = call.example('pulls/create-review-comment', 201)
    const comments = (body.comments ?? []).map((comment: Json) => ({
      ...{ ...blank, start_line: null, start_side: null, ...comment },
      ...{ id: ++state.sequence, commit_id: body.commit_id, original_commit_id: body.commit_id },
      user: user(blank.user, call.login),
    }))
    state.reviewComments[path.pull_number] = [...(state.reviewComments[path.pull_number] ?? []), ...comments]
    return ok(review)
  },
}

const listed = (call: Call, lists: Record<number, Json[]>, number: number): ReturnType<Handler> =>
  call.state.pulls[number] ? page(lists[number] ?? [], call) : notFound()

/** GitHub's own examples have neither teams nor a head that a test could name. */
const shownPull = (blank: Json, number: number, pull: Json): Json => {
  const side = (name: 'head' | 'base'): Json => {
    const given = pull[name]
    const repo = { ...blank[name].repo, ...given?.repo, owner: { ...blank[name].repo.owner, ...given?.repo?.owner } }
    return { ...blank[name], ...given, repo: given?.repo === null ? null : repo }
  }
  return { ...blank, requested_teams: [], number, state: 'open', ...pull, head: side('head'), base: side('base') }
}

const user = (example: Json, login: string): Json => ({
  ...example,
  login,
  type: login.endsWith('[bot]') ? 'Bot' : 'User',
})

/** The lines of the new file that a patch shows: only on these GitHub takes a review comment. */
export function linesOf(patch = ''): Set<number> {
  const lines = new Set<number>()
  let next = 0
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(line)
    if (hunk) next = Number(hunk[1])
    else if (/^[+ ]/.test(line)) lines.add(next++)
  }
  return lines
}
