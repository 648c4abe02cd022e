import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../../src/finding.ts'
import { htmlBytes, renderHtml } from '../../../src/report/html/html.ts'
import { fromMarkdown } from '../../../src/report/html/markup.ts'
import { themes } from '../../../src/report/html/style.ts'
import { reportJson } from '../../../src/report/json.ts'
import type { Report, ReportFailure } from '../../../src/report/report.ts'
import { scopeWords } from '../../../src/report/scope-lines.ts'
import { all } from '../all-reports.ts'
import { hostileReports, hostileText, withTexts } from '../hostile-reports.ts'
import { threeImages } from '../image-reports.ts'
import { buildFailed } from '../reports.ts'
import { entry, fiveThousand, looked, severalImages, withEntries } from './entry-reports.ts'
import { type ReadPage, readPage } from './page-reading.ts'

const blobUrl = 'https://github.com/o/r/blob/1a2b3c4d'
const every = { ...all, ...looked }
const read = (report: Report): ReadPage => readPage(renderHtml(report, { blobUrl }))
const named = ({ tags }: ReadPage, name: string) => tags.filter(tag => tag.name === name)
const dataOf = ({ raw }: ReadPage) => JSON.parse(raw.find(({ attributes }) => attributes.id === 'data')?.text ?? 'null')

const failureOf = (image: string): ReportFailure => ({ ...(buildFailed.failure as ReportFailure), image })

