import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { configDifferences, jsonDifferences } from '../../src/compare/config.ts'
import type { ImageConfig } from '../../src/image/image.ts'

const rootfs = { type: 'layers', diff_ids: ['sha256:1'] }

test('fields of the config, by JSON pointer; diff IDs are the layers’ business', () => {
  const a: ImageConfig = {
    created: '2026-01-01T00:00:00Z',
    rootfs,
    config: { Env: ['A=1', 'B=2'], Cmd: ['sh'], 'a/~b': 1 },
    history: [{ created_by: 'RUN a' }, { created_by: 'RUN b', created: '2026-01-01T00:00:00Z' }],
    unknown: { x: null },
  }
  const b: ImageConfig = {
    created: '2026-01-02T00:00:00Z',
    rootfs: { type: 'layers', diff_ids: ['sha256:2', 'sha256:3'] },
    config: { Env: ['A=1', 'B=3', 'C='], Cmd: 'sh', 'a/~b': 2 },
    history: [{ created_by: 'RUN a' }, { created_by: 'RUN b', created: '2026-01-02T00:00:00Z' }],
    unknown: {},
  }
  expect(configDifferences(a, b)).toEqual([
    { pointer: '/created', a: '"2026-01-01T00:00:00Z"', b: '"2026-01-02T00:00:00Z"' },
    { pointer: '/config/Env/1', a: '"B=2"', b: '"B=3"' },
    { pointer: '/config/Env/2', a: undefined, b: '"C="' },
    { pointer: '/config/Cmd', a: '["sh"]', b: '"sh"' },
    { pointer: '/config/a~1~0b', a: '1', b: '2' },
    { pointer: '/history/1/created', a: '"2026-01-01T00:00:00Z"', b: '"2026-01-02T00:00:00Z"' },
    { pointer: '/unknown/x', a: 'null', b: undefined },
  ])
})

describe('hostile configs', () => {
  test('a field named __proto__ is a field', () => {
    expect(jsonDifferences(JSON.parse('{"__proto__":{"x":1}}'), {})).toEqual([
      { pointer: '/__proto__', a: '{"x":1}', b: undefined },
    ])
    expect(jsonDifferences({ toString: 1 }, {})).toEqual([{ pointer: '/toString', a: '1', b: undefined }])
  })

  test('long values are shown from where they part', () => {
    const [difference] = jsonDifferences('x'.repeat(1e6), `${'x'.repeat(5e5)}y${'x'.repeat(5e5)}`)
    expect(difference?.a).toMatch(/^…x+…$/)
    expect(difference?.b).toMatch(/^…x{200}yx+…$/)
    expect(difference?.b?.length).toBeLessThan(2100)
  })

  test('there are at most 1000', () => {
    expect(jsonDifferences(Array(5000).fill(1), Array(5000).fill(2))).toHaveLength(1000)
  })
})

test('none exactly when the two are equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const parse = (value: unknown) => JSON.parse(JSON.stringify(value))
      expect(jsonDifferences(parse(a), parse(a))).toEqual([])
      expect(jsonDifferences(parse(a), parse(b)).length === 0).toBe(sorted(parse(a)) === sorted(parse(b)))
    }),
    { numRuns: 1000 },
  )
})

/** Text that is the same exactly for equal JSON values, whatever the order of their fields. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([field, inner]) => `${JSON.stringify(field)}:${sorted(inner)}`)
  return `{${fields.sort().join()}}`
}
