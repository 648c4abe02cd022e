import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import type { Ports } from '../ports.ts'
import { isPassing, networkProblem } from './network-problem.ts'
import { proxyFor } from './proxy.ts'
import { type Refusal, refusingLookup } from './public-only.ts'
import { RegistryError } from './registry-error.ts'

/** How long a registry may take, in milliseconds, and how often it is asked again. */
export interface Timing {
  /** From the question to the end of the answer's headers. */
  headers: number
  /** For the whole of a manifest, config or token. */
  small: number
  /** A blob that brings less than 64 KiB in this time of waiting has stalled. */
  stall: number
  tries: number
  /** Before the second try; doubled for each further one. */
  backoff: number
  /** Longest wait that a server may ask for. */
  retryAfter: number
}

/** How patient we are with a registry; times in ms. */
export const patience: Timing = {
  headers: 60_000,
  small: 60_000,
  stall: 30_000,
  tries: 4,
  backoff: 500,
  retryAfter: 30_000,
}

/** So many times longer may an answer take once a blob was sent: some storages copy it first. */
const storing = 10

export interface Question {
  url: URL
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  headers: Readonly<Record<string, string>>
  /** What is asked for, where that is not plain from the address: 'the image …'. */
  what?: string
  /** A stream is opened when it is sent, and sent once: whoever asked knows whether it may be sent again. */
  body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>)
}

export type Body = Dispatcher.ResponseData['body']

export interface Answer {
  status: number
  /** What was asked. */
  url: URL
  /** One header by its lower-case name; '' when it is not there. */
  header: (name: string) => string
  body: Body
}

/** HTTP with a deadline for everything, patience for what passes, and the proxy that the environment names. */
export class Transport {
  readonly timing: Timing
  readonly signal: AbortSignal
  #env: Readonly<Record<string, string>>
  #agents = new Map<string, Dispatcher>()
  #refusal: Refusal | null

  /** @param refusal of servers that are not to be asked; a proxy finds its servers itself */
  constructor({ env, signal }: Pick<Ports, 'env' | 'signal'>, timing: Timing, refusal: Refusal | null = null) {
    this.#refusal = refusal
    this.#env = env
    this.signal = signal
    this.timing = timing
  }

