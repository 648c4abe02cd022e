import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { DifferingEntry } from '../../src/image/differing-entry.ts'
import type { PlatformResult } from '../../src/report/compose.ts'
import { entriesOf, keptEntries } from '../../src/report/entries.ts'
import { reportJson } from '../../src/report/json.ts'
import { entry, looked, withEntries } from './html/entry-reports.ts'
import { finding } from './reports.ts'

const result = (
  platform: string,
  list: DifferingEntry[],
  more = 0,
  rest: Partial<PlatformResult> = {},
): PlatformResult => ({
  ...{
    platform,
    verdict: 'not-reproducible',
    level: 'different',
    doubts: [],
    failure: null,
    secondsApart: 1,
    sides: [],
  },
  ...{ findings: [finding('apt-logs')], differing: new Map(), alone: new Set(), levelReasons: [], notes: [] },
  ...{ pullAgain: null, entries: { list, more } },
  ...rest,
})

const many = (count: number, excerpts = 0): DifferingEntry[] =>
  Array.from({ length: count }, (_, at) => {
    const { platform: _platform, ...one } = entry(`f${at}`)
    return at < excerpts ? { ...one, excerpt: { offset: 0, differs: 0, a: 'eA==', b: 'eQ==' } } : one
  })

describe('the entries of a report', () => {
  test('are those of all platforms, each with its own, and the image where there are several', () => {
    const { entries } = entriesOf([result('linux/amd64', many(1)), result('linux/arm64', many(1), 7, { image: 'web' })])
    expect(entries?.list.map(({ platform, image, path }) => [platform, image, path])).toEqual([
      ['linux/amd64', undefined, 'f0'],
      ['linux/arm64', 'web', 'f0'],
    ])
    expect(entries?.more).toBe(7)
  })

  test('are 5,000 and 200 excerpts at most, of each platform its share; the rest is counted', () => {
    const { entries } = entriesOf([
      result('a', many(5000, 200), 1),
      result('b', many(10, 10)),
      result('c', many(5000, 200)),
    ])
    const of = (platform: string) => entries?.list.filter(one => one.platform === platform) ?? []
    expect([of('a').length, of('b').length, of('c').length, entries?.more]).toEqual([2495, 10, 2495, 5011])
    expect(['a', 'b', 'c'].map(name => of(name).filter(({ excerpt }) => excerpt).length)).toEqual([95, 10, 95])
  })

  test('are of every cause where a platform has too many, whatever their order', () => {
    const rare = many(3).map((one, at) => ({ ...one, path: `rare${at}`, causes: [{ id: 'apt-logs', line: 9 }] }))
    const { entries } = entriesOf([result('a', [...many(5000), ...rare]), result('b', many(5000))])
    expect(entries?.list.filter(({ path }) => path.startsWith('rare')).length).toBe(3)
    expect(entries?.list.filter(({ platform }) => platform === 'a').length).toBe(2500)
    const kept = keptEntries({ list: [...many(5000), ...rare], more: 4 }, 60)
    expect([kept.list.length, kept.more, kept.list.at(-1)?.path]).toEqual([250, 4757, 'rare2'])
    expect(keptEntries({ list: many(5000), more: 0 }, 3)).toEqual({ list: many(5000), more: 0 })
  })

  test('are absent where nothing differs', () => {
    const { entries: _, ...unread } = result('a', [])
    expect(entriesOf([result('a', []), unread])).toEqual({})
  })

  test('name no cause that another build has refuted: those findings that name the path stand for it', () => {
    const depends = finding('unknown-difference', {
      paths: ['f0'],
      location: { file: 'Dockerfile', line: 4, endLine: 4 },
    })
    const { entries } = entriesOf([result('a', many(2), 0, { findings: [depends] })])
    expect(entries?.list.map(({ causes }) => causes)).toEqual([[{ id: 'unknown-difference', line: 4 }], []])
  })
})

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))
  const valid = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)

  test.each(Object.entries(looked))('holds for the entries of %s', (_, report) => {
    valid(JSON.parse(reportJson(report)))
    expect(valid.errors).toBeNull()
  })

  test('asks for every field of an entry, its facts, causes and excerpt', () => {
    const read = () => JSON.parse(reportJson(withEntries))
    const { entry: one, entryFacts } = schema.$defs
    const places: [string[], (report: ReturnType<typeof read>) => object][] = [
      [schema.properties.entries.required, report => report.entries],
      [one.required, report => report.entries.list[0]],
      [entryFacts.required, report => report.entries.list[0].a],
      [one.properties.causes.items.required, report => report.entries.list[0].causes[0]],
      [one.properties.excerpt.required, report => report.entries.list[0].excerpt],
    ]
    for (const [required, place] of places)
      for (const field of required) {
        const report = read()
        expect(valid(report)).toBe(true)
        Reflect.deleteProperty(place(report), field)
        expect([field, valid(report)]).toEqual([field, false])
      }
  })
})
