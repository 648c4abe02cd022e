import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Location } from '../../src/finding.ts'
import { annotations, batches, forLog } from '../../src/report/annotations.ts'
import { enormous, hostile } from './extreme-reports.ts'
import { at, buildFailed, finding, notReproducible } from './reports.ts'

const placed = (location: Partial<Location>) => {
  const [found] = annotations({ ...notReproducible, findings: [finding('x', { location: { ...at(3), ...location } })] })
  return found
}

describe('annotations', () => {
  test('say what, where, both values, and what to do; worst first', () => {
    const [first, ...rest] = annotations(notReproducible)
    expect(first).toMatchObject({ path: 'Dockerfile', startLine: 3, endLine: 5, level: 'error' })
    expect(first?.title).toBe('apt-logs: apt and dpkg wrote the build time into their logs')
    for (const part of [
      'var/log/dpkg.log',
      'A: 2026-11-21 03:05:28',
      'B: 2026-11-21 03:06:31',
      'Fix: Remove',
      'rm -rf',
      'causes/apt-logs.md',
    ]) {
      expect(first?.message).toContain(part)
    }
    expect(rest.map(({ level }) => level)).toEqual(['error', 'error', 'warning', 'warning', 'warning', 'notice'])
  })

  test('of a build that failed point at its instruction before all else', () => {
    expect(annotations(buildFailed)[0]).toMatchObject({
      startLine: 6,
      level: 'error',
      title: 'Build A failed here, so nothing was proven',
    })
    expect(annotations(buildFailed)[0]?.message).toContain('DO NOT MATCH THE HASHES')
  })

  test('have columns only within one line, both inclusive', () => {
    expect(placed({ column: 4, endColumn: 8 })).toMatchObject({ startColumn: 4, endColumn: 7 })
    expect(placed({ column: 4, endColumn: 4 })).toMatchObject({ startColumn: 4, endColumn: 4 })
    expect(placed({ endLine: 4, column: 4, endColumn: 8 })).not.toHaveProperty('startColumn')
    expect(placed({ endLine: 1 })).toMatchObject({ startLine: 3, endLine: 3 })
  })

  test.each(['/etc/Dockerfile', '../Dockerfile', 'a/../../b', '', 'a\\b', 'a//b', 'a\nb'])(
    'leave out the place %j, which GitHub would refuse',
    file => {
      expect(placed({ file })).toBeUndefined()
    },
  )

  test('leave out a line that cannot be, and what has none', () => {
    for (const line of [0, -1, 1.5, Number.NaN, 2 ** 31]) expect(placed({ line, endLine: line })).toBeUndefined()
    expect(annotations({ ...notReproducible, findings: [finding('x')] })).toEqual([])
  })

  test('keep within the limits for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(500), (text, times) => {
        for (const { title, message, path } of annotations({
          ...hostile(text.repeat(times)),
          findings: [finding('x', { ...hostile(text.repeat(times)).findings[0], location: at(1) })],
        })) {
          expect(title.length).toBeLessThanOrEqual(255)
          expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4000)
          expect(`${title}${message.replaceAll('\n', '').replaceAll('\t', '')}${path}`).not.toMatch(
            /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u,
          )
        }
      }),
      { numRuns: 60 },
    )
  })

  test('come in batches of fifty, none empty', () => {
    const many = annotations(enormous)
    expect(batches(many.slice(0, 120)).map(({ length }) => length)).toEqual([50, 50, 20])
    expect(batches(many.slice(0, 100)).map(({ length }) => length)).toEqual([50, 50])
    expect(batches([])).toEqual([])
    expect(batches(many).flat()).toEqual(many)
  })

  test('in the log are the worst ten of each level, the rest counted', () => {
    const { shown, left } = forLog(annotations(enormous))
    expect(shown.map(({ level }) => level)).toEqual([
      ...Array(10).fill('error'),
      ...Array(10).fill('warning'),
      ...Array(10).fill('notice'),
    ])
    expect(left).toBe(4970)
    expect(shown[0]).toEqual(annotations(enormous)[0])
  })
})
