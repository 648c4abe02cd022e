import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { recogniseCause } from '../../src/explain/causes.ts'
import { readDumps } from '../../src/explain/formats/dump.ts'
import { causeOf, changed, only, subjectOf } from './subject.ts'

/** Bytes as random as can be, and the same in every run. */
function bytesOf(seed: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, index) =>
    createHash('sha256').update(`${seed} ${index}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

describe('numbers and bytes in groups', () => {
  test.each([
    ['od -tx1', ' a1 b2 0c 4d 5e 6f 70 81\n', ' 12 3f 9a bc de f0 11 22\n', 'random-token certain'],
    ['od -tu2', '  4526 47138\n', ' 23022 22874\n', 'random-token likely'],
    [
      'od with offsets',
      '0000000 a1b2 0c4d 5e6f 7081\n0000010\n',
      '0000000 123f 9abc def0 1122\n0000010\n',
      'random-token certain',
    ],
    [
      'xxd',
      '00000000: 439a 1c4e 53bc 1792 a8a9 e992 fa10 a228  C..NS..........(\n',
      '00000000: 32dd dc3c 6354 3c7e a9c8 0d98 ba01 c37a  2..<cT<~.......z\n',
      'random-token certain',
    ],
    [
      'hexdump -C',
      '00000000  ef 80 a1 9a 2e e7 66 74  2a dd 47 6f a2 ae e0 91  |......ft*.Go....|\n00000010\n',
      '00000000  c5 8f da f6 44 1f 47 cc  95 28 21 3c a4 65 c3 ac  |....D.G..(!<.e..|\n00000010\n',
      'random-token certain',
    ],
  ])('%s', (_, a, b, expected) => {
    expect(causeOf(changed('etc/dump', a, b))).toBe(expected)
  })

  test.each([
    ['counters', '1 2 3\n', '1 2 4\n'],
    ['sizes', '100 200\n', '101 201\n'],
    ['words', 'cafe is open\n', 'face is shut\n'],
    ['other numbers of groups', 'a1 b2 c3 d4 e5\n', '12 34 56 78\n'],
  ])('%s are none', (_, a, b) => {
    expect(readDumps(a, b)).toBeNull()
  })
})

test('a password hash with another salt', () => {
  const shadow = (salt: string, hash: string): string => `app:$y$j9T$${salt}$${hash}:19000:0:99999:7:::\n`
  expect(
    causeOf(
      changed('etc/shadow', shadow('CGG6sHhmJaTFm', 'Y3Fnq0Hn8Pz0m3Qx'), shadow('Zk81mWaLpQv0r', 'tTq9ZsW1uYcB7aLk')),
    ),
  ).toBe('random-token certain')
})

describe('files of random bytes', () => {
  test.each([100, 5_000, 100_000])('%d bytes', length => {
    const id = causeOf(changed('opt/data', bytesOf('a', length), bytesOf('b', length)))
    expect(['random-data likely', 'random-token certain']).toContain(id)
  })

  test('a big one, of which only the head is here', () => {
    const own = changed('big', bytesOf('a', 65_536), bytesOf('b', 65_536))
    for (const sample of [own.content?.a, own.content?.b]) {
      if (sample) Object.assign(sample, { size: 300_000_000, whole: false })
    }
    expect(causeOf(own)).toBe('random-data likely')
    expect(recogniseCause(subjectOf(own)).recognition.evidence[0]?.what).toMatch(/99\.\d % of the first 65536 bytes/)
  })

  test('not what begins alike, as every format does', () => {
    const text = (seed: string): string => bytesOf(seed, 40_000).toString('hex')
    expect(causeOf(changed('opt/x', gzipSync(text('a')), gzipSync(text('b'))))).not.toContain('random-data')
    const marked = (seed: string): Buffer => Buffer.concat([Buffer.from('Marked__'), bytesOf(seed, 9_000)])
    expect(causeOf(changed('opt/x', marked('a'), marked('b')))).not.toContain('random-data')
  })

  test('not numbers, whose exponents are alike', () => {
    const weights = (seed: string): Buffer => {
      const from = bytesOf(seed, 16_000)
      const floats = Buffer.alloc(16_000)
      for (let at = 0; at < 16_000; at += 4) floats.writeFloatLE(from.readUInt32LE(at) / 2 ** 32 - 0.5, at)
      return floats
    }
    expect(causeOf(changed('srv/weights.bin', weights('a'), weights('b')))).toBe('unseeded-numbers likely')
    expect(causeOf(changed('srv/key.bin', bytesOf('a', 16_000), bytesOf('b', 16_000)))).toBe('random-data likely')
  })
})

test('pieces of bytes in another order', () => {
  const pickle = (words: string[]): string =>
    `\x80\x04\x95\x00${words.map(word => `\x8c${String.fromCharCode(word.length)}${word}\x94`).join('')}.`
  const [a, b] = [pickle(['cat', 'horse', 'fish', 'anteater']), pickle(['anteater', 'cat', 'fish', 'horse'])]
  expect(causeOf(changed('m/labels.pkl', a, b))).toBe('line-order likely')
})

describe('paths that only one side has', () => {
  test('deleted files are no renamed ones', () => {
    const [a, b] = [only('a', 'usr/share/doc/.wh.gzip'), only('b', 'usr/share/doc/.wh.grep')]
    expect(causeOf(a, [b])).toBe('removed-file certain')
    expect(causeOf(b, [a])).toBe('removed-file certain')
    expect(recogniseCause(subjectOf(a, [b])).recognition.evidence[0]).toMatchObject({
      what: '/usr/share/doc/gzip of an earlier layer is deleted in build A only',
      a: 'removed',
      b: 'not removed',
    })
  })

  test('empty files under other names are one only when the names are drawn by chance', () => {
    expect(causeOf(only('a', 'opt/alpha'), [only('b', 'opt/bravo')])).toBe('renamed-file likely')
    expect(causeOf(only('a', 'opt/tmp.3Jgb4d'), [only('b', 'opt/tmp.9UqyNP')])).toBe('renamed-file certain')
    expect(causeOf(only('a', 'etc/x1'), [only('b', 'opt/x2')])).toBe('unknown-difference likely')
  })

  test('logs named by the time of each run', () => {
    const a = only('a', 'cache/_logs/2026-11-21T03_00_05_621Z-debug-0.log', { size: 9 }, 'd1')
    const b = only('b', 'cache/_logs/2026-11-21T03_01_15_643Z-debug-0.log', { size: 8 }, 'd2')
    expect(causeOf(a, [b])).toBe('renamed-file certain')
    expect(recogniseCause(subjectOf(a, [b])).recognition.variant).toBe('time')
  })
})
