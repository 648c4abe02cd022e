import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Location } from '../../src/finding.ts'
import { annotations, annotationsFor, batches, forLog } from '../../src/report/annotations.ts'
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
    // The finding of the lint that the first cause proves is not told again.
    expect(rest.map(({ level }) => level)).toEqual(['error', 'error', 'warning', 'warning', 'notice'])
  })

  test('the causes of one instruction are one, what is to be done about them said once', () => {
    const fix = { text: 'Remove them.', snippet: '&& rm -rf /var/log/*' }
    const causes = ['apt-logs', 'ldconfig-cache', 'machine-id'].map(id => finding(id, { location: at(3, 5), fix }))
    const [one, ...more] = annotations({ ...notReproducible, findings: causes })
    expect(more).toEqual([])
    expect(one).toMatchObject({ startLine: 3, endLine: 5, title: '3 causes here, the worst: About apt-logs' })
    expect(one?.message).toContain('3. machine-id: About machine-id')
    expect(one?.message.match(/Fix: Remove them\./g)).toHaveLength(1)
  })

  test('what the lint says alike at many lines is said at the first, of few at each', () => {
    const alike = (lines: number[]) =>
      lines.map(line => finding('RG201', { location: at(line, line, 3, 7), title: 'No version', message: 'Moves.' }))
    const [first, ...rest] = annotations({ ...notReproducible, findings: alike([9, 2, 5, 7]) })
    expect(rest).toEqual([])
    expect(first).toMatchObject({ startLine: 2, startColumn: 3 })
    expect(first?.message).toContain('The same at lines 5, 7, 9.')
    expect(annotations({ ...notReproducible, findings: alike([2, 5, 7]) })).toHaveLength(3)
  })

  test('many findings at one line are one, without the columns of any', () => {
    const ids = ['RG201', 'RG205', 'RG501', 'RG502', 'RG503', 'RG504']
    const findings = ids.map((id, index) => finding(id, { location: at(4, 4, index + 1, index + 2) }))
    const [one, ...more] = annotations({ ...notReproducible, findings })
    expect(more).toEqual([])
    expect(one?.title).toBe('6 findings here, the worst: About RG201')
    expect(one?.message).toContain('And RG503, RG504.')
    expect(one).not.toHaveProperty('startColumn')
  })

  test('of the lint are made on touched lines alone, if asked; of causes always', () => {
    const touched = new Map([
      ['Dockerfile', [{ start: 7, end: 8 }]],
      ['big/Dockerfile', null],
    ])
    const { annotations: some, untouched } = annotationsFor(notReproducible, { which: 'changed', touched })
    expect(some.map(({ title }) => title.replace(/:.*/, ''))).toEqual(['apt-logs', 'pyc-timestamp', 'unknown', 'RG601'])
    expect(untouched).toBe(3)
    const everywhere = annotations(notReproducible)
    for (const how of [
      { which: 'all' as const, touched },
      { which: 'changed' as const, touched: null },
    ])
      expect(annotationsFor(notReproducible, how)).toEqual({ annotations: everywhere, untouched: 0 })
    const inBig = finding('RG101', { location: { file: './big/Dockerfile', line: 1, endLine: 1 } })
    expect(annotationsFor({ ...notReproducible, findings: [inBig] }, { which: 'changed', touched }).untouched).toBe(0)
  })

  test('of a build that failed point at its instruction before all else', () => {
    expect(annotations(buildFailed)[0]).toMatchObject({
      startLine: 6,
      level: 'error',
      title: 'Build A failed here, so nothing was proven',
    })
    expect(annotations(buildFailed)[0]?.message).toContain('DO NOT MATCH THE HASHES')
    const failure = buildFailed.failure && { ...buildFailed.failure, image: 'jobs', stopped: true as const }
    expect(annotations({ ...buildFailed, failure })[0]?.title).toBe(
      'Build A of jobs was stopped here, so nothing was proven of it',
    )
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
    const [one] = annotations(notReproducible)
    const many = Array.from({ length: 777 }, (_, index) => ({ ...(one as typeof one & object), startLine: index + 1 }))
    expect(batches(many.slice(0, 120)).map(({ length }) => length)).toEqual([50, 50, 20])
    expect(batches(many.slice(0, 100)).map(({ length }) => length)).toEqual([50, 50])
    expect(batches([])).toEqual([])
    expect(batches(many).flat()).toEqual(many)
  })

  test('in the log are the worst ten of each level, the rest counted', () => {
    const [one] = annotations(notReproducible)
    const many = (['error', 'warning', 'notice'] as const).flatMap(level =>
      Array.from({ length: 25 }, (_, index) => ({ ...(one as typeof one & object), level, startLine: index + 1 })),
    )
    const { shown, left } = forLog(many)
    expect(shown.map(({ level }) => level)).toEqual([
      ...Array(10).fill('error'),
      ...Array(10).fill('warning'),
      ...Array(10).fill('notice'),
    ])
    expect(left).toBe(45)
    expect(shown[0]).toEqual(many[0])
  })

  test('of thousands of findings are as many as there are places', () => {
    const places = new Set(enormous.findings.map(({ location, source }) => `${source}${location?.line}`))
    expect(annotations(enormous).length).toBeLessThanOrEqual(places.size)
    expect(annotations(enormous)[0]).toMatchObject({ level: 'error' })
  })
})

test('a build of an image with a very long name fails in a title that GitHub takes', () => {
  const { failure } = buildFailed
  const failed = failure && { ...failure, image: '\ud83d\ude00'.repeat(5000) }
  const [found] = annotations({ ...buildFailed, failure: failed, failures: failed ? [failed] : [] })
  expect(found?.title).toMatch(/^Build [AB] of .+… failed here, so nothing was proven of it$/u)
  expect(found?.title.length).toBeLessThanOrEqual(255)
})
