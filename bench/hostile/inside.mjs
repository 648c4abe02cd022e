// Files that are small and cost much once somebody looks for why they differ.
import { deflateRawSync, gzipSync } from 'node:zlib'
import { file } from './layout.mjs'
import { MB, pair, pairOf } from './making.mjs'

/** One file that differs; `make` gives its bytes of a side. */
const differing = (what, name, make) =>
  pair(
    what,
    pairOf(side => [file({ name }, make(side))]),
    1,
    /not-reproducible/,
  )
const u16 = (...values) => Buffer.from(Uint16Array.from(values).buffer)
const u32 = (...values) => Buffer.from(Uint32Array.from(values).buffer)
const bytes = (...parts) =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))

/** A zip of these members; of each its place may lie. */
function zip(members) {
  const parts = []
  const directory = []
  let at = 0
  for (const { name, data, size, place, method = 8 } of members) {
    const facts = bytes(u16(20, 0, method, 0, 33), u32(0, data.length, size), u16(name.length, 0))
    if (place === undefined) parts.push(bytes('PK\x03\x04', facts, name, data))
    directory.push(bytes('PK\x01\x02', u16(20), facts, u16(0, 0, 0), u32(0, place ?? at), name))
    if (place === undefined) at += parts.at(-1).length
  }
  const list = Buffer.concat(directory)
  const ending = bytes(
    'PK\x05\x06',
    u16(0, 0, Math.min(members.length, 65_535), Math.min(members.length, 65_535)),
    u32(list.length, at),
    u16(0),
  )
  return Buffer.concat([...parts, list, ending])
}
const zeros = size => ({ data: deflateRawSync(Buffer.alloc(size), { level: 9 }), size })
/** A value that holds the one before it twice, so many times. */
const laughs = (levels, first, twice) =>
  Array.from({ length: levels }).reduce((value, _, at) => twice(value, at), first)

/** An ELF file of 64 bits whose section table says what it likes. */
function elf(side, sections) {
  const head = Buffer.alloc(64)
  head.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(62, 18)
  head.writeBigUInt64LE(64n, 40)
  head.writeUInt16LE(64, 58)
  head.writeUInt16LE(sections.length, 60)
  head.writeUInt16LE(1, 62)
  const table = sections.map(([name, type, offset, size, linkTo = 0, entry = 24]) => {
    const own = Buffer.alloc(64)
    own.writeUInt32LE(name, 0)
    own.writeUInt32LE(type, 4)
    own.writeBigUInt64LE(BigInt(offset), 24)
    own.writeBigUInt64LE(BigInt(size), 32)
    own.writeUInt32LE(linkTo, 40)
    own.writeBigUInt64LE(BigInt(entry), 56)
    return own
  })
  return bytes(head, ...table, '\0.symtab\0.strtab\0.rodata\0.text\0.comment\0', Buffer.alloc(20_000, 1), side)
}

/** A database whose table is this page. */
function sqlite(side, page2) {
  const head = Buffer.alloc(4096)
  head.write('SQLite format 3\0')
  head.writeUInt16BE(4096, 16)
  head.set([1, 1, 0, 64, 32, 32], 18)
  head.writeUInt32BE(3, 28)
  head.writeUInt32BE(4, 44)
  head.writeUInt32BE(1, 56)
  const sql = 'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)'
  const types = Buffer.from([7, 23, 29, 29, 1, 0x80 | ((13 + 2 * sql.length) >> 7), (13 + 2 * sql.length) & 127])
  const record = bytes(types, 'table', 'Packages', 'Packages', Buffer.from([2]), sql)
  const cell = bytes(Buffer.from([record.length, 1]), record)
  const at = 4096 - cell.length
  head.set([13, 0, 0, 0, 1, at >> 8, at & 255, 0, at >> 8, at & 255], 100)
  head.set(cell, at)
  const last = Buffer.alloc(4096)
  last.write(side)
  return Buffer.concat([head, page2, last])
}
const innerPage = children => {
  const page = Buffer.alloc(4096)
  page[0] = 5
  page.writeUInt16BE(children.length, 3)
  page.writeUInt16BE(4000, 5)
  page.writeUInt32BE(2, 8)
  children.forEach((child, index) => {
    const at = 3000 + 5 * index
    page.writeUInt16BE(at, 12 + 2 * index)
    page.writeUInt32BE(child, at)
    page[at + 4] = 1
  })
  return page
}

