import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Report } from '../../src/report/report.ts'
import { renderSummary, summaryBytes } from '../../src/report/summary.ts'
import { all } from './all-reports.ts'
import { enormous, hostile } from './extreme-reports.ts'
import { hostileReports } from './hostile-reports.ts'
import { foreignTags, withoutCode } from './markdown-reading.ts'
import { lintClean, notReproducible, reproducible, undecided } from './reports.ts'

const blobUrl = 'https://github.com/o/r/blob/1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const render = (report: Report): string => renderSummary(report, { blobUrl })
const cmark = existsSync('/usr/bin/cmark-gfm')

describe('the job summary', () => {
  // UPDATE_OUTPUTS=1 writes them anew; the change is then read in the diff.
  test.each(Object.entries(all))('of %s is as committed', (name, report) => {
    const file = new URL(`./outputs/${name}.md`, import.meta.url)
    const text = renderSummary(report, { blobUrl, maxBytes: name === 'enormous' ? 24_000 : summaryBytes })
    if (process.env.UPDATE_OUTPUTS === '1') writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  test('is never longer than it may be, however little that is', () => {
    fc.assert(
      fc.property(hostileReports, fc.integer({ min: 4096, max: 9000 }), (report, maxBytes) => {
        expect(Buffer.byteLength(renderSummary(report, { blobUrl, maxBytes }))).toBeLessThanOrEqual(maxBytes)
      }),
      { numRuns: 1000 },
    )
  })

  test('says first what was proven, and never shows undecided green', () => {
    expect(render(reproducible)).toMatch(/^## ✅ Reproducible\n/)
    expect(render(notReproducible)).toMatch(/^## ❌ Not reproducible\n/)
    const [head = ''] = render(undecided).split('| Checklist |')
    expect(head).toMatch(/^## ⚠️ Undecided\n/)
    expect(head).not.toContain('✅')
    expect(render(undecided)).toContain('| ➖&nbsp;not&nbsp;checked | Built twice, same image |')
    expect(render({ ...reproducible, verdict: null })).toMatch(/^## ⚠️ Undecided/)
    expect(render(lintClean)).not.toMatch(/[Rr]eproducible/)
  })

  test('names the digest, the level and the layers of every platform', () => {
    const arm = <T extends { platform: string }>(one: T): T => ({ ...one, platform: 'linux/arm64' })
    const builds = [
      ...reproducible.builds,
      ...reproducible.builds.map(one => ({ ...arm(one), digest: `sha256:${'9'.repeat(64)}` })),
    ]
    const text = render({ ...reproducible, builds, layers: [...reproducible.layers, ...reproducible.layers.map(arm)] })
    const [, line = ''] = text.split('\n\n')
    for (const part of ['byte for byte', `sha256:${'9'.repeat(64)}`, 'linux/amd64', 'linux/arm64', 'sha256:5e1f'])
      expect(line).toContain(part)
    expect(text).toContain('<summary>Layers, <code>linux/arm64</code>: all equal</summary>')
    expect(render({ ...reproducible, level: 'same-content' })).toContain('config <code>sha256:cf01')
  })

  test('says of what a build beside the two had varied that the two had not, and where it is told', () => {
    const { scope } = reproducible
    if (scope === null) throw new Error('no scope')
    const [, text = ''] = render({
      ...reproducible,
      scope: { ...scope, variations: [], tried: ['umask', 'mtimes'] },
    }).split('- **Covered:** ')
    expect(text).toContain('nothing varied on purpose between these two;')
    expect(text).toContain(
      'what a build beside these two had varied (umask of the checkout, times of the context files): the findings and notes tell of it; another number of CPUs or clock.',
    )
    expect(render(reproducible)).not.toContain('beside these two')
  })

  test('calls nothing checked that nobody looked at', () => {
    const unlinted = { ...reproducible, findings: [], ignored: [], timings: {} }
    expect(render(unlinted).match(/not&nbsp;checked/g)).toHaveLength(6)
  })

  test('cuts worst first and counts what it cut, by bytes', () => {
    for (const maxBytes of [900 * 1024, 60_000, 20_000, 8000, 4096]) {
      const text = renderSummary(enormous, { maxBytes })
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
      expect(text).toMatch(/more \w+s not shown|no room/)
    }
    const text = render(enormous)
    expect(text).toContain('Finding number 0')
    const causes = Number(/([\d,]+) more findings not shown/.exec(text)?.[1]?.replace(',', ''))
    expect(causes).toBe(
      2500 - (text.match(/^#### |<summary>\d+\. /gm)?.length ?? 0) - (text.match(/^- (?:❌|⚠️|ℹ️)/gm)?.length ?? 0),
    )
  })

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '`',
          '```',
          '~~~',
          '|',
          '\\',
          '\n',
          '\r',
          '&',
          ']',
          '(',
          '<b>',
          '</pre>',
          '<!--',
          '-->',
          '@a',
          '\u202e',
          ' ',
          '    ',
          'x',
          '#1',
          '_',
          '*',
          '$',
          'http://a.b',
        ),
        { maxLength: 40 },
      )
      .map(parts => parts.join('')),
  )

  test('any text whatever stays text', () => {
    fc.assert(
      fc.property(anyText, text => {
        const shown = renderSummary(hostile(text), { blobUrl })
        expect(foreignTags(shown)).toEqual([])
        expect(withoutCode(shown)).not.toMatch(/@\w|\]\((?!https:\/\/github\.com\/)|!\[/)
        expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/)
      }),
      { numRuns: 300 },
    )
  })

  test('any report fits, whatever the limit', () => {
    const size = fc.record({
      text: anyText,
      times: fc.integer({ min: 0, max: 400 }),
      maxBytes: fc.integer({ min: 4096, max: 200_000 }),
    })
    fc.assert(
      fc.property(size, ({ text, times, maxBytes }) => {
        const long = hostile(text.repeat(times))
        const report = {
          ...long,
          findings: Array.from({ length: times }, (_, index) => long.findings[index % 3]).filter(
            found => found !== undefined,
          ),
        }
        expect(Buffer.byteLength(renderSummary(report, { maxBytes }))).toBeLessThanOrEqual(maxBytes)
      }),
      { numRuns: 60 },
    )
  })

  const withParser = cmark ? test : test.skip
  withParser("GitHub's own parser (needs cmark-gfm) finds no tag, link or picture of a stranger", () => {
    const samples = [...fc.sample(anyText, { numRuns: 25, seed: 7 }).map(hostile), ...Object.values(all)]
    for (const report of samples) {
      const options = ['--unsafe', '-e', 'table', '-e', 'strikethrough', '-e', 'autolink', '-e', 'tasklist']
      const { stdout } = spawnSync('cmark-gfm', options, {
        input: render(report),
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      })
      const tags = new Set([...stdout.matchAll(/<(\/?[a-z][^\s>/]*)/gi)].map(([, name]) => name?.replace('/', '')))
      for (const bad of ['script', 'img', 'b', 'del', 'hr', 'h1', 'input']) expect(tags).not.toContain(bad)
      for (const [, address] of stdout.matchAll(/<a [^>]*href="([^"]*)"/g))
        expect(address).toMatch(/^https:\/\/(?:github\.com|docs\.docker\.com)\//)
      expect((stdout.match(/<details/g) ?? []).length).toBe((stdout.match(/<\/details>/g) ?? []).length)
    }
  })
})
