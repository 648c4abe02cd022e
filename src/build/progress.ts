import { StringDecoder } from 'node:string_decoder'
import type { Step } from './build.ts'

/**
 * What `docker buildx build --progress=rawjson` tells on standard error: one JSON object a line, and plain text after a
 * failure. Logs of RUN are base64 inside the JSON, so no log can pass for progress. All texts are hostile and bounded.
 */
export interface Progress {
  /** Takes one line; gives what is new in it. */
  read(line: string): ProgressEvent[]
  /** Steps in the order in which they were first seen. */
  steps(): Step[]
  /** Seconds since 1970 that the exporter said it rewrites layers with; null when it never did. */
  rewrittenWith(): number | null
  /** Seconds that a step ran, until now (milliseconds since 1970) where it has not ended; null when it never began. */
  ranFor(digest: string, now: number): number | null
  /** The last lines of a step's log. */
  logTail(digest: string): string[]
  /** The last lines that were not JSON: the error and the Dockerfile's lines around it. */
  plainText(): string[]
  /** What BuildKit warns of; at most 200. */
  warnings(): string[]
}

export type ProgressEvent =
  | { kind: 'started'; number: number; name: string }
  | { kind: 'log'; number: number; seconds: number; text: string }
  | { kind: 'ended'; number: number; seconds: number; cached: boolean; error: string | null }
  | { kind: 'status'; number: number; seconds: number; text: string }
  | { kind: 'text'; text: string }

interface Vertex extends Step {
  number: number
  /** Milliseconds since 1970, of the latest start. */
  startedAt: number
  /** The same, of its end; 0 before it. */
  endedAt: number
  announced: boolean
  ended: boolean
  log: { outputs: [Output, Output]; tail: string[] }
}

/** What a RUN writes to one of its two outputs: pieces of both come between each other, in the middle of lines. */
interface Output {
  decoder: StringDecoder
  /** A line without its end so far. */
  rest: string
}

const vertexLimit = 20_000
const nameLimit = 2_000
const logLineLimit = 4_000
const tailLines = 20
const plainLines = 200
const warningLimit = 200

