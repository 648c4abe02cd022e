import * as zlib from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
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
} from '../image/crafted.ts'
import { zstdOf } from '../image/zstd-of.ts'
import { asFolder, asTar, image, imageOfLayer, layout, told } from '../image-stores/lying-images.ts'

/** A Buffer of whatever memory. */
const gzipSync = (bytes: Buffer, options?: zlib.ZlibOptions): Buffer => zlib.gzipSync(bytes, options)

async function bothWays(a: string, b: string): Promise<string> {
  const [there, back] = [await told(a, b), await told(b, a)]
  expect(back.split(':', 1)).toEqual(there.split(':', 1))
  return there
}

const laid = (tar: Buffer, stored = gzipSync(tar)): string => asFolder(layout([imageOfLayer(tar, stored)]))
const compareTars = (a: Buffer, b: Buffer): Promise<string> => bothWays(laid(a), laid(b))

const long = `${'directory/'.repeat(12)}file`
const entries: CraftedEntry[] = [
  { name: 'usr/', typeflag: '5', mode: 0o755 },
  { name: 'usr/a', content: 'a'.repeat(700), uid: 1000, uname: 'joe' },
  { name: 'usr/b', typeflag: '2', linkname: 'a' },
  { name: 'usr/c', typeflag: '1', linkname: 'usr/a' },
]
const tar = tarOf(entries)
const gnu = (typeflag: string, text: string): Buffer =>
  Buffer.concat([
    headerBlock({ name: '././@LongLink', typeflag, size: text.length + 1, magic: 'ustar  \0' }),
    padded(Buffer.from(`${text}\0`)),
  ])
const changed = (entry: CraftedEntry, change: (block: Buffer) => void): Buffer => {
  const bytes = Buffer.from(entryBytes(entry))
  change(bytes.subarray(0, 512))
  withChecksum(bytes.subarray(0, 512))
  return bytes
}
const of = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, endMark])
const file: CraftedEntry = { name: 'f', content: 'text' }
const base256 = (value: bigint, at: number, width: number) => (block: Buffer) => {
  const bits = BigInt.asUintN(width * 8, value) | (1n << BigInt(width * 8 - 1))
  Buffer.from(bits.toString(16).padStart(width * 2, '0'), 'hex').copy(block, at)
}

