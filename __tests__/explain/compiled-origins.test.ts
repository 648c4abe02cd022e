// Which earlier file a program took its values from: the one that its instruction names, one that a compiler includes, any other.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { compiledOrigins } from '../../src/explain/compiled-origins.ts'
import type { Origin } from '../../src/explain/derived.ts'
import type { ValuePair } from '../../src/explain/value-pairs.ts'
import { changed, subjectOf } from './subject.ts'

type Pair = readonly [a: string, b: string]
const ids: Pair = ['ea0de5e3b825', '94cb1318481b']
const others: Pair = ['5b3c9e2177d0', 'c41f8a072e9b']
const seconds: Pair = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']

const value = ([a, b]: Pair, coarse = false): ValuePair => ({ a, b, coarse })
const origin = (path: string, values: readonly ValuePair[], more: Partial<Origin> = {}): Origin => ({
  ...{ path, values: [...values] },
  ...more,
})
const holding = (path: string, ...pairs: Pair[]): Origin =>
  origin(
    path,
    pairs.map(pair => value(pair)),
  )

/** A program that is no text, with these bytes in it on each side, apart from each other. */
const compiled = (...pairs: (readonly [Buffer | string, Buffer | string])[]) => {
  const side = (at: 0 | 1): Buffer =>
    Buffer.concat([
      Buffer.from([0x7f, 0, 1, 0]),
      ...pairs.flatMap(pair => [Buffer.alloc(8), Buffer.from(pair[at]), Buffer.alloc(8)]),
    ])
  return subjectOf(changed('usr/bin/app', side(0), side(1)))
}
const named = (subject: ReturnType<typeof compiled>, origins: Origin[], run = 'RUN cc x.c'): string[] | undefined =>
  compiledOrigins(subject, origins, run)?.map(({ path }) => path)

describe('of several that hold the value', () => {
  const [any, header, later] = ['etc/a', 'src/a.h', 'src/b.h'].map(path => holding(path, ids)) as [
    Origin,
    Origin,
    Origin,
  ]
  test.each<[string, Origin[], string, string[]]>([
    ['one that is named comes first', [any, header, later], 'RUN cc x.c < /etc/a', ['etc/a']],
    ['of two that are named the first', [later, any], 'RUN cc b.h /etc/a', ['src/b.h']],
    ['a later one that is named before one that is included', [any, header, later], 'RUN cc b.h', ['src/b.h']],
    ['one that is included before one that nobody names', [any, later, header], 'RUN cc x.c', ['src/b.h']],
    ['one that nobody names, where there is no other', [any], 'RUN cc x.c', ['etc/a']],
    ['a folder that is named is no file', [any, header], 'RUN cc x.c -o /etc', ['src/a.h']],
    ['none, where none holds it', [holding('src/a.h', others)], 'RUN cc a.h', []],
    ['none of what is not there', [], 'RUN cc x.c', []],
  ])('%s', (_, origins, run, expected) => {
    expect(named(compiled(ids), origins, run)).toEqual(expected)
  })

  test('every difference has one, or none counts', () => {
    const both = compiled(ids, others)
    expect(named(both, [holding('src/a.h', ids)])).toEqual([])
    expect(named(both, [holding('src/b.h', others)])).toEqual([])
    expect(named(both, [holding('src/a.h', ids), holding('src/b.h', others)])).toEqual(['src/a.h', 'src/b.h'])
    expect(named(both, [holding('src/a.h', others, ids)])).toEqual(['src/a.h'])
  })
})

