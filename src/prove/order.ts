import { setMaxListeners } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Side } from '../build/build.ts'
import type { Log, Ports } from '../ports.ts'

/** A zip keeps times in steps of two seconds: a shorter gap between the builds could hide one. */
export const gapMs = 3000

/** The work of one side: it ends early when the signal of the ports that it is given aborts. */
export type SideWork<T> = (ports: Ports) => Promise<T>

export interface Order<T, F> {
  /** Whether both may run at a time, each on a builder of its own. */
  sideBySide: boolean
  /** Whether a side came to nothing: then the other one has no use. */
  failed: (result: T | F) => result is F
  /** When B may begin after this A, milliseconds since 1970, asked when B is ready; three seconds after A began where it is left out. */
  clearFrom?: (a: T) => number
  /** Milliseconds from A's beginning to B's, side by side; three seconds where it is left out. */
  besideMs?: number
  /** What is to be done before B may begin, and can be done while it waits: B's files are made ready. */
  prepareB?: () => Promise<void>
}

type Sides<T> = Readonly<Record<Side, T>>

/**
 * How long after A side B begins on another builder. A RUN that ends on both in the same two seconds has to be built once
 * more, which costs a whole build. It does where B is quicker by about this gap, and with each RUN the sides drift further
 * apart: bench/gap.mjs tells how often, and what a longer gap costs.
 */
export const besideMs = (runs: number): number => Math.min(8000, 3500 + 1000 * Math.max(0, runs - 2))

/**
 * Does the work of both sides, B's three seconds or more after A's. Side by side, the failure of one ends the other, and
 * every line of the log says whose it is.
 * @returns both results, or that of the side that failed first
 * @throws what a side throws, when the other one has ended too
 */
export function inOrder<T, F>(
  ports: Ports,
  sides: Sides<SideWork<T | F>>,
  order: Order<T, F>,
): Promise<Sides<T> | { failed: F }> {
  return order.sideBySide ? together<T, F>(ports, sides, order) : inTurn<T, F>(ports, sides, order)
}

async function inTurn<T, F>(
  ports: Ports,
  sides: Sides<SideWork<T | F>>,
  { failed, clearFrom, prepareB }: Order<T, F>,
): Promise<Sides<T> | { failed: F }> {
  const startedAt = ports.now()
  const A = await sides.A(ports)
  if (failed(A)) return { failed: A }
  await prepareB?.()
  const from = clearFrom?.(A) ?? startedAt + gapMs
  await pause(from - ports.now(), ports.signal)
  const B = await sides.B(ports)
  return failed(B) ? { failed: B } : { A, B }
}

async function together<T, F>(
  ports: Ports,
  sides: Sides<SideWork<T | F>>,
  { failed, prepareB, clearFrom, besideMs = gapMs }: Order<T, F>,
): Promise<Sides<T> | { failed: F }> {
  const startedAt = ports.now()
  const other = new AbortController()
  const signal = AbortSignal.any([ports.signal, other.signal])
  setMaxListeners(0, signal)
  const ended: { failed?: F; thrown?: unknown } = {}
  const apart = async (a: Promise<T | F | undefined>): Promise<void> => {
    const begun = new AbortController()
    const clear = a.then(result => {
      if (result === undefined || failed(result)) return
      return pause((clearFrom?.(result) ?? startedAt + besideMs) - ports.now(), begun.signal)
    })
    await Promise.race([pause(besideMs, AbortSignal.any([signal, begun.signal])), clear])
    begun.abort()
  }
  const work = async (side: Side, a?: Promise<T | F | undefined>): Promise<T | F | undefined> => {
    const own = { ...ports, signal, log: sideLog(ports.log, side) }
    try {
      if (a !== undefined) await Promise.all([apart(a), prepareB?.()])
      if (other.signal.aborted) return
      const result = await sides[side](own)
      if (failed(result)) ended.failed ??= result
      return result
    } catch (error) {
      ended.thrown ??= error
      return
    } finally {
      if ('failed' in ended || 'thrown' in ended) other.abort(new Error('the other build failed'))
    }
  }
  const a = work('A')
  const [A, B] = await Promise.all([a, work('B', a)])
  if ('thrown' in ended) throw ended.thrown
  if ('failed' in ended) return { failed: ended.failed as F }
  return { A: A as T, B: B as T }
}

/** No moment that is waited for is further away; it seems to be where the clock was set back meanwhile. */
const longestMs = 10_000

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(Math.min(Math.max(0, ms), longestMs), undefined, { signal }).catch(() => {})

/** Two builds in one log: groups of a runner do not nest, so each line names its side instead. */
const sideLog = (log: Log, side: Side): Log => ({
  info: text => log.info(`${side}: ${text}`),
  debug: text => log.debug(`${side}: ${text}`),
  warning: text => log.warning(`Build ${side}: ${text}`),
  foreign: line => log.foreign(`${side} ${line}`),
  group: async (title, work) => {
    log.info(title)
    return work()
  },
})
