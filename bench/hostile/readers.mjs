// Layers that readers may take for something else than they are.
import { gzipSync } from 'node:zlib'
import { file, header, padded } from './layout.mjs'
import { base256, broken, honestTar, layerAs, ofEntries, packed, pair, told } from './making.mjs'

const pax = text => [header({ name: 'p', type: 'x', size: Buffer.byteLength(text) }), padded(Buffer.from(text))]
const x = file({ name: 'x' }, 'x')
const [one, two] = [file({ name: 'b/x' }, '1'), file({ name: 'a/x' }, '2')]
const link = header({ name: 'a', type: '2', link: 'b' })
const folder = header({ name: 'b/', type: '5' })

export const readers = {
  'read-pax-size': broken(
    'a size of 0 in the header and one of 512 in PAX, over another header',
    ofEntries(...pax('12 size=512\n'), header({ name: 'x' }), header({ name: 'hidden' })),
    /not-reproducible/,
    1,
  ),
  'read-pax-length-0': broken('a PAX record of length 0', ofEntries(...pax('0 path=a\n'), x), /wrong length/),
  'read-pax-length-long': broken(
    'a PAX record longer than all',
    ofEntries(...pax('99999999999999999999 path=a\n'), x),
    /wrong length/,
  ),
  'read-pax-length-negative': broken(
    'a PAX record of negative length',
    ofEntries(...pax('-10 path=a\n'), x),
    /wrong length/,
  ),
  'read-pax-no-equals': broken('a PAX record without =', ofEntries(...pax('8 patha\n'), x), /no keyword/),
  'read-pax-no-keyword': broken('a PAX record without keyword', ofEntries(...pax('6 =ab\n'), x), /no keyword/),
  'read-pax-zeros': broken(
    'a PAX length with zeros before it',
    ofEntries(...pax('0000011 path=a\n'), x),
    /wrong length/,
  ),
  'read-pax-time': broken(
    'a time of a million digits',
    ofEntries(file({ name: 'x' }, '', { mtime: '9'.repeat(1_000_000) })),
    /not a number/,
  ),
  'read-pax-time-nan': broken(
    'a time that is no number',
    ofEntries(file({ name: 'x' }, '', { mtime: 'nan' })),
    /not a number/,
  ),
  'read-pax-uid-hex': broken(
    'an owner in hex',
    ofEntries(file({ name: 'x' }, '', { uid: '0x0' })),
    /not a usable number/,
  ),
  'read-pax-end': broken(
    'PAX records of no entry',
    ofEntries(x, ...pax('10 path=a\n')),
    /should describe another entry/,
  ),
  'read-pax-pax': broken(
    'PAX records of PAX records',
    ofEntries(...pax('10 path=a\n'), ...pax('10 path=b\n'), x),
    /two headers of one kind/,
  ),
  'read-long-long': broken(
    'two GNU names of one entry',
    ofEntries(
      ...['a\0', 'b\0'].flatMap(text => [header({ name: 'L', type: 'L', size: 2 }), padded(Buffer.from(text))]),
      x,
    ),
    /two headers of one kind/,
  ),
  'read-multi-volume': broken(
    'a file that goes on in another volume',
    ofEntries(header({ name: 'x', type: 'M' })),
    /not-reproducible/,
    1,
  ),
  'read-volume': broken(
    'a label of a volume',
    ofEntries(header({ name: 'x', type: 'V' }), ...[x]),
    /not-reproducible/,
    1,
  ),
  'read-unknown-type': broken(
    'an entry of a type that nobody knows, with bytes',
    ofEntries(file({ name: 'x', type: 'Z' }, 'x')),
    /not-reproducible/,
    1,
  ),
  'read-uid-negative': broken(
    'an owner of -1 in base 256',
    ofEntries(header({ name: 'x' }, base256(-1n, 108))),
    /not-reproducible/,
    1,
  ),
  'read-folder-with-bytes': broken(
    'a folder with bytes',
    ofEntries(file({ name: 'x/', type: '5' }, 'x')),
    /is no file but/,
  ),
  'read-link-empty': broken('a link to nothing', ofEntries(header({ name: 'x', type: '2' })), /not-reproducible/, 1),
  'read-link-itself': broken(
    'a hard link to itself',
    ofEntries(header({ name: 'x', type: '1', link: 'x' })),
    /not-reproducible/,
    1,
  ),
  'read-whiteout-of-nothing': broken('a whiteout of nothing', ofEntries(file({ name: '.wh.' })), /not-reproducible/, 1),
  'read-whiteout-up': broken('a whiteout of ..', ofEntries(file({ name: '.wh...' })), /not-reproducible/, 1),
  'read-whiteout-unknown': broken(
    'a whiteout of the kind that aufs keeps',
    ofEntries(file({ name: '.wh..wh.plnk' })),
    /not-reproducible/,
    1,
  ),
  'read-root': broken(
    'a file in the place of the root',
    ofEntries(file({ name: './', type: '0' })),
    /named as a directory/,
  ),
  'read-order-of-links': pair(
    'two files that are one by a link of the layer, in either order',
    [ofEntries(folder, link, one, two), ofEntries(folder, link, two, one)],
    1,
    /not-reproducible/,
  ),
  'read-gzip-then-zstd': broken(
    'a layer of gzip with zstd behind it',
    layerAs(Buffer.concat([packed, Buffer.from('28b52ffd2000010000', 'hex')])),
    /damaged/,
  ),
  'read-gzip-header': broken(
    'gzip with a wrong checksum of its header',
    layerAs(Buffer.concat([Buffer.from('1f8b0802000000000003ffff', 'hex'), gzipSync(honestTar).subarray(10)])),
    /damaged/,
  ),
  'read-gzip-reserved': broken(
    'gzip with reserved flags',
    layerAs(Buffer.concat([Buffer.from('1f8b08e0000000000003', 'hex'), gzipSync(honestTar).subarray(10)])),
    /damaged/,
  ),
  'read-gzip-length': broken(
    'gzip with a wrong length at its end',
    layerAs(Buffer.concat([packed.subarray(0, -4), Buffer.from('01000000', 'hex')])),
    /damaged/,
  ),
  'read-bzip2': broken(
    'a layer of bzip2',
    layerAs(Buffer.from('425a68393141592653590000', 'hex')),
    /compressed with bzip2/,
  ),
  'read-xz': broken('a layer of xz', layerAs(Buffer.from('fd377a585a000004e6d6b446', 'hex')), /compressed with xz/),
  'read-encrypted': broken(
    'a layer that is encrypted',
    layout =>
      told({
        ...layout.blob(Buffer.alloc(5_000, 0xa5)),
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted',
      })(layout),
    /it is encrypted/,
  ),
}
