/** A time written in a text. */
export interface TimeMatch {
  index: number
  length: number
  /** The earliest moment the text can mean, in ms since 1970; for a time of day without a date, ms since midnight. */
  ms: number
  /** How long the text stays true, in ms: a date says one day, `12:34` one minute. */
  span: number
  /** In words: `date and time`, `seconds since 1970`. */
  form: string
  /** Only a time of day: true on every day. */
  daily: boolean
  /** It names no zone, so it may be the time of any; `ms` reads it as UTC. */
  local: boolean
}

const second = 1000
const minute = 60 * second
const day = 86_400 * second

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const month = '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\\.?'
const weekday = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? {1,2})?'

interface Form {
  name: string
  pattern: RegExp
  read: (groups: (string | undefined)[]) => { ms: number; span: number; daily?: boolean; local?: boolean }[]
}

const forms: Form[] = [
  {
    name: 'date and time',
    pattern:
      /(?<!\d)((?:19|20)\d\d)([-/.:_])(\d\d)\2(\d\d)(?:(?:T|_|-| {1,2}|\+|%20)(\d\d)([:_.-]?)(\d\d)(?:\6(\d\d)(?:[.,_](\d{1,9}))?)?)?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?!\d))?(?!\d)/g,
    read: ([, y, , mo, d, h, , mi, s, f, z]) => [moment(y, num(mo) - 1, d, h, mi, s, f, z)],
  },
  {
    name: 'date and time',
    pattern: /(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?:[T_.-]?(\d\d)(\d\d)(\d\d)?(?:\.(\d{1,9}))?(Z)?)?(?!\d)/g,
    read: ([, y, mo, d, h, mi, s, f, z]) => [moment(y, num(mo) - 1, d, h, mi, s, f, z)],
  },
  {
    name: 'date and time',
    pattern: new RegExp(
      `${weekday}${month} {1,2}(\\d{1,2}),? (?:(\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?(?: ([AP]M))?(?: ([A-Z]{3,4}|[+-]\\d\\d(?:\\d\\d)?))? )?(\\d{4})(?:,? (?:at )?(\\d\\d):(\\d\\d):(\\d\\d))?(?!\\d)`,
      'g',
    ),
    read: ([, mo, d, h, mi, s, f, half, z, y, h2, mi2, s2]) => [
      moment(y, monthOf(mo), d, halfDay(h, half) ?? h2, mi ?? mi2, s ?? s2, f, z),
    ],
  },
  {
    name: 'date and time',
    pattern: new RegExp(
      `${weekday}(?<!\\d)(\\d{1,2})[ /-]${month}[ /-](\\d{4})(?:[ :T](\\d\\d):(\\d\\d)(?::(\\d\\d))?(?:\\.(\\d{1,9}))?(?: ([AP]M))?(?: ?(GMT|UTC|Z|[+-]\\d\\d:?\\d\\d))?)?(?!\\d)`,
      'g',
    ),
    read: ([, d, mo, y, h, mi, s, f, half, z]) => [moment(y, monthOf(mo), d, halfDay(h, half), mi, s, f, z)],
  },
  {
    name: 'date',
    pattern: /(?<![\d/])(\d{1,2})\/(\d{1,2})\/((?:20)?\d\d)(?![\d/])/g,
    read: ([, p, q, y]) => {
      const year = String(y).length === 2 ? `20${y}` : y
      return [moment(year, num(p) - 1, q), moment(year, num(q) - 1, p)]
    },
  },
  {
    name: 'time of day',
    pattern: /(?<![\d:.])(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?([AP]M))?(?![\d:])/g,
    read: ([, h, mi, s, f, half]) => [
      {
        ms: (num(halfDay(h, half)) * 60 + num(mi)) * minute + num(s) * second + fraction(f),
        span: f ? 1 : second,
        daily: true,
        local: true,
      },
    ],
  },
  {
    name: 'seconds since 1970',
    pattern: /(?<!\d)(\d{10})(?:\.(\d{1,9}))?(?!\d)/g,
    read: ([, n, f]) => [{ ms: num(n) * second + fraction(f), span: f ? 1 : second }],
  },
  { name: 'milliseconds since 1970', pattern: /(?<!\d)(\d{13})(?!\d)/g, read: ([, n]) => [{ ms: num(n), span: 1 }] },
  {
    name: 'microseconds since 1970',
    pattern: /(?<!\d)(\d{16})(?!\d)/g,
    read: ([, n]) => [{ ms: num(n) / 1e3, span: 1 }],
  },
  {
    name: 'nanoseconds since 1970',
    pattern: /(?<!\d)(\d{19})(?!\d)/g,
    read: ([, n]) => [{ ms: num(n) / 1e6, span: 1 }],
  },
  {
    name: 'seconds since 1970 in octal',
    pattern: /(?<![0-9])0?([1-7][0-7]{10})(?![0-9])/g,
    read: ([, n]) => [{ ms: Number.parseInt(n ?? '', 8) * second, span: second }],
  },
  {
    name: 'seconds since 1970 in hexadecimal',
    pattern: /(?<![0-9a-fA-F])([0-9a-f]{8}|[0-9A-F]{8})([0-9a-f]{5})?(?![0-9a-fA-F])/g,
    read: ([, n]) => [{ ms: Number.parseInt(n ?? '', 16) * second, span: second }],
  },
  {
    name: 'date with a year of two digits, and time',
    pattern: /(?<!\d)(\d\d)(\d\d)(\d\d)[-_T.]?(\d\d)(\d\d)(\d\d)(?!\d)/g,
    read: ([, y, mo, d, h, mi, s]) => [moment(`20${y}`, num(mo) - 1, d, h, mi, s)],
  },
  {
    name: 'day of the year, and time',
    pattern: /(?<!\d)(20\d\d)[-.]?([0-3]\d\d)[T _-](\d\d):?(\d\d):?(\d\d)(?!\d)/g,
    read: ([, y, d, h, mi, s]) => {
      const { ms, ...rest } = moment(y, 0, '1', h, mi, s)
      return [{ ms: ms + (num(d) - 1) * day, ...rest }]
    },
  },
  ...otherEpochs(),
]

