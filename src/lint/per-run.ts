/** What is known of the moment at which the lint runs, to tell a value of this run from one of the commit. */
export interface RunFacts {
  /** The variables by which a CI names its run; others do no harm. */
  env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970. */
  now: number
  /** Of the commit that is checked out, milliseconds since 1970; null: not known. A run comes after it. */
  commitTime: number | null
}

/** How CI systems name a run, and what it is. */
const runVariables: readonly (readonly [variable: string, what: string])[] = [
  ['GITHUB_RUN_ID', 'the id of this workflow run'],
  ['GITHUB_RUN_NUMBER', 'the number of this workflow run'],
  ['GITHUB_RUN_ATTEMPT', 'the attempt of this workflow run'],
  ['CI_PIPELINE_ID', 'the id of this pipeline'],
  ['CI_PIPELINE_IID', 'the number of this pipeline'],
  ['CI_JOB_ID', 'the id of this job'],
  ['BUILD_NUMBER', 'the number of this CI build'],
  ['BUILD_BUILDID', 'the id of this CI build'],
  ['CIRCLE_BUILD_NUM', 'the number of this CI build'],
  ['CIRCLE_WORKFLOW_ID', 'the id of this workflow run'],
  ['BUILDKITE_BUILD_NUMBER', 'the number of this CI build'],
  ['BUILDKITE_BUILD_ID', 'the id of this CI build'],
  ['TRAVIS_BUILD_ID', 'the id of this CI build'],
  ['DRONE_BUILD_NUMBER', 'the number of this CI build'],
]

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

/**
 * What of this run is in a value: its id or number, the time, a token made just now; in words, null where nothing is.
 * A commit, a version, a day of the past belong to the sources. In doubt it is nothing: a false alarm costs more.
 */
export function perRun(name: string, value: string, facts: RunFacts): string | null {
  const text = value.slice(0, 1000)
  return runId(name, text, facts) ?? timeOfRun(name, text, facts) ?? freshToken(text, facts)
}

function runId(name: string, text: string, { env }: RunFacts): string | null {
  const tokens = text.split(/[^A-Za-z0-9]+/)
  // A version such as 1.0.42 ends in the number of the run by chance.
  const isVersion = /^v?\d+(\.\d+)+$/.test(text)
  for (const [variable, what] of runVariables) {
    const id = env[variable]?.trim()
    if (!id) continue
    const isLong = /^\d{7,}$/.test(id) || /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(id)
    const isHere = isLong
      ? text === id || text.includes(`/runs/${id}`) || tokens.includes(id) || (id.includes('-') && text.includes(id))
      : !isVersion && tokens.includes(id) && namesRun.test(name)
    if (isHere) return `${what} (${variable})`
  }
  return null
}

/** A small number is that of the run only where its name says so. */
const namesRun =
  /(^|[^A-Za-z])(build|run|ci|job|pipeline|attempt)s?([^A-Za-z]|$)|(build|run|job|pipeline)[_.-]?(id|no|num|number)/i

function timeOfRun(name: string, text: string, facts: RunFacts): string | null {
  for (const { at, exact, text: found } of timesIn(text)) {
    if (isOfCommit(at, exact, facts)) continue
    const oldest = facts.now - (facts.commitTime === null ? hour / 4 : 6 * hour)
    const isNow = exact
      ? at <= facts.now + 5 * minute && at >= oldest
      : Math.abs(facts.now - at) < 1.6 * day && isToday(found, facts.now)
    // A day alone may be that of a snapshot, or of a release that is made today.
    if (isNow && (exact || (facts.commitTime !== null && !/snapshot|until|since|expir|valid|mirror/i.test(name))))
      return exact ? 'the time of this run' : 'the day of this run'
  }
  return null
}

