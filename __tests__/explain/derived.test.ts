import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compiledOrigins } from '../../src/explain/compiled-origins.ts'
import { originsOf } from '../../src/explain/derived.ts'
import { mentionsPath, readsClock, sourceOfChance } from '../../src/explain/instruction-text.ts'
import { valuesOf } from '../../src/explain/value-pairs.ts'
import { byteListsOf, numbersOf } from '../../src/explain/values/number-pairs.ts'
import { changed, clock, subjectOf } from './subject.ts'

const uuids = ['ea0de5e3-b825-45c5-9b5c-66874bd9b5c0', '94cb1318-481b-49d8-88eb-d3515fec230b'] as const
const times = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z'] as const

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const derives = (origin: readonly string[], later: readonly string[], instruction: string): boolean => {
  const first = changed('etc/base-id', origin[0] ?? '', origin[1] ?? '')
  const second = changed('app/id2', later[0] ?? '', later[1] ?? '')
  return originsOf(second, [{ path: first.path, values: valuesOf(first, clock) }], instruction).length > 0
}

describe('what quotes a value of an earlier file', () => {
  const lines = uuids.map(id => `${id}\n`)
  test.each([
    ['in other text', uuids.map(id => `x${id}\n`)],
    ['twice', uuids.map(id => `{"id": "${id}", "again": "${id}"}`)],
    ['without its dashes', uuids.map(id => `id ${id.replaceAll('-', '')};`)],
    ['as the beginning of its digest', lines.map(line => `build-${sha256(line).slice(0, 12)}\n`)],
    ['cut off', uuids.map(id => `salt ${id.replaceAll('-', '').slice(0, 12)}\n`)],
  ])('%s', (_, later) => {
    expect(derives(lines, later, 'RUN anything')).toBe(true)
  })

  test('a value of its own beside it is a cause of its own', () => {
    const own = ['1f2caa20-9504-4395-b95e-8a744eb82e5e', 'd998e4fb-cdcc-4288-a010-0ea283b30fa4']
    expect(derives(lines, [`${uuids[0]} ${own[0]}`, `${uuids[1]} ${own[1]}`], 'RUN cp /etc/base-id /x')).toBe(false)
    expect(derives(lines, own, 'RUN cp /etc/base-id /x')).toBe(false)
  })

  test('sides exchanged are no quotation', () => {
    expect(derives(lines, [`x${uuids[1]}`, `x${uuids[0]}`], 'RUN anything')).toBe(false)
  })

  test('short values repeat by chance', () => {
    expect(derives(['7\n', '3\n'], ['n=7\n', 'n=3\n'], 'RUN cp /etc/base-id /x')).toBe(false)
    expect(derives(['43062\n', '45483\n'], ['n=43062\n', 'n=45483\n'], 'RUN cp /etc/base-id /x')).toBe(false)
  })

  test('the same second, read again, is a cause of its own; a quotation names its file', () => {
    const later = times.map(time => `built ${time}\n`)
    expect(derives(times, later, 'RUN echo "built $(date -u +%FT%TZ)" > /app/id2')).toBe(false)
    expect(derives(times, later, 'RUN make')).toBe(false)
    expect(derives(times, later, 'RUN echo "built $(cat /etc/base-id)" > /app/id2')).toBe(true)
  })

  test('a moment to the nanosecond is not read twice', () => {
    const exact = ['2026-11-21T03:00:05.123456789Z', '2026-11-21T03:01:15.987654321Z']
    const later = exact.map(time => `# generated ${time}\n`)
    expect(derives(exact, later, 'RUN date > /x')).toBe(true)
  })

  test('a list of authorities that holds a certificate, and no other', () => {
    const side = (name: 'a' | 'b', path: string): string =>
      gunzipSync(readFileSync(new URL(`fixtures/system/debian,${path}.${name}.gz`, import.meta.url))).toString('latin1')
    const own = [side('a', 'srv,app.crt'), side('b', 'srv,app.crt')]
    const snakeoil = 'etc,ssl,private,ssl-cert-snakeoil.pem'
    const many = side('a', snakeoil).repeat(150)
    const list = (first: string, last: string): string => `${many}${first}${last}`
    expect(many.length).toBeGreaterThan(100_000)
    expect(
      derives(
        own,
        own.map(text => list('', text)),
        'RUN update-ca-certificates',
      ),
    ).toBe(true)
    const others = [list(own[0] ?? '', side('a', snakeoil)), list(own[1] ?? '', side('b', snakeoil))]
    expect(derives(own, others, 'RUN update-ca-certificates')).toBe(false)
  })

  test('bytes written as hexadecimal or base64', () => {
    const [a, b] = ['\x80\x91\xa2\xb3\xc4\xd5\xe6\xf7\x08\x19', '\x01\xf2\xe3\xd4\x00\xc5\xb6\xa7\x98\x89']
    for (const form of ['hex', 'base64'] as const) {
      const later = [a, b].map(bytes => `key=${Buffer.from(bytes, 'latin1').toString(form)}\n`)
      expect(derives([a, b], later, 'RUN x')).toBe(true)
    }
  })

  test('never throws, never says so of unrelated texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d, text) => {
        expect(typeof derives([a, b], [c, d], text)).toBe('boolean')
        expect(derives(['x1', 'x2'], [c, d], text)).toBe(false)
      }),
    )
  })
})

