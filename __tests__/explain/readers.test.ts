import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readAssembly } from '../../src/explain/formats/dotnet-assembly.ts'
import { compareMarshal, readPyc } from '../../src/explain/formats/marshal.ts'
import { compareNumbers, numberType } from '../../src/explain/formats/numbers.ts'
import { readPickle } from '../../src/explain/formats/pickle.ts'
import { readSqlite } from '../../src/explain/formats/sqlite.ts'
import { textNumbers } from '../../src/explain/values/text-numbers.ts'

const bytes = (name: string): Buffer => readFileSync(new URL(`fixtures/languages/${name}`, import.meta.url))

const sample = (head: Buffer) => ({ size: head.length, head, whole: true, tail: Buffer.alloc(0) })

const readers: [string, string, (content: Buffer) => unknown][] = [
  ['a pickle', 'forest.joblib.a', readPickle],
  ['bytecode', 'references.pyc.a', readPyc],
  ['a database', 'runs.sqlite.a', readSqlite],
  ['an assembly', '../dotnet/Embedded.dll.a', content => readAssembly(sample(content))],
]

describe.each(readers)('%s', (_, name, read) => {
  test('is read', () => {
    expect(read(bytes(name))).not.toBeNull()
  })

  test('cut off or damaged anywhere, it is read as far as it goes or not at all', () => {
    const whole = bytes(name)
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 })
    fc.assert(
      fc.property(fc.nat(whole.length), damage, (length, places) => {
        const damaged = Buffer.from(whole)
        for (const [at, value] of places) damaged[at] = value
        expect(() => read(damaged.subarray(0, length))).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
})

test('what joblib and numpy wrote is found: texts, numbers of trees, arrays', () => {
  const pickle = readPickle(bytes('sgd.joblib.a'))
  expect(pickle).toMatchObject({ complete: true })
  const arrays = pickle?.leaves.flatMap(leaf => (leaf.kind === 'bytes' && leaf.array ? [leaf] : [])) ?? []
  expect(arrays.map(({ array, bytes: own }) => `${array?.type} ${own.length}`)).toContain('f4 16')
  expect(pickle?.leaves).toContainEqual({ kind: 'text', text: 'SGDClassifier' })
})

test('rows of a database are read as they were written', () => {
  const rows = readSqlite(bytes('runs.sqlite.a'))?.rows ?? []
  expect(rows).toContainEqual('1|NULL|run0|1795230005000|2026-11-21T03:00:05.000Z (Julian day)')
  expect(readSqlite(bytes('freed.sqlite.a'))?.freedPages).toBeGreaterThan(0)
})

test.each([
  ['not a number', Number.NaN, 'NaN'],
  ['a day', 2_460_000, '2023-02-24T12:00:00.000Z (Julian day)'],
  ['no day', -1, '-1'],
])('a database with a number that is %s is read', (_, value, says) => {
  const content = Buffer.alloc(512)
  content.write('SQLite format 3\0', 'latin1')
  content.writeUInt16BE(512, 16)
  content[100] = 0x0d
  content.writeUInt16BE(1, 103)
  content.writeUInt16BE(400, 108)
  // A row of 10 bytes, its number 1: a header of 2 bytes, and a number of 8.
  content.set([10, 1, 2, 7], 400)
  content.writeDoubleBE(value, 404)
  expect(readSqlite(content)?.rows).toEqual([`1|${says}`])
})

test('a database whose cells all point at one long row is given up', () => {
  const content = Buffer.alloc(65_536)
  content.write('SQLite format 3\0', 'latin1')
  content.writeUInt16BE(1, 16)
  content[100] = 0x0d
  content.writeUInt16BE(20_000, 103)
  for (let at = 108; at + 1 < 40_108; at += 2) content.writeUInt16BE(50_000, at)
  // A row of 10 000 bytes with one text.
  content.set([0x80 + 78, 0x10, 1, 3, 0x80 + 0x9c, 0x1d], 50_000)
  expect(() => readSqlite(content)).not.toThrow()
})

test('references of bytecode that are woven into each other are given up', () => {
  const weave = (last: number): Buffer => {
    const head = Buffer.alloc(16)
    head.writeUInt16LE(3495, 0)
    head.writeUInt16BE(0x0d0a, 2)
    // Each level holds the one below several times, by reference: 3 to the power of 60 in all.
    const levels = 60
    let body = Buffer.from([0xe9, last, 0, 0, 0])
    for (let level = 0; level < levels; level++) {
      const index = Buffer.alloc(4)
      index.writeUInt32LE(levels - level)
      body = Buffer.concat([Buffer.from([0xa9, 3]), body, Buffer.from('r'), index, Buffer.from('r'), index])
    }
    return Buffer.concat([head, body])
  }
  const [a, b] = [readPyc(weave(1)), readPyc(weave(2))]
  expect([a, b]).not.toContain(null)
  if (a && b) expect(compareMarshal(a.root, b.root, a.fields).length).toBeGreaterThan(0)
})

describe('numbers', () => {
  const doubles = (...values: number[]): Buffer => Buffer.from(new Float64Array(values).buffer)
  const difference = (a: Buffer, b: Buffer, name = '<f8') => {
    const type = numberType(name)
    if (!type) throw new Error('no type')
    return compareNumbers([{ name: '', ...type, a, b }])
  }

  test('neighbouring doubles are one unit apart', () => {
    expect(difference(doubles(1, 2), doubles(1 + 2 ** -52, 2))).toMatchObject({ rounding: true, ulp: 1, differing: 1 })
  })

  test('a thousandth is no rounding', () => {
    expect(difference(doubles(1, 2), doubles(1.001, 2))).toMatchObject({ rounding: false, permuted: false })
  })

  test('integers are never rounded', () => {
    expect(difference(Buffer.from([1, 0, 0, 0]), Buffer.from([2, 0, 0, 0]), '<i4')).toMatchObject({ rounding: false })
  })

  test('any shuffle is one, and no other numbers are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.double({ noNaN: true }), { minLength: 4, maxLength: 50 }), values => {
        const other = [...values.slice(1), values[0] ?? 0]
        expect(difference(doubles(...values), doubles(...other))?.permuted).toBe(true)
        expect(difference(doubles(...values, 1), doubles(...other, 2))?.permuted).toBe(false)
      }),
    )
  })

  test.each(['V64', 'O8', 'U3', 'f3', '', 'float', 'i16'])('%s is no type of numbers', name => {
    expect(numberType(name)).toBeNull()
  })

  test.each([
    ['version 1.23456.7', 'version 1.23457.7'],
    ['a-1.234567', 'a-1.234568'],
    ['1.25', '1.26'],
    ['1.234567 red', '1.234568 blue'],
  ])('%s: no number on its own', (a, b) => {
    expect(textNumbers(a, b)).toBeNull()
  })
})
