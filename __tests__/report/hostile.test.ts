// Every renderer, with reports in which every text is somebody else's. SARIF, badge, predicate, HTML and the summary's
// Markdown are parsed back in tests of their own.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkRunOf } from '../../src/github/check-run-of.ts'
import type { GitHubEvent } from '../../src/github/event.ts'
import { annotations, forLog } from '../../src/report/annotations.ts'
import { reportJson } from '../../src/report/json.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { hostilePieces, hostileReports, hostileText, withTexts } from './hostile-reports.ts'
import { notReproducible } from './reports.ts'

/** What a terminal obeys or hides, line ends and tabs aside. */
const unseen = /[^\P{Cc}\n\t]|[\p{Cs}\p{Bidi_Control}\u2028\u2029]/u
/** Our own colours. */
const ours = new RegExp(`${'\\u001b'}\\[\\d*m`, 'g')
/** What a runner obeys: one form at the start of a line, the other anywhere. */
const obeyed = /^\s*::|##\[/m

describe('hostile texts', () => {
  test('are what they are meant to be', () => {
    const texts = fc.sample(hostileText, 2000).join('\n')
    for (const form of [
      /^::\w/m,
      /##\[/,
      /<script/,
      /\u202e/,
      new RegExp(`${'\\u001b'}\\[`),
      /\0/,
      /[\ud800-\udbff](?![\udc00-\udfff])/,
      /x{10000}/,
    ])
      expect(texts).toMatch(form)
    const report = withTexts(notReproducible, ['T'])
    expect(report).toMatchObject({
      verdict: notReproducible.verdict,
      builds: [{ digest: notReproducible.builds[0]?.digest }, {}],
    })
    expect(report.findings[0]).toMatchObject({ title: 'T', message: 'T', level: 'error', location: { file: 'T' } })
  })

  test.each([true, false])('are not obeyed by a terminal or a runner that shows them (colour: %s)', colour => {
    fc.assert(
      fc.property(hostileReports, fc.constantFrom(...hostilePieces), (report, source) => {
        const sources = Object.fromEntries(
          report.findings.flatMap(({ location }) => (location ? [[location.file, `\n\n${source}`]] : [])),
        )
        const text = renderTerminal(report, { colour, sources })
        expect(text).not.toMatch(obeyed)
        const shown = colour ? text.replaceAll(ours, '') : text
        expect(shown).not.toMatch(unseen)
        expect(shown.trimEnd().split('\n').at(-1)).toMatch(
          /^(Reproducible|Not reproducible|Undecided|Lint|The (two )?images?)\b/,
        )
      }),
      { numRuns: 100 },
    )
  })

  test('come back from report.json as they were, and do nothing to a log that it is printed into', () => {
    fc.assert(
      fc.property(hostileReports, report => {
        const json = reportJson(report)
        expect(json).not.toMatch(/##\[|^\s*::/m)
        expect(json).not.toMatch(unseen)
        // JSON itself writes halves of surrogate pairs out.
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(report)))
      }),
      { numRuns: 100 },
    )
  })

  test("keep within GitHub's limits in annotations, each on its line", () => {
    fc.assert(
      fc.property(hostileReports, report => {
        for (const { title, message, path, startLine, endLine } of annotations(report)) {
          expect(title.length).toBeLessThanOrEqual(255)
          expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4000)
          expect(title).not.toMatch(/\n/)
          expect(title + message).not.toMatch(unseen)
          expect(path).not.toMatch(/^\/|\\|[\p{Cc}\p{Cs}]|(^|\/)\.{1,2}(\/|$)/u)
          expect(endLine).toBeGreaterThanOrEqual(startLine)
        }
        expect(forLog(annotations(report)).shown.length).toBeLessThanOrEqual(30)
      }),
      { numRuns: 100 },
    )
  })

  test('keep within limits in the title and the name of a check run', () => {
    const event = {
      ...({} as GitHubEvent),
      owner: 'o',
      repo: 'r',
      headSha: 'a'.repeat(40),
      serverUrl: 'https://github.com',
    }
    const asked = {
      ...{ command: 'gate' as const, platforms: [], buildArgs: {}, targets: [], variations: [], builders: [] },
      ...{ report: undefined, images: [] },
    }
    fc.assert(
      fc.property(hostileReports, fc.boolean(), (report, failed) => {
        const run = checkRunOf(report, event, asked, failed, annotations(report))
        for (const text of [run.title, run.name]) {
          expect(text.length).toBeLessThanOrEqual(255)
          expect(text).not.toMatch(unseen)
          expect(text).not.toMatch(/\n/)
        }
        expect(Buffer.byteLength(run.summary)).toBeLessThan(65_535)
        if (report.verdict === 'undecided') expect(run.conclusion).toBe('failure')
      }),
      { numRuns: 40 },
    )
  })
})
