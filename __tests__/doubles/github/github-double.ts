import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Json, type Operation, readDescription } from './description.ts'
import { type Fault, faultAnswer, takeFault } from './faults.ts'
import { checkRuns } from './operations/check-runs.ts'
import { issues } from './operations/issues.ts'
import { pulls } from './operations/pulls.ts'
import { repository } from './operations/repository.ts'
import { allowed, everyPermission, type Permissions } from './permissions.ts'
import { type Call, emptyState, invalid, ok, type Reply, refusal, type State } from './state.ts'

export interface GitHubOptions {
  description?: 'api.github.com' | 'ghes-3.17'
  seed?: Partial<State>
  permissions?: Permissions
  token?: string
  /** `/api/v3` on an own server. */
  prefix?: string
  login?: string
}

/** A request as it came, and what was wrong with it. */
export interface SeenRequest {
  operation: string
  method: string
  url: string
  body: Json
  status: number | null
  violations: string[]
}

export interface GitHubDouble {
  /** For GITHUB_API_URL. */
  url: string
  state: State
  requests: SeenRequest[]
  fault(fault: Fault): void
  /** Requests that GitHub would not have taken, or would have ignored in part. Empty at the end of every test. */
  problems(): string[]
  close(): Promise<void>
}

const handlers = { ...checkRuns, ...issues, ...pulls, ...repository }