/** Not later than it, by the second, or of its day anywhere on earth. */
const isOfCommit = (at: number, exact: boolean, { commitTime }: RunFacts): boolean =>
  commitTime !== null && (exact ? at < commitTime + 2000 : Math.abs(at + day / 2 - commitTime) < 1.1 * day)

/** Today in UTC, or where it is a few hours earlier or later. */
function isToday(found: string, now: number): boolean {
  const digits = found.replace(/\D/g, '')
  const days = [-14, 0, 14].map(hours => new Date(now + hours * hour).toISOString().slice(0, 10).replace(/-/g, ''))
  return days.includes(digits)
}

interface Time {
  at: number
  /** To the minute or closer; else a day. */
  exact: boolean
  text: string
}

const forms: readonly { pattern: RegExp; read: (text: string, match: RegExpMatchArray) => number; exact: boolean }[] = [
  {
    pattern: /(?<!\d)(20\d\d)-(\d\d)-(\d\d)[T _](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)? ?(Z|[+-]\d\d:?\d\d)?/g,
    read: (_, [, y, mo, d, h, mi, s, zone]) => utc([y, mo, d, h, mi, s ?? '0']) - zoneMs(zone),
    exact: true,
  },
  {
    pattern: /(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)[T_.-]?(\d\d)[-.:]?(\d\d)[-.:]?(\d\d)Z?(?!\d)/g,
    read: (_, [, y, mo, d, h, mi, s]) => utc([y, mo, d, h, mi, s]),
    exact: true,
  },
  {
    pattern: /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [A-Za-z0-9 :+,-]{12,40}/g,
    read: text => Date.parse(text),
    exact: true,
  },
  { pattern: /(?<![\d.])1\d{9}(?![\d.])/g, read: text => Number(text) * 1000, exact: true },
  { pattern: /(?<![\d.])1\d{12}(?![\d.])/g, read: text => Number(text), exact: true },
  {
    pattern: /(?<!\d)(20\d\d)[-./]?(\d\d)[-./]?(\d\d)(?!\d)/g,
    read: (_, [, y, mo, d]) => utc([y, mo, d, '0', '0', '0']),
    exact: false,
  },
]

function timesIn(text: string): Time[] {
  const times: Time[] = []
  let rest = text
  for (const { pattern, read, exact } of forms) {
    for (const match of rest.matchAll(pattern)) {
      const at = read(match[0], match)
      if (!Number.isNaN(at)) times.push({ at, exact, text: match[0] })
    }
    rest = rest.replace(pattern, ' ')
  }
  return times
}

const utc = (parts: readonly (string | undefined)[]): number => {
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = parts.map(Number)
  return mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60
    ? Number.NaN
    : Date.UTC(y, mo - 1, d, h, mi, s)
}

function zoneMs(zone: string | undefined): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '') ?? []
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minute
}

/** Tokens that hold the time at which they were made: UUIDs of version 1, 6 and 7, and ULIDs. */
function freshToken(text: string, { now }: RunFacts): string | null {
  const madeAt: number[] = []
  for (const [, low = '', mid = '', version, high = ''] of text.matchAll(
    /\b([0-9a-f]{8})-([0-9a-f]{4})-([167])([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/gi,
  )) {
    if (version === '7') madeAt.push(Number.parseInt(low + mid, 16))
    else {
      const ticks = version === '1' ? `${high}${mid}${low}` : `${low}${mid}${high}`
      // 100 ns since the first day of the Gregorian calendar.
      madeAt.push(Number(BigInt(`0x${ticks}`) / 10_000n - 12_219_292_800_000n))
    }
  }
  for (const [ulid] of text.matchAll(/\b0[0-7A-HJKMNP-TV-Z][0-9A-HJKMNP-TV-Z]{24}\b/g))
    madeAt.push([...ulid.slice(0, 10)].reduce((sum, char) => sum * 32 + crockford.indexOf(char), 0))
  return madeAt.some(at => at <= now + minute && at > now - hour) ? 'a token that was made for this run' : null
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
