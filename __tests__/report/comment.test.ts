import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderComment } from '../../src/report/comment.ts'
import type { Report } from '../../src/report/report.ts'
import { all } from './all-reports.ts'
import { enormous } from './extreme-reports.ts'
import { notReproducible, reproducible } from './reports.ts'

const marker = '<!-- repro-gate key failed 1a2b3c4 -->'
const blobUrl = 'https://github.com/o/r/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const options = { marker, blobUrl, runUrl: 'https://github.com/o/r/actions/runs/17' }
const resolved = { failedAt: '1a2b3c4d5e6f708192a3', fixedAt: '5d6e7f8091a2b3c4d5e6' }

describe('the comment on a pull request', () => {
  const goldens: [string, Report, object][] = [
    ['comment', notReproducible, options],
    ['comment-resolved', reproducible, { ...options, resolved }],
    ['comment-images', all.images as Report, options],
    ['comment-build-failed', all['build-failed'] as Report, options],
    ['comment-undecided', all.undecided as Report, options],
    ['comment-lint', all.lint as Report, options],
    ['comment-smoke', all['smoke-differs'] as Report, options],
  ]
  // UPDATE_OUTPUTS=1 writes them anew; the change is then read in the diff.
  test.each(goldens)('%s is as committed', (name, report, how) => {
    const file = new URL(`./outputs/${name}.md`, import.meta.url)
    const text = renderComment(report, { ...options, ...how })
    if (process.env.UPDATE_OUTPUTS === '1') writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  test('begins with its marker, says what to do first, and where the rest is', () => {
    const text = renderComment(notReproducible, options)
    expect(text.startsWith(`${marker}\n### ❌ Not reproducible\n`)).toBe(true)
    const order = ['### Do this first', 'Dockerfile#L3-L5', '```diff', 'Python wrote the time', 'actions/runs/17']
    const places = order.map(part => text.indexOf(part))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(text.match(/apt and dpkg wrote/g)).toHaveLength(1)
  })

  test('is folded once it is mended, with the commits that are known', () => {
    const text = renderComment(reproducible, { ...options, resolved })
    expect(text).toMatch(
      /^<!-- [^\n]*\n<details><summary>✅ Reproducible\. What was wrong at <code>1a2b3c4<\/code> is mended at <code>5d6e7f8<\/code><\/summary>/,
    )
    const again = { failedAt: resolved.failedAt, fixedAt: resolved.failedAt }
    expect(renderComment(reproducible, { ...options, resolved: again })).toContain(
      'An earlier run of <code>1a2b3c4</code> failed, and nothing has changed since</summary>',
    )
    expect(renderComment(reproducible, { ...options, resolved: { failedAt: null, fixedAt: null } })).toContain(
      'What was wrong before is mended</summary>',
    )
  })

  test('of a build that failed ends with what its log said last, inert', () => {
    const failed = all['build-failed'] as Report
    expect(renderComment(failed, options)).toContain('\n         Got        666a9c3a5b1f\n```\n')
    if (failed.failure === null) throw new Error('no failure')
    const logTail = [
      ...Array.from({ length: 30 }, (_, index) => `step ${index}`),
      '```',
      '::error::x',
      '\u202e',
      ' ',
      '',
    ]
    const failure = { ...failed.failure, image: 'web', logTail }
    const text = renderComment({ ...failed, failure }, options)
    expect(text).toContain('The last 8 lines of the log of build A of <code>web</code>:\n\n````\nstep 25\n')
    expect(text).toContain('```\n\\u003a:error::x\n\\u202e\n````\n')
    expect(text).not.toContain('step 24')
    expect(renderComment({ ...failed, failure: { ...failure, logTail: [] } }, options)).not.toContain('last')
  })

  test('names the target that it is about', () => {
    const report = { ...notReproducible, subject: { ...notReproducible.subject, target: 'web' } }
    expect(renderComment(report, options)).toContain('### ❌ Not reproducible: web\n')
  })

  test('fits, whatever the limit, and counts what it left out', () => {
    const limit = fc.integer({ min: 300, max: 80_000 })
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(all), enormous), limit, (report, maxBytes) => {
        const text = renderComment(report, { ...options, maxBytes })
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
        expect(text).toMatch(/^<!-- [^\n]*\n### /)
      }),
      { numRuns: 60 },
    )
    expect(Buffer.byteLength(renderComment(enormous, options))).toBeLessThan(20_000)
    expect(renderComment(enormous, options)).toContain('- and 823 other causes, 833 warnings and 833 notices')
  })
})
