// Compressed streams in each other, of many parts, and with promises that they do not keep.
import { constants, deflateRawSync, gzipSync } from 'node:zlib'
import { digestOf, zstdZeros } from './layout.mjs'
import { broken, honestTar, layerAs, MB, packed } from './making.mjs'

/** The honest tar in a zstd frame of blocks that hold the bytes as they are. */
const zstdTar = (() => {
  const header = Buffer.alloc(3)
  header.writeUIntLE(honestTar.length * 8 + 1, 0, 3)
  return Buffer.concat([Buffer.from('28b52ffd0050', 'hex'), header, honestTar])
})()
const skipped = (length, content = Buffer.alloc(0)) => {
  const head = Buffer.from('5a2a4d1800000000', 'hex')
  head.writeUInt32LE(length, 4)
  return Buffer.concat([head, content])
}
/** Whose diff ID is that of what its outer stream holds. */
const truly = (inner, outer) => layout => layout.index([layout.image([layout.blob(outer)], [digestOf(inner)])])

export const streams = {
  'zstd-in-gzip': broken('zstd in gzip, with the diff ID of the tar', layerAs(gzipSync(zstdTar)), /not the diff ID/),
  'zstd-in-gzip-told': broken(
    'zstd in gzip, with the diff ID of the zstd',
    truly(zstdTar, gzipSync(zstdTar)),
    /byte 0 of its tar: it is compressed twice/,
  ),
  'gzip-in-gzip-told': broken(
    'gzip in gzip, with the diff ID of the inner one',
    truly(packed, gzipSync(packed)),
    /byte 0 of its tar: it is compressed twice/,
  ),
  'gzip-in-gzip-bomb': broken(
    'gzip of 1 GB of zeros in gzip, with the diff ID of the inner one',
    layout => {
      const inner = gzipSync(Buffer.alloc(1_000 * MB), { level: 9 })
      return truly(inner, gzipSync(inner))(layout)
    },
    /byte 0 of its tar: it is compressed twice/,
  ),
  'zstd-skipped-million': broken(
    'the honest tar in zstd, and a million empty frames to be skipped around it',
    layerAs(Buffer.concat([Buffer.alloc(8 * 500_000, skipped(0)), zstdTar, Buffer.alloc(8 * 500_000, skipped(0))])),
    /same-content/,
    0,
  ),
  'zstd-skipped-large': broken(
    'the same with one of 100 MB to be skipped',
    layout => layerAs(Buffer.concat([zstdTar, skipped(100 * MB, Buffer.alloc(100 * MB, 'x'))]))(layout),
    /same-content/,
    0,
  ),
  'zstd-skipped-lies': broken(
    'the same with one to be skipped that says 4 GB and has none',
    layerAs(Buffer.concat([zstdTar, skipped(0xffffffff)])),
    /could not be read/,
  ),
  'zstd-skipped-alone': broken(
    'frames to be skipped, and nothing else',
    layerAs(Buffer.alloc(8 * 1_000, skipped(0))),
    /not the diff ID|could not be read/,
  ),
  'zstd-window': broken(
    'a zstd frame that wants a window of 3.75 TB',
    layerAs(Buffer.from('28b52ffd00ff010000', 'hex')),
    /could not be read/,
  ),
  'zstd-dictionary': broken(
    'a zstd frame that wants a dictionary',
    layerAs(Buffer.from('28b52ffd0150aa010000', 'hex')),
    /could not be read/,
  ),
  'zstd-declares-less': broken(
    'a zstd frame that says 1 byte and gives 1 MB',
    layout => layerAs(zstdZeros(8, 1))(layout),
    /could not be read|not the diff ID|not a tar|end mark/,
  ),
  'gzip-members-million': broken(
    'a million gzip members, all empty but one in the middle',
    layout => {
      const many = Buffer.alloc(20 * 500_000, gzipSync(''))
      return layerAs(Buffer.concat([many, packed, many]))(layout)
    },
    /same-content/,
    0,
  ),
  'gzip-names': broken(
    'a gzip member whose header has a name of 50 MB',
    layout => {
      const head = Buffer.from(packed.subarray(0, 10))
      head[3] |= 8
      return layerAs(Buffer.concat([head, Buffer.alloc(50 * MB, 'n'), Buffer.from([0]), packed.subarray(10)]))(layout)
    },
    /same-content/,
    0,
  ),
}

/** Deflate that may be repeated: 16 MiB of zeros, and nothing that looks back beyond them. */
const zeros = () => deflateRawSync(Buffer.alloc(2 ** 24), { level: 9, finishFlush: constants.Z_FULL_FLUSH })

export const largeStreams = {
  'gzip-bomb-one': broken(
    'the same in one gzip member, whose end nobody sees',
    layout => layerAs([gzipSync('').subarray(0, 10), ...Array(6_250).fill(zeros())])(layout),
    /more than 68719476736 bytes|end mark/,
  ),
}