describe('one layer, packed in two ways, is one', () => {
  const skippable = Buffer.from('502a4d180400000001020304', 'hex')
  const halves = [tar.subarray(0, 999), tar.subarray(999)]
  const packings: [string, Buffer][] = [
    ['not at all', tar],
    ['gzip, badly', gzipSync(tar, { level: 0 })],
    ['gzip of two members', Buffer.concat(halves.map(half => gzipSync(half)))],
    ['gzip of an empty member and another', Buffer.concat([gzipSync(Buffer.alloc(0)), gzipSync(tar)])],
    ['gzip with zeros behind', Buffer.concat([gzipSync(tar), Buffer.alloc(300_000)])],
    ['zstd', zstdOf(tar)],
    ['zstd of two frames, and one to be skipped', Buffer.concat([skippable, ...halves.map(zstdOf)])],
  ]
  test.each(packings)('%s', async (_, stored) => {
    expect(await bothWays(laid(tar), laid(tar, stored))).toBe('reproducible same-content')
  })

  const written: [string, Buffer, Buffer][] = [
    ['paths with ./ and / before them', tar, tarOf(entries.map(one => ({ ...one, name: `./${one.name}` })))],
    ['old files without a type', of(entryBytes(file)), of(changed(file, block => block.fill(0, 156, 157)))],
    [
      'a long name by PAX, and by GNU tar',
      of(entryBytes({ ...file, pax: { path: long } })),
      of(gnu('L', long), entryBytes(file)),
    ],
    [
      'a long name by PAX, and in ustar’s prefix',
      of(entryBytes({ ...file, pax: { path: long } })),
      of(changed({ ...file, name: 'file' }, block => block.write(long.slice(0, -5), 345))),
    ],
    [
      'a long link target by PAX, and by GNU tar',
      of(entryBytes({ name: 'l', typeflag: '2', pax: { linkpath: long } })),
      of(gnu('K', long), entryBytes({ name: 'l', typeflag: '2' })),
    ],
    ['a size in base 256', of(entryBytes(file)), of(changed(file, base256(4n, 124, 12)))],
    ['a user id in base 256', of(entryBytes({ ...file, uid: 7 })), of(changed(file, base256(7n, 108, 8)))],
    ['a time in base 256', of(entryBytes({ ...file, mtime: 9 })), of(changed(file, base256(9n, 136, 12)))],
    [
      'a time before 1970 in base 256, and by PAX',
      of(changed(file, base256(-5n, 136, 12))),
      of(entryBytes({ ...file, pax: { mtime: '-5.000' } })),
    ],
    [
      'a time with needless zeros',
      of(entryBytes({ ...file, mtime: 7 })),
      of(entryBytes({ ...file, pax: { mtime: '7.0' } })),
    ],
    ['numbers with blanks', of(entryBytes(file)), of(changed(file, block => block.write('    644 ', 100)))],
    ['the file type in the mode', of(entryBytes(file)), of(changed(file, block => block.write('0100644\0', 100)))],
    ['padding that is not zero', of(entryBytes(file)), of(changed(file, () => {}).fill(7, 600))],
    ['a longer end', tar, Buffer.concat([tar, Buffer.alloc(8192)])],
    ['no end', tar, tar.subarray(0, -1024)],
    [
      'files in another order',
      of(entryBytes({ name: 'a' }), entryBytes({ name: 'b' })),
      of(entryBytes({ name: 'b' }), entryBytes({ name: 'a' })),
    ],
  ]
  test.each(written)('%s', async (_, a, b) => {
    expect(await compareTars(a, b)).toBe('reproducible same-files')
  })
})

describe('what differs, differs', () => {
  const two = (first: CraftedEntry, second: CraftedEntry): [Buffer, Buffer] => [
    tarOf([first, second]),
    tarOf([second, first]),
  ]
  const cases: [string, Buffer, Buffer][] = [
    ['a time before 1970', of(changed(file, base256(-5n, 136, 12))), of(changed(file, base256(-6n, 136, 12)))],
    [
      'a fraction of a second',
      of(entryBytes(file)),
      of(entryBytes({ ...file, pax: { mtime: '1700000000.000000001' } })),
    ],
    [
      'the last character of a long GNU name',
      of(gnu('L', `${long}a`), entryBytes(file)),
      of(gnu('L', `${long}b`), entryBytes(file)),
    ],
    [
      'a user of all files by a global header',
      Buffer.concat([paxEntry('g', { uname: 'eve' }), tar]),
      Buffer.concat([paxEntry('g', { uname: 'joe' }), tar]),
    ],
    [
      'a global header of attributes',
      tar,
      Buffer.concat([paxEntry('g', { 'SCHILY.xattr.security.capability': 'x' }), tar]),
    ],
    ['a file twice, the last another', ...two(file, { ...file, content: 'TEXT' })],
    ['a file a second time', of(entryBytes(file)), tarOf([file, file])],
    ['a whiteout before and behind the file', ...two(file, { name: '.wh.f' })],
    ['an opaque whiteout before and behind the file', ...two({ ...file, name: 'd/f' }, { name: 'd/.wh..wh..opq' })],
    ['a hard link before and behind its target', ...two(file, { name: 'h', typeflag: '1', linkname: 'f' })],
    [
      'a hard link to another file',
      of(entryBytes({ name: 'h', typeflag: '1', linkname: 'f' })),
      of(entryBytes({ name: 'h', typeflag: '1', linkname: 'g' })),
    ],
    [
      'a hard link and a copy',
      tarOf([file, { ...file, name: 'h' }]),
      tarOf([file, { name: 'h', typeflag: '1', linkname: 'f' }]),
    ],
    [
      'a file that is a directory',
      of(entryBytes({ name: 'f', content: '' })),
      of(entryBytes({ name: 'f/', typeflag: '5' })),
    ],
    ['a whiteout, and the file itself', of(entryBytes({ name: '.wh.f' })), of(entryBytes({ name: 'f' }))],
    ['no entry at all', of(), of(entryBytes({ name: 'f' }))],
    [
      'a hidden file behind the zero byte of a name',
      of(entryBytes({ name: 'f' })),
      of(entryBytes({ name: 'f' }), entryBytes({ name: 'g\0' })),
    ],
    ['a setuid bit', of(entryBytes(file)), of(entryBytes({ ...file, mode: 0o4644 }))],
    ['a user beyond 2097151', of(entryBytes(file)), of(changed(file, base256(3_000_000n, 108, 8)))],
  ]
  test.each(cases)('%s', async (_, a, b) => {
    expect(await compareTars(a, b)).toBe('not-reproducible different')
  })
})

