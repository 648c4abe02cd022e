import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { uncompressedLayer } from '../../../src/image/blob.ts'
import { digestOf } from '../../../src/image/digest.ts'
import { LayerError } from '../../../src/image/layer-error.ts'
import { TarReader } from '../../../src/image/tar.ts'
import { tarOf } from '../../image/crafted.ts'
import { inPieces } from '../parts.ts'
import { promise, type Target } from '../target.ts'

const tar = tarOf([{ name: 'a', content: 'hello '.repeat(20) }])
const bomb = gzipSync(Buffer.alloc(8 * 1024 ** 2))

export const target: Target = {
  name: 'blob',
  what: 'stored layers: gzip and zstd framing, digests and sizes',
  seeds: [
    gzipSync(tar),
    Buffer.concat([gzipSync(tar), gzipSync(tar)]),
    Buffer.concat([gzipSync(tar), Buffer.alloc(20)]),
    bomb,
    Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]),
  ],
  words: [
    gzipSync('a'),
    '\x1f\x8b\x08',
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    Buffer.from([0x50, 0x2a, 0x4d, 0x18]),
    Buffer.alloc(8),
    Buffer.from([0, 0, 0xff, 0xff]),
    Buffer.from([1, 0, 0]),
  ],
  maxBytes: 16 * 1024,
  ms: { fixed: 150, perKiB: 60 },
  allowed: [LayerError],
  async run(bytes) {
    const descriptor = { mediaType: '', digest: digestOf(bytes), size: bytes.length }
    const stream = uncompressedLayer(Readable.from(inPieces(bytes, 777)), descriptor, digestOf(tar), 'x')
    const reader = new TarReader(stream, 'x')
    try {
      let entries = 0
      while ((await reader.next()) !== null) entries += 1
      promise(entries === 1, 'what has the digest is what it is of')
    } finally {
      await reader.close()
    }
  },
}
