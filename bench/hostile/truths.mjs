// Pairs that are odd and can be told apart.
import { gzipSync } from 'node:zlib'
import { file, header, zstdZeros } from './layout.mjs'
import { MB, nested, pair, pairOf } from './making.mjs'

const sparse = (text, pax) => file({ name: 'GNUSparseFile.0/big' }, text, pax)
const tera = String(10 * 2 ** 40)
const oldSparse = side => [
  header({ name: 'big', type: 'S', size: 512 }, block => {
    block.write('ustar  \0', 257)
    block.write('00000000000\x0000000001000\0', 386)
    block[483] = 0x80
    block.writeBigUInt64BE(BigInt(tera), 487)
  }),
  Buffer.alloc(512, side),
]
export const truths = {
  'sparse-old': pair('a file of 10 TB, old GNU sparse', pairOf(oldSparse), 1, /not-reproducible/),
  'sparse-0.0': pair(
    'the same, PAX 0.0',
    pairOf(side => [
      sparse(side.repeat(512), {
        'GNU.sparse.size': tera,
        'GNU.sparse.numblocks': '1',
        'GNU.sparse.offset': '0',
        'GNU.sparse.numbytes': '512',
        'GNU.sparse.name': 'big',
      }),
    ]),
    1,
    /not-reproducible/,
  ),
  'sparse-0.1': pair(
    'the same, PAX 0.1',
    pairOf(side => [
      sparse(side.repeat(512), { 'GNU.sparse.size': tera, 'GNU.sparse.map': '0,512', 'GNU.sparse.name': 'big' }),
    ]),
    1,
    /not-reproducible/,
  ),
  'sparse-1.0': pair(
    'the same, PAX 1.0',
    pairOf(side => [
      sparse('1\n0\n512\n'.padEnd(512, '\0') + side.repeat(512), {
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': 'big',
        'GNU.sparse.realsize': tera,
      }),
    ]),
    1,
    /not-reproducible/,
  ),
  'names-not-utf8': pair(
    'two names that are not UTF-8',
    pairOf(side => [
      header({ name: 'caf?' }, block => {
        block[3] = side === 'a' ? 0xe8 : 0xe9
      }),
    ]),
    1,
    /not-reproducible/,
  ),
  'entry-twice': pair(
    'one path twice, in either order',
    pairOf(side => [file({ name: 'f' }, side), file({ name: 'f' }, side === 'a' ? 'b' : 'a')]),
    1,
    /not-reproducible/,
  ),
  'link-to-nowhere': pair(
    'hard links to nowhere, to another nowhere',
    pairOf(side => [header({ name: 'h', type: '1', link: `no/${side}` })]),
    1,
    /not-reproducible/,
  ),
  'links-in-a-cycle': pair(
    'hard links in a cycle, times differ',
    pairOf(side => [
      header({ name: 'h', type: '1', link: 'i' }),
      header({ name: 'i', type: '1', link: 'h' }, block => block.write(side === 'a' ? '1' : '2', 146)),
    ]),
    1,
    /not-reproducible/,
  ),
  'proto-names': pair(
    'files and attributes named __proto__',
    pairOf(side => [
      file(
        { name: '__proto__' },
        side,
        Object.fromEntries([
          ['SCHILY.xattr.__proto__', side],
          ['__proto__', side],
        ]),
      ),
    ]),
    1,
    /not-reproducible/,
  ),
  'control-names': pair(
    'a name of control characters and runner commands',
    pairOf(side => [file({ name: 'x' }, side, { path: '\u001b[2J\u009b31m\n::error::hello\r\u202e' })]),
    1,
    /not-reproducible/,
  ),
  'gzip-nested-bomb': pair(
    'a .gz of a .gz of a .gz of 300 MB of zeros, times differ',
    pairOf(side => {
      const bomb = gzipSync(gzipSync(gzipSync(Buffer.alloc(300 * MB), { level: 9 }), { level: 9 }))
      bomb.writeUInt32LE(side === 'a' ? 1 : 2, 4)
      return [file({ name: 'b.gz' }, bomb)]
    }),
    1,
    /not-reproducible/,
  ),
  'zstd-nested-bomb': pair(
    '50 .zst files of 4 kB that give 128 MB each, tails differ',
    pairOf(side =>
      Array.from({ length: 50 }, (_, at) =>
        file(
          { name: `b${at}.zst` },
          Buffer.concat([...zstdZeros(1_000), Buffer.from(`5a2a4d1801000000${side === 'a' ? '61' : '62'}`, 'hex')]),
        ),
      ),
    ),
    1,
    /not-reproducible/,
  ),
  'json-nested': pair(
    'a .json nested 262,144 deep',
    pairOf(side => [
      file({ name: 'x.json' }, `${nested(18, inner => `${inner}${inner}`).replaceAll('0', '[')}${side}`),
    ]),
    1,
    /not-reproducible/,
  ),
}
