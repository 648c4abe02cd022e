import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Entry } from '../../src/image/image.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { TarReader } from '../../src/image/tar.ts'
import {
  type CraftedEntry,
  endMark,
  entryBytes,
  headerBlock,
  padded,
  paxEntry,
  sha256,
  tarOf,
  withChecksum,
} from './crafted.ts'
import { readTar } from './reading.ts'

async function entriesOf(tar: Buffer, piece?: number): Promise<Entry[]> {
  return (await readTar(tar, piece)).map(({ entry }) => entry)
}

describe('tars made by GNU tar', () => {
  const long = `${'directory-with-a-long-name/'.repeat(6)}${'f'.repeat(120)}`
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tar-test-'))
    mkdirSync(join(folder, 'tree', long, '..'), { recursive: true })
    writeFileSync(join(folder, 'tree', long), 'long\n')
    writeFileSync(join(folder, 'tree/aa-ünï'), 'text\n', { mode: 0o640 })
    utimesSync(join(folder, 'tree/aa-ünï'), 1_700_000_000, 1_600_000_000.5)
    linkSync(join(folder, 'tree/aa-ünï'), join(folder, 'tree/zz-hardlink'))
    symlinkSync(`/${long}`, join(folder, 'tree/symlink'))
    writeFileSync(join(folder, 'tree/sparse'), 'start')
    truncateSync(join(folder, 'tree/sparse'), 5_000_000)
    execFileSync('mkfifo', [join(folder, 'tree/fifo')])
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  function tar(...args: string[]): Buffer {
    const common = ['--sort=name', '--owner=root:0', '--group=staff:50', '-C', folder]
    return execFileSync('tar', ['-c', ...common, ...args, 'tree'], { maxBuffer: 32 << 20 })
  }

  test.each([['gnu'], ['pax'], ['posix']])('%s: every kind of entry, long names, content', async format => {
    const read = await readTar(tar(`--format=${format}`))
    const byPath = new Map(read.map(({ entry, content }) => [entry.path, { entry, content }]))
    const named = (path: string) => byPath.get(path)?.entry
    expect(named('tree')).toMatchObject({ type: 'directory', size: 0, uname: 'root', gname: 'staff', gid: 50 })
    expect(byPath.get(`tree/${long}`)?.content.toString()).toBe('long\n')
    expect(named('tree/aa-ünï')).toMatchObject({ type: 'file', mode: 0o640, size: 5 })
    expect(named('tree/aa-ünï')?.mtime).toBe(format === 'gnu' ? '1600000000' : '1600000000.5')
    expect(named('tree/zz-hardlink')).toMatchObject({ type: 'hardlink', size: 0, linkTarget: 'tree/aa-ünï' })
    expect(named('tree/symlink')).toMatchObject({ type: 'symlink', linkTarget: `/${long}` })
    expect(named('tree/fifo')).toMatchObject({ type: 'fifo' })
    expect(byPath.get('tree/sparse')?.content.length).toBe(5_000_000)
  })

  test.each([
    ['gnu', []],
    ['pax', ['--sparse-version=0.0']],
    ['pax', ['--sparse-version=0.1']],
    ['pax', ['--sparse-version=1.0']],
  ])('sparse files of format %s %j have their own name, and their map as facts', async (format, more) => {
    const entries = await entriesOf(tar(`--format=${format}`, '--sparse', ...more))
    const sparse = entries.find(entry => entry.path === 'tree/sparse')
    expect(sparse).toMatchObject({ type: 'file' })
    expect(sparse?.size).toBeLessThan(100_000)
    expect(Object.keys(sparse?.pax ?? {}).some(keyword => keyword.startsWith('GNU.sparse.'))).toBe(true)
    expect(entries.at(-1)?.path).toBe('tree/zz-hardlink')
  })

  test('the pieces in which the bytes come do not matter', async () => {
    const bytes = tar('--format=pax')
    const read = async (piece: number) =>
      (await readTar(bytes, piece)).map(({ entry, content }) => ({ entry, content: sha256(content) }))
    const whole = await read(bytes.length)
    for (const piece of [1000, 511, 513, 4096]) expect(await read(piece)).toEqual(whole)
  })
})