/** Clocks that count from another moment than 1970: of Windows, .NET, the Macintosh, GPS; and days as numbers. */
function otherEpochs(): Form[] {
  const whole = (name: string, pattern: RegExp, unit: number, from: number): Form => ({
    name,
    pattern,
    read: ([, n]) => [{ ms: num(n) * unit + from, span: Math.max(1, unit) }],
  })
  const days = (name: string, pattern: RegExp, from: number): Form => ({
    name,
    pattern,
    read: ([, n, f]) => [{ ms: (Number(`${n}.${f}`) - from) * day, span: Math.max(1, day / 10 ** (f?.length ?? 0)) }],
  })
  return [
    whole('steps of 100 ns since 1601', /(?<!\d)(1\d{17})(?!\d)/g, 1e-4, -11_644_473_600_000),
    whole('steps of 100 ns since the year 1', /(?<!\d)(6\d{17})(?!\d)/g, 1e-4, -62_135_596_800_000),
    whole('seconds since 1904', /(?<!\d)([34]\d{9})(?!\d)/g, second, -2_082_844_800_000),
    // GPS counts no leap seconds; 18 have been inserted since 1980.
    whole('seconds since 1980', /(?<!\d)(1\d{9})(?!\d)/g, second, 315_964_782_000),
    days('days since 4713 BC', /(?<![\d.])(2[4-6]\d{5})\.(\d{4,12})(?!\d)/g, 2_440_587.5),
    days('days since 1858', /(?<![\d.])([5-7]\d{4})\.(\d{4,12})(?!\d)/g, 40_587),
    days('days since 1900', /(?<![\d.])([3-7]\d{4})\.(\d{4,12})(?!\d)/g, 25_569),
    days('days since 1970', /(?<![\d.])([12]\d{4})\.(\d{4,12})(?!\d)/g, 0),
  ]
}

const num = (text: string | undefined): number => Number(text ?? 0)
const monthOf = (text: string | undefined): number => months.indexOf((text ?? '').slice(0, 3).toLowerCase())
const fraction = (text: string | undefined): number => (text ? Math.floor(Number(`0.${text}`) * second) : 0)

function halfDay(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined) return hour
  return String((Number(hour) % 12) + (half === 'PM' ? 12 : 0))
}

function moment(
  y: string | undefined,
  monthIndex: number,
  d: string | undefined,
  h?: string,
  mi?: string,
  s?: string,
  f?: string,
  zone?: string,
): { ms: number; span: number; local: boolean } {
  const valid = monthIndex >= 0 && monthIndex < 12 && num(d) >= 1 && num(d) <= 31 && num(h) < 25 && num(mi) < 60
  const ms = valid ? Date.UTC(num(y), monthIndex, num(d), num(h), num(mi), num(s)) + fraction(f) : Number.NaN
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '')
  const shift = offset ? (offset[1] === '-' ? 1 : -1) * (num(offset[2]) * 60 + num(offset[3])) * minute : 0
  // `JST` says no more than that it is not UTC: such names are shared by zones far apart.
  const local = offset === null && !/^(?:Z|UTC|GMT)$/.test(zone ?? '')
  return { ms: ms + shift, span: f ? 1 : s ? second : h ? minute : day, local }
}

/**
 * All readings of `text` as times, overlapping ones included: what a build clock could have printed.
 * `text` should be bounded by the caller; every pattern is linear.
 */
export function findTimes(text: string): TimeMatch[] {
  const found: TimeMatch[] = []
  for (const form of forms) {
    for (const match of text.matchAll(form.pattern)) {
      const { index, 0: written } = match
      for (const { ms, span, daily = false, local = false } of form.read([...match]))
        if (Number.isFinite(ms)) found.push({ index, length: written.length, ms, span, form: form.name, daily, local })
    }
  }
  const dated = found.filter(time => !time.daily)
  const isPartOf = (time: TimeMatch, other: TimeMatch): boolean =>
    other.index < time.index + time.length && time.index < other.index + other.length
  // `03:00:05` inside of a date and time means that moment and no other day's.
  return found.filter(time => !time.daily || !dated.some(other => other.length > time.length && isPartOf(time, other)))
}
