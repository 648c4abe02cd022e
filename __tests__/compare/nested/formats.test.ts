import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { archiveFormat } from '../../../src/compare/nested/format.ts'
import { tarOf } from '../../image/crafted.ts'
import { arOf, inside, told, zipOf } from './archives.ts'

const tar = (content: string, mtime = 1): Buffer =>
  tarOf([
    { name: 'a', content: 'same', mtime },
    { name: 'b', content, mtime },
  ])

describe('the format of an archive', () => {
  test.each([
    ['zip', zipOf([{ name: 'a' }])],
    ['zip', zipOf([])],
    ['zip', zipOf([{ name: 'a' }], { prefix: '#!/usr/bin/env python3\n' })],
    ['gzip', gzipSync('x')],
    ['tar', tar('x')],
    ['ar', arOf([])],
    ['xz', Buffer.from('fd377a585a000004', 'hex')],
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['zstd', Buffer.from('28b52ffd00', 'hex')],
    [null, Buffer.from('PK is how this text begins')],
    [null, Buffer.from('#!/bin/sh\necho PK\n')],
    [null, Buffer.from('')],
  ])('%s', (format, bytes) => {
    expect(archiveFormat(bytes)).toBe(format)
  })
})

describe('tar', () => {
  test('times and contents', async () => {
    const nested = await inside(tar('x', 1), tar('y', 2))
    expect(told(nested)).toEqual(['a: mtime', 'b: content mtime'])
  })

  test('what no unpacker reads alike is unread', async () => {
    expect((await inside(tar('x'), Buffer.concat([tar('y'), Buffer.from('more')])))?.unread).toContain('behind its end')
    expect((await inside(tar('x').subarray(0, 514), tar('y')))?.unread).toMatch(/cut off|missing/)
  })

  test('one without its last padding and end mark is read as far as it goes', async () => {
    const nested = await inside(tar('x').subarray(0, 700), tar('y'))
    expect(nested?.unread).toBeNull()
    expect(told(nested)).toEqual(['b: only-in-b'])
  })
})

describe('gzip', () => {
  const named = (name: string): Buffer => {
    const plain = gzipSync('same')
    return Buffer.concat([
      plain.subarray(0, 3),
      Buffer.from([8]),
      plain.subarray(4, 10),
      Buffer.from(`${name}\0`),
      plain.subarray(10),
    ])
  }

  test('time, level and system of the header', async () => {
    const other = Buffer.from(gzipSync('same'))
    other.writeUInt32LE(1_700_000_000, 4)
    other[8] = 2
    other[9] = 7
    const nested = await inside(gzipSync('same'), other)
    expect(nested).toMatchObject({ total: 0, same: 1, unread: null })
    expect(nested?.packing.map(({ field }) => field)).toEqual(['header-time', 'header-level', 'header-system'])
  })

  test('name of the header', async () => {
    expect((await inside(named('one'), named('two')))?.packing).toMatchObject([
      { field: 'header-name', a: 'one', b: 'two' },
    ])
  })

  test('other bytes for one content', async () => {
    const words = Array.from({ length: 3000 }, (_, n) => `word${n}`).join(' ')
    const nested = await inside(gzipSync(words, { level: 1 }), gzipSync(words, { level: 9 }))
    expect(nested?.packing.map(({ field }) => field)).toContain('compressed-data')
    expect(nested?.total).toBe(0)
  })

  test('several members are one content', async () => {
    const nested = await inside(Buffer.concat([gzipSync('one '), gzipSync('two')]), gzipSync('one two'))
    expect(nested).toMatchObject({ total: 0, same: 1, unread: null })
    expect(nested?.packing).toMatchObject([{ field: 'compressed-data' }])
  })

  test('damaged data and a header without end are unread', async () => {
    const damaged = Buffer.from(gzipSync('some text, some text'))
    damaged[14] = (damaged[14] as number) ^ 0xff
    expect((await inside(gzipSync('some text'), damaged))?.unread).toContain('damaged')
    expect((await inside(named('x'), Buffer.from('1f8b0808000000000003414141', 'hex')))?.unread).toContain('cut off')
  })

  test('the member is called as the file says', async () => {
    const names = await Promise.all(
      ['a/x.tgz', 'notes.txt.gz', 'x'].map(
        async path => (await inside(gzipSync('1'), gzipSync('2'), path))?.members[0]?.path,
      ),
    )
    expect(names).toEqual(['x.tar', 'notes.txt', 'x'])
  })
})

describe('ar', () => {
  test('times, modes and contents', async () => {
    const a = arOf([
      { name: 'a.o', content: 'x', time: 1 },
      { name: 'b.o', content: 'odd' },
      { name: 'c.o', mode: 0o644 },
    ])
    const b = arOf([
      { name: 'a.o', content: 'x', time: 2 },
      { name: 'b.o', content: 'new' },
      { name: 'c.o', mode: 0o600 },
    ])
    expect(told(await inside(a, b))).toEqual(['a.o: mtime', 'b.o: content', 'c.o: mode'])
  })

  test('damage is unread', async () => {
    const good = arOf([{ name: 'a.o', content: 'x' }])
    for (const bad of [good.subarray(0, 40), good.subarray(0, 68), Buffer.concat([good, Buffer.from('junk junk')])])
      expect((await inside(good, bad))?.unread).toEqual(expect.any(String))
  })
})

describe('archives in archives', () => {
  const deb = (word: string): Buffer =>
    arOf([
      { name: 'debian-binary', content: '2.0\n' },
      {
        name: 'data.tar.gz',
        content: gzipSync(tarOf([{ name: 'app.jar', content: zipOf([{ name: 'x.class', content: word }]) }])),
      },
    ])

  test('three deep: a class in a jar in a package', async () => {
    const nested = await inside(deb('one'), deb('two'))
    const jar = nested?.members[0]?.nested?.members[0]?.nested?.members[0]
    expect(jar?.path).toBe('app.jar')
    expect(told(jar?.nested)).toEqual(['x.class: content'])
  })

  test('deeper ones are unread', async () => {
    const nested = await inside(
      tarOf([{ name: 'x.deb', content: deb('one') }]),
      tarOf([{ name: 'x.deb', content: deb('two') }]),
    )
    const jar = nested?.members[0]?.nested?.members[0]?.nested?.members[0]?.nested?.members[0]
    expect(jar?.nested?.unread).toContain('deep')
  })

  test('gzip in gzip in gzip ends', async () => {
    const wrap = (bytes: Buffer): Buffer => {
      let wrapped = bytes
      for (let n = 0; n < 30; n += 1) wrapped = gzipSync(wrapped)
      return wrapped
    }
    let nested = await inside(wrap(Buffer.from('a')), wrap(Buffer.from('b')))
    let depth = 0
    for (; nested?.members[0]?.nested; depth += 1) nested = nested.members[0].nested
    expect(depth).toBeLessThan(15)
    expect(nested?.unread).toContain('deep')
  })

  test('xz is named and not read', async () => {
    const xz = (word: string): Buffer => Buffer.concat([Buffer.from('fd377a585a000004', 'hex'), Buffer.from(word)])
    const nested = await inside(
      arOf([{ name: 'data.tar.xz', content: xz('1') }]),
      arOf([{ name: 'data.tar.xz', content: xz('2') }]),
    )
    expect(nested?.members[0]?.nested).toMatchObject({ format: 'xz', total: 0, unread: expect.stringContaining('xz') })
  })
})