describe('headers by hand', () => {
  test('every field', async () => {
    const entry = { name: './bin/x/', typeflag: '5', mode: 0o107755, uid: 7, gid: 8, uname: 'u', gname: 'g', mtime: 9 }
    expect(await entriesOf(tarOf([entry]))).toEqual([
      {
        path: 'bin/x',
        type: 'directory',
        mode: 0o7755,
        uid: 7,
        gid: 8,
        uname: 'u',
        gname: 'g',
        size: 0,
        mtime: '9',
        linkTarget: '',
        device: '',
        pax: {},
      },
    ])
  })

  test.each([
    ['./', '.'],
    ['/', '.'],
    ['/etc/x', 'etc/x'],
    ['.//a/./b', 'a/b'],
    ['.wh.x', '.wh.x'],
    ['a/.wh..wh..opq', 'a/.wh..wh..opq'],
    ['..a/b..', '..a/b..'],
  ])('the path %s is %s', async (name, path) => {
    expect((await entriesOf(tarOf([{ name, typeflag: '3', device: [5, 1] }])))[0]).toMatchObject({
      path,
      device: '5,1',
    })
  })

  test('PAX records override the header, the rest of them are kept', async () => {
    const pax = {
      path: 'a/b',
      mtime: '0012.340',
      uid: '4000000',
      gname: 'grüppe',
      'SCHILY.xattr.user.x': '=\n',
      __proto__x: '',
    }
    const [entry] = await entriesOf(tarOf([{ name: 'x', pax }]))
    expect(entry).toMatchObject({ path: 'a/b', mtime: '12.34', uid: 4_000_000, gname: 'grüppe' })
    expect(entry?.pax).toEqual({ 'SCHILY.xattr.user.x': '=\n', __proto__x: '' })
  })

  test('a PAX record named __proto__ is a record', async () => {
    const [entry] = await entriesOf(tarOf([{ name: 'x', pax: [['__proto__', 'p']] }]))
    expect(Object.entries(entry?.pax ?? {})).toEqual([['__proto__', 'p']])
  })

  test('global records are kept apart and not applied', async () => {
    const tar = Buffer.concat([paxEntry('g', { mtime: '5', comment: 'c' }), tarOf([{ name: 'x', mtime: 7 }])])
    expect((await entriesOf(tar))[0]).toMatchObject({ mtime: '7', pax: { 'global mtime': '5', 'global comment': 'c' } })
  })

  test('numbers in base 256, negative times', async () => {
    const block = headerBlock({ name: 'x' })
    Buffer.from('80000000000f4240', 'hex').copy(block, 108)
    Buffer.from('ffffffffffffffffffffffff', 'hex').copy(block, 136)
    const [entry] = await entriesOf(Buffer.concat([withChecksum(block), endMark]))
    expect(entry).toMatchObject({ uid: 1_000_000, mtime: '-1' })
  })

  test('names that are not UTF-8 stay different from each other', async () => {
    const named = (byte: number) => {
      const block = headerBlock({ name: 'x' })
      block[0] = byte
      return withChecksum(block)
    }
    const entries = await entriesOf(Buffer.concat([named(0xff), named(0xfe), headerBlock({ name: '\ufffd' }), endMark]))
    expect(new Set(entries.map(entry => entry.path)).size).toBe(3)
    expect(entries[2]?.path).toBe('\ufffd')
  })

  test('an empty layer has no entries', async () => {
    expect(await entriesOf(endMark)).toEqual([])
    expect(await entriesOf(Buffer.alloc(10_240))).toEqual([])
  })

  test.each([
    ['no end mark', 1536],
    ['nor the last padding', 512 + 600],
    ['and half of the last padding', 1200],
    ['half an end mark', 2048],
  ])('without what umoci leaves out: %s', async (_, length) => {
    const whole = tarOf([{ name: 'f', content: 'x'.repeat(600) }])
    expect(await entriesOf(whole.subarray(0, length))).toEqual(await entriesOf(whole))
  })

  test('content that is not asked for is skipped', async () => {
    const reader = new TarReader(
      (async function* () {
        yield tarOf([{ name: 'a', content: 'x'.repeat(2000) }, { name: 'b' }])
      })(),
      'layer',
    )
    expect((await reader.next())?.path).toBe('a')
    expect((await reader.next())?.path).toBe('b')
    expect(await reader.next()).toBeNull()
    expect(await reader.next()).toBeNull()
  })
})

