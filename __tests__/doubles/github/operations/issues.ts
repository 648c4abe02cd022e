import type { Json } from '../description.ts'
import { type Handler, invalid, notFound, now, ok, page, refusal } from '../state.ts'

const titleLength = 256
const bodyLength = 65536

const disabled = () => refusal(410, 'Issues has been disabled in this repository.')

/** Issues of a repository. As GitHub has it, a pull request is one, too. */
export const issues: Record<string, Handler> = {
  'issues/list-for-repo': call => {
    const { state, query } = call
    if (state.issuesDisabled) return disabled()
    const wanted = (issue: Json) =>
      (query.state === 'all' || issue.state === (query.state ?? 'open')) &&
      (!query.creator || issue.user.login === query.creator)
    const all = Object.values(state.issues).filter(wanted)
    return page(query.direction === 'asc' ? all : all.reverse(), call)
  },
  'issues/create': call => {
    const { state, body } = call
    if (state.issuesDisabled) return disabled()
    const problem = problemOf(body)
    if (problem) return problem
    const number = Math.max(0, ...Object.keys(state.issues).map(Number), ...Object.keys(state.pulls).map(Number)) + 1
    const issue = newIssue(call.example('issues/create', 201), number, call.login, {
      title: body.title,
      body: body.body ?? '',
    })
    issue.id = ++state.sequence
    state.issues[number] = issue
    return { status: 201, body: issue, headers: { Location: issue.url } }
  },
  'issues/update': ({ state, path, body }) => {
    if (state.issuesDisabled) return disabled()
    const issue = state.issues[path.issue_number]
    if (!issue) return notFound()
    const problem = problemOf({ title: issue.title, ...body })
    if (problem) return problem
    return ok(Object.assign(issue, body, { updated_at: now() }))
  },
}

function problemOf({ title, body }: Json) {
  if (typeof title !== 'string' || !title.trim())
    return invalid('Validation Failed', { field: 'title', code: 'missing_field' })
  if (title.length > titleLength) return invalid('Validation Failed', { field: 'title', message: 'title is too long' })
  return (body ?? '').length > bodyLength
    ? invalid('Validation Failed', { field: 'body', message: 'body is too long' })
    : null
}

/** For seeds, too: GitHub's own example, which is a pull request's, with what matters. */
export const newIssue = ({ pull_request: _, ...example }: Json, number: number, login: string, given: Json): Json => ({
  ...example,
  ...{ number, state: 'open', locked: false, closed_at: null, state_reason: null },
  html_url: `https://github.com/o/r/issues/${number}`,
  user: { ...example.user, login },
  ...given,
})
