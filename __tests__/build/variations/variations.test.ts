import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { otherCheckout } from '../../../src/build/variations/mtimes.ts'
import { modeUnder, umaskOf } from '../../../src/build/variations/umask.ts'
import type { ContextEntry } from '../../../src/build/variations/variation.ts'
import { variations } from '../../../src/build/variations/variations.ts'
import { variedWords } from '../../../src/report/scope-lines.ts'

const docs = readFileSync(join(import.meta.dirname, '../../../docs/variations.md'), 'utf8')

describe('the list', () => {
  test.each(variations.map(({ id }) => id))('%s has a section of the page, and words in the report', id => {
    expect(docs).toMatch(new RegExp(`^## ${id}$`, 'm'))
    expect(variedWords[id]?.length).toBeGreaterThan(2)
  })

  test('by default only what any two checkouts differ in', () => {
    expect(variations.filter(({ byDefault }) => byDefault).map(({ id }) => id)).toEqual([
      ...['mtimes', 'umask', 'order', 'time'],
    ])
  })
})

const entry = (mode: number, type: ContextEntry['type'] = 'file'): ContextEntry => ({ path: 'x', type, mode, size: 1 })

describe('umask', () => {
  test('0644 and 0755 become 0664 and 0775, and the other way round', () => {
    expect([0o644, 0o755].map(mode => modeUnder(entry(mode), 0o022, 0o002))).toEqual([0o664, 0o775])
    expect([0o664, 0o775].map(mode => modeUnder(entry(mode), 0o002, 0o022))).toEqual([0o644, 0o755])
    expect(modeUnder(entry(0o755, 'directory'), 0o022, 0o002)).toBe(0o775)
  })

  test('what somebody set stays: a key, a read-only file, a link', () => {
    for (const mode of [0o400, 0o444, 0o600, 0o777]) expect(modeUnder(entry(mode), 0o022, 0o002)).toBe(mode)
    expect(modeUnder(entry(0o644, 'directory'), 0o022, 0o002)).toBe(0o644)
    expect(modeUnder(entry(0o755, 'symlink'), 0o022, 0o002)).toBe(0o755)
  })

  test('a folder that hands on its group stays one', () => {
    expect(modeUnder(entry(0o2755, 'directory'), 0o022, 0o002)).toBe(0o2775)
  })

  test('the executable bits never change, and nothing becomes writable for others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0o7777 }), fc.constantFrom(0o022, 0o002), (mode, own) => {
        const other = modeUnder(entry(mode), own, own === 0o022 ? 0o002 : 0o022)
        expect((other & 0o111) === (mode & 0o111) && (other & 0o002) === (mode & 0o002)).toBe(true)
        expect(other & 0o7000).toBe(mode & 0o7000)
      }),
    )
  })

  test('a context tells its umask, whatever a few files were set to', () => {
    expect(umaskOf([entry(0o644), entry(0o755, 'directory'), entry(0o600)])).toBe(0o022)
    expect(umaskOf([entry(0o664), entry(0o775, 'directory'), entry(0o644)])).toBe(0o002)
    expect(umaskOf([entry(0o600), entry(0o700, 'directory')])).toBe(0o077)
    expect(umaskOf([])).toBe(0o022)
  })
})

describe('another moment of the checkout', () => {
  const [epoch, day] = [1_700_000_000, 86_400]

  test('a day earlier where that is after the commit', () => {
    expect(otherCheckout([epoch + 9 * day], epoch, epoch + 10 * day)).toBe(epoch + 9 * day - 90_061)
  })

  test('of a commit of a minute ago: between it and the checkout', () => {
    expect(otherCheckout([epoch + 40], epoch, epoch + 60)).toBe(epoch + 20)
  })

  test("a laptop's: files older than the commit get a time after it", () => {
    expect(otherCheckout([epoch - 300 * day], epoch, epoch + 60)).toBe(epoch + 59)
  })

  test('none, where there is none to choose', () => {
    expect(otherCheckout([epoch], epoch, epoch)).toBe(null)
  })

  test('never before the epoch, in the future, or in the same two seconds as the newest file', () => {
    const seconds = fc.integer({ min: 0, max: 2_000_000_000 })
    fc.assert(
      fc.property(fc.array(seconds, { maxLength: 5 }), seconds, seconds, (times, one, two) => {
        const [from, now] = one < two ? [one, two] : [two, one]
        const chosen = otherCheckout(times, from, now)
        if (chosen === null) return
        const newest = Math.max(0, ...times.filter(time => time <= now))
        expect(chosen >= from && chosen <= now && Math.abs(chosen - newest) >= 1).toBe(true)
      }),
    )
  })
})