describe('what is not what it says is undecided', () => {
  const other = gzipSync(tarOf([{ name: 'other' }]))
  const packed = gzipSync(tar)
  const lies: [string, () => string, RegExp][] = [
    ['a diff ID of another layer', () => laid(tar, other), /not the diff ID/],
    [
      'a diff ID of another layer, not packed',
      () => laid(tar, tarOf([{ name: 'other' }])),
      /its bytes have the digest/,
    ],
    ['garbage behind the gzip', () => laid(tar, Buffer.concat([packed, Buffer.from('garbage')])), /could not be read/],
    [
      'garbage behind zeros behind the gzip',
      () => laid(tar, Buffer.concat([packed, Buffer.alloc(9), other])),
      /behind its gzip/,
    ],
    [
      'garbage far behind the gzip',
      () => laid(tar, Buffer.concat([packed, Buffer.alloc(3_000_000), Buffer.from('x')])),
      /behind its gzip/,
    ],
    ['half a second member', () => laid(tar, Buffer.concat([packed, packed.subarray(0, 40)])), /could not be read/],
    ['a member more', () => laid(tar, Buffer.concat([packed, other])), /not the diff ID/],
    ['gzip within gzip', () => laid(tar, gzipSync(packed)), /not the diff ID/],
    [
      'a size that is too small',
      () => asFolder(layout([imageOfLayer(tar, gzipSync(tar, { level: 1 }), { size: 100 })])),
      /descriptor says 100/,
    ],
    [
      'a size that is too large',
      () => asFolder(layout([imageOfLayer(tar, gzipSync(tar, { level: 1 }), { size: 99_999 })])),
      /descriptor says 99999/,
    ],
    ['the digest of other bytes', damaged, /could not be read|its bytes have the digest/],
    ['two blobs swapped', swapped, /descriptor says|its bytes have the digest/],
  ]
  function damaged(): string {
    const one = imageOfLayer(tar, gzipSync(tar, { level: 1 }))
    const [digest, stored] = [...one.blobs][0] as [string, Buffer]
    return asFolder({ ...layout([one]), [`blobs/sha256/${digest.slice(7)}`]: Buffer.from(stored).fill(1, 20, 30) })
  }

  function swapped(): string {
    const twoLayers = image({ files: { a: 'first', b: 'other' }, gzip: false })
    const [first, second] = twoLayers.tars.map(bytes => `blobs/sha256/${sha256(bytes).slice(7)}`) as [string, string]
    const map = layout([twoLayers])
    return asTar({ ...map, [first]: map[second] as Buffer, [second]: map[first] as Buffer })
  }

  test.each(lies)('%s', async (_, lie, why) => {
    const verdict = await bothWays(laid(tar), lie())
    expect(verdict).toMatch(/^undecided: /)
    expect(verdict).toMatch(why)
  })
})
