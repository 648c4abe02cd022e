import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { annotations } from '../../src/report/annotations.ts'
import { renderBadge } from '../../src/report/badge.ts'
import { renderHtml } from '../../src/report/html/html.ts'
import { reportJson } from '../../src/report/json.ts'
import { renderPredicate } from '../../src/report/predicate.ts'
import { reportIn, reportLimit } from '../../src/report/read-report.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { all } from './all-reports.ts'
import { hostileReports } from './hostile-reports.ts'
import { lintOnly, notReproducible, reproducible, undecided } from './reports.ts'

const renderers: Record<string, (report: Report) => unknown> = {
  terminal: report => renderTerminal(report, { colour: false, sources: {} }),
  summary: report => renderSummary(report, { blobUrl: 'https://github.com/o/r/blob/c' }),
  html: report => renderHtml(report),
  sarif: report => renderSarif(report, text => Buffer.from(text).toString('hex').slice(0, 40)),
  badge: renderBadge,
  predicate: report => renderPredicate(report, 'scai', { sha256: 'a', at: null }),
  annotations,
  json: reportJson,
}

const read = (json: string): Report => {
  const found = reportIn(json)
  if ('problem' in found) throw new Error(found.problem)
  return found.report
}
const problemOf = (json: string): string | null => {
  const found = reportIn(json)
  return 'problem' in found ? found.problem : null
}
const changed = (change: (report: Record<string, unknown>) => void, base: Report = notReproducible): string => {
  const report = JSON.parse(reportJson(base))
  change(report)
  return JSON.stringify(report)
}

