import { crc32 } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { plainCrc32 } from '../../../src/compare/nested/crc.ts'
import { nestedLimits } from '../../../src/compare/nested/limits.ts'
import { type CraftedMember, inside, told, zipOf } from './archives.ts'

const text = (word: string): string => `${word} `.repeat(200)
const three: CraftedMember[] = ['a.txt', 'b.txt', 'c.txt'].map(name => ({ name, content: text(name) }))
const change = (at: number, more: Partial<CraftedMember>): CraftedMember[] =>
  three.map((member, index) => (index === at ? { ...member, ...more } : member))

describe('members of a zip', () => {
  test('only the one that differs is told, with both contents', async () => {
    const nested = await inside(zipOf(three), zipOf(change(1, { content: text('other') })))
    expect(told(nested)).toEqual(['b.txt: content'])
    expect(nested).toMatchObject({ format: 'zip', total: 1, same: 2, reordered: false, unread: null, packing: [] })
    expect(Buffer.from(nested?.members[0]?.content?.b.head ?? []).toString()).toBe(text('other'))
  })

  test.each([
    ['another time', { time: 1_700_000_001 }, { time: 1_700_000_002 }, ['b.txt: mtime']],
    ['another DOS time', { dosTime: 0x5b754001 }, { dosTime: 0x5b754002 }, ['b.txt: mtime']],
    ['other permissions', { mode: 0o644 }, { mode: 0o600 }, ['b.txt: mode']],
    ['content and time', { time: 1 }, { time: 2, content: 'new' }, ['b.txt: content mtime']],
    ['another name', {}, { name: 'B.txt' }, ['b.txt: only-in-a', 'B.txt: only-in-b']],
  ])('%s', async (_, a, b, expected) => {
    const nested = await inside(zipOf(change(1, a)), zipOf(change(1, b)))
    expect(told(nested).sort()).toEqual([...expected].sort())
    expect(nested?.unread).toBeNull()
  })

  test('another order is told, and nothing else', async () => {
    const nested = await inside(zipOf(three), zipOf([...three].reverse()))
    expect(nested).toMatchObject({ total: 0, same: 3, reordered: true, unread: null })
  })

  test('several members of one name meet in their order', async () => {
    const twice = (word: string): Buffer =>
      zipOf([
        { name: 'x', content: 'first' },
        { name: 'x', content: word },
      ])
    expect(told(await inside(twice('second'), twice('third')))).toEqual(['x: content'])
  })

  test('another compression of equal contents is packing', async () => {
    const nested = await inside(zipOf(three), zipOf(change(0, { level: 0 })))
    expect(nested).toMatchObject({ total: 0, same: 3 })
    expect(nested?.packing).toMatchObject([{ field: 'compressed-data', member: 'a.txt' }])
  })

  test('a comment and what stands ahead are packing', async () => {
    const nested = await inside(
      zipOf(three, { comment: 'one', prefix: '#!/bin/a\n' }),
      zipOf(three, { comment: 'two', prefix: '#!/bin/b\n' }),
    )
    expect(nested).toMatchObject({ total: 0, unread: null })
    expect(nested?.packing).toMatchObject([
      { field: 'prefix', a: '#!/bin/a\n', b: '#!/bin/b\n' },
      { field: 'comment', a: 'one', b: 'two' },
    ])
  })

  test.each(['marked', 'bare', 'wide'] as const)('lengths behind the data, %s', async descriptor => {
    const streamed = (content: string): Buffer =>
      zipOf(
        [...change(1, { content }), { name: 'stored', method: 0, content: '' }].map(one => ({ ...one, descriptor })),
      )
    const nested = await inside(streamed(text('one')), streamed(text('two')))
    expect(told(nested)).toEqual(['b.txt: content'])
    expect(nested?.unread).toBeNull()
  })

  test('stored data whose length follows: its end is where all before it fits', async () => {
    const go = (word: string): Buffer =>
      zipOf([
        {
          name: 'a',
          method: 0,
          content: `${text(word)}PK\x07\x08 is no end${'x'.repeat(300_000)}`,
          descriptor: 'marked',
        },
        { name: 'b', method: 0, content: '', descriptor: 'marked' },
        { name: 'c', method: 0, content: 'c', descriptor: 'wide' },
      ])
    const nested = await inside(go('one'), go('two'))
    expect(told(nested)).toEqual(['a: content'])
    expect(nested).toMatchObject({ same: 2, unread: null })
  })

  test('sizes of eight bytes', async () => {
    const wide = (content: string): Buffer => zipOf(change(1, { content, zip64: true }))
    const nested = await inside(wide(text('one')), wide(text('two')))
    expect(told(nested)).toEqual(['b.txt: content'])
    expect(nested?.unread).toBeNull()
  })
})

