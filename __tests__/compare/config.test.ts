import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { configDifferences, jsonDifferences, manifestDifferences } from '../../src/compare/config.ts'
import type { Image, ImageConfig } from '../../src/image/image.ts'

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

test('fields of the manifest; digests, sizes and embedded blobs are the blobs’ business', () => {
  const imageWith = (word: string, mediaType: string, more: object): Image => {
    const blob = { digest: `sha256:${word}`, size: word.length, data: word }
    const manifest = { config: { ...blob, mediaType: 'config' }, layers: [{ ...blob, mediaType }], ...more }
    return { manifest, config: { rootfs }, digest: word, configDigest: word } as unknown as Image
  }
  const a = imageWith('one', 'tar', { annotations: { made: 'here' } })
  expect(manifestDifferences(a, imageWith('other', 'tar', { annotations: { made: 'here' } }))).toEqual([])
  expect(manifestDifferences(a, imageWith('other', 'tar+gzip', { annotations: { made: 'there' } }))).toEqual([
    { pointer: '/layers/0/mediaType', a: '"tar"', b: '"tar+gzip"' },
    { pointer: '/annotations/made', a: '"here"', b: '"there"' },
  ])
  const more = { ...a, manifest: { ...a.manifest, layers: [...a.manifest.layers, ...a.manifest.layers] } }
  expect(manifestDifferences(a, more)).toEqual([{ pointer: '/layers/1', a: undefined, b: '{"mediaType":"tar"}' }])
  const { config, layers } = a.manifest
  const typed = { ...a, manifest: { ...a.manifest, config: { ...config, mediaType: 'x' }, layers } }
  expect(manifestDifferences(a, typed)).toEqual([{ pointer: '/config/mediaType', a: '"config"', b: '"x"' }])
})

describe('how much is shown of a value', () => {
  const first = (a: unknown, b: unknown) => jsonDifferences(a, b)[0]

  test('all of it, up to 2000 characters', () => {
    const [a, b] = ['x'.repeat(1998), 'y'.repeat(1998)]
    expect(first(a, b)).toEqual({ pointer: '', a: `"${a}"`, b: `"${b}"` })
    expect(first(a, undefined)).toEqual({ pointer: '', a: `"${a}"`, b: undefined })
  })

  test('of a longer one its beginning, where there is no other or they part early', () => {
    const long = 'x'.repeat(3000)
    expect(first(long, undefined)).toEqual({ pointer: '', a: `"${'x'.repeat(1999)}…`, b: undefined })
    expect(first(undefined, long)).toEqual({ pointer: '', a: undefined, b: `"${'x'.repeat(1999)}…` })
    expect(first(long, 'y')).toEqual({ pointer: '', a: `"${'x'.repeat(1999)}…`, b: '"y"' })
    expect(first('y', long)).toEqual({ pointer: '', a: '"y"', b: `"${'x'.repeat(1999)}…` })
  })

  test('and of its pointer', () => {
    const name = 'n'.repeat(3000)
    expect(first({ [name]: 1 }, { [name]: 2 })).toEqual({ pointer: `/${'n'.repeat(1999)}…`, a: '1', b: '2' })
  })
})

test('a list is no object, and nothing is no empty text', () => {
  expect(jsonDifferences([], {})).toEqual([{ pointer: '', a: '[]', b: '{}' }])
  expect(jsonDifferences({ x: {} }, { x: null })).toEqual([{ pointer: '/x', a: '{}', b: 'null' }])
  expect(jsonDifferences({ x: '' }, {})).toEqual([{ pointer: '/x', a: '""', b: undefined }])
  expect(jsonDifferences({ x: [] }, { x: {} })).toEqual([{ pointer: '/x', a: '[]', b: '{}' }])
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