/** @param now our own clock, milliseconds since 1970 */
export function createProgress(now: () => number = Date.now): Progress {
  const vertices = new Map<string, Vertex>()
  const plain: string[] = []
  const warnings: string[] = []
  let rewritten: number | null = null

  function read(line: string): ProgressEvent[] {
    const message = line.startsWith('{') ? objectIn(line) : null
    if (message === null) {
      if (line.trim() === '') return []
      const text = line.slice(0, nameLimit)
      push(plain, text, plainLines)
      return [{ kind: 'text', text }]
    }
    for (const warning of list(message.warnings)) keepWarning(warning)
    return [
      ...list(message.vertexes).flatMap(readVertex),
      ...list(message.statuses).flatMap(readStatus),
      ...list(message.logs).flatMap(readLog),
    ]
  }

  function keepWarning({ short }: Record<string, unknown>) {
    if (warnings.length < warningLimit)
      warnings.push(Buffer.from(text(short), 'base64').toString('utf8').slice(0, nameLimit))
  }

  function readVertex(value: Record<string, unknown>): ProgressEvent[] {
    const digest = text(value.digest)
    const vertex = vertices.get(digest) ?? newVertex(digest, text(value.name).slice(0, nameLimit))
    if (vertex === null) return []
    const events: ProgressEvent[] = []
    const started = time(value.started)
    const completed = time(value.completed)
    // Once true they stay: a vertex may be told of several times, and without inputs it "starts" before its cache is asked.
    if (value.cached === true) vertex.cached = true
    if (started !== null) {
      vertex.started = true
      if (started !== vertex.startedAt) vertex.toldAt = now()
      vertex.startedAt = started
      events.push(...announce(vertex))
    }
    const error = text(value.error).slice(0, nameLimit)
    if (error !== '') vertex.error = error
    if (completed !== null) {
      vertex.completed = true
      if (completed !== vertex.endedAt) vertex.endToldAt = now()
      vertex.endedAt = completed
      events.push(...flushLog(vertex, completed))
      if (!vertex.ended || error !== '') {
        vertex.ended = true
        const seconds = since(vertex, completed)
        events.push({ kind: 'ended', number: vertex.number, seconds, cached: vertex.cached, error: vertex.error })
      }
    }
    return events
  }

  function newVertex(digest: string, name: string): Vertex | null {
    if (digest === '' || digest.length > 200 || vertices.size >= vertexLimit) return null
    const vertex: Vertex = {
      ...{ digest, name, cached: false, started: false, completed: false, error: null },
      ...{ number: vertices.size + 1, startedAt: 0, endedAt: 0, announced: false, ended: false },
      log: { outputs: [newOutput(), newOutput()], tail: [] },
    }
    vertices.set(digest, vertex)
    return vertex
  }

  function readStatus(value: Record<string, unknown>): ProgressEvent[] {
    const vertex = vertices.get(text(value.vertex))
    if (!vertex) return []
    const id = text(value.id).slice(0, nameLimit)
    // Only the exporter's own vertex counts; those of a Dockerfile's steps begin with a bracket or a URL; bake puts its target before.
    const epoch = /^(?:\[[\w.-]+\] )?exporting to /.test(vertex.name)
      ? /^rewriting layers with source-date-epoch (\d{1,15})(?: |$)/.exec(id)?.[1]
      : undefined
    if (epoch !== undefined) rewritten = Number(epoch)
    const started = time(value.started)
    const completed = time(value.completed)
    if (started === null || completed === null || id === '') return []
    const seconds = Math.max(0, completed - started) / 1000
    return [...announce(vertex), { kind: 'status', number: vertex.number, seconds, text: id }]
  }

  function readLog(value: Record<string, unknown>): ProgressEvent[] {
    const vertex = vertices.get(text(value.vertex))
    if (!vertex) return []
    const output = vertex.log.outputs[value.stream === 2 ? 1 : 0]
    const lines = (output.rest + output.decoder.write(Buffer.from(text(value.data), 'base64'))).split('\n')
    output.rest = lines.pop() ?? ''
    // A log without line ends comes in pieces.
    while (output.rest.length > logLineLimit) {
      lines.push(output.rest.slice(0, logLineLimit))
      output.rest = output.rest.slice(logLineLimit)
    }
    const at = time(value.timestamp) ?? vertex.startedAt
    return [...announce(vertex), ...lines.map(line => logLine(vertex, line, at))]
  }

  return {
    read,
    steps: () =>
      [...vertices.values()].map(({ digest, name, cached, started, completed, error, ...times }) => ({
        ...{ digest, name, cached, started, completed, error },
        ...{ startedAt: times.startedAt, toldAt: times.toldAt, endedAt: times.endedAt, endToldAt: times.endToldAt },
      })),
    rewrittenWith: () => rewritten,
    ranFor: (digest, now) => {
      const vertex = vertices.get(digest)
      return vertex === undefined || vertex.startedAt === 0 ? null : since(vertex, vertex.endedAt || now)
    },
    logTail: digest => {
      const log = vertices.get(digest)?.log
      const begun = log?.outputs.flatMap(({ rest }) => (rest === '' ? [] : [shownLine(rest)])) ?? []
      return log ? [...log.tail, ...begun].slice(-tailLines) : []
    },
    plainText: () => [...plain],
    warnings: () => [...warnings],
  }
}

const newOutput = (): Output => ({ decoder: new StringDecoder('utf8'), rest: '' })

function announce(vertex: Vertex): ProgressEvent[] {
  if (vertex.announced) return []
  vertex.announced = true
  return [{ kind: 'started', number: vertex.number, name: vertex.name }]
}

function flushLog(vertex: Vertex, at: number): ProgressEvent[] {
  return vertex.log.outputs.flatMap(output => {
    const rest = output.rest + output.decoder.end()
    output.rest = ''
    return rest === '' ? [] : [logLine(vertex, rest, at)]
  })
}

function logLine(vertex: Vertex, line: string, at: number): ProgressEvent {
  const shown = shownLine(line)
  push(vertex.log.tail, shown, tailLines)
  return { kind: 'log', number: vertex.number, seconds: since(vertex, at), text: shown }
}

/** What a terminal would show in the end: progress bars write over themselves. */
function shownLine(line: string): string {
  const bounded = line.slice(0, logLineLimit)
  return bounded.split('\r').findLast(part => part !== '') ?? ''
}

const since = (vertex: Vertex, at: number): number =>
  vertex.startedAt === 0 ? 0 : Math.max(0, at - vertex.startedAt) / 1000

function push(lines: string[], line: string, limit: number): void {
  lines.push(line)
  if (lines.length > limit) lines.shift()
}

function objectIn(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Milliseconds since 1970; Go writes nine digits of a second, which Date takes. */
function time(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}
