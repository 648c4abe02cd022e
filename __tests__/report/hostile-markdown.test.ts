import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { annotations } from '../../src/report/annotations.ts'
import { renderComment } from '../../src/report/comment.ts'
import { suggestionsFor } from '../../src/report/review-suggestions.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { all } from './all-reports.ts'
import { hasParser, wrongsOf } from './github-markdown.ts'
import { hostileReports, hostileText } from './hostile-reports.ts'
import { withoutFences } from './markdown-reading.ts'

const blobUrl = 'https://github.com/o/r/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const runUrl = 'https://github.com/o/r/actions/runs/1'
const marker = '<!-- repro-gate key failed -->'
const withParser = hasParser ? test : test.skip

describe("as GitHub's own parser reads it (needs cmark-gfm)", () => {
  withParser('a summary has nothing of a stranger that does anything', () => {
    fc.assert(
      fc.property(hostileReports, fc.constantFrom(60_000, 900_000, 8_000), (report, maxBytes) => {
        const text = renderSummary(report, { blobUrl, maxBytes })
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
        expect(wrongsOf(text)).toEqual([])
        expect(withoutFences(text).match(/^## /gm)).toHaveLength(1)
      }),
      { numRuns: 120 },
    )
  })

  withParser('nor has a comment', () => {
    const resolved = fc.option(fc.record({ failedAt: fc.option(hostileText), fixedAt: fc.option(hostileText) }))
    fc.assert(
      fc.property(hostileReports, resolved, (report, how) => {
        const text = renderComment(report, { marker, blobUrl, runUrl, resolved: how })
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000)
        expect(text.startsWith(`${marker}\n`)).toBe(true)
        expect(wrongsOf(text)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  withParser('nor has a suggestion', () => {
    let seen = 0
    fc.assert(
      fc.property(hostileReports, hostileText, (report, text) => {
        const file = report.subject.file || 'Dockerfile'
        const diff = `--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n x\n-y\n+${text.replaceAll('\n', '\n+')}\n`
        const touched = new Map([[file.replace(/^(?:\.\/+)+/, ''), [{ start: 1, end: 99 }]]])
        for (const { body } of suggestionsFor({ ...report, suggested: [{ file, diff }] }, touched)) {
          seen++
          expect(wrongsOf(body)).toEqual([])
          expect(body.match(/^`{3,}suggestion$/gm)).toHaveLength(1)
        }
      }),
      { numRuns: 100 },
    )
    expect(seen).toBeGreaterThan(10)
  })

  withParser.each(Object.entries(all))('the summary and the comment of %s are in order', (_, report) => {
    expect(wrongsOf(renderSummary(report, { blobUrl, maxBytes: 200_000 }))).toEqual([])
    expect(wrongsOf(renderComment(report, { marker, blobUrl, runUrl }))).toEqual([])
  })
})

test('an annotation is plain text within the limits, and nothing in it is unseen', () => {
  fc.assert(
    fc.property(hostileReports, report => {
      for (const { title, message, path } of annotations(report)) {
        expect(title.length).toBeLessThanOrEqual(255)
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4000)
        expect(`${title}${path}${message.replace(/[\n\t]/g, '')}`).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u)
      }
    }),
    { numRuns: 60 },
  )
})
