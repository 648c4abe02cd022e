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
  /** What is to be done before B may begin, and can be done while it waits: B's files are made ready. */
  prepareB?: () => Promise<void>
}

type Sides<T> = Readonly<Record<Side, T>>

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
  { failed, prepareB }: Order<T, F>,
): Promise<Sides<T> | { failed: F }> {
  const other = new AbortController()
  const signal = AbortSignal.any([ports.signal, other.signal])
  setMaxListeners(0, signal)
  const ended: { failed?: F; thrown?: unknown } = {}
  const work = async (side: Side): Promise<T | F | undefined> => {
    const own = { ...ports, signal, log: sideLog(ports.log, side) }
    try {
      if (side === 'B') await Promise.all([pause(gapMs, signal), prepareB?.()])
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
  const [A, B] = await Promise.all([work('A'), work('B')])
  if ('thrown' in ended) throw ended.thrown
  if ('failed' in ended) return { failed: ended.failed as F }
  return { A: A as T, B: B as T }
}

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(Math.max(0, ms), undefined, { signal }).catch(() => {})

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
