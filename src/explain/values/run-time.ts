import type { ByteRun } from '../../image/comparison.ts'
import { bytesOf, runBounds } from '../content.ts'
import type { Clock, Window } from './time.ts'
import { formIn, isWithin } from './time.ts'
import { findTimes } from './time-forms.ts'
import { zonedClock } from './zone.ts'

/** A build time found in a differing run of bytes: each side's value lies in its own build. */
export interface RunTime {
  /** Where the value begins, from the start of the content. */
  offset: number
  /** Length of the value in bytes. */
  length: number
  form: string
  /** Milliseconds since 1970, or the text itself when it is written as text. */
  a: number | string
  b: number | string
  /** The value covers every differing byte of the run. */
  covers: boolean
}

interface Encoding {
  form: string
  size: number
  /** Milliseconds since 1970, NaN when the bytes cannot be a time. */
  read: (bytes: Buffer, at: number) => number
}

const second = 1000
const secondsTo1970 = 2_082_844_800
const big = (value: bigint): number => Number(value)

const encodings: Encoding[] = [
  {
    form: 'seconds and nanoseconds, 64-bit little-endian',
    size: 16,
    read: (bytes, at) =>
      bytes.readBigUInt64LE(at + 8) < 1_000_000_000n ? big(bytes.readBigUInt64LE(at)) * second : Number.NaN,
  },
  { form: 'seconds, 64-bit little-endian', size: 8, read: (b, at) => big(b.readBigUInt64LE(at)) * second },
  { form: 'seconds, 64-bit big-endian', size: 8, read: (b, at) => big(b.readBigUInt64BE(at)) * second },
  { form: 'milliseconds, 64-bit little-endian', size: 8, read: (b, at) => big(b.readBigUInt64LE(at)) },
  { form: 'milliseconds, 64-bit big-endian', size: 8, read: (b, at) => big(b.readBigUInt64BE(at)) },
  { form: 'microseconds, 64-bit little-endian', size: 8, read: (b, at) => big(b.readBigUInt64LE(at)) / 1e3 },
  { form: 'microseconds, 64-bit big-endian', size: 8, read: (b, at) => big(b.readBigUInt64BE(at)) / 1e3 },
  { form: 'nanoseconds, 64-bit little-endian', size: 8, read: (b, at) => big(b.readBigUInt64LE(at)) / 1e6 },
  { form: 'nanoseconds, 64-bit big-endian', size: 8, read: (b, at) => big(b.readBigUInt64BE(at)) / 1e6 },
  { form: 'seconds, 64-bit float', size: 8, read: (b, at) => b.readDoubleLE(at) * second },
  { form: 'seconds, 64-bit float, big-endian', size: 8, read: (b, at) => b.readDoubleBE(at) * second },
  // What JavaScript stores a Date as.
  { form: 'milliseconds, 64-bit float', size: 8, read: (b, at) => b.readDoubleLE(at) },
  { form: 'milliseconds, 64-bit float, big-endian', size: 8, read: (b, at) => b.readDoubleBE(at) },
  // Fonts count as old Macintoshes did.
  {
    form: 'seconds since 1904, 64-bit big-endian',
    size: 8,
    read: (b, at) => (big(b.readBigUInt64BE(at)) - secondsTo1970) * second,
  },
  {
    form: 'seconds and nanoseconds, 32-bit big-endian',
    size: 8,
    read: (b, at) => (b.readUInt32BE(at + 4) < 1e9 ? b.readUInt32BE(at) * second : Number.NaN),
  },
  {
    form: 'seconds and nanoseconds, 32-bit little-endian',
    size: 8,
    read: (b, at) => (b.readUInt32LE(at + 4) < 1e9 ? b.readUInt32LE(at) * second : Number.NaN),
  },
  { form: 'seconds, 32-bit little-endian', size: 4, read: (b, at) => b.readUInt32LE(at) * second },
  { form: 'seconds, 32-bit big-endian', size: 4, read: (b, at) => b.readUInt32BE(at) * second },
  { form: 'DOS date and time', size: 4, read: (b, at) => dosTime(b.readUInt16LE(at + 2), b.readUInt16LE(at)) },
]

/** A DOS date and time (two seconds apart, in local time taken as UTC) in ms since 1970; NaN when impossible. */
function dosTime(date: number, time: number): number {
  const [y, m, d] = [1980 + (date >> 9), (date >> 5) & 15, date & 31]
  const [h, mi, s] = [time >> 11, (time >> 5) & 63, (time & 31) * 2]
  if (m < 1 || m > 12 || d < 1 || h > 23 || mi > 59 || s > 59) return Number.NaN
  return Date.UTC(y, m - 1, d, h, mi, s)
}

const inWindow = (ms: number, span: number, window: Window): boolean =>
  Number.isFinite(ms) && isWithin({ ms, span, daily: false }, window)

/**
 * The build time that a run of differing bytes holds, or null. Text first (a clock's print is longer proof than
 * four bytes), then binary numbers; a value that covers the whole run is preferred.
 */
export function timeOfRun(run: ByteRun, clock: Clock): RunTime | null {
  const found = [...(inText(run, clock) ?? localTime(run, clock)), ...binaryTimes(run, clock)]
  return found.find(time => time.covers) ?? found[0] ?? null
}

/** Times as the window's own clock shows them; null where there is none. */
function inText(run: ByteRun, clock: Clock): RunTime[] | null {
  const found = textTimes(run, clock)
  return found.length > 0 ? found : null
}

/** Times in a zone that only they tell, where chance could hardly have made them. */
function localTime(run: ByteRun, clock: Clock): RunTime[] {
  const [a, b] = [run.a, run.b].map(bytes => bytesOf(bytes).toString('latin1'))
  const zoned = zonedClock(a ?? '', b ?? '', clock)
  return zoned?.certain ? textTimes(run, zoned.clock) : []
}

function textTimes(run: ByteRun, clock: Clock): RunTime[] {
  const { start, end } = runBounds(run)
  const a = bytesOf(run.a).toString('latin1')
  const b = bytesOf(run.b).toString('latin1')
  const inB = findTimes(b).filter(time => isWithin(time, clock.b))
  return findTimes(a)
    .filter(time => isWithin(time, clock.a) && time.index < end && time.index + time.length > start)
    .flatMap(time => {
      const twin = inB.find(other => other.index === time.index && other.form === time.form)
      if (!twin) return []
      const covers = time.index <= start && time.index + Math.max(time.length, twin.length) >= start + run.length
      return [
        {
          offset: run.offset - run.before + time.index,
          length: time.length,
          form: formIn(time, clock.a),
          a: a.slice(time.index, time.index + time.length),
          b: b.slice(twin.index, twin.index + twin.length),
          covers,
        },
      ]
    })
    .sort((p, q) => q.length - p.length)
}

function* binaryTimes(run: ByteRun, clock: Clock): Generator<RunTime> {
  const { start, end } = runBounds(run)
  const a = bytesOf(run.a)
  const b = bytesOf(run.b)
  const reach = Math.min(a.length, b.length)
  for (const { form, size, read } of encodings) {
    for (let at = Math.max(0, start - size + 1); at < end && at + size <= reach; at++) {
      const valueA = read(a, at)
      const valueB = read(b, at)
      const span = form.startsWith('DOS') ? 2 * second : second
      if (valueA === valueB || !inWindow(valueA, span, clock.a) || !inWindow(valueB, span, clock.b)) continue
      const covers = at <= start && at + size >= start + run.length
      yield { offset: run.offset - run.before + at, length: size, form, a: valueA, b: valueB, covers }
    }
  }
}
