import type { Image } from '../../image/image.ts'
import type { Clock, Window } from './time.ts'
import { isKnown, isWithin } from './time.ts'
import type { TimeMatch } from './time-forms.ts'
import { findTimes } from './time-forms.ts'

const second = 1000
const quarter = 15 * 60 * second

/** How far clocks on walls are ahead of UTC, in hours: every offset that a zone has today, the usual ones first. */
const offsets = [
  ...[1, 2, -5, -4, -7, -8, -6, 8, 9, 5.5, 3, 10, 7, -3, 11, 4, 5, 6, 12, 13, -9, -10, -1, -2, -11, -12, 14],
  ...[3.5, 4.5, 5.75, 6.5, 8.75, 9.5, 10.5, 12.75, 13.75, -2.5, -3.5, -9.5],
].map(hours => hours * 4 * quarter)

/** Builds that took longer leave too much room: a date of the same day could fit in one zone or another. */
const longest = 60 * 60 * second
/** As long as this, a time to the second fits by chance hardly ever: less than once in 10,000 pairs of dates about the day. */
const longestForCertain = 5 * 60 * second

/** A clock whose windows show the zone of the texts, and whether that zone could hardly be another. */
export interface ZonedClock {
  clock: Clock
  certain: boolean
}

/**
 * The clock of builds that wrote local time: both texts hold a date with a time of day and without a zone, and in one same
 * zone each lies in its own build. Null where no such zone is, and where UTC and the zone that the image sets say as much: a
 * stage that the image was copied from may have had another one.
 */
export function zonedClock(a: string, b: string, clock: Clock): ZonedClock | null {
  if (!isShort(clock.a, longest) || !isShort(clock.b, longest)) return null
  const [timesA, timesB] = [localTimes(a), localTimes(b)]
  if (timesA.length === 0 || timesB.length === 0) return null
  const [knownA, knownB] = [fitting(timesA, clock.a).length, fitting(timesB, clock.b).length]
  for (const ahead of offsets) {
    const [inA, inB] = [fitting(timesA, { ...clock.a, ahead }), fitting(timesB, { ...clock.b, ahead })]
    if (inA.length <= knownA || inB.length <= knownB) continue
    const exact = [...inA, ...inB].every(({ span }) => span <= second)
    const short = isShort(clock.a, longestForCertain) && isShort(clock.b, longestForCertain)
    return {
      clock: { ...clock, a: { ...clock.a, ahead }, b: { ...clock.b, ahead } },
      certain: exact && short,
    }
  }
  return null
}

/**
 * The zone in which two times, `span` ms long, lie each in its own build: in ms ahead of UTC, and 0 for UTC itself, the only
 * one for times that are not local; null where there is none.
 */
export function zoneOfPair(
  a: number,
  b: number,
  { span, local }: { span: number; local: boolean },
  clock: Clock,
): number | null {
  const short = isShort(clock.a, longest) && isShort(clock.b, longest)
  const zones = local ? [0, clock.a.ahead ?? 0, clock.b.ahead ?? 0, ...(short ? offsets : [])] : [0]
  const lies = (ms: number, window: Window): boolean => isWithin({ ms, span, daily: false }, window)
  return zones.find(ahead => lies(a - ahead, clock.a) && lies(b - ahead, clock.b)) ?? null
}

const fitting = (times: readonly TimeMatch[], window: Window): TimeMatch[] =>
  times.filter(time => isWithin(time, window))

const isShort = (window: Window, limit: number): boolean =>
  isKnown(window) && window.endedAt - window.startedAt <= limit

/** Dates with a time of day that name no zone. */
const localTimes = (text: string): TimeMatch[] =>
  text.length > 1 << 20
    ? []
    : findTimes(text)
        .filter(({ local, daily, span }) => local && !daily && span <= 60 * second)
        .slice(0, 2_000)

/** Whether a text holds a time that some zone could have shown while that side's build ran. */
export const mayHoldTime = (text: string, { startedAt, endedAt, ...window }: Window): boolean =>
  findTimes(text).some(time =>
    isWithin(
      time,
      time.local
        ? { ...window, startedAt: startedAt - 48 * quarter, endedAt: endedAt + 56 * quarter }
        : { ...window, startedAt, endedAt },
    ),
  )

/** Both builds' windows, with the zone that the image itself sets for its processes: `ENV TZ=Europe/Berlin`. */
export function clockOf(input: { epoch: number; a: Window; b: Window; imageA: Image; imageB: Image }): Clock {
  const inItsZone = ({ startedAt, endedAt, shifted }: Window, image: Image): Window => ({
    startedAt,
    endedAt,
    shifted,
    ahead: aheadOf(zoneOf(image), startedAt),
  })
  return { epoch: input.epoch, a: inItsZone(input.a, input.imageA), b: inItsZone(input.b, input.imageB) }
}

function zoneOf({ config }: Image): string | undefined {
  const variables: unknown = config.config?.Env
  const set = Array.isArray(variables) ? variables.find(one => typeof one === 'string' && one.startsWith('TZ=')) : null
  return typeof set === 'string' ? set.slice('TZ='.length) : undefined
}

/**
 * By how much the clock of a zone (`Europe/Berlin`, as TZ says it) is ahead of UTC at a moment, in ms; undefined for what is
 * no such name.
 */
export function aheadOf(zone: string | undefined, ms: number): number | undefined {
  const name = zone?.replace(/^:/, '')
  if (!name || name.length > 60 || !Number.isFinite(ms)) return undefined
  try {
    const format = new Intl.DateTimeFormat('en-US', { ...numeric, timeZone: name })
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - Math.floor(ms / second) * second
  } catch {
    return undefined
  }
}

const numeric = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const
