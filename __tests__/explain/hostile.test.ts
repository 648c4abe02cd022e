import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readProvenance } from '../../src/explain/blame/provenance.ts'
import { recogniseCause } from '../../src/explain/causes.ts'
import { changed, subjectOf } from './subject.ts'

const paths = fc.constantFrom(
  'etc/x',
  'x.pyc',
  'x.zip',
  'x.npy',
  'etc/shadow',
  'var/lib/dpkg/status',
  'a/.git/index',
  'x.der',
)
const pieces = fc.constantFrom(
  'PK\x01\x02',
  '\x1f\x8b\x08',
  '!<arch>\n',
  '\x7fELF',
  '2026-11-21',
  '03:00:05',
  '\0',
  '=',
  '-',
  'ab12',
)
const content = fc.array(fc.oneof(pieces, fc.string({ maxLength: 8 })), { maxLength: 40 }).map(parts => parts.join(''))

test('any two contents get exactly one cause, with bounded evidence', () => {
  fc.assert(
    fc.property(paths, content, content, (path, a, b) => {
      fc.pre(a !== b)
      const { cause, recognition } = recogniseCause(subjectOf(changed(path, a, b)))
      expect(cause.id).toMatch(/^[a-z][a-z-]+$/)
      expect(JSON.stringify(recognition.evidence).length).toBeLessThan(4_000)
    }),
    { numRuns: 300 },
  )
})

/** All that is read of one side of a file: a pattern that backtracks would not come to an end on it. */
const quarterOfMegabyte = (piece: string): string => piece.repeat(Math.ceil(250_000 / piece.length))

describe('a quarter of a megabyte of anything gets one cause, with bounded evidence', () => {
  test.each([
    ['digits', '1'],
    ['dates', '2026-11-21 '],
    ['broken dates', '2026-11-2'],
    ['months', 'Nov 21 '],
    ['times', '03:00:05'],
    ['epochs', '1795230005 '],
    ['hexadecimal', 'deadbeef-'],
    ['base64', 'QUJDREVGR0hJSktMTU5PUA== '],
    ['blanks', ' '],
    ['lines', 'a\n'],
    ['units', '1.5 s 3m2'],
    ['letters', 'x'],
  ])('%s', (_, piece) => {
    const text = quarterOfMegabyte(piece)
    const { recognition } = recogniseCause(subjectOf(changed('etc/x', `1${text}1`, `2${text}2 `)))
    expect(JSON.stringify(recognition.evidence).length).toBeLessThan(4_000)
  })
})

test('a thousand folders deep, a path takes no thousand times as long', () => {
  const deep = Array.from({ length: 400 }, (_, at) => changed(`${'a/'.repeat(1_000)}${at}`, 'x\n', 'y\n'))
  const marks = ['a/.cache/huggingface/download/x.metadata', 'a/a/ibdata1'].map(path => changed(path, 'x\n', 'y\n'))
  const { layer, ...rest } = subjectOf(deep[0] as (typeof deep)[0], [...deep, ...marks])
  const before = process.cpuUsage()
  for (const entry of deep) expect(recogniseCause({ ...rest, layer, entry }).cause.id).toBe('database-files')
  // Ten seconds when every folder above each path was looked for.
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(4)
})

test('any JSON as provenance gives a graph or none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(() => readProvenance(value)).not.toThrow()
      expect(() => readProvenance({ buildConfig: { llbDefinition: value }, metadata: value })).not.toThrow()
    }),
    { numRuns: 200 },
  )
})