describe('what is refused, and where', () => {
  const file = { name: 'f', content: 'x'.repeat(600) }
  const wrong = (change: (block: Buffer) => void) => {
    const block = headerBlock({ name: 'f' })
    change(block)
    return Buffer.concat([withChecksum(block), endMark])
  }
  const pax = (record: string) =>
    Buffer.concat([
      headerBlock({ name: 'p', typeflag: 'x', size: record.length }),
      padded(Buffer.from(record)),
      tarOf([file]),
    ])
  const twice = Buffer.concat([paxEntry('x', { a: '1' }), entryBytes({ name: 'f', pax: { b: '2' } }), endMark])
  const tooMany = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`k${n}`, '']))
  const cases: [string, Buffer, RegExp][] = [
    ['nothing at all', Buffer.alloc(0), /byte 0 .*no end mark/],
    ['content cut off', tarOf([file]).subarray(0, 700), /byte 700 .*412 bytes of "f" are missing/],
    ['the padding of a header cut off', pax('11 a=bcdef\n').subarray(0, 700), /in the padding of a header/],
    ['nothing behind a header', pax('11 a=bcdef\n').subarray(0, 1024), /no end mark/],
    ['a header cut off', tarOf([file]).subarray(0, 200), /in a header/],
    ['a long header cut off', pax('').subarray(0, 300), /in a header/],
    ['something behind the end', tarOf([file], Buffer.concat([endMark, Buffer.from('\0x')])), /byte 2561 .*end mark/],
    ['an entry behind the end', Buffer.concat([endMark, tarOf([file])]), /behind its end mark/],
    ['one wrong bit', Buffer.concat([headerBlock({ name: 'f' }).fill('g', 0, 1), endMark]), /wrong checksum/],
    ['a size that is no number', wrong(block => block.write('12x4', 124)), /size .*not a number/],
    ['an absurd size', wrong(block => block.fill(0xff, 125, 136).fill(0x80, 124, 125)), /size .*absurd/],
    ['a negative size', wrong(block => block.fill(0xff, 124, 136)), /size .*negative/],
    ['a directory with content', tarOf([{ ...file, typeflag: '5' }]), /no file but has 600 bytes/],
    ['a file named as a directory', tarOf([{ name: 'f/' }]), /named as a directory/],
    ['a step up', tarOf([{ name: 'a/../../etc/passwd' }]), /step up/],
    ['no name', tarOf([{ name: '' }]), /no name/],
    ['a path without end', tarOf([{ name: 'f', pax: { path: 'x'.repeat(5000) } }]), /longer than 4096/],
    ['a PAX length beyond the header', pax('99 a=b\n'), /wrong length/],
    ['a PAX length of zero', pax('0 a=b\n'), /wrong length/],
    ['a PAX length without a space', pax('1234567890'), /wrong length/],
    ['a PAX record without a keyword', pax('6 =xx\n'), /no keyword/],
    ['a PAX record given twice', pax('6 a=b\n6 a=c\n'), /"a" is given twice/],
    ['more PAX records than any file has', tarOf([{ name: 'f', pax: tooMany }]), /more than 10000 PAX/],
    ['a zero byte in a PAX path', tarOf([{ name: 'f', pax: { path: 'a\0b' } }]), /zero byte/],
    ['a PAX size that is no number', tarOf([{ name: 'f', pax: { size: '1e3' } }]), /size .*not a usable number/],
    ['a PAX time that is no number', tarOf([{ name: 'f', pax: { mtime: 'now' } }]), /time .*not a number/],
    ['two PAX headers for one entry', twice, /two headers of one kind/],
    ['a PAX header for nothing', Buffer.concat([paxEntry('x', { a: '1' }), endMark]), /describe another entry/],
    ['a path for all entries', Buffer.concat([paxEntry('g', { path: 'a' }), tarOf([file])]), /sets "path" for all/],
    [
      'a PAX bomb',
      Buffer.concat([headerBlock({ name: 'p', typeflag: 'x', size: 2 ** 30 }), endMark]),
      /extended by more/,
    ],
    [
      'a PAX bomb in parts',
      Buffer.concat(['a', 'b', 'c'].map(keyword => paxEntry('g', { [keyword]: 'x'.repeat(400_000) }))),
      /global headers exceed/,
    ],
    [
      'PAX and GNU names that differ',
      Buffer.concat([
        headerBlock({ name: 'l', typeflag: 'L', size: 2 }),
        padded(Buffer.from('n\0')),
        entryBytes({ name: 'f', pax: { path: 'm' } }),
        endMark,
      ]),
      /PAX and GNU/,
    ],
  ]
  test.each(cases)('%s', async (_, tar, message) => {
    for (const piece of [512, 100_000]) {
      const reading = readTar(tar, piece)
      await expect(reading).rejects.toThrow(LayerError)
      await expect(reading).rejects.toThrow(message)
    }
  })

  test('what a stream fails with is passed on', async () => {
    const reader = new TarReader(
      (async function* () {
        yield headerBlock({ name: 'f', size: 9 } satisfies CraftedEntry)
        throw new Error('line dropped')
      })(),
      'layer',
    )
    await reader.next()
    await expect(reader.next()).rejects.toThrow('line dropped')
  })
})
