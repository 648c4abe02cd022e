// Every byte of a tar's header counts: one that is another makes another entry, or none at all. Those that do not count are
// named here, for what is not read cannot differ.
import { describe, expect, test } from '@jest/globals'
import { LayerError } from '../../src/image/layer-error.ts'
import { endMark, headerBlock, withChecksum } from './crafted.ts'
import { readTar } from './reading.ts'

const write = (block: Buffer, at: number, text: string): void => {
  block.write(text, at, 'latin1')
}
/** A device whose texts fill their fields to the last byte. */
const full = (magic: string): Buffer => {
  const block = headerBlock({
    ...{ name: 'n'.repeat(100), linkname: 'l'.repeat(100), uname: 'u'.repeat(32), gname: 'g'.repeat(32) },
    ...{ typeflag: '3', device: [0o1111111, 0o1111111], uid: 0o1111111, gid: 0o1111111, mode: 0o1111111 },
    ...{ magic, mtime: 0o11111111111 },
  })
  return withChecksum(block)
}
const changed = (block: Buffer, change: (block: Buffer) => void): Buffer => {
  change(block)
  return withChecksum(block)
}
const withPrefix = (length: number) => (block: Buffer) => write(block, 345, 'p'.repeat(length))

const [checksum, version, typeOfFile] = ['148–155', '263–264', '100–102']

async function read(block: Buffer, behind: Buffer = endMark): Promise<string> {
  try {
    return JSON.stringify(await readTar(Buffer.concat([block, behind])))
  } catch (error) {
    if (error instanceof LayerError) return 'refused'
    throw error
  }
}

/** The bytes that change nothing when their lowest bit is another. */
async function unread(block: Buffer): Promise<string[]> {
  const before = await read(Buffer.from(block))
  expect(before).not.toBe('refused')
  const runs: [number, number][] = []
  for (let at = 0; at < block.length; at += 1) {
    const other = changed(Buffer.from(block), bytes => bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at))
    if ((await read(other)) !== before) continue
    const last = runs.at(-1)
    if (last?.[1] === at - 1) last[1] = at
    else runs.push([at, at])
  }
  return runs.map(([first, last]) => `${first}–${last}`)
}

test.each<[string, Buffer, string[]]>([
  ['ustar', changed(full('ustar\x0000'), withPrefix(155)), [typeOfFile, checksum, version, '500–511']],
  [
    'star, whose prefix is shorter',
    changed(full('ustar\x0000'), block => {
      withPrefix(131)(block)
      write(block, 476, `${'1'.repeat(11)}\0${'1'.repeat(11)}\0`)
      write(block, 508, 'tar\0')
    }),
    [typeOfFile, checksum, version, '500–507'],
  ],
  [
    'GNU',
    changed(full('ustar  \0'), block => write(block, 345, `${'1'.repeat(11)}\0${'1'.repeat(11)}\0`)),
    [typeOfFile, checksum, '369–511'],
  ],
  // Before ustar there were no names, no devices and no prefix.
  ['V7', full(''), [typeOfFile, checksum, '257–511']],
])('of a header of %s', async (_, block, expected) => {
  expect(await unread(block)).toEqual(expected)
})

describe('a mark', () => {
  const names = (mark: string) =>
    headerBlock({ name: 'f', uname: 'joe', gname: 'staff', magic: mark, typeflag: '3', device: [1, 3] })
  test.each([...'ustar'].map((_, at) => at))('of which byte %i is another is none', async at => {
    const other = `${'ustar'.slice(0, at)}x${'ustar'.slice(at + 1)}`
    expect(await read(names('ustar\x0000'))).toContain('joe')
    expect(await read(names(`${other}\x0000`))).not.toMatch(/joe|staff|1,3/)
    expect(await read(names('ustar  \0'))).toMatch(/joe.*staff.*1,3/)
    expect(await read(names(`${other}  \0`))).not.toMatch(/joe|staff|1,3/)
  })
})

describe('numbers', () => {
  const withNumber = (at: number, hex: string) =>
    changed(headerBlock({ name: 'f' }), block => {
      Buffer.from(hex, 'hex').copy(block, at)
    })
  const text = (value: string) => Buffer.from(value, 'latin1').toString('hex')

  test.each<[string, number, string, string]>([
    ['a user id in base 256', 108, '8000000000000100', '"uid":256'],
    ['a user id below zero', 108, 'ffffffffffffffff', '"uid":-1'],
    ['a group id with a blank before it', 116, text(' 000017\0'), '"gid":15'],
    ['a group id with a zero byte before it', 116, text('\x00000017 '), '"gid":15'],
    ['a group id of nothing', 116, text('\0\0\0\0\0\0\0\0'), '"gid":0'],
    ['a group id of eight digits', 116, text('00000177'), '"gid":127'],
    ['a time before 1970', 136, 'ffffffffffffffffffffff00', '"mtime":"-256"'],
    ['a time beyond all numbers of JavaScript', 136, '800000000020000000000001', '"mtime":"9007199254740993"'],
  ])('%s', async (_, at, hex, told) => expect(await read(withNumber(at, hex))).toContain(told))

  test.each<[string, number, string]>([
    ['a user id beyond all numbers of JavaScript', 108, '8020000000000001'],
    ['an eight', 108, text('0000018\0')],
    ['digits behind a blank', 108, text('00 0017\0')],
    ['digits behind a zero byte', 116, text('001\x000017')],
    ['a sign', 116, text('-000017\0')],
    ['a letter behind', 136, text('00000000001a')],
  ])('%s is none', async (_, at, hex) => expect(await read(withNumber(at, hex))).toBe('refused'))
})

test('a device of one number, and a time of one of two', async () => {
  const device = (major: number, minor: number, magic = 'ustar\x0000') =>
    read(headerBlock({ name: 'f', typeflag: '3', device: [major, minor], magic }))
  expect(await device(0, 5)).toContain('"device":"0,5"')
  expect(await device(5, 0)).toContain('"device":"5,0"')
  expect(await device(0, 0)).toContain('"device":""')
  const times = (at: number) =>
    read(changed(headerBlock({ name: 'f', magic: 'ustar  \0' }), block => write(block, at, '00000000017')))
  expect(await times(345)).toContain('"GNU.times":"15,0"')
  expect(await times(357)).toContain('"GNU.times":"0,15"')
})

test('only a GNU header has a map of holes; in another one the same bytes are its prefix', async () => {
  const block = changed(headerBlock({ name: 'f', typeflag: 'S' }), withPrefix(155))
  expect(await read(block, Buffer.concat([headerBlock({ name: 'next' }), endMark]))).toMatch(/p\/f".*"next"/)
  const gnu = (map: string) =>
    read(changed(headerBlock({ name: 'f', typeflag: 'S', magic: 'ustar  \0' }), bytes => write(bytes, 386, map)))
  expect(await gnu('1')).not.toBe(await gnu('2'))
})

test('a name of bytes that are no text is not that of the letter of that number', async () => {
  const byte = changed(headerBlock({ name: 'x' }), block => block.writeUInt8(0x80, 0))
  expect(await read(byte)).not.toBe(await read(headerBlock({ name: '\u0080' })))
})