describe('a zip that lies', () => {
  const other = change(1, { content: text('other') })
  const lies: [string, Buffer][] = [
    ['a checksum in the directory', zipOf(change(0, { directory: { crc: 1 } }))],
    ['a length in the directory', zipOf(change(0, { directory: { stored: 7 } }))],
    ['a name in the directory', zipOf(change(0, { directory: { name: 'z.txt' } }))],
    ['a place in the directory', zipOf(change(2, { directory: { offset: 0 } }))],
    ['a member that the directory does not list', zipOf(three, { hidden: ['b.txt'] })],
    ['a checksum in the own header', zipOf(change(0, { content: 'x', local: { crc: 5 }, directory: { crc: 5 } }))],
    ['data shorter than stated', zipOf(change(0, { local: { stored: 60 } }))],
    ['data longer than stated', zipOf(change(0, { local: { size: 2 }, directory: { size: 2 } }))],
    ['an absurd length', zipOf(change(0, { local: { stored: 0xfffffffe } }))],
    ['eight-byte sizes that are not there', zipOf(change(0, { local: { stored: 0xffffffff, size: 0xffffffff } }))],
    ['bytes behind its end', zipOf(three, { suffix: 'more' })],
  ]

  test.each(lies)('%s: unread, on either side', async (_, lie) => {
    for (const [a, b] of [
      [lie, zipOf(other)],
      [zipOf(other), lie],
    ] as const)
      expect((await inside(a, b))?.unread).toEqual(expect.any(String))
  })

  test('encrypted members are told to differ, without their bytes', async () => {
    const secret = (content: string): Buffer => zipOf(change(1, { content, flags: 1, method: 0 }))
    const nested = await inside(secret('AAAA'), secret('BBBB'))
    expect(told(nested)).toEqual(['b.txt: content'])
    expect(nested?.members[0]?.content).toBeNull()
    expect(nested?.unread).toContain('encrypted')
  })

  test('methods that are not read are told', async () => {
    const packed = (content: string): Buffer => zipOf(change(1, { content, method: 14 }))
    expect((await inside(packed('AAAA'), packed('BBBB')))?.unread).toContain('method 14')
  })

  test('equal checksums of different contents are no equality', async () => {
    const forged = (content: string): Buffer =>
      zipOf([{ name: 'x', content, method: 8, level: 0, local: { crc: 9 }, directory: { crc: 9 } }])
    const nested = await inside(forged('one thing'), forged('the other'))
    expect(nested?.unread).toContain('"x"')
  })

  test('a bomb is unread', async () => {
    const bomb = (last: string): Buffer =>
      zipOf([{ name: 'bomb', content: Buffer.concat([Buffer.alloc(3_000_000), Buffer.from(last)]) }])
    const limits = nestedLimits()
    limits.inflation.allow((-510 * 1024 * 1024) / 8)
    limits.inflation.use(512 * 1024 * 1024 - 510 * 1024 * 1024 - 1_000_000)
    expect((await inside(bomb('a'), bomb('b'), 'x', limits))?.unread).toContain('too large')
  })

  test.each([
    ['small', 400],
    ['larger than what is decompressed at once', 40_000],
  ])('content of a length that only its end tells, %s', async (_, count) => {
    const words = (word: string): string =>
      Array.from({ length: count }, (_, at) => `${Math.imul(at, 2_654_435_761) >>> 0} ${word}`).join('\n')
    const zip = (word: string): Buffer =>
      zipOf([
        { name: 'a', content: words(word), descriptor: 'marked' },
        { name: 'b', content: 'behind it' },
      ])
    const nested = await inside(zip('one'), zip('two'))
    expect(told(nested)).toEqual(['a: content'])
    expect(nested).toMatchObject({ same: 1, unread: null })
    expect(nested?.members[0]?.content?.b.size).toBe(words('two').length)
  })

  test('cut off anywhere: never equal, never an error', async () => {
    const full = zipOf(three, { comment: 'end' })
    for (let length = 4; length < full.length; length += 7) {
      const nested = await inside(full.subarray(0, length), full)
      expect([length, nested?.unread]).toEqual([length, expect.any(String)])
    }
  })
})

test('the checksum is that of Node, which older ones do not have', () => {
  const [one, two] = [Buffer.from(text('one')), Buffer.from([0, 255, 7])]
  expect(plainCrc32(two, plainCrc32(one, 0))).toBe(crc32(Buffer.concat([one, two])))
})

test('of many members some are listed and all are counted; of many archives, too', async () => {
  const many = (word: string): Buffer =>
    zipOf(Array.from({ length: 700 }, (_, n) => ({ name: `f${n}`, content: `${word}${n}` })))
  const limits = nestedLimits()
  const nested = await inside(many('a'), many('b'), 'x', limits)
  expect([nested?.members.length, nested?.total, nested?.members[499]?.path]).toEqual([500, 700, 'f499'])
  limits.members.left = -3
  const later = await inside(many('a'), many('b'), 'x', limits)
  expect([later?.members.length, later?.total]).toEqual([0, 700])
})