  /**
   * Asks, and again when the network or the server fails for the moment; `take` reads the answer, and is asked again
   * too when that breaks. Redirects are answers.
   * @throws RegistryError, or the signal's reason when aborted
   */
  async ask<T>(question: Question, take: (answer: Answer) => Promise<T> | T): Promise<T> {
    const { backoff, retryAfter } = this.timing
    const tries = typeof question.body === 'function' ? 1 : this.timing.tries
    for (let attempt = 1; ; attempt += 1) {
      let wait = backoff * 2 ** (attempt - 1) * (1 + Math.random() / 2)
      try {
        const answer = await this.#once(question)
        const asked = isBusy(answer.status) ? secondsToWait(answer.header('retry-after')) * 1000 : null
        if (asked === null || attempt >= tries || asked > retryAfter) return await take(answer)
        forget(answer.body)
        wait = Math.max(wait, asked)
      } catch (error) {
        this.signal.throwIfAborted()
        if (error instanceof RegistryError) throw error
        if (attempt >= tries || !isPassing(error)) throw networkProblem(error, question, this.#proxy(question.url))
      }
      await sleep(wait, undefined, { signal: this.signal })
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#agents.values()].map(agent => agent.destroy()))
  }

  async #once({ url, method = 'GET', headers, body }: Question): Promise<Answer> {
    if (this.#refusal?.of(url.href)) throw new RegistryError(this.#refusal.words)
    const { request } = await import('undici')
    const late = new AbortController()
    let timer: NodeJS.Timeout | undefined
    let isOver = false
    const within = (milliseconds: number): void => {
      // Bytes may still be read for a request that was aborted: a clock for those would hold up the end of the process.
      if (isOver) return
      clearTimeout(timer)
      timer = setTimeout(() => late.abort(new Late('no answer', milliseconds)), milliseconds)
    }
    within(this.timing.headers)
    const { headers: soon } = this.timing
    // As long as bytes go out, no answer can be expected; then a registry may have to put many of them away.
    const watched = (bytes: AsyncIterable<Uint8Array>) =>
      goingOut(
        bytes,
        () => within(soon),
        () => within(soon * storing),
      )
    const isStream = typeof body === 'function'
    const sent = isStream ? Readable.from(watched(body()), { highWaterMark: 2 }) : (body ?? null)
    const ending = [this.signal, late.signal]
    try {
      const asked = request(url, {
        method,
        // Packed for the way, bytes would not be those of the digest.
        headers: { 'accept-encoding': 'identity', 'user-agent': 'repro-gate', ...headers },
        ...{ body: sent, headersTimeout: isStream ? soon * (storing + 1) : soon },
        dispatcher: await this.#agentFor(url),
        signal: AbortSignal.any(ending),
      })
      const response = await inTime(asked, ending)
      // Whoever reads sees the error; before anyone does, it must not end the process.
      response.body.on('error', () => {})
      const header = (name: string) => [response.headers[name] ?? ''].flat().join(', ')
      return { status: response.statusCode, url, header, body: response.body }
    } finally {
      isOver = true
      clearTimeout(timer)
    }
  }

  #proxy(url: URL): URL | null {
    return proxyFor(url, this.#env)
  }

  async #agentFor(url: URL): Promise<Dispatcher> {
    const proxy = this.#proxy(url)
    const known = this.#agents.get(proxy?.href ?? '')
    if (known !== undefined) return known
    const { Agent, Pool, ProxyAgent } = await import('undici')
    const lookup = this.#refusal && { lookup: refusingLookup(this.#refusal) }
    const { headers: timeout } = this.timing
    const options = { headersTimeout: timeout, bodyTimeout: 0 }
    const agent =
      proxy === null
        ? new Agent({ ...options, connect: { timeout, ...lookup } })
        : new ProxyAgent({
            ...{ ...options, uri: proxy.href, proxyTls: { timeout }, requestTls: { timeout } },
            // The proxy's own answer has a deadline, too: five minutes where nobody gives one.
            clientFactory: (origin, given) => new Pool(origin, { ...given, headersTimeout: timeout }),
          })
    this.#agents.set(proxy?.href ?? '', agent)
    return agent
  }
}

/** Undici hears of no end before it is connected, and a proxy may take minutes to connect it, or for ever. */
async function inTime(asked: Promise<Dispatcher.ResponseData>, ending: readonly AbortSignal[]) {
  let end = (): void => {}
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(ending.find(({ aborted }) => aborted)?.reason)
    for (const signal of ending) signal.addEventListener('abort', end, { once: true })
    if (ending.some(({ aborted }) => aborted)) end()
  })
  try {
    return await Promise.race([asked, ended])
  } catch (error) {
    // Nobody reads what comes of it now.
    asked.then(
      ({ body }) => body.on('error', () => {}).destroy(),
      () => {},
    )
    throw error
  } finally {
    for (const signal of ending) signal.removeEventListener('abort', end)
  }
}

async function* goingOut(
  body: AsyncIterable<Uint8Array>,
  onChunk: () => void,
  onEnd: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onChunk()
    yield chunk
  }
  onEnd()
}

/** The server is there and does not go on. */
export class Late extends Error {
  constructor(what: string, milliseconds: number) {
    super(`${what} within ${milliseconds / 1000} s`)
  }
}

/** More bytes came than there may be. */
export class TooBig extends Error {}

/** The whole body, when it has at most `limit` bytes and comes within `deadline` milliseconds. */
export async function bytesOf(body: Body, limit: number, deadline: number): Promise<Buffer> {
  const timer = setTimeout(() => body.destroy(new Late('it was not complete', deadline)), deadline)
  try {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of body) {
      size += chunk.length
      if (size > limit) throw new TooBig()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(timer)
    body.destroy()
  }
}

/** Lets an answer go that nobody reads; a short one leaves the connection usable. */
export function forget(body: Body): void {
  const timer = setTimeout(() => body.destroy(), 5000)
  body
    .dump({ limit: 16 * 1024 })
    .catch(() => body.destroy())
    .finally(() => clearTimeout(timer))
}

const isBusy = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status)

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). */
function secondsToWait(header: string): number {
  if (/^\d{1,9}$/.test(header)) return Number(header)
  const seconds = (Date.parse(header) - Date.now()) / 1000
  return seconds > 0 ? seconds : 0
}
