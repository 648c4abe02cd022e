import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { unifiedDiff } from '../../src/fix/diff.ts'
import type { Report } from '../../src/report/report.ts'
import { suggestionsFor } from '../../src/report/review-suggestions.ts'
import type { Touched } from '../../src/report/touched.ts'
import { changedLines } from '../../src/report/unified-diff.ts'
import { fixable } from './fixable-reports.ts'
import { lintOnly } from './reports.ts'

const touchedIn = (file: string, ...ranges: [number, number][]): Touched =>
  new Map([[file, ranges.map(([start, end]) => ({ start, end }))]])
const reportOf = (before: string, after: string, file = 'Dockerfile'): Report => ({
  ...lintOnly,
  suggested: [{ file, diff: unifiedDiff(file, before, after) }],
})
const everything = touchedIn('Dockerfile', [1, 999])

describe('suggestions in a review', () => {
  test('are the safe changes at touched lines, with the reason', () => {
    const [suggestion, ...more] = suggestionsFor(fixable, touchedIn('Dockerfile', [4, 4]))
    expect(more).toEqual([])
    expect(suggestion).toEqual({
      ...{ path: 'Dockerfile', startLine: 4, line: 4, before: [' && apt-get install -y curl \\'] },
      body: [
        'apt installs what nobody asked for: Recommended packages come along, and the archive decides which. ([<code>RG205</code>](https://github.com/repro-gate/repro-gate/blob/main/docs/rules/RG205.md))',
        '```suggestion\n && apt-get install --no-install-recommends -y curl \\\n```',
      ].join('\n\n'),
    })
  })

  test('are not made where the lines were not touched, or nobody knows', () => {
    expect(suggestionsFor(fixable, touchedIn('Dockerfile', [1, 3], [5, 9]))).toEqual([])
    expect(suggestionsFor(fixable, touchedIn('other/Dockerfile', [1, 9]))).toEqual([])
    expect(suggestionsFor(fixable, new Map([['Dockerfile', null]]))).toEqual([])
    expect(suggestionsFor(fixable, null)).toEqual([])
  })

  test('of a line that is put in, replace the line below it; at the end the line above', () => {
    const above = suggestionsFor(reportOf('FROM a\nRUN b\n', 'FROM a\nARG c\nRUN b\n'), everything)
    expect(above).toMatchObject([{ startLine: 2, line: 2, before: ['RUN b'] }])
    expect(above[0]?.body).toContain('```suggestion\nARG c\nRUN b\n```')
    const end = suggestionsFor(reportOf('FROM a\nRUN b\n', 'FROM a\nRUN b\nUSER c\n'), everything)
    expect(end).toMatchObject([{ startLine: 2, line: 2, before: ['RUN b'] }])
  })

  test('that take lines away are empty, and a longer fence holds lines with fences', () => {
    const gone = suggestionsFor(reportOf('FROM a\nRUN b\n', 'FROM a\n'), everything)
    expect(gone[0]?.body).toMatch(/```suggestion\n```$/)
    const fenced = suggestionsFor(reportOf('FROM a\nRUN b\n', 'FROM a\nRUN echo ````\n'), everything)
    expect(fenced[0]?.body).toMatch(/\n`````suggestion\nRUN echo ````\n`````$/)
  })

  test.each(['RUN a\u202eb', 'RUN a\r', '::error::x', 'RUN ##[group]'])(
    'leave %j alone: it cannot be shown as it is',
    line => {
      expect(suggestionsFor(reportOf('FROM a\nRUN b\n', `FROM a\n${line}\n`), everything)).toEqual([])
    },
  )

  test.each(['/etc/Dockerfile', '../Dockerfile', 'a/../../b'])('are only made within the repository: %s', file => {
    expect(suggestionsFor(reportOf('a\n', 'b\n', file), touchedIn(file, [1, 9]))).toEqual([])
  })

  test('make of the old text the new one, all together', () => {
    const text = fc.array(fc.constantFrom('FROM a', 'RUN b', '', 'RUN c', 'COPY d e'), { minLength: 1, maxLength: 14 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [old, now] = [before, after].map(lines => `${lines.join('\n')}\n`) as [string, string]
        const changes = changedLines(unifiedDiff('Dockerfile', old, now))
        const lines: string[] = [...before]
        // A line beside two changes is part of both: then they are not taken together.
        const apart = changes.every(
          ({ line, before: own }, at) => line + own.length <= (changes[at + 1]?.line ?? Infinity),
        )
        fc.pre(apart && changes.every(({ before: own }) => own.length > 0))
        for (const { line, before: own, after: mine } of changes.toReversed()) {
          expect(before.slice(line - 1, line - 1 + own.length)).toEqual(own)
          lines.splice(line - 1, own.length, ...mine)
        }
        expect(lines).toEqual(after)
      }),
    )
  })

  test('what is no diff has none', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), diff => void changedLines(diff)))
    expect(changedLines('--- a\n+++ b\n(more than 2000 lines changed)\n')).toEqual([])
  })
})
