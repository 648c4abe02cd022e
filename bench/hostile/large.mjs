// What costs much.
import { gzipSync } from 'node:zlib'
import { archive, saved, savedConfig } from './archives.mjs'
import { digestOf, end, header, zstdZeros } from './layout.mjs'
import { broken, diffId, honestTar, layerAs, MB, packed, pair } from './making.mjs'

/** An image whose upper layer has so many files of one name, each in a folder that the layer does not have. */
const manyOfOneName = (count, order) => layout => {
  const tar = Buffer.concat([...Array.from({ length: count }, (_, at) => header({ name: `d${order(at)}/x` })), end])
  const layers = [packed, gzipSync(tar, { level: 1 })].map(blob => layout.blob(blob))
  return layout.index([layout.image(layers, [diffId, digestOf(tar)])])
}

export const costly = {
  'order-of-one-name': pair(
    '200,000 files of one name in folders that may be links below, in another order',
    [manyOfOneName(200_000, at => at), manyOfOneName(200_000, at => (at * 7_919) % 200_000)],
    1,
    /not-reproducible/,
  ),
  'zstd-frames': broken(
    'a layer of a million empty zstd frames',
    layout => {
      const one = Buffer.from('28b52ffd2000010000', 'hex')
      return layerAs(Buffer.concat([...zstdZeros(1), Buffer.alloc(9 * MB, one)]))(layout)
    },
    /not the diff ID|behind|not a tar|cut off|end mark/,
  ),
  'gzip-members': broken(
    'a layer of 500,000 empty gzip members',
    layout => layerAs(Buffer.concat([packed, Buffer.alloc(20 * 500_000, gzipSync(''))]))(layout),
    /same-content/,
    0,
  ),
  'saved-config-many': broken(
    'a docker archive of 10,000 layers and a config of 50,000 lists',
    layout => {
      const layers = Array(10_000).fill('l.tar')
      const config = JSON.parse(savedConfig(layers.map(() => diffId)))
      return archive({
        ...saved(layers, { 'l.tar': honestTar }),
        'c.json': JSON.stringify({ ...config, noise: Array(50_000).fill([]) }),
      })(layout)
    },
    /not-reproducible/,
    1,
  ),
}

/** A tar of empty files named by numbers, in pieces: only the digits and the checksum of a header change. */
function* manyEntries(count) {
  const piece = Buffer.alloc(2_000 * 512, header({ name: 'f00000000' }))
  const sum = Number.parseInt(piece.toString('latin1', 148, 154), 8)
  for (let from = 0; from < count; from += 2_000) {
    for (let at = 0; at < 2_000; at += 1) {
      const start = at * 512
      let left = from + at
      let digits = 0
      for (let place = 8; place > 0; place -= 1) {
        const digit = left % 10
        piece[start + place] = 48 + digit
        digits += digit
        left = (left - digit) / 10
      }
      let octal = sum + digits
      for (let place = 153; place >= 148; place -= 1) {
        piece[start + place] = 48 + (octal & 7)
        octal >>= 3
      }
    }
    yield piece
  }
  yield end
}

/** Minutes, or gigabytes of disk, each. */
export const large = {
  'zstd-bomb-declared': broken(
    'a zstd layer of 32 MB, that says to have 10 TB and gives 1 TB',
    layout => layerAs(zstdZeros(8 * 2 ** 20, 10 * 2 ** 40))(layout),
    /more than 68719476736 bytes|behind its end mark/,
  ),
  'zstd-bomb': broken(
    'the same, that says no size',
    layout => layerAs(zstdZeros(8 * 2 ** 20))(layout),
    /more than 68719476736 bytes/,
  ),
  'gzip-bomb': broken(
    'a gzip layer of 100 MB that gives 100 GB',
    layout => {
      const member = gzipSync(Buffer.alloc(1_000 * MB), { level: 9 })
      return layerAs(Array(100).fill(member))(layout)
    },
    /more than 68719476736 bytes/,
  ),
  'entries-10m': broken(
    'a tar of 10 million entries, 5 GB',
    layout => {
      const layer = layout.blob(manyEntries(10_000_000))
      return layout.index([layout.image([layer], [layer.digest])])
    },
    /not-reproducible/,
    1,
  ),
  'xattrs-10gb': {
    what: '10,000 files with a megabyte of attributes each, the last differs',
    exit: 1,
    says: /not-reproducible/,
    streamed: side => ({
      gzip: true,
      layers: [
        function* () {
          for (let at = 0; at < 10_000; at += 1)
            yield {
              path: `x/${String(at).padStart(7, '0')}`,
              pax: { 'SCHILY.xattr.user.a': 'v'.repeat(1_000_000) + (at === 9_999 ? side : '') },
            }
        },
      ],
    }),
  },
}
