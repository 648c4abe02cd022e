import { setMaxListeners } from 'node:events'
import { overflow, type Place, type Space, shortOf, size, spaceAt } from '../build/disk.ts'
import type { Ports } from '../ports.ts'

/** How much of the machine a run may take. */
export interface Wishes {
  /** Seconds; undefined: as long as it takes. */
  timeout: number | undefined
  /** Bytes; undefined: as much as there is. */
  maxDisk: number | undefined
}

/** What watches over a run. */
export interface Limits {
  /** Those of the run; their signal aborts when a limit is reached, with an error that says which. */
  ports: Ports
  /** Why work that takes so many bytes cannot be begun; null: it can, as far as anybody can tell. */
  refusal(need: number, why: string): Promise<string | null>
  /** Warns when one of two builds is done and another like it would leave too little. What both share it took once. */
  halfway(): Promise<void>
}

/** A limit that was reached. */
export class LimitError extends Error {
  override readonly name = 'LimitError'
}

const pollMs = 500

/** Does work that has so many seconds; undefined: as many as it takes. Then its signal aborts, with an error that says so. */
export async function withinTime<T>(
  ports: Ports,
  timeout: number | undefined,
  work: (limited: Ports, end: (why: string) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const end = (why: string) => controller.abort(new LimitError(why))
  const limited = { ...ports, signal: AbortSignal.any([ports.signal, controller.signal]) }
  // Each of many builds at a time listens to it.
  setMaxListeners(0, limited.signal)
  const deadline =
    timeout === undefined
      ? undefined
      : setTimeout(() => end(`the time limit of ${duration(timeout)} was reached (option timeout)`), timeout * 1000)
  try {
    return await work(limited, end)
  } finally {
    clearTimeout(deadline)
  }
}

/**
 * Does work under limits of time and disk.
 * @param placesOf where the run's data goes besides its temporary folder; what is not on this machine is not watched
 */
export const withinLimits = <T>(
  ports: Ports,
  { timeout, maxDisk }: Wishes,
  placesOf: (ports: Ports) => Promise<Place[]>,
  work: (limits: Limits) => Promise<T>,
): Promise<T> => withinTime(ports, timeout, (limited, end) => withinDisk(limited, { maxDisk, placesOf, end }, work))

async function withinDisk<T>(
  ports: Ports,
  given: { maxDisk: number | undefined; placesOf: (ports: Ports) => Promise<Place[]>; end: (why: string) => void },
  work: (limits: Limits) => Promise<T>,
): Promise<T> {
  const { maxDisk, placesOf, end } = given
  const temporary: Place = { what: 'the folder for temporary files', path: ports.tempDir }
  const before = new Map<Place, Space>()
  const remember = async (place: Place): Promise<void> => {
    const space = await spaceAt(place.path)
    if (space !== null) before.set(place, space)
  }
  await remember(temporary)
  const others = placesOf(ports)
    .then(places => Promise.all(places.map(remember)))
    .catch(() => [])
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    for (const [place, then] of before) {
      const now = await spaceAt(place.path)
      const why = now && overflow(place, then, now, maxDisk)
      if (why) end(why)
    }
    isLooking = false
  }
  const watch = setInterval(look, pollMs)

  const refusal = async (need: number, why: string): Promise<string | null> => {
    await others
    if (maxDisk !== undefined && need > maxDisk)
      return `At least ${size(need)} of disk are needed (${why}), and max-disk allows ${size(maxDisk)}.`
    for (const place of before.keys()) {
      const now = await spaceAt(place.path)
      // Only what the engine keeps is known beforehand.
      const short = now && shortOf(place, now, place === temporary ? 0 : need, why)
      if (short) return short
    }
    return null
  }
  const halfway = async (): Promise<void> => {
    for (const [place, then] of before) {
      const now = await spaceAt(place.path)
      const used = now === null ? 0 : Math.max(0, then.free - now.free)
      const short = now && shortOf(place, now, used, 'as much as build A took, if build B has as much of its own')
      if (short) ports.log.warning(short)
    }
  }
  try {
    return await work({ ports, refusal, halfway })
  } finally {
    clearInterval(watch)
  }
}

/** `45 min`, `90 s` */
const duration = (seconds: number): string =>
  seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