/** GitHub's REST API with a memory. Every request, and every answer, is checked against GitHub's own description. */
export async function startGitHubDouble(options: GitHubOptions = {}): Promise<GitHubDouble> {
  const { prefix = '', token = 'ghs_dummy', permissions = everyPermission, login = 'github-actions[bot]' } = options
  const description = readDescription(options.description ?? 'api.github.com')
  const state: State = { ...emptyState(), ...structuredClone(options.seed ?? {}) }
  const requests: SeenRequest[] = []
  const faults: Fault[] = []
  let api = ''

  const example = (id: string, status: number): Json =>
    description.operations.find(operation => operation.id === id)?.example(status)

  /** Reads a request; a text is why GitHub would refuse it by its schema. */
  function read(
    operation: Operation,
    match: RegExpExecArray,
    url: URL,
    raw: string,
    seen: SeenRequest,
  ): { call: Call; refused: string[] } {
    const path: Json = Object.fromEntries(
      operation.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]),
    )
    const query: Json = Object.fromEntries(url.searchParams)
    for (const { name, in: place, required, schema } of operation.parameters) {
      const values = place === 'path' ? path : place === 'query' ? query : null
      if (values === null) continue
      if (values[name] === undefined) {
        if (required) seen.violations.push(`missing ${place} parameter ${name}`)
        continue
      }
      const { value, errors } = description.coerced(`${operation.id} ${place} ${name}`, schema, values[name])
      values[name] = value
      seen.violations.push(...errors.map(error => `${place} ${name}: ${error}`))
    }
    const declared = new Set(operation.parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name))
    seen.violations.push(
      ...Object.keys(query)
        .filter(key => !declared.has(key))
        .map(key => `undeclared query parameter ${key}`),
    )
    const body = raw === '' ? undefined : JSON.parse(raw)
    seen.body = body
    const refused = operation.body === null ? [] : bodyErrors(operation, body, seen)
    return { call: { state, api, url, path, query, body, login, example }, refused }
  }

  function bodyErrors(operation: Operation, body: Json, seen: SeenRequest): string[] {
    if (body === undefined) return operation.bodyRequired ? ['body missing'] : []
    seen.violations.push(...description.undeclared(operation.body, body).map(key => `undeclared body property ${key}`))
    return description.errors(`${operation.id} body`, operation.body, body).map(error => `body${error}`)
  }

  /** The true answer of an operation, itself checked. */
  function carryOut(operation: Operation, call: Call, refused: string[], seen: SeenRequest): Reply {
    const handler = handlers[operation.id]
    const reply =
      refused.length > 0
        ? invalid(`Invalid request.\n\n${refused.join('\n')}`)
        : (handler?.(call) ?? refusal(501, 'not in the double'))
    if (reply.status === 422 || reply.status === 501)
      seen.violations.push(`${reply.status}: ${JSON.stringify(reply.body)}`)
    const schema = operation.answer(reply.status)
    if (schema && reply.status < 300) {
      const errors = description.errors(
        `${operation.id} ${reply.status}`,
        schema,
        JSON.parse(JSON.stringify(reply.body)),
      )
      seen.violations.push(...errors.slice(0, 5).map(error => `DOUBLE BUG: answer${error}`))
    }
    return reply
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', api)
    const seen: SeenRequest = {
      operation: '',
      method: request.method ?? '',
      url: request.url ?? '',
      body: undefined,
      status: null,
      violations: [],
    }
    requests.push(seen)
    const finish = (reply: Reply, truncated = false) => {
      seen.status = reply.status
      send(response, reply, truncated)
    }
    if (request.method === 'POST' && url.pathname === `${prefix.replace(/\/v3$/, '')}/graphql`)
      return graphql(request, Buffer.concat(chunks).toString(), seen, finish)
    const inside = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : ''
    const operation = description.operations.find(
      ({ method, pattern }) => method === request.method && pattern.test(inside),
    )
    const match = operation?.pattern.exec(inside)
    if (!operation || !match) {
      seen.violations.push(`no such operation in ${description.source}`)
      return finish(refusal(404, 'Not Found'))
    }
    seen.operation = operation.id
    if (isStranger(request, seen)) return finish(refusal(401, 'Bad credentials'))
    const { call, refused } = read(operation, match, url, Buffer.concat(chunks).toString(), seen)
    await faulty(operation.id, request, finish, () =>
      allowed(permissions, operation.id)
        ? carryOut(operation, call, refused, seen)
        : (faultAnswer({ kind: 'forbidden' }, operation.id) as Reply),
    )
  }

  function isStranger(request: IncomingMessage, seen: SeenRequest): boolean {
    if (!request.headers['user-agent']) seen.violations.push('no User-Agent')
    return /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] !== token
  }

  /** The true answer, or what the next fault makes of it. */
  async function faulty(
    operation: string,
    request: IncomingMessage,
    finish: (reply: Reply, truncated?: boolean) => void,
    truly: () => Reply,
  ): Promise<void> {
    const fault = takeFault(faults, operation)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy()
    if (fault?.kind === 'slow') await new Promise(done => setTimeout(done, fault.milliseconds ?? 1000).unref())
    const instead = fault && faultAnswer(fault, operation)
    if (instead) return finish(instead)
    const reply = truly()
    finish(fault?.kind === 'applied-then-500' ? refusal(500, 'Server Error') : reply, fault?.kind === 'truncate')
  }

  /** GraphQL has no description here: the one question that is asked, by hand. */
  async function graphql(
    request: IncomingMessage,
    raw: string,
    seen: SeenRequest,
    finish: (reply: Reply, truncated?: boolean) => void,
  ): Promise<void> {
    Object.assign(seen, { operation: 'graphql', body: JSON.parse(raw) })
    if (isStranger(request, seen)) return finish(refusal(401, 'Bad credentials'))
    if (seen.body.query !== 'query { viewer { login } }') seen.violations.push(`unknown question ${seen.body.query}`)
    await faulty('graphql', request, finish, () => ok({ data: { viewer: { login } } }))
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(done => void server.listen(0, '127.0.0.1', done))
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`
  return {
    url: api,
    state,
    requests,
    fault: fault => void faults.push({ ...fault }),
    problems: () =>
      requests.flatMap(({ method, url, violations }) => violations.map(violation => `${method} ${url}: ${violation}`)),
    close: () => {
      server.closeAllConnections()
      return new Promise<void>(done => void server.close(() => done()))
    },
  }
}

function send(response: ServerResponse, { status, body, raw, headers = {} }: Reply, truncated: boolean): void {
  const text = raw ?? (body === undefined ? '' : JSON.stringify(body))
  const all = {
    ...(text ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    ...{ 'x-github-request-id': randomUUID(), 'x-ratelimit-remaining': '999', ...headers },
  }
  if (!truncated) return void response.writeHead(status, all).end(text)
  response.writeHead(status, { ...all, 'content-length': Buffer.byteLength(text) })
  response.write(text.slice(0, text.length >> 1))
  setTimeout(() => response.socket?.destroy(), 20)
}