describe('a report.json that is read', () => {
  test.each(Object.entries(all).filter(([name]) => name !== 'hostile'))(
    'of %s is the report that was written, to every renderer',
    (_, report) => {
      const again = read(reportJson(report))
      expect(again).toEqual(JSON.parse(JSON.stringify(report)))
      for (const [name, render] of Object.entries(renderers))
        expect([name, render(again)]).toEqual([name, render(report)])
    },
  )

  test('keeps hostile texts, which are for renderers to make harmless, and no address of theirs', () => {
    fc.assert(
      fc.property(hostileReports, report => {
        const ids = (findings: Report['findings']) =>
          findings.map((one, at) => ({ ...one, id: `id-${at}`, related: [] }))
        const written = {
          ...report,
          ...{
            findings: ids(report.findings),
            pullAgain: [],
            doubts: report.verdict === 'reproducible' ? [] : report.doubts,
          },
          ignored: report.ignored.map(one => ({ ...one, finding: ids([one.finding])[0] })),
        } as Report
        const found = reportIn(reportJson(written))
        if ('problem' in found)
          return expect(found.problem).toMatch(/^it (is no report.json of repro-gate: |contradicts itself)/)
        const { findings } = found.report
        expect(findings.map(({ title, message, paths }) => [title, message, paths])).toEqual(
          written.findings.map(({ title, message, paths }) => [title, message, paths]),
        )
        for (const { docs } of findings)
          expect(docs).toMatch(/^https:\/\/(github\.com\/repro-gate\/repro-gate|docs\.docker\.com)\//)
        for (const render of Object.values(renderers)) render(found.report)
      }),
      { numRuns: 60 },
    )
  })

  test('has none of the fields that nobody knows', () => {
    const json = changed(report => {
      report.later = { x: 1 }
      Object.assign((report.findings as object[])[0] ?? {}, { severity: 3, toString: 'x' })
      report.versions = { ...(report.versions as object), __proto__: 'x', constructor: 'x' }
    }).replace('"schemaVersion"', '"__proto__": {"verdict": "reproducible"}, "schemaVersion"')
    const report = read(json)
    expect(report).toEqual(JSON.parse(reportJson(notReproducible)))
    expect(Object.keys(report)).not.toContain('__proto__')
    expect(report.findings[0]).not.toHaveProperty('severity')
    expect(Object.hasOwn(report.versions, 'constructor')).toBe(false)
  })

  test('of an earlier version has what it could not have had yet', () => {
    const json = changed(report => {
      for (const field of ['notes', 'levelReasons', 'pullAgain', 'ingredients']) delete report[field]
      delete (report.subject as Record<string, unknown>).files
    })
    expect(read(json)).toMatchObject({
      ...{ notes: [], levelReasons: [], pullAgain: [], ingredients: null, subject: { files: ['Dockerfile'] } },
    })
  })

  // biome-ignore lint/suspicious/noExplicitAny: each breaks it in another way
  test.each<[string, (report: any) => void, RegExp]>([
    ['another schema', report => void Object.assign(report, { schemaVersion: 2 }), /schemaVersion 2.*newer/],
    ['no schema', report => void delete report.schemaVersion, /no schemaVersion/],
    ['no verdict', report => void delete report.verdict, /verdict is not there/],
    ['a verdict of its own', report => void Object.assign(report, { verdict: 'fine' }), /verdict is not one of/],
    [
      'a number for a text',
      report => void Object.assign(report.findings[0], { title: 3 }),
      /findings\[0\]\.title is not/,
    ],
    [
      'a line that cannot be',
      report => void Object.assign(report.findings[0].location, { line: 0 }),
      /findings\[0\]\.location\.line/,
    ],
    ['half a line', report => void Object.assign(report.findings[0].location, { line: 1.5 }), /location\.line/],
    ['an id of lines', report => void Object.assign(report.findings[0], { id: 'a\nb' }), /findings\[0\]\.id/],
    [
      'no digest',
      report => void Object.assign(report.builds[0], { digest: 'sha256:zz' }),
      /builds\[0\]\.digest is not a digest/,
    ],
    [
      'a text beyond all bounds',
      report => void Object.assign(report.findings[0], { title: 'x'.repeat(2 ** 21) }),
      /title is not a text of at most/,
    ],
    [
      'too many findings',
      report => void Object.assign(report, { findings: Array(20_001).fill(report.findings[0]) }),
      /findings is not a list of at most/,
    ],
    ['a list for an object', report => void Object.assign(report, { scope: [] }), /scope is not an object/],
  ])('with %s is refused, and the place is told', (_, change, told) => {
    expect(problemOf(changed(change as (report: Record<string, unknown>) => void))).toMatch(told)
  })

  test.each<[string, Report, Partial<Report>]>([
    ['is a lint with a verdict', lintOnly, { verdict: 'reproducible' }],
    ['is a gate without one', reproducible, { verdict: null }],
    ['is reproducible, and doubts it', reproducible, { doubts: ['B was cached'] }],
    ['is reproducible, and the images differ', reproducible, { level: 'different' }],
    ['is reproducible, and nothing was built', reproducible, { builds: [] }],
    ['is reproducible, and its digests differ', reproducible, { builds: notReproducible.builds }],
    ['is reproducible, and only one side was built', reproducible, { builds: reproducible.builds.slice(0, 1) }],
    [
      'is reproducible, and a build failed',
      reproducible,
      { failure: { side: 'B', step: null, message: '', location: null, logTail: [] } },
    ],
  ])('that %s is refused', (_, base, change) => {
    expect(problemOf(reportJson(base))).toBeNull()
    expect(problemOf(reportJson({ ...base, ...change }))).toMatch(/contradicts itself/)
  })

  test.each([
    ['', /not JSON/],
    ['{"schemaVersion": 1', /not JSON/],
    ['null', /no schemaVersion/],
    ['[]', /no schemaVersion/],
    ['"schemaVersion"', /no schemaVersion/],
    ['['.repeat(100_000), /levels deep/],
    [`[${'[],'.repeat(3_000_000)}[]]`, /more than \d+ values/],
    [' '.repeat(reportLimit + 1), /larger than 64 MiB/],
    ['{"a": "\\', /not JSON/],
  ])('that begins with %.20s is refused, whatever it would do to a parser', (json, told) => {
    expect(problemOf(json)).toMatch(told)
  })

  test('never is more than a refusal, cut or changed anywhere', () => {
    const json = reportJson(undecided)
    fc.assert(
      fc.property(fc.nat(json.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 6 }), (at, length, text) => {
        const found = reportIn(json.slice(0, at) + text + json.slice(at + length))
        if ('report' in found) for (const render of Object.values(renderers)) render(found.report)
        else expect(found.problem).not.toBe('')
      }),
      { numRuns: 300 },
    )
  })
})
