import { describe, expect, test } from '@jest/globals'
import { checklist } from '../../src/report/checklist.ts'
import type { Ingredient, Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { twoPlatforms } from './drift-reports.ts'
import { threeImages } from './image-reports.ts'
import { at, finding, lintClean } from './reports.ts'

const nothing: NonNullable<Report['ingredients']> = {
  ...{ images: [], osPackages: [], languagePackages: [], downloads: [], contextCopies: [], unreadCopies: [] },
}
const states = (report: Report) => checklist(report).map(({ state }) => state)

describe('the checklist', () => {
  test('of an image with nothing in it asks for nothing', () => {
    expect(states({ ...lintClean, ingredients: nothing })).toEqual([
      ...['none', 'none', 'none', 'none', 'pass', 'none', 'unchecked'],
    ])
  })

  test.each([
    ['images', 0],
    ['osPackages', 1],
    ['languagePackages', 2],
    ['downloads', 3],
    ['contextCopies', 5],
  ] satisfies [Ingredient, number][])('passes %s where they are, and says where', (kind, index) => {
    const checks = checklist({ ...lintClean, ingredients: { ...nothing, [kind]: [at(3, 5), at(3), at(9)] } })
    expect(checks[index]).toMatchObject({ state: 'pass', places: [at(3), at(9)], more: false })
    expect(checks.filter(({ state }) => state === 'pass')).toHaveLength(2)
  })

  test('a finding counts even where nothing of the kind was seen; notices alone are a note', () => {
    const findings = [finding('RG401', { location: at(4) }), finding('RG301', { level: 'notice', location: at(5) })]
    expect(states({ ...lintClean, ingredients: nothing, findings }).slice(2, 4)).toEqual(['note', 'fail'])
  })

  test('what was ignored was there', () => {
    const ignored = [{ finding: finding('RG401', { location: at(4) }), reason: 'x', by: at(3) }]
    expect(checklist({ ...lintClean, ingredients: nothing, ignored })[3]).toMatchObject({ state: 'pass', ignored: 1 })
  })

  test('copies from a context that nobody could look into are not passed', () => {
    const ingredients = { ...nothing, contextCopies: [at(2)], unreadCopies: [at(2)] }
    expect(checklist({ ...lintClean, ingredients })[5]).toMatchObject({ state: 'unchecked', places: [at(2)] })
  })

  test('where the lint did not run nothing passes', () => {
    expect(new Set(states({ ...lintClean, timings: {}, ingredients: null }))).toEqual(new Set(['unchecked']))
  })

  test('of what Docker cannot build nothing passes', () => {
    const findings = [finding('RG004', { location: at(4) }), finding('RG401', { location: at(5) })]
    const checks = checklist({ ...lintClean, ingredients: nothing, findings })
    expect(checks.map(({ state }) => state)).toEqual([
      ...['unchecked', 'unchecked', 'unchecked', 'fail', 'unchecked', 'unchecked', 'unchecked'],
    ])
    expect(checks[0]).toMatchObject({ places: [at(4)] })
  })

  test('of more than five places the rest is hinted at', () => {
    const images = Array.from({ length: 7 }, (_, index) => at(index + 1))
    const report = { ...lintClean, ingredients: { ...nothing, images } }
    expect(checklist(report)[0]).toMatchObject({ places: images.slice(0, 5), more: true })
    expect(renderTerminal(report, { colour: false })).toContain('nothing found at lines 1, 2, 3, 4, 5 …')
  })
})

describe('several Dockerfiles', () => {
  const inB = { file: 'b/Dockerfile', line: 2, endLine: 2 }
  const report: Report = {
    ...lintClean,
    subject: { ...lintClean.subject, file: 'a/Dockerfile', files: ['a/Dockerfile', 'b/Dockerfile'] },
    findings: [finding('RG101', { location: inB })],
    ingredients: { ...nothing, images: [{ ...inB, file: 'a/Dockerfile' }, inB] },
  }
  test('in a terminal: each finding with its file, the last line with how many', () => {
    const text = renderTerminal(report, {
      colour: false,
      sources: { 'b/Dockerfile': 'x\nFROM b\n', 'a/Dockerfile': 'no' },
    })
    expect(text).toMatch(/^b\/Dockerfile:2 {2}warning {2}RG101/)
    expect(text).toContain('│ FROM b')
    expect(text).toContain('1 finding at b/Dockerfile:2')
    expect(text.trimEnd().split('\n').at(-1)).toBe('Lint: 0 errors, 1 warning, 0 notices in 2 Dockerfiles')
  })
  test('in the summary', () => {
    const text = renderSummary(report)
    expect(text).toContain('<code>a/Dockerfile</code>, <code>b/Dockerfile</code> were read, not built')
    expect(text).toContain('<code>b/Dockerfile:2</code>')
  })
})

test('that both builds agree is not all, where another machine may have another image', () => {
  const remarkOf = (...findings: Report['findings']) =>
    checklist({ ...lintClean, command: 'gate', verdict: 'reproducible', findings }).at(-1)?.remark
  const machine = finding('header-mode', { class: 'machine' })
  expect(remarkOf()).toBe('both builds agree')
  expect(remarkOf(machine, machine)).toBe('both builds agree; 2 findings depend on the machine')
  expect(remarkOf(machine)).toBe('both builds agree; 1 finding depends on the machine')
  expect(remarkOf(finding('RG601', { class: 'machine' }))).toBe('both builds agree')
})

test('what the builds show of time and chance fails that point, though the sources are silent', () => {
  const chance = finding('random-token', { source: 'comparison', class: 'now', location: at(4) })
  const timeOf = (...findings: Report['findings']) =>
    checklist({ ...lintClean, command: 'gate', verdict: 'not-reproducible', findings })[4]
  expect(timeOf(chance)).toMatchObject({ state: 'fail', places: [at(4)], remark: 'the builds show 1 cause' })
  expect(timeOf({ ...chance, class: 'machine' })).toMatchObject({ state: 'pass' })
  expect(timeOf(chance, finding('RG503', { location: at(9) }))).toMatchObject({ state: 'fail', count: 1, remark: '' })
})

test('names the images that differ, and whoever named them makes no markup', () => {
  const name = '<script>alert(1)</script>'
  const results = (threeImages.results ?? []).map(one => ({ ...one, image: one.image === 'api' ? name : one.image }))
  const remark = (report: Report): string => checklist(report).at(-1)?.remark ?? ''
  expect(remark(threeImages)).toBe('1 of 3 not reproducible (api), 1 of 3 undecided (jobs)')
  expect(remark(twoPlatforms)).toBe('the builds differ for linux/arm64')
  const summary = renderSummary({ ...threeImages, results })
  expect(summary).toContain('Built twice, same image | 1 of 3 not reproducible (&#60;script&#62;')
  expect(summary).not.toContain('<script')
})
