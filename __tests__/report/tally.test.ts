import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { renderComment } from '../../src/report/comment.ts'
import { renderHtml } from '../../src/report/html/html.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { foundWords, tally, tallyWords } from '../../src/report/tally.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { threeImages } from './image-reports.ts'
import { at, buildFailed, finding, notReproducible, reproducible } from './reports.ts'

const cause = (given: Partial<Finding>): Finding =>
  finding('pyc-timestamp', { source: 'comparison', level: 'error', location: at(3), ...given })
const elsewhere = cause({ id: 'header-mode', level: 'warning', class: 'machine' })
const nobodyKnows = cause({ id: 'unknown-difference', confidence: 'unknown' })
const of = (...findings: Finding[]): Report => ({ ...notReproducible, findings })

describe('what the builds showed is counted in one way', () => {
  test('causes, what has none, and what only another machine shows', () => {
    const found = [cause({}), cause({ id: 'apt-logs' }), nobodyKnows, elsewhere]
    expect(tally(found, of(...found))).toEqual({ causes: 2, unexplained: 1, warnings: 1, notices: 0 })
    expect(tallyWords(found, of(...found))).toBe('2 causes, 1 unexplained difference and 1 warning')
    expect(tallyWords([], of(...found))).toBe('')
  })

  test('a warning is the cause where two differ and nothing worse is known', () => {
    expect(tallyWords([elsewhere], of(elsewhere))).toBe('1 cause')
    expect(tallyWords([elsewhere], { ...reproducible, findings: [elsewhere] })).toBe('1 warning')
  })

  test('everywhere alike', () => {
    const report = of(
      cause({}),
      cause({ id: 'apt-logs', location: at(4) }),
      nobodyKnows,
      elsewhere,
      finding('RG101', {}),
    )
    const words = '2 causes, 1 unexplained difference and 1 warning'
    expect(foundWords(report)).toBe(`${words}; 1 finding in the sources`)
    expect(renderTerminal(report, { colour: false })).toContain(`(${words}; 1 finding in the sources)`)
    expect(renderHtml(report)).toContain(`<span class="count">${words}</span>`)
    for (const text of [renderSummary(report), renderComment(report, { marker: '<!-- m -->' })]) {
      expect(text).toContain('2 causes were found, and 1 difference is unexplained.')
      expect(text).toContain('1 other cause, 1 unexplained difference and 1 warning are below.')
    }
  })

  test('a cause that is only likely, or not known, is not said to be found', () => {
    const said = (one: Finding): string => renderSummary(of(one)).split('\n')[2] ?? ''
    expect(said(cause({}))).toMatch(/The cause was found\.$/)
    expect(said(cause({ confidence: 'likely' }))).toMatch(/A likely cause was found\.$/)
    expect(said(nobodyKnows)).toMatch(/Why is not known\.$/)
  })
})

test('where some images are proven and one is not decided, nobody says that nothing is', () => {
  const results = (threeImages.results ?? []).filter(({ verdict }) => verdict !== 'not-reproducible')
  const report: Report = { ...threeImages, verdict: 'undecided', results, findings: [], layers: [] }
  for (const text of [renderSummary(report), renderComment(report, { marker: '<!-- m -->' })]) {
    expect(text).toContain(
      'Not all of **2 images** were decided: 1 of 2 undecided (jobs). What is undecided is not a pass.',
    )
    expect(text).not.toMatch(/nothing was proven/i)
  }
  expect(renderHtml(report)).not.toMatch(/nothing was proven/i)
  expect(renderSummary(buildFailed)).toContain('no two images to compare. Nothing was proven, so this is not a pass.')
})