describe('a text', () => {
  const long: Pair = ['salt-ea0de5e3b825', 'salt-94cb1318481b']
  test.each<[string, Pair, Pair, boolean]>([
    ['as it is', ids, ids, true],
    ['as the end of a value', [long[0].slice(5), long[1].slice(5)], long, true],
    ['as the middle of a value', [long[0].slice(5, 12), long[1].slice(5, 12)], long, true],
    ['of six characters', [ids[0].slice(0, 6), ids[1].slice(0, 6)], ids, true],
    ['of five, which chance repeats', [ids[0].slice(0, 5), ids[1].slice(0, 5)], ids, false],
    ['from another place of it in B', [ids[0].slice(0, 6), ids[1].slice(6)], ids, false],
    ['that A alone has from there', [ids[0], others[1]], ids, false],
    ['that B alone has from there', [others[0], ids[1]], ids, false],
    ['with the sides exchanged', [ids[1], ids[0]], ids, false],
  ])('%s', (_, text, of, expected) => {
    expect(named(compiled(text), [holding('src/a.h', of)])).toEqual(expected ? ['src/a.h'] : [])
  })

  test.each<[string, string, boolean, boolean]>([
    ['what reads no clock has it from there', 'RUN make', true, true],
    ['what reads the clock may have it from there', 'RUN make DATE=$(date)', true, false],
    ['what names the file has it from there all the same', 'RUN make DATE=$(date) < /etc/stamp', true, true],
    ['nobody reads what is no time from the clock', 'RUN make DATE=$(date)', false, true],
  ])('a time to the second: %s', (_, run, coarse, expected) => {
    const from = origin('etc/stamp', [value(seconds, coarse)])
    expect(named(compiled(seconds), [from], run)).toEqual(expected ? ['etc/stamp'] : [])
  })

  test('of a program whose sections are known, and in which a text may be longer on one side', () => {
    const bytes = (name: string, side: 'a' | 'b'): Buffer =>
      gunzipSync(readFileSync(new URL(`fixtures/binaries/${name}.${side}.gz`, import.meta.url)))
    for (const [name, folders] of [
      ['rust-debug', ['tmp.8EszteYck2', 'tmp.x25MPuSvbO']],
      ['shifted', ['build-17', 'build-180394/checkout']],
    ] as const) {
      const program = subjectOf(changed('usr/bin/app', bytes(name, 'a'), bytes(name, 'b')))
      expect(named(program, [holding('src/a.h', folders)])).toEqual(['src/a.h'])
      expect(named(program, [holding('src/a.h', others)])).toEqual([])
    }
  })
})

describe('a number', () => {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(value))
    return bytes
  }
  const of = (path: string, ...pairs: (readonly [number, number])[]): Origin =>
    origin(path, [], { numbers: pairs.map(([a, b]) => ({ a: String(a), b: String(b) })) })
  const ms = seconds.map(text => Date.parse(text)) as unknown as readonly [number, number]
  const [inA, inB] = [ms[0] / 1000, ms[1] / 1000]
  const odd = [1889217411, 3333368164] as const

  test.each<[string, readonly [number, number], string, string, boolean]>([
    ['that is no time, from anywhere', odd, 'etc/id', 'RUN make', true],
    ['that is no time, whoever reads the clock', odd, 'etc/id', 'RUN make DATE=$(date)', true],
    ['a second of both builds, from anywhere', [inA, inB], 'etc/id', 'RUN make', false],
    ['a second of both builds, by name', [inA, inB], 'etc/id', 'RUN make < /etc/id', true],
    ['a second of A alone', [inA, odd[1]], 'etc/id', 'RUN make', true],
    ['a second of B alone', [odd[0], inB], 'etc/id', 'RUN make', true],
    ['a moment in milliseconds, from anywhere', ms, 'etc/id', 'RUN make', false],
    ['a moment in milliseconds, of what a compiler includes', ms, 'src/id.h', 'RUN make', true],
    ['of what a compiler includes, by what reads the clock', ms, 'src/id.h', 'RUN make DATE=$(date)', false],
  ])('%s', (_, pair, path, run, expected) => {
    const program = compiled([number(pair[0]), number(pair[1])])
    expect(named(program, [of(path, pair)], run)).toEqual(expected ? [path] : [])
    // One number of several is enough, and no number is none.
    expect(named(program, [of(path, [7_000_001, 9_000_001], pair)], run)).toEqual(expected ? [path] : [])
    expect(named(program, [of(path), origin('src/b.h', [])], run)).toEqual([])
  })
})

test('nothing is said of what is no compiled file', () => {
  expect(named(subjectOf(changed('etc/copy', ...ids)), [holding('etc/a', ids)])).toBeUndefined()
})