describe('report.html', () => {
  test.each(Object.entries(every))(
    'of %s is a well-formed page with its parts named, and headings in order',
    (_, report) => {
      const page = read(report)
      expect(named(page, 'html')[0]?.attributes.lang).toBe('en')
      expect([named(page, 'main').length, named(page, 'h1').length, named(page, 'title').length > 0]).toEqual([
        1,
        1,
        true,
      ])
      const levels = page.tags.flatMap(({ name }) => (/^h\d$/.test(name) ? [Number(name[1])] : []))
      for (const [at, level] of levels.entries()) expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1)
      const ids = page.tags.flatMap(({ attributes }) => attributes.id ?? [])
      expect(new Set(ids).size).toBe(ids.length)
      for (const { name, attributes } of page.tags) {
        if (name === 'section') expect(ids).toContain(attributes['aria-labelledby'])
        if (attributes['aria-labelledby'])
          for (const id of attributes['aria-labelledby'].split(' ')) expect(ids).toContain(id)
        if (attributes.href?.startsWith('#')) expect(ids).toContain(attributes.href.slice(1))
        if (attributes.for) expect(ids).toContain(attributes.for)
      }
      const tables = named(page, 'table').length
      expect(named(page, 'caption').length).toBe(tables)
      expect(named(page, 'th').every(({ attributes }) => /^(?:col|row)$/.test(attributes.scope ?? ''))).toBe(true)
      const maps = named(page, 'svg').filter(({ attributes }) => attributes.role === 'img')
      expect(named(page, 'desc').length).toBe(maps.length)
    },
  )

  test.each(Object.entries(every))(
    'of %s allows its own script and style by their hashes, and nothing else',
    (_, report) => {
      const page = read(report)
      const policy = named(page, 'meta').find(({ attributes }) => attributes['http-equiv'])?.attributes.content ?? ''
      const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
      const [script] = page.raw.filter(({ name, attributes }) => name === 'script' && attributes.type === undefined)
      const [style] = page.raw.filter(({ name }) => name === 'style')
      expect(policy).toBe(
        `default-src 'none'; script-src ${hash(script?.text ?? '')}; style-src ${hash(style?.text ?? '')}; img-src data:; base-uri 'none'; form-action 'none'`,
      )
      expect(
        page.raw
          .filter(({ name }) => name === 'script')
          .every(({ attributes }) => attributes.type === undefined || attributes.type === 'application/json'),
      ).toBe(true)
      // The policy stands before anything that it is about.
      expect(page.tags.findIndex(({ attributes }) => attributes['http-equiv'])).toBeLessThan(
        page.tags.findIndex(({ name }) => name === 'style'),
      )
    },
  )

  test('of a failed build says first what to mend, with the end of its log, and says it once', () => {
    const { text } = read(buildFailed)
    expect(text).toMatch(
      /Do this first\s+Mend build A, which failed\s*Dockerfile:6: The command ended with exit code 1\.[\s\S]*THESE PACKAGES DO NOT MATCH/,
    )
    expect(text.match(/THESE PACKAGES/g)).toHaveLength(1)
    expect(text).not.toContain('varied on purpose')
    const more = read({ ...buildFailed, failures: [failureOf('a'), failureOf('b`'), failureOf('c')] }).text
    expect(more).toMatch(/Mend build A of a, which failed[\s\S]*2 other builds did not end well either\./)
    expect(more).toMatch(/Other builds that failed\s*Mend build A of b', which failed/)
  })

  test('of a build that was stopped says so, and not that it is to be mended', () => {
    const failure: ReportFailure = { ...failureOf('a'), stopped: true }
    const { text } = read({ ...buildFailed, failure })
    expect(text).toMatch(/Do this first\s+Let build A of a, which was stopped, run to its end/)
  })

  test('of two that differ beside a build that failed, tells what differs first', () => {
    const { text } = read(threeImages)
    expect(text.indexOf('apt and dpkg wrote')).toBeLessThan(text.indexOf('Builds that were stopped'))
    expect(text.indexOf('Builds that were stopped')).toBeGreaterThan(0)
  })

  test('has values that nobody has in no empty columns', () => {
    const [first] = withEntries.findings
    const bare = { ...(first as Finding), evidence: [{ what: 'permissions are 664' }, { what: 'in `x`', path: 'p' }] }
    const page = renderHtml({ ...withEntries, findings: [bare] })
    expect(page).not.toContain('class="evidence"><caption>')
    expect(read({ ...withEntries, findings: [bare] }).text).toMatch(/What was seen\s*permissions are 664\s*p in x/)
  })

  test('says first what was proven, what to do, and what is not covered, in the words of the summary', () => {
    const { text } = read(withEntries)
    const order = [
      'Not reproducible',
      'Do this first',
      'Checklist',
      'Not covered',
      'Layers',
      'Why they differ',
      'Paths that differ',
      'In the sources',
      'Ignored',
      'This run',
    ]
    const places = order.map(words =>
      text.lastIndexOf(`${words}`) >= 0 ? text.indexOf(words, text.indexOf('Skip to')) : -1,
    )
    expect(places.every(at => at > 0)).toBe(true)
    const { omits } = scopeWords(withEntries.scope as NonNullable<Report['scope']>, null)
    expect(text).toContain(omits)
    expect(read(looked.undecided as Report).text).not.toMatch(/(?<!Not )Reproducible/)
  })

  test('tells all causes and all of the lint without its script', () => {
    const { text } = read(withEntries)
    for (const { message } of withEntries.findings) expect(text).toContain(message.replaceAll('`', ''))
    expect(text).toContain('srv/svc/__pycache__/version.cpython-311.pyc')
  })

  test('gives the script each entry, with both sides and the causes by their place', () => {
    const { rows, causes, side } = dataOf(read(withEntries))
    expect(side).toBe('Build')
    expect(causes.map(([id]: string[]) => id)).toEqual(['apt-logs', 'pyc-timestamp', 'unknown'])
    expect(rows.map(([path]: string[]) => path)).toEqual(withEntries.entries?.list.map(({ path }) => path))
    expect(rows[0].slice(1, 7)).toEqual([0, [0], 3, [0], 0, 0])
    expect(rows[3].slice(4, 6)).toEqual([[1], 1])
    expect(rows[5].slice(1, 9)).toEqual([2, [], 3, [], 0, 0, expect.anything(), 0])
    expect(rows[4][10].slice(3)).toEqual([0, 0, 1])
  })

  test('has the same bytes again, and of a report that was read back', () => {
    for (const report of Object.values(every)) {
      const page = renderHtml(report, { blobUrl })
      expect(renderHtml(report, { blobUrl })).toBe(page)
      expect(renderHtml(JSON.parse(reportJson(report)), { blobUrl })).toBe(page)
    }
  })

  test('of thousands of entries stays below a few megabytes, and says what is not listed', () => {
    const page = renderHtml(fiveThousand)
    expect(Buffer.byteLength(page)).toBeLessThan(2.5 * 1024 * 1024)
    expect(dataOf(readPage(page)).rows).toHaveLength(5000)
    expect(readPage(page).text).toContain('12,345 more paths differ and are not listed here.')
    expect(readPage(page).text).toContain('5,000 of 17,345')
    const one = { ...fiveThousand, ...(fiveThousand.entries && { entries: { ...fiveThousand.entries, more: 1 } }) }
    expect(readPage(renderHtml(one)).text).toContain('1 more path differs and is not listed here.')
  })

  test.each([128, 256, 512, 1024])(
    'never has more than the bytes it may, of %i KiB: what is left out is counted',
    kib => {
      const many = Array.from({ length: 4000 }, (_, at) => ({
        ...(withEntries.findings[at % 7] as Report['findings'][number]),
      }))
      const long = Array.from({ length: 5000 }, (_, at) => entry(`${'d/'.repeat(400)}${at}`, { causes: [] }))
      for (const report of [
        { ...fiveThousand, findings: many },
        { ...withEntries, entries: { list: long, more: 0 } },
        all.enormous as Report,
      ]) {
        const page = renderHtml(report, { maxBytes: kib * 1024 })
        expect(Buffer.byteLength(page)).toBeLessThanOrEqual(kib * 1024)
        const { text } = readPage(page)
        expect(text).toContain('report.json has all of')
        expect(text).toContain('Not reproducible')
      }
      expect(htmlBytes).toBeLessThanOrEqual(4 * 1024 * 1024)
    },
  )

  test('links to lines where there is a place to link to, and to our own pages; else to nothing', () => {
    const links = (page: ReadPage) =>
      named(page, 'a').flatMap(({ attributes }) => (attributes.href?.startsWith('#') ? [] : (attributes.href ?? '')))
    expect(links(read(withEntries))).toContain(`${blobUrl}/Dockerfile#L3-L5`)
    const plain = links(readPage(renderHtml(withEntries)))
    expect(plain.length).toBeGreaterThan(0)
    expect(plain.every(link => link.startsWith('https://github.com/repro-gate/repro-gate/blob/main/docs/'))).toBe(true)
  })
})

