import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { recogniseCause } from '../../src/explain/causes.ts'
import type { Clock } from '../../src/explain/values/time.ts'
import { aheadOf, clockOf, zonedClock } from '../../src/explain/values/zone.ts'
import type { Image } from '../../src/image/image.ts'
import { causeOf, changed, clock, fixture, only, opened, subjectOf } from './subject.ts'

const minute = 60_000
const hour = 60 * minute

/** The moment as a clock there shows it: `2026-11-21 12:00:05`. */
const shown = (ms: number, ahead = 0): string => new Date(ms + ahead).toISOString().slice(0, 19).replace('T', ' ')
const [inA, inB] = [clock.a.startedAt + 5_000, clock.b.startedAt + 5_000]

function withZone(own: Clock, ahead: number): Clock {
  return { ...own, a: { ...own.a, ahead }, b: { ...own.b, ahead } }
}

describe('times of a zip, which name no zone', () => {
  const member = async (name: string, own = clock): Promise<string | undefined> => {
    const { a, b } = fixture(`archives/${name}`)
    return recogniseCause({ ...subjectOf(await opened(changed(`opt/${name}`, a, b))), clock: own }).recognition
      .evidence[0]?.what
  }

  test.each([
    ['times.zip', 'time of page1.html, in the time of each build ('],
    ['tokyo.zip', 'time of page1.html, in the time of each build in a zone 9 h ahead of UTC ('],
    ['app.pyz', 'time of __main__.py, in the time of each build ('],
  ])('%s', async (name, words) => {
    expect(await member(name)).toContain(words)
  })

  test('of other builds are not said to be', async () => {
    const other = { ...clock, b: clock.a, a: clock.b }
    expect(await member('tokyo.zip', other)).toMatch(/^time of page1.html \(/)
  })
})

describe('local times without a zone', () => {
  test.each([
    ['in Tokyo', 9, 'in a zone 9 h ahead of UTC'],
    ['in New York', -5, 'in a zone 5 h behind UTC'],
    ['in Kathmandu', 5.75, 'in a zone 5 h 45 min ahead of UTC'],
  ])('%s', (_, hours, words) => {
    const ahead = hours * hour
    const own = changed('etc/x', `built ${shown(inA, ahead)}\n`, `built ${shown(inB, ahead)}\n`)
    expect(causeOf(own)).toBe('build-time certain')
    expect(recogniseCause(subjectOf(own)).recognition.evidence[0]?.what).toContain(words)
  })

  test.each([
    ['date, with a name of a zone', 'Sat Nov 21 12:00:05 JST 2026\n', 'Sat Nov 21 12:01:15 JST 2026\n'],
    ['date in São Paulo', 'Sat Nov 21 00:00:05 -03 2026\n', 'Sat Nov 21 00:01:15 -03 2026\n'],
    ['the compiler’s macros', 'Nov 21 2026 12:00:05', 'Nov 21 2026 12:01:15'],
    ['in a binary', 'ab\0\0built 2026-11-21 12:00:05\0\0z', 'ab\0\0built 2026-11-21 12:01:15\0\0z'],
  ])('%s', (_, a, b) => {
    expect(causeOf(changed('etc/x', a, b))).toBe('build-time certain')
  })

  test('in names', () => {
    const [a, b] = ['opt/run-20261121-120005.log', 'opt/run-20261121-120115.log']
    const own = only('a', a, { size: 9 }, 'd1')
    expect(causeOf(own, [only('b', b, { size: 8 }, 'd2')])).toBe('renamed-file certain')
  })

  test('to the minute they are only likely', () => {
    expect(causeOf(changed('etc/x', 'at 2026-11-21 12:00\n', 'at 2026-11-21 12:01\n'))).toBe('build-time likely')
  })

  test('of long builds they are only likely', () => {
    const long = (window: Clock['a']) => ({ startedAt: window.startedAt, endedAt: window.startedAt + 20 * minute })
    const subject = subjectOf(changed('etc/x', `${shown(inA, 9 * hour)}\n`, `${shown(inB, 9 * hour)}\n`))
    const slow = { ...subject, clock: { ...clock, a: long(clock.a), b: long(clock.b) } }
    expect(recogniseCause(slow)).toMatchObject({ cause: { id: 'build-time' }, recognition: { confidence: 'likely' } })
    const known = { ...slow, clock: withZone(slow.clock, 9 * hour) }
    expect(recogniseCause(known).recognition.confidence).toBe('certain')
  })

  test.each([
    ['in two zones', shown(inA, 9 * hour), shown(inB, 8 * hour)],
    ['in a zone that does not exist', shown(inA, 9.25 * hour), shown(inB, 9.25 * hour)],
    ['of the other side', shown(inB, 9 * hour), shown(inA, 9 * hour)],
    ['with a zone, and not in a build', '2026-11-21T12:00:05Z', '2026-11-21T12:01:15Z'],
    ['without a time of day', '2026-11-22', '2026-11-23'],
    ['without a date', '12:00:05', '12:01:15'],
  ])('not claimed: %s', (_, a, b) => {
    expect(causeOf(changed('etc/x', `x ${a}\n`, `x ${b}\n`))).not.toContain('build-time')
  })
})

describe('the zone that the image sets', () => {
  const image = (...variables: unknown[]): Image => ({
    digest: 'm',
    configDigest: 'c',
    manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
    config: { config: { Env: variables }, rootfs: { type: 'layers', diff_ids: [] } },
  })
  const aheadIn = (zone: unknown): number | undefined =>
    clockOf({ ...clock, imageA: image('PATH=/bin', zone), imageB: image() }).a.ahead

  test.each([
    ['TZ=Asia/Tokyo', 9 * hour],
    ['TZ=:Europe/Berlin', hour],
    ['TZ=America/New_York', -5 * hour],
    ['TZ=Asia/Kathmandu', 5.75 * hour],
    ['TZ=Etc/UTC', 0],
    ['TZ=JST-9', undefined],
    ['TZ=', undefined],
    [`TZ=${'x'.repeat(100_000)}`, undefined],
    [7, undefined],
  ])('%s', (variable, ahead) => {
    expect(aheadIn(variable)).toBe(ahead)
  })

  test('summer counts', () => {
    expect(aheadOf('Europe/Berlin', Date.UTC(2026, 6, 1))).toBe(2 * hour)
    expect(aheadOf('Europe/Berlin', Number.NaN)).toBeUndefined()
  })

  test('decides: also for times without a day or seconds, and of long builds', () => {
    const inTokyo = withZone(clock, 9 * hour)
    const found = (a: string, b: string): string => {
      const { cause, recognition } = recogniseCause({ ...subjectOf(changed('etc/x', a, b)), clock: inTokyo })
      return `${cause.id} ${recognition.confidence}`
    }
    expect(found('at 2026-11-21 12:00\n', 'at 2026-11-21 12:01\n')).toBe('build-time certain')
    expect(found('at 12:00:05\n', 'at 12:01:15\n')).toBe('build-time certain')
    expect(found('at 2026-11-21 03:00:05\n', 'at 2026-11-21 03:01:15\n')).toBe('build-time certain')
    expect(found('at 04:00:05\n', 'at 04:01:15\n')).not.toContain('build-time')
  })

  test('a stage may have another one', () => {
    const inTokyo = { ...subjectOf(changed('etc/x', shown(inA, -5 * hour), shown(inB, -5 * hour))) }
    const { cause, recognition } = recogniseCause({ ...inTokyo, clock: withZone(clock, 9 * hour) })
    expect(`${cause.id} ${recognition.confidence}`).toBe('build-time certain')
    expect(recognition.evidence[0]?.what).toContain('in a zone 5 h behind UTC')
  })
})

describe('chance', () => {
  /** The same numbers in every run, each drawn by a hash, so that neighbours know nothing of each other. */
  function* numbers(seed: number): Generator<number> {
    for (let count = 0; ; count++) yield createHash('md5').update(`${seed} ${count}`).digest().readUInt32LE() / 2 ** 32
  }

  const day = 24 * hour
  test.each([
    ['of the same days, short builds', 2 * day, 30_000],
    ['of the same days, builds of five minutes', 2 * day, 5 * minute],
    ['of the same year, builds of an hour', 365 * day, hour],
  ])('other dates %s: less than one pair in 10,000', (_, around, length) => {
    const next = numbers(length + around)
    const draw = (): string => shown(clock.a.startedAt + ((next.next().value as number) * 2 - 1) * around)
    const own: Clock = {
      epoch: 0,
      a: { startedAt: clock.a.startedAt, endedAt: clock.a.startedAt + length },
      b: { startedAt: clock.a.startedAt + length, endedAt: clock.a.startedAt + 2 * length },
    }
    const pairs = 30_000
    let taken = 0
    for (let pair = 0; pair < pairs; pair++) if (zonedClock(draw(), draw(), own)) taken++
    expect(taken).toBeLessThan(pairs / 10_000)
  })
})