describe('the text of an instruction', () => {
  test.each([
    ['RUN cat /etc/base-id > /x', 'etc/base-id', true],
    ['RUN cat base-id > /x', 'etc/base-id', true],
    ['RUN cat base-id2 > /x', 'etc/base-id', false],
    ['RUN cat base-id.bak > /x', 'etc/base-id', false],
    ['RUN cp -r /venv /opt', 'venv/lib/a.pyc', true],
    ['RUN echo > /venv/lib2', 'venv/lib/a.pyc', false],
  ])('%s names %s: %s', (text, path, expected) => {
    expect(mentionsPath(text, path, true)).toBe(expected)
  })

  test('folders count only when asked for', () => {
    expect(mentionsPath('RUN cd /app && date > b', 'app/a', false)).toBe(false)
  })

  test.each([
    ['RUN date > /x', true],
    ['RUN apt-get update', false],
    ['RUN git commit -qm x', true],
    ['RUN python -c "import time; print(time.time())"', true],
  ])('%s reads the clock: %s', (text, expected) => {
    expect(readsClock(text)).toBe(expected)
  })

  test.each([
    ['RUN echo $RANDOM', '$RANDOM'],
    ['RUN shuf -n1 /words', 'shuf'],
    ['RUN od -N4 /dev/urandom', '/dev/urandom'],
    ['RUN openssl rand -hex 4', 'openssl rand'],
    ['RUN echo operand', null],
  ])('%s draws from %s', (text, expected) => {
    expect(sourceOfChance(text)).toBe(expected)
  })
})

describe('what a compiler made of the value of another file', () => {
  const program = (value: Buffer, at = 40): Buffer => {
    const bytes = Buffer.alloc(96, 0x41)
    bytes[2] = 0
    value.copy(bytes, at)
    return bytes
  }
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return bytes
  }
  const linked =
    (path: string, text: (value: number) => string, bytes: (value: number) => Buffer, run = 'RUN cc x.c') =>
    (pair: readonly [number, number]): boolean => {
      const first = changed(path, text(pair[0]), text(pair[1]))
      const origin = {
        ...{ path, values: valuesOf(first, clock) },
        ...{ numbers: numbersOf(text(pair[0]), text(pair[1])), lists: byteListsOf(text(pair[0]), text(pair[1])) },
      }
      const later = subjectOf(changed('usr/bin/app', program(bytes(pair[0])), program(bytes(pair[1]))))
      return (compiledOrigins(later, [origin], run) ?? []).length > 0
    }
  const seconds = [Date.parse('2026-11-21T03:00:05Z') / 1000, Date.parse('2026-11-21T03:01:15Z') / 1000] as const
  const macro = (value: number): string => `#pragma once\n#define ID ${value}\n`

  test('an integer, in either order of its bytes, and a float', () => {
    expect(linked('src/id.h', macro, number)([1889217411, 3333368164])).toBe(true)
    expect(linked('src/id.h', macro, value => number(value).reverse())([1889217411, 3333368164])).toBe(true)
    const double = (value: number): Buffer => {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value)
      return bytes
    }
    expect(linked('src/id.h', macro, double)([0.72312, 0.18841])).toBe(true)
    expect(
      linked('src/id.h', value => `const N = 0x${value.toString(16)}u32;\n`, number)([0xdeadbeef, 0x1badcafe]),
    ).toBe(true)
  })

  test('in seven bits a byte, as debug data has it', () => {
    const leb = (value: number): Buffer => {
      const bytes = []
      for (let left = value; ; left = Math.floor(left / 128)) {
        bytes.push(left >= 128 ? (left % 128) | 128 : left)
        if (left < 128) return Buffer.from(bytes)
      }
    }
    expect(linked('src/id.h', macro, leb)([1889217411, 3333368164])).toBe(true)
    expect(linked('src/id.h', macro, leb)(seconds)).toBe(true)
    expect(linked('etc/stamp', macro, leb)(seconds)).toBe(false)
  })

  test('not a number that the text does not have, nor the other side’s', () => {
    expect(linked('src/id.h', macro, value => number(value + 1))([1889217411, 3333368164])).toBe(false)
    expect(linked('src/id.h', macro, value => number(value === 1 ? 300_000 : 1))([1, 300_000])).toBe(false)
  })

  test('a second, which anybody reads from the clock, only of what is included or named, by what reads no clock', () => {
    expect(linked('src/id.h', macro, number)(seconds)).toBe(true)
    expect(linked('etc/stamp', macro, number)(seconds)).toBe(false)
    expect(linked('etc/stamp', macro, number, 'RUN gen /etc/stamp')(seconds)).toBe(true)
    expect(linked('src/id.h', macro, number, 'RUN cc -DT=$(date +%s) x.c')(seconds)).toBe(false)
  })

  test('a byte, which is soon met anywhere, likewise', () => {
    const byte = (value: number): Buffer => Buffer.from([value])
    expect(linked('src/id.h', macro, byte)([17, 42])).toBe(true)
    expect(linked('etc/id', macro, byte)([17, 42])).toBe(false)
  })

  test('bytes that a text lists one by one', () => {
    const bytes = (seed: number): Buffer =>
      Buffer.from(Array.from({ length: 32 }, (_, at) => (seed * (at + 3) * 7) % 251))
    const list = (seed: number): string =>
      `key[] = {${[...bytes(seed)].map(value => `0x${value.toString(16)}`).join(', ')}};`
    expect(linked('src/key.h', list, bytes)([11, 29])).toBe(true)
    expect(linked('src/key.h', list, seed => bytes(seed + 1))([11, 29])).toBe(false)
  })

  test('never throws on odd texts and bytes', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.uint8Array({ maxLength: 64 }),
        fc.uint8Array({ maxLength: 64 }),
        (a, b, p, q) => {
          const origin = { path: 'x.h', values: [], numbers: numbersOf(a, b), lists: byteListsOf(a, b) }
          compiledOrigins(subjectOf(changed('app', Buffer.from(p), Buffer.from(q))), [origin], 'RUN cc')
        },
      ),
    )
  })
})
