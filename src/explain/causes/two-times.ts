import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { dateFromEpoch } from '../rewrite.ts'
import { quoteUnlessSecret } from '../values/excerpt.ts'
import { isKnown, maskPieces } from '../values/time.ts'
import { findTimes, type TimeMatch } from '../values/time-forms.ts'

/**
 * Texts that differ in nothing but a time, in images whose builds nobody saw: whether it is the time of the build cannot be
 * told. Where both builds are known, `build-time` says more, and this says nothing.
 */
export const twoTimes: Cause = {
  id: 'two-times',
  recognise: ({ entry, clock }) =>
    (isKnown(clock.a) && isKnown(clock.b)) || !contentDiffers(entry) ? null : timesOnly({ entry }),
  describe: ({ subjects }) => ({
    title: 'A file holds two different times',
    message: `${subjects.length === 1 ? 'A file differs' : `${subjects.length} files differ`} in nothing but a date or time. When the two images were built is not known, so this may be the time of each build, or that of what was built: a release, a commit, a database of another day.`,
    remedy: {
      text: 'If it is the time of the build, leave it out or take it from SOURCE_DATE_EPOCH. If it comes with what was installed, pin that. Images with provenance (docker buildx build --provenance=mode=max) say when they were built.',
      needsEpoch: true,
      rewrite: dateFromEpoch,
    },
  }),
}

function timesOnly({ entry }: Pick<Subject, 'entry'>): Recognition | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const [a, b] = [timesIn(texts.a), timesIn(texts.b)]
  if (a.length !== b.length || maskPieces(texts.a, a) !== maskPieces(texts.b, b)) return null
  const said = (text: string, { index, length }: TimeMatch): string => text.slice(index, index + length)
  const pairs = a.flatMap((time, index) => {
    const other = b[index] as TimeMatch
    const [one, two] = [said(texts.a, time), said(texts.b, other)]
    return one === two ? [] : [{ time, other, one, two }]
  })
  const near = pairs.every(({ time, other }) => time.form === other.form && Math.abs(time.ms - other.ms) < mostApart)
  if (pairs.length === 0 || !near) return null
  return {
    confidence: 'likely',
    evidence: pairs.slice(0, 3).map(({ time, one, two }) => ({
      what: `two different times (${time.form}) in line ${texts.a.slice(0, time.index).split('\n').length}`,
      path: entry.path,
      offset: time.index,
      a: quoteUnlessSecret(one, ''),
      b: quoteUnlessSecret(two, ''),
    })),
  }
}

const year = 365 * 86_400_000
/** Two images that anybody compares are of one decade; random numbers seldom are. */
const mostApart = 5 * year
const [earliest, latest] = [Date.UTC(2000), Date.UTC(2045)]

/** What is surely written as a time, longest first, without overlaps: none of the forms that any number may have, no time without a day. */
function timesIn(text: string): TimeMatch[] {
  if (text.length > 1 << 20) return []
  const candidates = findTimes(text)
    .filter(
      ({ form, daily, ms }) =>
        !daily &&
        !/octal|hexadecimal|since (?!1970)|^days|two digits|of the year/.test(form) &&
        ms >= earliest &&
        ms < latest,
    )
    .sort((p, q) => q.length - p.length || p.index - q.index)
    .slice(0, 2_000)
  const taken: TimeMatch[] = []
  for (const time of candidates)
    if (!taken.some(other => time.index < other.index + other.length && other.index < time.index + time.length))
      taken.push(time)
  return taken.sort((p, q) => p.index - q.index)
}
