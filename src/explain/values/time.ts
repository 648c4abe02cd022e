import { findTimes, type TimeMatch } from './time-forms.ts'

/** When one side's build ran, in milliseconds since 1970; NaN where nobody knows, and then no time is within it. */
export interface Window {
  startedAt: number
  endedAt: number
  /** By how much the clock that the build read as its local one was ahead of UTC, in ms; where absent, it showed UTC. */
  ahead?: number | undefined
  /** By how much its programs were shown the clock ahead, in ms; some may have seen the machine's own all the same. */
  shifted?: number | undefined
}

/** Of an image whose build nobody saw. */
export const unknownWindow: Window = { startedAt: Number.NaN, endedAt: Number.NaN }

/** Whether somebody saw the build. */
export const isKnown = ({ startedAt, endedAt }: Window): boolean => startedAt <= endedAt

/** Both sides' windows, and SOURCE_DATE_EPOCH in seconds; NaN where it is not known. */
export interface Clock {
  epoch: number
  a: Window
  b: Window
}

const second = 1000
const minute = 60 * second
const day = 86_400 * second
/** Clocks of client and builder may disagree a little, and a step may round down. */
const slack = 2 * second

/** Whether a time could have been read from the clock while that side's build ran. UTC is tried first. */
export const isWithin = (time: Reading, window: Window): boolean =>
  isShown(time, window) || (!!window.shifted && isShown(time, onShiftedClock(window, window.shifted)))

const isShown = (time: Reading, window: Window): boolean =>
  isInUtc(time, window) || (time.local === true && isInUtc(time, onItsClock(window)))

/** The window by the machine's own clock, and by the one that programs were shown, where that is another one. */
export const bothClocks = (window: Window): Window[] =>
  window.shifted ? [window, onShiftedClock(window, window.shifted)] : [window]

const onShiftedClock = (window: Window, shifted: number): Window => ({
  ...window,
  startedAt: window.startedAt + shifted,
  endedAt: window.endedAt + shifted,
})

type Reading = Pick<TimeMatch, 'ms' | 'span' | 'daily'> & { local?: boolean }

/** The window as the build's own clock shows it. */
const onItsClock = ({ startedAt, endedAt, ahead = 0 }: Window): Window => ({
  startedAt: startedAt + ahead,
  endedAt: endedAt + ahead,
})

function isInUtc(time: Reading, window: Window): boolean {
  const from = window.startedAt - slack
  const to = window.endedAt + slack
  if (!time.daily) return time.ms + time.span > from && time.ms <= to
  if (to - from >= day) return false
  const midnight = Math.floor(from / day) * day
  return [midnight, midnight + day].some(base => base + time.ms + time.span > from && base + time.ms <= to)
}

/** Where a text holds times of that window, longest reading first, without overlaps, in order of place. */
export function timesWithin(text: string, window: Window): TimeMatch[] {
  const candidates = findTimes(text)
    .filter(time => isWithin(time, window))
    .map(time => ({ ...time, form: formIn(time, window) }))
    .sort((p, q) => q.length - p.length || p.index - q.index)
  const taken: TimeMatch[] = []
  for (const time of candidates.slice(0, 20_000)) {
    if (!taken.some(other => time.index < other.index + other.length && other.index < time.index + time.length))
      taken.push(time)
    if (taken.length >= 2_000) break
  }
  return taken.sort((p, q) => p.index - q.index)
}

/** The form, with the zone in which alone the time is one of that window: `date and time, in a zone 9 h ahead of UTC`. */
export function formIn(time: TimeMatch, window: Window): string {
  const { ahead = 0 } = window
  if (ahead === 0 || !time.local || bothClocks(window).some(shown => isInUtc(time, shown))) return time.form
  return `${time.form}, ${zoneWords(ahead)}`
}

/** `in a zone 5 h 45 min ahead of UTC`. */
export function zoneWords(ahead: number): string {
  const minutes = Math.abs(ahead / minute)
  const hours = `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
  return `in a zone ${hours} ${ahead > 0 ? 'ahead of' : 'behind'} UTC`
}

/** The mark that stands for a masked piece: a private-use character no latin-1 text can hold. */
export const mask = '\uE000'

/** The text with each of the given pieces replaced by one mark. Pieces are in order and do not overlap. */
export function maskPieces(text: string, pieces: readonly { index: number; length: number }[]): string {
  let masked = ''
  let at = 0
  for (const piece of pieces) {
    masked += text.slice(at, piece.index) + mask
    at = piece.index + piece.length
  }
  return masked + text.slice(at)
}
