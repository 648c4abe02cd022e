import type { Variation } from './variation.ts'

export const mtimes: Variation = {
  id: 'mtimes',
  changes: 'times of the context files',
  catches:
    'what keeps the time of a checkout: bytecode with the time of its source, archives, files older than SOURCE_DATE_EPOCH',
  byDefault: true,
  touches: 'context',
  shownBy: ['header-mtime', 'pyc-timestamp'],
  fix: 'Do not let what is built keep the times of the files of the checkout: give the tool SOURCE_DATE_EPOCH, or set the times before it runs (`find . -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +`).',
  entry: (entry, { checkedOutAt }) => (checkedOutAt === null ? entry : { ...entry, mtimeMs: checkedOutAt * 1000 }),
}

/** A day, an hour, a minute and a second: it changes every field that a tool may print of a time. */
const wellApart = 90_061
/** A zip keeps times in steps of two seconds. */
const least = 2

/**
 * A moment at which the context may have been checked out, other than the one at which it was. Not before the epoch,
 * because exporters only set later times back to it; and not in the future, because make and tar complain of that.
 * @param times of the files, in seconds since 1970
 * @param now seconds since 1970
 */
export function otherCheckout(times: Iterable<number>, epoch: number, now: number): number | null {
  const latest = Math.floor(now)
  let newest = 0
  for (const time of times) if (time <= now && time > newest) newest = time
  const candidates = [newest - wellApart, (epoch + newest) / 2, newest + least, latest - 1, epoch + least, epoch]
  const found = candidates.find(time => time >= epoch && time <= latest && Math.abs(time - newest) >= least)
  return found === undefined ? null : Math.floor(found)
}
