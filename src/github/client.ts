import type { getOctokit as GetOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { type Problem, problemOf } from './problem.ts'
import type { GitHubRequest } from './requests.ts'

/** After a write whose end nobody told, so many times we look for what it may have made. */
export const looks = 3

/** GitHub lists comments a hundred at a time; a conversation of more than 3,000 has none of ours that anybody would find. */
export const mostPages = 30

/** What a request came to. Nothing here throws: a report that cannot be delivered changes no verdict. */
export type Answer<T> = { ok: true; data: T } | { ok: false; problem: Problem }

export interface Client {
  /**
   * One request, with a deadline. It is repeated when GitHub says that it did nothing for now, and, if it may be, after an
   * answer that leaves open what was done; a write is not, and the caller looks for what came of it.
   */
  send<T>(request: GitHubRequest<T>, parameters: Record<string, unknown>): Promise<Answer<T>>
  /** One request more after all has ended, within three seconds: a cancelled job, too, leaves nothing half done. */
  lastWord<T>(request: GitHubRequest<T>, parameters: Record<string, unknown>): Promise<void>
  /** The pages of a list, one after another, each of 100; `most` pages at the most. */
  pages<T>(
    request: GitHubRequest<T[]>,
    parameters: Record<string, unknown>,
    most: number,
  ): Promise<Answer<{ items: T[]; all: boolean }>>
  /** Waits before what was left open is looked at, or ends early when the whole delivery has run out of time: then false. */
  settle(attempt: number): Promise<boolean>
  /** GitHub's own address for GraphQL, which on an own server is not below that of the other API. */
  graphqlUrl: string
}

export interface ClientOptions {
  token: string
  /** `https://api.github.com`, or a server's `https://host/api/v3`. */
  apiUrl: string
  /** Milliseconds for one request. */
  requestDeadline?: number
  /** Milliseconds that a repeat is put off by, of what GitHub asks in seconds; others than 1000 only in tests. */
  second?: number
  /** Milliseconds for all requests together. */
  deadline?: number
  /** Ends everything: a cancelled job. */
  signal?: AbortSignal
}

/** How often a request that may be repeated is. */
const retries = 2

/** Milliseconds: the runner kills a cancelled job after ten seconds. */
const lastWords = 3000

/** Seconds that a job is kept waiting because of too many requests. */
const longestWait = 30

/**
 * GitHub's API through the runner's own client, with deadlines, and with errors as values.
 * @throws what the toolkit throws: it reads the event, the server's address and the proxy's while it is loaded
 */
export async function githubClient({
  token,
  apiUrl,
  requestDeadline = 15_000,
  second = 1000,
  deadline = 90_000,
  signal: cancelled,
}: ClientOptions): Promise<Client> {
  const { getOctokit } = await import('@actions/github')
  const { signal } = endingAfter(deadline, cancelled)
  const over = aborted(signal)
  const end = performance.now() + deadline
  const silent = () => {}
  const inTime = (seconds: number, _: unknown, __: unknown, count: number) =>
    count < retries && seconds <= longestWait && performance.now() + seconds * second < end
  const octokit = getOctokit(
    token,
    {
      baseUrl: apiUrl,
      log: { debug: silent, info: silent, warn: silent, error: silent },
      // 429 is the other plugin's, which knows how long to wait.
      retry: { retries, doNotRetry: [400, 401, 403, 404, 410, 413, 422, 429, 451], retryAfterBaseValue: second },
      throttle: {
        id: apiUrl,
        onRateLimit: inTime,
        onSecondaryRateLimit: inTime,
        retryAfterBaseValue: second,
        ...(second < 1000 ? { write: unpaced as never, notifications: unpaced as never } : {}),
      },
    },
    // The first is the innermost: each repeat has a deadline of its own.
    watched(requestDeadline, signal),
    // Further out: what was put off, too, is watched when it is sent again.
    patient(inTime, second, signal),
    retry,
    throttling,
  )

  const lastWord: Client['lastWord'] = async ({ route }, parameters) => {
    const request = { retries: 0, signal: AbortSignal.timeout(lastWords) }
    const late = new Promise<unknown>(resolve => setTimeout(resolve, lastWords).unref())
    await Promise.race([octokit.request(route, { ...parameters, request }).catch(() => {}), late])
  }

  const send: Client['send'] = async ({ route, repeatable, whole, permission, does }, parameters) => {
    const about = { permission, does }
    const late = {
      ok: false,
      problem: { kind: 'unclear', message: 'the time for reporting ran out', ...about },
    } as const
    if (signal.aborted) return late
    // A number of its own would make the plugin repeat whatever went wrong.
    const request = { whole, ...(repeatable ? {} : { retries: 0 }) }
    const answer = octokit.request(route, { ...parameters, request }).then(
      ({ data }) => ({ ok: true as const, data: data as never }),
      error => ({ ok: false as const, problem: { ...problemOf(error), ...about } }),
    )
    // A plugin that waits hears of no abort.
    return Promise.race([answer, over.then(() => late)])
  }

  return {
    send,
    lastWord,
    async pages<T>(request: GitHubRequest<T[]>, parameters: Record<string, unknown>, most: number) {
      const items: T[] = []
      for (let page = 1; page <= most; page++) {
        const answer = await send(request, { ...parameters, per_page: 100, page })
        if (!answer.ok) return answer
        items.push(...answer.data)
        if (answer.data.length < 100) return { ok: true, data: { items, all: true } }
      }
      return { ok: true, data: { items, all: false } }
    },
    settle: attempt => waitFor(second * attempt, signal),
    graphqlUrl: `${apiUrl.replace(/\/v3$/, '')}/graphql`,
  }
}

/** Requests at their own pace instead of GitHub's advice, one write a second. */
const unpaced = {
  key: () => ({
    schedule: (_: unknown, work: (...args: unknown[]) => unknown, ...args: unknown[]) => Promise.resolve(work(...args)),
  }),
}

type Plugin = NonNullable<Parameters<typeof GetOctokit>[2]>

/** Each sending by itself: ended by its deadline, none after the whole has ended, and an answer that is cut off is none. */
function watched(milliseconds: number, signal: AbortSignal): Plugin {
  return octokit => {
    octokit.hook.wrap('request', async (send, options) => {
      // It has a deadline of its own, and is sent after the end of all others.
      if (options.request.signal) return send(options)
      const unclear = (message: string) => Object.assign(new Error(message), { status: 500, request: options })
      if (signal.aborted) throw unclear('the time for reporting ran out')
      const ending = endingAfter(milliseconds, signal)
      const late = aborted(ending.signal).then(() => {
        throw unclear(`no answer within ${milliseconds / 1000} s`)
      })
      try {
        const request = { ...options.request, signal: ending.signal }
        const response = await Promise.race([send({ ...options, request }), late])
        const whole = options.request.whole as ((data: unknown) => boolean) | undefined
        if (whole?.(response.data) === false) throw unclear('the answer was cut off, or is none')
        return response
      } finally {
        ending.release()
      }
    })
    return {}
  }
}

/**
 * Whatever stands before GitHub and says how long to wait is obeyed, where the wait is short: nothing was done. GitHub's own
 * words for that are the throttling plugin's.
 */
function patient(
  inTime: (seconds: number, _: unknown, __: unknown, count: number) => boolean,
  second: number,
  signal: AbortSignal,
): Plugin {
  return octokit => {
    octokit.hook.wrap('request', async (send, options) => {
      for (let count = 0; ; count++) {
        try {
          return await send(options)
        } catch (error) {
          const wait = secondsAsked(error)
          if (wait === null || !inTime(wait, null, null, count) || !(await waitFor(wait * second, signal))) throw error
        }
      }
    })
    return {}
  }
}

function secondsAsked(error: unknown): number | null {
  const { status, message, response } = error as {
    status?: unknown
    message?: unknown
    response?: { headers?: Record<string, unknown> }
  }
  const headers = response?.headers ?? {}
  const asked = String(headers['retry-after'] ?? '')
  const isGitHub = /\bsecondary rate\b/i.test(String(message)) || headers['x-ratelimit-remaining'] === '0'
  return status === 429 && !isGitHub && /^\d{1,9}$/.test(asked) ? Number(asked) : null
}

/**
 * A signal that comes after so many milliseconds, or with the other one. A timer holds it: what AbortSignal.any and
 * AbortSignal.timeout give can be collected as garbage while a request waits for it, and then never comes.
 */
function endingAfter(milliseconds: number, other?: AbortSignal): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const end = () => controller.abort()
  const timer = setTimeout(end, milliseconds)
  timer.unref()
  if (other?.aborted) end()
  other?.addEventListener('abort', end, { once: true })
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer)
      other?.removeEventListener('abort', end)
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

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
