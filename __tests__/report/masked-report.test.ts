import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { createMasking } from '../../src/host/masking.ts'
import { annotations } from '../../src/report/annotations.ts'
import { renderBadge } from '../../src/report/badge.ts'
import { renderHtml } from '../../src/report/html/html.ts'
import { reportJson } from '../../src/report/json.ts'
import { maskedReport } from '../../src/report/masked-report.ts'
import { renderPredicate } from '../../src/report/predicate.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { all } from './all-reports.ts'
import { hostile } from './extreme-reports.ts'
import { withTexts } from './hostile-reports.ts'
import { notReproducible } from './reports.ts'

const secret = 's3cr3t-Hunter2'
const forms = [secret, Buffer.from(secret).toString('base64').slice(0, -4), Buffer.from(secret).toString('hex')]

const everything = (report: Report): string =>
  [
    ...[renderTerminal(report, { colour: false, sources: {} }), renderSummary(report), renderHtml(report)],
    ...[
      renderSarif(report, text => text),
      renderBadge(report),
      renderPredicate(report, 'scai', { sha256: '', at: null }) ?? '',
    ],
    ...[JSON.stringify(annotations(report)), reportJson(report)],
  ].join('\n')

/** Ids are ours: nothing that a build prints can be one. */
const withOurIds = (report: Report): Report => ({
  ...report,
  findings: report.findings.map(one => ({ ...one, id: 'a-cause', related: [] })),
  ignored: report.ignored.map(one => ({ ...one, finding: { ...one.finding, id: 'a-cause', related: [] } })),
})

describe('a masked report', () => {
  test.each(Object.entries(all))('of %s without secrets is the same', (_, report) => {
    expect(maskedReport(report, createMasking())).toEqual(report)
    expect(maskedReport(report, createMasking(['nowhere-in-it']))).toEqual(report)
  })

  test('shows a secret nowhere, wherever it was', () => {
    const texts = [`a ${secret} b`, ...forms, `${'y'.repeat(30)}${secret.slice(0, 9)}…`]
    const leaking = [notReproducible, hostile('x'), all.images as Report, all['build-failed'] as Report].map(report =>
      withOurIds(withTexts(report, texts)),
    )
    const masking = createMasking([secret])
    for (const report of leaking) {
      expect(everything(report)).toContain(secret)
      const shown = everything(maskedReport(report, masking))
      for (const form of forms) expect(shown).not.toContain(form)
      expect(shown).not.toContain(secret.slice(0, 9))
      expect(shown).toContain('***')
    }
  })

  test('has stars in the place of the bytes of excerpts, whole and cut', () => {
    const bytes = (text: string): string => Buffer.from(text).toString('base64')
    const entry = {
      ...{
        path: `etc/${secret}`,
        layer: 1,
        line: 3,
        kind: 'changed' as const,
        changes: ['content' as const],
        causes: [],
      },
      ...{ platform: 'linux/amd64', a: null, b: null },
      excerpt: { offset: 10, differs: 12, a: bytes(`id=1 ${secret} x`), b: bytes(`id=2 ${secret.slice(0, 6)}`) },
    }
    const report = { ...notReproducible, entries: { list: [entry], more: 0 } }
    const { entries } = maskedReport(report, createMasking([secret]))
    const [shown] = entries?.list ?? []
    expect(shown?.path).toBe('etc/***')
    expect(Buffer.from(shown?.excerpt?.a ?? '', 'base64').toString()).toBe('id=1 ************** x')
    expect(Buffer.from(shown?.excerpt?.b ?? '', 'base64').toString()).toBe('id=2 ******')
  })

  test('keeps words, ids and digests, though a secret is one of them', () => {
    const [first] = notReproducible.findings as [Finding]
    const words = [
      'reproducible',
      'different',
      'error',
      'comparison',
      first.id,
      notReproducible.builds[0]?.digest ?? '',
    ]
    const { verdict, level, findings, builds } = maskedReport(notReproducible, createMasking(words))
    expect({ verdict, level, builds: builds.map(({ digest }) => digest) }).toEqual({
      ...{ verdict: notReproducible.verdict, level: notReproducible.level },
      builds: notReproducible.builds.map(({ digest }) => digest),
    })
    expect(findings.map(({ id, level }) => [id, level])).toEqual(
      notReproducible.findings.map(({ id, level }) => [id, level]),
    )
  })
})
