import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/finding.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { all } from './all-reports.ts'
import { enormous, hostile } from './extreme-reports.ts'
import { at, lintClean, lintOnly, notReproducible, reproducible, undecided } from './reports.ts'

const Dockerfile = [
  'FROM debian:bookworm-slim',
  '',
  'RUN apt-get update \\',
  ' && apt-get install -y --no-install-recommends curl \\',
  ' && rm -rf /var/lib/apt/lists/*',
  'WORKDIR /srv',
  'COPY svc/ svc/',
  'RUN sed -i \'s/@VER@/1.4.2/\' svc/version.py && python3 -c "import svc, svc.version"',
  'RUN head -c16 /dev/urandom > /srv/token',
].join('\n')

const plain = { colour: false, sources: { Dockerfile } }
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('the terminal', () => {
  test.each([
    ...['reproducible', 'not-reproducible', 'undecided', 'build-failed', 'lint', 'config-only', 'hostile'],
    ...['compare-different', 'compare-same', 'compare-undecided', 'lint-alike', 'images', 'images-proven'],
    ...['smoke-same', 'smoke-differs', 'smoke-bytes-only', 'smoke-not-started'],
  ])('shows %s as committed', name => {
    const file = new URL(`./outputs/${name}.txt`, import.meta.url)
    const text = renderTerminal(all[name] ?? reproducible, plain)
    if (process.env.UPDATE_OUTPUTS === '1') writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  test('ends with one line of verdict', () => {
    expect(lastLine(renderTerminal(reproducible, plain))).toMatch(/^Reproducible: .*sha256:5e1f/)
    expect(lastLine(renderTerminal(notReproducible, plain))).toMatch(/^Not reproducible: .*different images/)
    expect(lastLine(renderTerminal(undecided, plain))).toMatch(/^Undecided: Build B took step 3/)
    expect(lastLine(renderTerminal(lintOnly, plain))).toBe('Lint: 0 errors, 4 warnings, 1 notice in Dockerfile')
    expect(lastLine(renderTerminal(lintClean, plain))).toBe('Lint: nothing found in Dockerfile')
    expect(renderTerminal(undecided, plain)).not.toMatch(/^Reproducible/m)
  })

  test('has colours only when asked for, and then the same words', () => {
    const coloured = renderTerminal(notReproducible, { ...plain, colour: true })
    expect(coloured).toContain('\u001b[31m')
    expect(coloured.replaceAll(new RegExp(`${'\\u001b'}\\[\\d+m`, 'g'), '')).toBe(
      renderTerminal(notReproducible, plain),
    )
  })

  test('underlines the word that is blamed', () => {
    const text = renderTerminal(lintOnly, plain)
    expect(text).toMatch(/\n {5}4 │ {2}&& apt-get install.*\n {7}│ {1,}\^{4}\n/)
    const [, shown = '', marks = ''] = /\n {5}4 (│.*)\n {7}(│ *\^+)\n/.exec(text) ?? []
    expect(shown.slice(marks.indexOf('^'))).toBe('curl \\')
  })

  test('starts no line with what a runner obeys', () => {
    const named = lintOnly.findings.map(one => ({ ...one, location: { ...at(1), file: '::error::##[x]' } }))
    const text = renderTerminal({ ...lintOnly, findings: named }, plain)
    expect(text).toContain('error::##')
    expect(text).not.toMatch(/^\s*::|##\[/m)
    expect(renderTerminal(all.hostile ?? reproducible, plain)).not.toMatch(/^\s*::|##\[/m)
  })

  test('underlines in the first line of a file with a byte order mark, too', () => {
    const finding = { ...lintOnly.findings[0], location: { ...at(1), column: 6, endColumn: 9 } } as Finding
    const sources = { Dockerfile: '\ufeffFROM x:1\r\n' }
    expect(renderTerminal({ ...lintOnly, findings: [finding] }, { colour: false, sources })).toContain(
      '     1 │ FROM x:1\n       │      ^^^\n',
    )
  })

  test('says once what is to be done, and then where that was said', () => {
    const fix = { text: 'Do it well.', snippet: 'do it' }
    const one = { ...lintOnly.findings[0], fix, level: 'warning' } as Finding
    const second = { ...one, location: at(3) }
    const third = { ...one, location: at(5), fix: { ...fix, snippet: 'do that' } }
    const other = { ...one, id: 'RG999', location: at(7) }
    const text = renderTerminal({ ...lintOnly, findings: [{ ...one, location: at(1) }, second, third, other] }, plain)
    expect(text.match(/fix {2}.*\n(?: {4}.*\n)?/g)).toEqual([
      'fix  Do it well.\n    do it\n',
      'fix  as at Dockerfile:1\n',
      'fix  as at Dockerfile:1\n    do that\n',
      'fix  Do it well.\n    do it\n',
    ])
    expect(text.split(one.docs)).toHaveLength(3)
  })

  test('has no empty line where a snippet ends', () => {
    const [first] = lintOnly.findings
    const finding = { ...first, fix: { text: 'x', snippet: 'a\n\nb\n' } } as Finding
    expect(renderTerminal({ ...lintOnly, findings: [finding] }, plain)).toMatch(/ {4}a\n {4}\n {4}b\n {2}\S/)
  })

  test('counts what it does not show', () => {
    expect(renderTerminal(enormous, plain)).toContain('4900 more not shown')
  })

  test('is never obeyed by a terminal, whatever the sources hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), text => {
        const shown = renderTerminal(hostile(text), {
          colour: false,
          sources: { [`${text}/Dockerfile`]: `\n\n${text}` },
        })
        // A snippet keeps its tabs: it is pasted.
        expect(shown.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
      }),
      { numRuns: 200 },
    )
  })
})
