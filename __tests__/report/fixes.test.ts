import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fixExitCode } from '../../src/report/fix-report.ts'
import { renderFixes } from '../../src/report/fixes.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { hostile } from './extreme-reports.ts'
import { fixable, fixed } from './fixable-reports.ts'
import { finding, lintOnly } from './reports.ts'

const plain = { colour: false }
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('what fix says', () => {
  test('is as committed', () => {
    const file = new URL('./outputs/fix.txt', import.meta.url)
    const text = renderFixes(fixed, plain)
    if (process.env.UPDATE_OUTPUTS === '1') writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  test('keeps in a diff what it needs to apply: returns at line ends, a byte order mark', () => {
    const diff = '--- a/D\n+++ b/D\n@@ -1 +1 @@\n-\ufeffFROM a\u200b\r\n+\ufeffFROM \rb\r\n'
    const text = renderFixes({ ...fixed, changes: [{ file: 'D', diff, written: true, problem: null }] }, plain)
    expect(text).toContain('\n-\ufeffFROM a\\u200b\r\n+\ufeffFROM \\rb\r\n')
  })

  test('ends with one line that sums it up', () => {
    const none = { ...fixed, changes: [], fixed: {}, failed: [], left: [] }
    const [change] = fixed.changes
    if (change === undefined) throw new Error('no change')
    const unwritten = { ...change, written: false, problem: 'the disk is full' }
    expect(lastLine(renderFixes(fixed, plain))).toBe(
      'Fixed 1 finding (RG205) in Dockerfile; 1 could not be fixed, 1 for you to fix',
    )
    expect(lastLine(renderFixes({ ...fixed, dryRun: true }, plain))).toMatch(
      /^Would fix 1 finding .*nothing was written$/,
    )
    expect(lastLine(renderFixes(none, plain))).toBe('Nothing to fix')
    expect(lastLine(renderFixes({ ...none, left: fixed.left }, plain))).toBe('Nothing was fixed; 1 for you to fix')
    const text = renderFixes({ ...fixed, changes: [unwritten] }, plain)
    expect(text).toContain('not written  Dockerfile: the disk is full')
    expect(lastLine(text)).toMatch(/^Nothing was written: /)
    const half = renderFixes({ ...fixed, changes: [change, { ...unwritten, file: 'b/Dockerfile' }] }, plain)
    expect(lastLine(half)).toMatch(/^Written in part: 1 finding .* but not in b\/Dockerfile/)
  })

  test('is no success when something asked for was not done', () => {
    const done = { ...fixed, failed: [] }
    expect([fixExitCode(done), fixExitCode(fixed)]).toEqual([0, 1])
    expect(fixExitCode({ ...done, changes: [{ file: 'f', diff: '', written: false, problem: 'x' }] })).toBe(1)
  })

  test('counts what it does not show', () => {
    const [one] = fixed.left
    if (one === undefined) throw new Error('no finding')
    expect(renderFixes({ ...fixed, left: Array(250).fill(one) }, plain)).toContain('150 more not shown')
  })

  test('has colours only when asked for, and then the same words', () => {
    const coloured = renderFixes(fixed, { colour: true })
    expect(coloured).toContain('\u001b[32m+')
    expect(coloured.replaceAll(new RegExp(`${'\\u001b'}\\[\\d+m`, 'g'), '')).toBe(renderFixes(fixed, plain))
  })

  test('is nothing that a terminal or a runner obeys, whatever the sources', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('::add-mask::x', '##[group]x', '\u001b]0;x\u0007', ' ::error::x', 'a\r::error::x'),
    )
    fc.assert(
      fc.property(text, nasty => {
        const report = hostile(nasty)
        const changes = (report.suggested ?? []).map(one => ({ ...one, written: true, problem: nasty }))
        const failed = report.findings.map(finding => ({ finding, why: nasty }))
        const shown = renderFixes({ ...fixed, changes, failed, left: report.findings }, plain)
        expect(shown.replaceAll('\r\n', '\n')).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u)
        expect(shown).not.toMatch(/^\s*::|##\[/m)
      }),
    )
  })
})

describe('what to paste', () => {
  const wide = `RUN sed -i 's|http://deb.debian.org/debian|http://snapshot.debian.org/archive/debian/20240101T000000Z|' x`
  const withSnippets = (...snippets: string[]): Report => ({
    ...lintOnly,
    findings: snippets.map((snippet, at) => finding(`RG20${at}`, { fix: { text: 'Do it.', snippet } })),
  })

  test('is in the table where a browser can break it, and else below, whole', () => {
    const text = renderSummary(withSnippets('curl=1.2.3', wide, 'ARG SOURCE_DATE_EPOCH\nRUN x', wide))
    const [table = '', below = ''] = text.slice(text.indexOf('### In the sources')).split('Lines to paste')
    expect(table).toContain('<code>curl=1.2.3</code>')
    expect(table).not.toContain('snapshot')
    expect(below.split(wide)).toHaveLength(2)
    expect(below).toContain('```dockerfile\nARG SOURCE_DATE_EPOCH\nRUN x\n```')
    expect(renderSummary(withSnippets('curl=1.2.3'))).not.toContain('Lines to paste')
  })
})

describe('suggested changes', () => {
  test('stand in the summary as a diff, with the command that makes them', () => {
    const text = renderSummary(fixable)
    expect(text).toContain(
      '<code>repro-gate fix</code> can answer 2 findings, 1 of them by asking a registry or server.',
    )
    expect(text).toContain(`\`\`\`diff\n${fixable.suggested?.[0]?.diff}\`\`\``)
    expect(renderSummary({ ...fixable, findings: [], suggested: [] })).not.toContain('repro-gate fix')
  })

  test('name the Dockerfile in the command where it is not the usual one', () => {
    const of = (file: string) => renderSummary({ ...fixable, subject: { ...fixable.subject, file, files: [file] } })
    expect(of('docker/app.Dockerfile')).toContain('<code>repro-gate fix -f docker/app.Dockerfile</code>')
    expect(of('a; rm -rf')).toContain('<code>repro-gate fix -f DOCKERFILE</code>')
    expect(of('--x')).toContain('<code>repro-gate fix -f DOCKERFILE</code>')
  })

  test('are cut by hunks where they do not fit, and that is said', () => {
    const hunk = (at: number) => `@@ -${at},1 +${at},1 @@\n-${'x'.repeat(200)}\n+${'y'.repeat(200)}\n`
    const diff = `--- a/f\n+++ b/f\n${Array.from({ length: 3000 }, (_, at) => hunk(at + 1)).join('')}`
    for (const maxBytes of [900 * 1024, 60_000, 12_000, 6000]) {
      const text = renderSummary({ ...fixable, suggested: [{ file: 'f', diff }] }, { maxBytes })
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
      expect(text).toContain('<code>repro-gate fix --dry-run</code> shows all of it')
      expect(text.match(/^-x+$/gm)?.length).toBe(text.match(/^\+y+$/gm)?.length)
    }
  })

  test('are counted in the terminal', () => {
    expect(renderTerminal(fixable, plain)).toContain('`repro-gate fix` can mend 2 of these findings')
    expect(renderTerminal(lintOnly, plain)).not.toContain('repro-gate fix')
  })
})