export const inside = {
  'in-zip-overlapping': differing('a zip of 10,000 members that are one and the same 40 MB', 'x.zip', side => {
    const one = { name: 'a', ...zeros(40 * MB) }
    return bytes(zip([one, ...Array.from({ length: 10_000 }, (_, at) => ({ ...one, name: `b${at}`, place: 0 }))]), side)
  }),
  'in-zip-nested': differing('zips in each other, 12 deep, 16 in each, over 100 MB of zeros', 'x.zip', side => {
    let inner = zip([{ name: side, ...zeros(100 * MB) }])
    for (let level = 0; level < 12; level += 1)
      inner = zip(
        Array.from({ length: 16 }, (_, at) => ({
          name: `${level}-${at}.zip`,
          data: deflateRawSync(inner),
          size: inner.length,
        })),
      )
    return inner
  }),
  'in-zip-claims': differing('a zip that says its member has 4 GB', 'x.jar', side =>
    bytes(zip([{ name: 'a.class', ...zeros(MB), size: 4_294_967_295 }]), side),
  ),
  'in-zip-of-itself': differing('a zip whose member begins at the zip itself', 'x.zip', side =>
    bytes(zip([{ name: 'x.zip', data: Buffer.alloc(150), size: 150, place: 0, method: 0 }]), side),
  ),
  'in-tar-in-gzip': differing('tars in gzip in tars, 40 deep', 'x.tar.gz', side => {
    let inner = Buffer.from(side)
    for (let level = 0; level < 40; level += 1)
      inner = gzipSync(bytes(file({ name: `${level}.tar.gz` }, inner), Buffer.alloc(1024)))
    return inner
  }),
  'in-ar-negative': differing('a library whose member has a size of -60', 'x.a', side =>
    bytes('!<arch>\n', 'a/'.padEnd(48), '-60'.padEnd(10), '`\n', side),
  ),
  'in-deb-bomb': differing('a .deb of 1 GB of zeros', 'x.deb', side => {
    const data = gzipSync(Buffer.alloc(1_000 * MB), { level: 9 })
    return bytes(
      '!<arch>\n',
      'data.tar.gz'.padEnd(16),
      side === 'a' ? '1' : '2',
      ''.padEnd(31),
      String(data.length).padEnd(10),
      '`\n',
      data,
    )
  }),
  'in-pickle-laughs': differing('a pickle whose list holds itself 2^40 times over', 'x.pkl', side =>
    bytes(
      '\x80\x02',
      laughs(40, bytes('X\x01\0\0\0', side, 'q\0'), (value, at) =>
        bytes('](', value, 'h', Buffer.from([at]), 'eq', Buffer.from([at + 1])),
      ),
      '.',
    ),
  ),
  'in-pickle-deep': differing('a pickle of lists, a million deep', 'x.pkl', side =>
    bytes('\x80\x02', ']'.repeat(MB), `X\x01\0\0\0${side}`, 'a'.repeat(MB), '.'),
  ),
  'in-pickle-claims': differing('a pickle of a text of 4 GB that is not there', 'x.pkl', side =>
    bytes('\x80\x02X\xff\xff\xff\xff', side, '.'),
  ),
  'in-pyc-laughs': differing('a compiled module whose tuple holds itself 2^60 times over', 'x.pyc', side =>
    bytes(
      '\xa7\x0d\x0d\x0a',
      u32(0, 0, 0),
      laughs(60, bytes('\xda\x01', side), (value, at) => bytes('\xa9\x02', value, 'r', u32(60 - at))),
    ),
  ),
  'in-pyc-deep': differing('a compiled module of tuples, a million deep', 'x.pyc', side =>
    bytes('\xa7\x0d\x0d\x0a', u32(0, 0, 0), ')\x01'.repeat(MB), `\xda\x01${side}`),
  ),
  'in-pyc-claims': differing('a compiled module of a tuple of 2 billion', 'x.pyc', side =>
    bytes('\xa7\x0d\x0d\x0a', u32(0, 0, 0), '(\xff\xff\xff\x7f', 'N'.repeat(1_000), side),
  ),
  'in-elf-tables': differing('a program of 65,000 tables of symbols that lie over each other', 'x', side =>
    elf(side, [
      [0, 0, 0, 0],
      [9, 3, 64 + 64 * 65_000, 40],
      ...Array.from({ length: 64_998 }, (_, at) => [1, at % 2 ? 2 : 1, 64, 64 * 65_000, 1]),
    ]),
  ),
  'in-elf-huge': differing('a program whose tables have 2^63 bytes', 'x', side =>
    elf(side, [
      [0, 0, 0, 0],
      [9, 3, 0, 2n ** 63n],
      [1, 2, 2n ** 63n, 2n ** 63n, 1, 0],
    ]),
  ),
  'in-sqlite-cycle': differing('a database whose page is its own child, 700 times', 'var/lib/rpm/rpmdb.sqlite', side =>
    sqlite(side, innerPage(Array(190).fill(2))),
  ),
  'in-npy-claims': differing('an array that says to have 10^30 numbers', 'x.npy', side => {
    const text = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000000000000000000,), }`.padEnd(117)}\n`
    return bytes('\x93NUMPY\x01\0', u16(text.length), text, Buffer.alloc(80), side)
  }),
  'in-jks-claims': differing('a keystore of 4 billion entries', 'x.jks', side =>
    bytes('\xfe\xed\xfe\xed\0\0\0\x02\xff\xff\xff\xff', side.repeat(100)),
  ),
  'in-png-text': differing('a picture whose text unpacks to 300 MB', 'x.png', side => {
    const data = bytes('Comment\0\0', gzipSync(Buffer.alloc(300 * MB)).subarray(10))
    const size = Buffer.alloc(4)
    size.writeUInt32BE(data.length)
    return bytes('\x89PNG\r\n\x1a\n', size, 'zTXt', data, side)
  }),
  'in-class-claims': differing('a class of 65,535 constants that are not there', 'x.class', side =>
    bytes('\xca\xfe\xba\xbe\0\0\0\x41\xff\xff', '\x05'.repeat(60_000), side),
  ),
}
