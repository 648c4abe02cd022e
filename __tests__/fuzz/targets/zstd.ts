import { unzstdFrames } from '../../../src/image/zstd/frames.ts'
import { storedZstd } from '../../image/zstd-of.ts'
import { inPieces } from '../parts.ts'
import { promise, type Target } from '../target.ts'

/** A block gives this much at most, and takes three bytes at least. */
const perByte = (128 * 1024) / 3

export const target: Target = {
  name: 'zstd',
  what: 'zstd, as it is read where Node cannot',
  seeds: [storedZstd(Buffer.from('hello '.repeat(50)))],
  files: [
    'short.usual',
    'short.best',
    'zeros.usual',
    'zeros.best',
    'zeros.window',
    'random.usual',
    'lines.best',
    'lines.usual',
  ].map(name => `__tests__/image/zstd/fixtures/${name}.zst`),
  maxBytes: 12_000,
  words: [
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    Buffer.from([0x50, 0x2a, 0x4d, 0x18]),
    Buffer.from([1, 0, 0]),
    Buffer.from([3, 0, 0x10]),
    Buffer.from([0x20, 0xff]),
    Buffer.alloc(4),
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
  ],
  ms: { fixed: 200, perKiB: 400 },
  async run(bytes) {
    try {
      let length = 0
      for await (const piece of unzstdFrames(inPieces(bytes, 100))) {
        length += piece.length
        promise(piece.length <= 128 * 1024, 'a block gives 128 KiB at most')
      }
      promise(length <= perByte * bytes.length, 'what is given is bounded by what was read')
    } catch (error) {
      // Its errors have no type of their own; a fault of ours has one.
      if (!(error instanceof Error) || error.constructor !== Error) throw error
    }
  },
}
