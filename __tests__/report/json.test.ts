import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { reportJson } from '../../src/report/json.ts'
import { all } from './all-reports.ts'
import { hostile } from './extreme-reports.ts'
import { released } from './release-reports.ts'
import { notReproducible } from './reports.ts'

type Json = Record<string, unknown>

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))
const valid = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
const copy = (): Json =>
  JSON.parse(reportJson({ ...notReproducible, ...(released.release ? { release: released.release } : {}) }))

const { firstDiffering } = schema.$defs.pullAgain.properties

/** Every object that the schema requires fields of, as a way from the top of a report to one such object. */
const requiring: [name: string, way: (string | number)[], required: string[]][] = [
  ['the report', [], schema.required],
  ['its tool', ['tool'], schema.properties.tool.required],
  ['its subject', ['subject'], schema.properties.subject.required],
  ['its scope', ['scope'], schema.$defs.scope.required],
  ['a build', ['builds', 1], schema.$defs.build.required],
  ['a layer of a build', ['builds', 0, 'layers', 1], schema.$defs.build.properties.layers.items.required],
  ['a layer', ['layers', 2], schema.$defs.layer.required],
  ['a finding', ['findings', 0], schema.$defs.finding.required],
  ['a location', ['findings', 0, 'location'], schema.$defs.location.required],
  ['a piece of evidence', ['findings', 0, 'evidence', 0], schema.$defs.evidence.required],
  ['an outcome', ['findings', 3, 'outcome'], schema.$defs.finding.properties.outcome.required],
  ['what is pulled again', ['pullAgain', 0], schema.$defs.pullAgain.required],
  ['the first differing layer', ['pullAgain', 0, 'firstDiffering'], firstDiffering.required],
  ['a fix', ['findings', 0, 'fix'], schema.$defs.finding.properties.fix.required],
  ['an ignored finding', ['ignored', 0], schema.properties.ignored.items.required],
  ['a failure', ['failure'], schema.$defs.failure.required],
  ['a release', ['release'], schema.$defs.release.required],
  ['a tag', ['release', 'tags', 0], schema.$defs.release.properties.tags.items.required],
  ['a published image', ['release', 'images', 0], schema.$defs.release.properties.images.items.required],
]

describe('report.json', () => {
  test.each(Object.entries(all))('of %s keeps to the published schema', (_, report) => {
    valid(JSON.parse(reportJson(report)))
    expect(valid.errors).toBeNull()
  })

  test.each(requiring)('without any one field of %s is refused', (_, way, required) => {
    expect(required.length).toBeGreaterThan(0)
    for (const field of required) {
      const report = copy()
      report.failure = { side: 'A', step: null, message: '', location: null, logTail: [] }
      expect(valid(report)).toBe(true)
      const object = way.reduce<unknown>((at, key) => (at as Json)[key], report) as Json
      expect(field in object).toBe(true)
      delete object[field]
      expect([field, valid(report)]).toEqual([field, false])
    }
  })

  test('may gain fields that a reader does not know', () => {
    expect(valid({ ...copy(), findings: [{ ...notReproducible.findings[0], severity: 3 }], later: {} })).toBe(true)
  })

  test.each([
    ['verdict', 'maybe'],
    ['schemaVersion', 2],
    ['level', 'equal'],
    ['findings', [{}]],
    ['timings', { lint: '3' }],
  ])('with a %s that cannot be is refused', (field, value) => {
    expect(valid({ ...copy(), [field]: value })).toBe(false)
  })

  // Fields that came later: a report from before has none of them, and is one still.
  test('of an earlier version is a report, too', () => {
    const { notes: _, levelReasons: __, pullAgain: ___, ...before } = copy()
    expect(valid(before)).toBe(true)
  })

  test('is the same text whatever order its fields were set in, and ends with a line end', () => {
    const shuffled = (value: unknown): unknown =>
      value === null || typeof value !== 'object' || Array.isArray(value)
        ? Array.isArray(value)
          ? value.map(shuffled)
          : value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, shuffled(inner)]),
          )
    expect(reportJson(shuffled(notReproducible) as typeof notReproducible)).toBe(reportJson(notReproducible))
    expect(reportJson(notReproducible)).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"tool": \{\n {4}"name"[\s\S]*\}\n$/)
  })

  test('brings every text back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text =>
        expect(JSON.parse(reportJson(hostile(text)))).toEqual(hostile(text)),
      ),
    )
  })
})
