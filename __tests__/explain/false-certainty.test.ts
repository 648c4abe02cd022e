import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { recogniseCause } from '../../src/explain/causes.ts'
import { timeOfUuid } from '../../src/explain/values/uuid.ts'
import { encodesText, readsAsWords } from '../../src/explain/values/wordlike.ts'
import { causeOf, changed, changedHeader, subjectOf } from './subject.ts'

const unknown = 'unknown-difference likely'
const bytesOf = (seed: string, length: number): Buffer => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, at) =>
    createHash('sha256')
      .update(seed + at)
      .digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

describe('what looks drawn by chance, and may be anything', () => {
  test.each([
    ['inodes', '  8912345 /opt/x\n', '  9123411 /opt/x\n'],
    ['sizes', 'total 4718592\n', 'total 9712834\n'],
    ['bytes', 'got 34123456 bytes\n', 'got 51298711 bytes\n'],
    ['sizes in columns', '102400 20480\n', '409600 81920\n'],
    ['digits behind a point', '52.520008\n', '52.110924\n'],
    ['digits behind a comma', 'Breite 52,520008\n', 'Breite 52,110924\n'],
    ['names of classes', 'class AbstractFactoryBean3\n', 'class ConcreteWidgetList9\n'],
    ['names of files', 'uses libfoo2_extended_parser_x64\n', 'uses libbar7_reduced_scanner_a32\n'],
    ['colours', 'color: #3fa2c8;\n', 'color: #91be04;\n'],
    ['colours with an opacity', 'color: #3fa2c8ff;\n', 'color: #91be0480;\n'],
    ['one digit again and again', 'id 1111111111111111\n', 'id 2222222222222222\n'],
    ['one letter again and again', 'id aaaaaaaa\n', 'id bbbbbbbb\n'],
    ['characters in their order', 'id 0123456789abcdef\n', 'id fedcba9876543210\n'],
    ['words for debuggers', 'id deadbeefcafebabe\n', 'id cafef00ddeadc0de\n'],
    ['a UUID for tests', 'id 11111111-1111-4111-8111-111111111111\n', 'id 22222222-2222-4222-8222-222222222222\n'],
    ['words in base64', 'VGhlIHF1aWNrIGJyb3duIGZveA==\n', 'TG9yZW0gaXBzdW0gZG9sb3Igc2k=\n'],
    ['words in hexadecimal', '54686520717569636b2062726f\n', '4c6f72656d20697073756d2064\n'],
  ])('%s', (_, a, b) => {
    expect(causeOf(changed('opt/x', a, b))).toBe(unknown)
  })

  const [p, q] = [createHash('sha256').update('a').digest('base64'), createHash('sha256').update('b').digest('base64')]
  test.each([
    ['a number whose name says so', 'seed = 481516234\n', 'seed = 915162342\n'],
    ['a UUID made of a name', '886313e1-3b8a-5372-9b90-0c9aee199e5d\n', '2ed6657d-e927-568b-95e1-2665a8aea6a2\n'],
    [
      'a UUID of no time of the build',
      'e8f2b0a0-c589-11f0-9f3a-0242ac110002\n',
      '12c5d9f0-c58a-11f0-9f3a-0242ac110002\n',
    ],
    ['a digest in base64', `sha256-${p}\n`, `sha256-${q}\n`],
    ['formulas', 'C17H21NO4HCl2O5Na\n', 'C10H15NHClO2S3PtK\n'],
    ['formulas of oxides', 'Fe2O3SiO2Al2O3CaO\n', 'K2Cr2O7H2SO4NaCl\n'],
    ['serial numbers', 'AB12CD34EF56GH78\n', 'ZX98YW76VU54TS32\n'],
    ['the beginning of a digest', 'e3b0c44298fc1c14\n', '9f86d081884c7d65\n'],
    ['many digits', 'card 4111111111111111\n', 'card 5500005555555559\n'],
  ])('%s is only likely', (_, a, b) => {
    expect(causeOf(changed('opt/x', a, b))).toBe('random-token likely')
  })

  test('what chance alone gives is still certain', () => {
    expect(causeOf(changed('opt/x', 'V1StGXR8_Z5jdHi6B-myT\n', 'Uakgb_J5m9g-0JDMbcJqL\n'))).toBe('random-token certain')
    // Version 1, of 03:00:05 and 03:01:15 in the builds' own windows.
    expect(timeOfUuid('77f4c880-c589-11f1-9f3a-0242ac110002')).toBeGreaterThan(Date.parse('2026-01-01T00:00:00Z'))
    expect(timeOfUuid('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(0x017f22e279b0)
    expect(timeOfUuid('C232AB00-9414-11EC-B3C8-9F6BDECED846')).toBe(Date.parse('2022-02-22T19:22:22Z'))
    expect(timeOfUuid('1EC9414C-232A-6B00-B3C8-9F6BDECED846')).toBe(Date.parse('2022-02-22T19:22:22Z'))
  })

  test('words and encoded texts', () => {
    expect(['AbstractFactoryBean', 'site_packages_dist', 'READ_ONLY_MEMORY'].map(readsAsWords)).toEqual([
      true,
      true,
      true,
    ])
    expect(['V1StGXR8_Z5jdHi6B-myT', 'q83vEjRWeJCrze8S', '', 'the'].map(readsAsWords)).toEqual([
      false,
      false,
      false,
      false,
    ])
    expect(encodesText(Buffer.from('hello world, hello').toString('base64'))).toBe(true)
    expect(encodesText(bytesOf('x', 24).toString('base64'))).toBe(false)
  })
})

describe('random bytes', () => {
  test('as long as a digest: only likely, and said', () => {
    const own = changed('opt/key', bytesOf('a', 32), bytesOf('b', 32))
    expect(causeOf(own)).toBe('random-token likely')
    expect(recogniseCause(subjectOf(own)).recognition.evidence[0]?.what).toMatch(/may be the digest/)
    expect(causeOf(changed('opt/key', bytesOf('a', 100), bytesOf('b', 100)))).toBe('random-token certain')
  })

  test('two numbers are none', () => {
    const floats = (p: number, q: number): Buffer => Buffer.from(new Float64Array([p, q]).buffer)
    expect(causeOf(changed('opt/w.dat', floats(Math.PI, Math.E), floats(-7.1e-5, 123.321)))).toBe(unknown)
  })

  test('openssl enc, whatever the file is called', () => {
    const salted = (seed: string): Buffer => Buffer.concat([Buffer.from('Salted__'), bytesOf(seed, 136)])
    expect(causeOf(changed('opt/secret.bin', salted('a'), salted('b')))).toBe('random-data likely')
    const same = Buffer.concat([salted('a').subarray(0, 16), bytesOf('c', 128)])
    expect(causeOf(changed('opt/secret.bin', salted('a'), same))).not.toContain('random-data')
  })
})

describe('the same words in other places', () => {
  test.each([
    ['values of an ini file', 'primary = alpha\nsecondary = beta\n', 'primary = beta\nsecondary = alpha\n'],
    ['values of JSON', '{"width": 640, "height": 480, "n": 3}', '{"width": 480, "height": 640, "n": 3}'],
    ['values of nested JSON', '{"a": {"x": 1}, "b": {"x": 2}}', '{"a": {"x": 2}, "b": {"x": 1}}'],
    ['lines of nested JSON', '{"a": {\n"x": 1\n},\n"b": {\n"x": 2\n}}\n', '{"a": {\n"x": 2\n},\n"b": {\n"x": 1\n}}\n'],
  ])('%s', (_, a, b) => {
    expect(causeOf(changed('opt/x', a, b))).toBe(unknown)
  })

  test('two that changed places are only likely', () => {
    expect(causeOf(changed('opt/x', 'user alice group bob\n', 'user bob group alice\n'))).toBe('line-order likely')
  })

  test.each([
    ['keys', '{"a": 1, "b": {"c": [1, 2]}}', '{"b": {"c": [2, 1]}, "a": 1}'],
    ['keys with more lines', '{\n "k1": 1,\n "k2": 2\n}\n', '{\n "k2": 2,\n "k1": 1\n}\n'],
    ['lines of JSON', '{"a": 1, "b": 2}\n{"a": 3}\n', '{"a": 3}\n{"b": 2, "a": 1}\n'],
    ['a Python dict', "{'a': 1, 'b': 2, 'c': 3}\n", "{'c': 3, 'a': 1, 'b': 2}\n"],
  ])('%s in another order are certain', (_, a, b) => {
    expect(causeOf(changed('opt/x', a, b))).toBe('line-order certain')
  })
})

test.each([
  ['timeout 30 s', 'timeout 45 s'],
  ['timeout_seconds: 30', 'timeout_seconds: 45'],
  ['interval = 5s', 'interval = 7s'],
  ['TTL 5 minutes', 'TTL 7 minutes'],
])('a number that somebody chose was not measured: %s', (a, b) => {
  expect(causeOf(changed('etc/app.conf', `${a}\n`, `${b}\n`))).toBe(unknown)
})

test.each([
  ['took 12 ms', 'took 15 ms'],
  ['"elapsed_seconds": 1.25', '"elapsed_seconds": 1.5'],
  ['1000 loops, best of 5: 283 nsec per loop', '1000 loops, best of 5: 286 nsec per loop'],
  ['BenchmarkSum-2 \t 283 ns/op', 'BenchmarkSum-2 \t 286 ns/op'],
  ['took 12 \u00c2\u00b5s', 'took 15 \u00c2\u00b5s'],
  ['waited 3 s', 'waited 4 s'],
])('a number that was measured: %s', (a, b) => {
  expect(causeOf(changed('var/step.log', `${a}\n`, `${b}\n`))).toBe('elapsed-time likely')
})

describe('arrays of numbers', () => {
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (20,), }"
  const array = (numbers: number[]): Buffer => {
    const text = header.padEnd(117, ' ')
    const head = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'), Buffer.from(`${text}\n`)])
    return Buffer.concat([head, Buffer.from(new Float64Array(numbers).buffer)])
  }
  const drawn = (seed: string): number[] =>
    Array.from({ length: 20 }, (_, at) => bytesOf(seed, 80).readUInt32LE(4 * at) / 2 ** 32)

  test('drawn by chance', () => {
    expect(causeOf(changed('opt/a.npy', array(drawn('a')), array(drawn('b'))))).toBe('unseeded-numbers likely')
  })

  test('all times one factor, or plus one amount: nothing was drawn', () => {
    const from = drawn('a')
    const scaled = (by: number, add: number): Buffer => array(from.map(value => value * by + add))
    expect(causeOf(changed('opt/a.npy', scaled(1143.5, 0), scaled(1146.5, 0)))).toBe(unknown)
    expect(causeOf(changed('opt/a.npy', scaled(1, 0), scaled(1, 3)))).toBe(unknown)
  })

  test('times of each build', () => {
    const times = (from: number): Buffer => array(drawn('a').map((_, at) => from + at / 10))
    expect(causeOf(changed('opt/t.npy', times(1_795_230_005.5), times(1_795_230_075.5)))).toMatch(/^build-time/)
  })
})

describe('clocks that count from elsewhere', () => {
  test.each([
    ['Windows', '134397036051234567', '134397036759876543'],
    ['.NET', '639308268051234567', '639308268751234567'],
    ['the Macintosh', '3878074805', '3878074875'],
    ['GPS', '1479265223', '1479265293'],
    ['a Julian date', '2461365.625058', '2461365.625868'],
    ['a spreadsheet', '46347.125058', '46347.125868'],
    ['a year of two digits', '261121-030005', '261121-030115'],
    ['the day of the year', '2026-325 030005', '2026-325 030115'],
  ])('%s', (_, a, b) => {
    expect(causeOf(changed('opt/x', `t=${a}\n`, `t=${b}\n`))).toBe('build-time certain')
    expect(causeOf(changed('opt/x', `t=${b}\n`, `t=${a}\n`))).not.toContain('build-time')
  })
})

test('a file that is there under two names is in no other order', () => {
  const own = changed('opt/x', 'one\ntwo\n', 'one\ntwo\n')
  expect(causeOf(own)).toBe(unknown)
})

test('a few characters again and again were not drawn', () => {
  expect(causeOf(changed('opt/x', `${'Ab1'.repeat(9)}\n`, `${'Cd2'.repeat(9)}\n`))).toBe(unknown)
})

test('what begins alike was not drawn', () => {
  expect(causeOf(changed('opt/x', 'mwptld6w\n', 'mwptmv7c\n'))).toBe(unknown)
})

describe('texts in base64 or hexadecimal', () => {
  const base64 = (text: string): string => `data: ${Buffer.from(text).toString('base64')}\n`
  test('hold what they hold', () => {
    const own = changed('opt/x', base64('Sat Nov 21 03:00:05 UTC 2026\n'), base64('Sat Nov 21 03:01:15 UTC 2026\n'))
    expect(causeOf(own)).toBe('build-time certain')
    expect(recogniseCause(subjectOf(own)).recognition.evidence[0]).toMatchObject({
      what: expect.stringMatching(/decoded from base64/),
      a: 'Sat Nov 21 03:00:05 UTC 2026',
    })
    expect(causeOf(changed('opt/x', base64('1795230005\n'), base64('1795230075\n')))).toBe('build-time certain')
    const hex = (text: string): string => `${Buffer.from(text).toString('hex')}\n`
    expect(causeOf(changed('opt/x', hex('1795230005\n'), hex('1795230075\n')))).toBe('build-time certain')
  })

  test('are unknown where what they hold is', () => {
    expect(causeOf(changed('opt/x', base64('the colour is red'), base64('the colour is tan')))).toBe(unknown)
    expect(
      causeOf(changed('opt/x', base64('Sat Nov 21 03:00:05 UTC 2025'), base64('Sat Nov 21 03:01:15 UTC 2025'))),
    ).toBe(unknown)
  })
})

test('a device with another number says so', () => {
  const own = changedHeader(
    'dev/x',
    ['device'],
    { type: 'char-device', device: '1:23' },
    { type: 'char-device', device: '1:99' },
  )
  const { cause, recognition } = recogniseCause(subjectOf(own))
  expect(recognition.evidence[0]).toMatchObject({ what: 'device number of a char-device', a: '1:23', b: '1:99' })
  const found = {
    subjects: [subjectOf(own)],
    recognitions: [recognition],
    instruction: null,
    keyword: 'RUN',
    fromContext: false,
  }
  expect(cause.describe(found).title).toBe('A device file has another number in each build')
})

test.each([
  ['bandwidth 100 Mbit/s', 'bandwidth 200 Mbit/s'],
  ['debounce: 100 ms', 'debounce: 200 ms'],
  ['max_seconds: 18', 'max_seconds: 20'],
  ['runtime: 3.11', 'runtime: 3.12'],
])('a whole number with a unit, and nothing that says it was measured: %s', (a, b) => {
  expect(causeOf(changed('etc/app.conf', `${a}\n`, `${b}\n`))).toBe(unknown)
})

describe('paths and shapes that others have as well', () => {
  test('a lock file with a number', () => {
    expect(causeOf(changed('opt/version.lock', '1042\n', '1043\n'))).toBe('process-leftover likely')
    expect(causeOf(changed('run/app.pid', '17\n', '19\n'))).toBe('process-leftover certain')
  })

  test.each([
    ['etc/ansible/hosts', '10.0.0.3 db\n127.0.0.1 localhost\n', '10.0.0.9 db\n127.0.0.1 localhost\n'],
    ['etc/fstab', 'tmpfs /tmp tmpfs size=1G 0 0\n', 'tmpfs /tmp tmpfs size=2G 0 0\n'],
    ['opt/codes', 'CFGMGR_XTND_HW_DRV_V2\n', 'DBGCTL_STRM_RX_BUF_V3\n'],
    ['opt/words', 'Donaudampfschifffahrt2\n', 'Kraftfahrzeughaftpfl9x\n'],
  ])('%s', (path, a, b) => {
    expect(causeOf(changed(path, a, b))).toBe(unknown)
  })

  test('one number of twelve digits is no rounding for certain', () => {
    expect(causeOf(changed('opt/x', 'id=1234567.890123\n', 'id=1234567.890124\n'))).not.toContain('certain')
  })

  test('code under the name of a model', () => {
    const code = (seed: string): Buffer =>
      Buffer.from([...bytesOf(seed, 600)].map(byte => [0x90, 0xc3, 0x55, 0x48][byte & 3] ?? 0))
    expect(causeOf(changed('opt/code.bin', code('a'), code('b')))).toBe(unknown)
  })
})
