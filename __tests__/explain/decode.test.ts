import { deflateSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { firstDifference } from '../../src/explain/formats/decode.ts'
import { changed } from './subject.ts'

const shown = (a: Buffer | string, b: Buffer | string) => firstDifference(changed('srv/x', a, b))

/** A PNG of one black pixel (PNG specification) with a chunk of its own. */
function png(type: string, data: Buffer): Buffer {
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(body.length)
    head.write(name, 4, 'latin1')
    return Buffer.concat([head, body, Buffer.alloc(4)])
  }
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk(type, data),
    chunk('IDAT', deflateSync(Buffer.alloc(2))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('what is unknown is shown in the terms of its format', () => {
  test('JSON: the key and both values', () => {
    expect(shown('{"a":{"b":[1,"x"]},"c":1}', '{"a":{"b":[1,"y"]},"c":2}')).toEqual({
      what: '2 value(s) of the JSON differ; the first: /a/b/1',
      path: 'srv/x',
      a: '"x"',
      b: '"y"',
    })
  })

  test('lines of JSON: the line, too', () => {
    expect(shown('{"a":1}\n{"b":1}\n', '{"a":1}\n{"b":2}\n')).toMatchObject({
      what: expect.stringContaining('line 2, /b') as never,
    })
  })

  test('text: the line', () => {
    expect(shown('[a]\nx = 1\ncolour = red\n', '[a]\nx = 1\ncolour = blue\n')).toMatchObject({
      what: '1 of 4 lines differ; the first is line 3',
      a: 'colour = red',
      b: 'colour = blue',
    })
  })

  test('no secret, whatever the format', () => {
    for (const [a, b] of [
      ['{"db":{"password":"hunter2hunter2"}}', '{"db":{"password":"correcthorse99"}}'],
      ['x=1\npassword=hunter2hunter2\n', 'x=1\npassword=correcthorse99\n'],
    ])
      expect(JSON.stringify(shown(a ?? '', b ?? ''))).not.toMatch(/hunter2|correcthorse/)
  })

  test('PNG: the chunk', () => {
    const time = (second: number): Buffer => Buffer.from([0x07, 0xea, 11, 21, 3, 0, second])
    expect(shown(png('tIME', time(5)), png('tIME', time(15)))).toMatchObject({
      what: 'PNG image; the first differing chunk is tIME',
      a: '2026-11-21 03:00:05',
      b: '2026-11-21 03:00:15',
    })
    expect(shown(png('tEXt', Buffer.from('Title\0one')), png('tEXt', Buffer.from('Title\0two')))).toMatchObject({
      a: 'Title: one',
      b: 'Title: two',
    })
  })

  test('PDF: the key', () => {
    const pdf = (date: string): Buffer =>
      Buffer.from(`%PDF-1.7\n%\0\0\n1 0 obj<</Producer(x)/CreationDate(D:${date})>>endobj\n`, 'latin1')
    expect(shown(pdf('20200101000000Z'), pdf('20210101000000Z'))).toMatchObject({
      what: 'PDF; the first difference is in CreationDate',
    })
  })

  test('PE: the time in the header', () => {
    const pe = (seconds: number): Buffer => {
      const data = Buffer.alloc(512)
      data.write('MZ')
      data.writeUInt32LE(0x80, 0x3c)
      data.write('PE\0\0', 0x80)
      data.writeUInt32LE(seconds, 0x88)
      return data
    }
    expect(shown(pe(1_600_000_000), pe(1_600_000_100))).toMatchObject({ offset: 0x88, a: '2020-09-13 12:26:40 UTC' })
  })

  test('any other: both sides from the first differing byte on', () => {
    const [a, b] = [Buffer.from('PAR1\0\0\x01\x02abcdefgh'), Buffer.from('PAR1\0\0\x01\x03abcdefgh')]
    expect(shown(a, b)).toMatchObject({
      what: 'Parquet file; 1 differing place(s); the first',
      offset: 7,
      a: '02 61 62 63 64 65 66 67 68  |.abcdefgh|',
      b: '03 61 62 63 64 65 66 67 68  |.abcdefgh|',
    })
  })

  test('never throws', () => {
    const magics = ['', '\x89PNG\r\n\x1a\n', '%PDF-', 'MZ', '\x7fELF', '{"a":', 'PAR1'].map(text =>
      Buffer.from(text, 'latin1'),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...magics),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 300 }),
        (magic, a, b) => {
          shown(Buffer.concat([magic, a]), Buffer.concat([magic, b]))
        },
      ),
    )
  })
})