describe('hostile text', () => {
  const tame = read(severalImages)
  const allowed = new Map<string, Set<string>>()
  for (const page of [tame, ...Object.values(every).map(read)])
    for (const { name, attributes } of page.tags)
      allowed.set(name, new Set([...(allowed.get(name) ?? []), ...Object.keys(attributes)]))

  const ours = /^(?:#[a-z0-9-]+$|https:\/\/github\.com\/|https:\/\/docs\.docker\.com\/|data:,$)/

  /** Nothing of it is an element, an attribute or an address; nothing of it cannot be seen. */
  const holds = (report: Report): void => {
    const page = renderHtml(report, { blobUrl, sources: { Dockerfile: report.subject.file } })
    const found = readPage(page)
    const strange = found.tags.flatMap(({ name, attributes }) => [
      ...(allowed.has(name) ? [] : [name]),
      ...Object.keys(attributes).flatMap(key => (allowed.get(name)?.has(key) ? [] : [`${name} ${key}`])),
      ...(attributes.href === undefined || ours.test(attributes.href) ? [] : [attributes.href]),
    ])
    expect(strange).toEqual([])
    expect(found.raw.map(({ name, attributes }) => [name, attributes.type])).toEqual([
      ['style', undefined],
      ...(report.entries ? [['script', 'application/json']] : []),
      ['script', undefined],
    ])
    if (report.entries) expect(dataOf(found).rows.length).toBe(report.entries.list.length)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    expect(page).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Cs}]/u)
  }

  test('is only ever text, whatever it tries', () => {
    fc.assert(fc.property(hostileReports, holds), { numRuns: 25 })
  })

  test('in entries, too', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 7 }), texts =>
        holds(withTexts(severalImages, texts)),
      ),
      { numRuns: 12 },
    )
  })

  test('of an excerpt that is no base64, or of facts that are no facts, is no data', () => {
    const odd = { offset: 1.5, differs: -1, a: '</script><script>alert(1)</script>', b: '%%%' }
    const report = { ...withEntries, entries: { list: [entry('x', { excerpt: odd })], more: 0 } }
    holds(report)
    expect(dataOf(read(report)).rows[0][10].slice(3)).toEqual([0, 0, 0])
  })

  test('in a line of the summary is text, and only what the summary marks is marked', () => {
    expect(`${fromMarkdown('**a** <code>&#60;b&#62;</code> &#42;&#42;c&#42;&#42; <img src=x> &amp;<br>[x](y)')}`).toBe(
      '<strong>a</strong> <code>&lt;b&gt;</code> **c** &lt;img src=x&gt; &amp;amp;<br>[x](y)',
    )
    expect(`${fromMarkdown('**open')}`).toBe('<strong>open</strong>')
  })
})

describe('colours', () => {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string): number => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((p, q) => p - q)
    return (high + 0.05) / (low + 0.05)
  }
  const grounds = ['ground', 'card', 'sunk'] as const

  test.each(Object.entries(themes))('of the %s theme are told apart by everybody (WCAG AA)', (_, theme) => {
    for (const ground of grounds)
      for (const text of ['text', 'quiet', 'link'] as const)
        expect([text, ground, contrast(theme[text], theme[ground]) >= 4.5]).toEqual([text, ground, true])
    for (const tone of ['good', 'bad', 'warn', 'note'] as const) {
      for (const ground of [theme[`${tone}-ground`], theme.card])
        expect([tone, contrast(theme[tone], ground) >= 4.5]).toEqual([tone, true])
    }
    for (const text of [theme.text, theme.quiet])
      expect(contrast(text, theme['note-ground'])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme.bad, theme.card)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(theme['on-mark'], theme.mark)).toBeGreaterThanOrEqual(4.5)
    // Bars, focus and edges of controls are no text: 3 to 1.
    for (const shape of ['differs', 'focus', 'quiet'] as const)
      expect([shape, contrast(theme[shape], theme.card) >= 3]).toEqual([shape, true])
  })
})
