import type { Json } from './description.ts'

/** What the double knows: what a test seeded, and what requests made of it. */
export interface State {
  sequence: number
  /** By SHA. When there are any, a check run on another commit is refused. */
  commits: Record<string, Json>
  pulls: Record<number, Json>
  issues: Record<number, Json>
  /** The repository has no issues at all. */
  issuesDisabled: boolean
  /** Files of a pull request, with their patches. */
  files: Record<number, Json[]>
  comments: Record<number, Json[]>
  reviewComments: Record<number, Json[]>
  reviews: Json[]
  checkRuns: Record<number, Json>
  statuses: Json[]
  sarifs: Record<string, Json>
  /** By `ref:path`. */
  contents: Record<string, string>
}

export const emptyState = (): State => ({
  sequence: 1000,
  ...{ commits: {}, pulls: {}, files: {}, comments: {}, reviewComments: {}, reviews: [], checkRuns: {}, statuses: [] },
  ...{ sarifs: {}, contents: {}, issues: {}, issuesDisabled: false },
})

/** A request that was understood, on its way to the operation. */
export interface Call {
  state: State
  /** The address of the API. */
  api: string
  url: URL
  path: Json
  query: Json
  body: Json
  /** Who asks. */
  login: string
  /** GitHub's own example of an answer. */
  example(operation: string, status: number): Json
}

export interface Reply {
  status: number
  body?: Json
  /** Instead of a body in JSON. */
  raw?: string
  headers?: Record<string, string>
}

export type Handler = (call: Call) => Reply

export const ok = (body: Json, status = 200): Reply => ({ status, body })

export const refusal = (status: number, message: string, more: Json = {}): Reply => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status), ...more },
})

export const notFound = (): Reply => refusal(404, 'Not Found')

export const invalid = (message: string, ...errors: Json[]): Reply =>
  refusal(422, message, errors.length > 0 ? { errors } : {})

export const now = (): string => new Date().toISOString().replace(/\.\d+Z/, 'Z')

/** One page of a list, with the Link header that leads on. */
export function page(list: Json[], { query, url }: Call, wrap = (items: Json[]): Json => items): Reply {
  const size = Math.min(query.per_page ?? 30, 100)
  const current = query.page ?? 1
  const last = Math.max(1, Math.ceil(list.length / size))
  const to = (number: number, rel: string): string => {
    const there = new URL(url)
    there.searchParams.set('page', String(number))
    return `<${there.href}>; rel="${rel}"`
  }
  const links = [
    ...(current > 1 ? [to(current - 1, 'prev'), to(1, 'first')] : []),
    ...(current < last ? [to(current + 1, 'next'), to(last, 'last')] : []),
  ]
  const headers: Record<string, string> = links.length > 0 ? { Link: links.join(', ') } : {}
  return { status: 200, body: wrap(list.slice((current - 1) * size, current * size)), headers }
}
