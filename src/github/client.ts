import { getOctokit } from '@actions/github'

/** What a request came to. Nothing here throws: a report that cannot be delivered changes no verdict. */
export type Answer<T> = { ok: true; data: T } | { ok: false; problem: Problem }

export type Problem =
  /** The token may not do this. */
  | { kind: 'denied'; status: number; message: string }
  /** GitHub understood, and will not: trying again would not help. */
  | { kind: 'rejected'; status: number; message: string }
  /** Too many requests: nothing was done; come back after so many milliseconds. */
  | { kind: 'busy'; after: number; message: string }
  /** No answer, half an answer, or an error of the server: it may or may not have been done. */
  | { kind: 'unclear'; message: string }

export interface Client {
  /** One request, once, ended by its deadline. `complete` says whether an answer is whole: a cut-off body has no id. */
  request<T>(route: string, parameters: Record<string, unknown>, complete: (data: T) => boolean): Promise<Answer<T>>
  /** Waits, or ends early when the whole delivery has run out of time: then false. */
  wait(milliseconds: number): Promise<boolean>
  /** Milliseconds before the first repeat; each after it waits twice as long. */
  backoff: number
}

export interface ClientOptions {
  token: string
  /** `https://api.github.com`, or a server's `https://host/api/v3`. */
  apiUrl: string
  /** Milliseconds for one request. */
  requestDeadline?: number
  backoff?: number
  /** Ends everything: the whole delivery's deadline, or a cancelled job. */
  signal: AbortSignal
}

/** GitHub's API through the runner's own client, with deadlines, and with errors as values. */
export function githubClient({
  token,
  apiUrl,
  requestDeadline = 15_000,
  backoff = 500,
  signal,
}: ClientOptions): Client {
  const silent = () => {}
  const octokit = getOctokit(token, {
    baseUrl: apiUrl,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  return {
    async request<T>(route: string, parameters: Record<string, unknown>, complete: (data: T) => boolean) {
      if (signal.aborted) return unclear<T>('the time for reporting ran out')
      const ended = AbortSignal.any([signal, AbortSignal.timeout(requestDeadline)])
      try {
        const { data } = await octokit.request(route, { ...parameters, request: { signal: ended } })
        return complete(data) ? { ok: true, data } : unclear<T>('the answer was cut off')
      } catch (error) {
        const problem = problemOf(error)
        return ended.aborted && problem.kind === 'unclear'
          ? unclear<T>(`no answer within ${requestDeadline / 1000} s`)
          : { ok: false, problem }
      }
    },
    backoff,
    wait: milliseconds => waitFor(milliseconds, signal),
  }
}

const unclear = <T>(message: string): Answer<T> => ({ ok: false, problem: { kind: 'unclear', message } })

function waitFor(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false)
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      resolve(false)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve(true)
    }, milliseconds)
    signal.addEventListener('abort', end, { once: true })
  })
}

/** What octokit threw, by what it means for us. */
export function problemOf(error: unknown): Problem {
  const { status, message, response } = (error ?? {}) as {
    status?: unknown
    message?: unknown
    response?: { headers?: Record<string, unknown> }
  }
  const words = String(message ?? error).slice(0, 500)
  if (typeof status !== 'number') return { kind: 'unclear', message: words }
  const headers = response?.headers ?? {}
  const limited =
    status === 429 ||
    (status === 403 &&
      (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(words)))
  if (limited) return { kind: 'busy', after: waitingTime(headers), message: words }
  if (status === 401 || status === 403 || status === 404) return { kind: 'denied', status, message: words }
  // Octokit makes a connection that broke a 500.
  if (status >= 500 || status === 408) return { kind: 'unclear', message: `${status}: ${words}` }
  return { kind: 'rejected', status, message: words }
}

function waitingTime(headers: Record<string, unknown>): number {
  const seconds = Number(headers['retry-after'])
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000
  const reset = Number(headers['x-ratelimit-reset']) * 1000 - Date.now()
  return headers['x-ratelimit-remaining'] === '0' && reset > 0 ? reset : 5000
}
