// What is small as it lies and large, or slow, when it is opened.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { grownLimit, uncompressedLayer } from '../../src/image/blob.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { unzstd } from '../../src/image/zstd.ts'
import { descriptorOf, sha256, streamOf } from '../image/crafted.ts'
import { storedZstd } from '../image/zstd-of.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function gathered(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

describe('a layer that grows without end', () => {
  const plain = Buffer.alloc(3_000_000)
  const packings: [string, Buffer][] = [
    ['gzip', Buffer.from(gzipSync(plain))],
    ['zstd', storedZstd(plain)],
  ]
  const read = (stored: Buffer, limit: number): Promise<Buffer> =>
    gathered(uncompressedLayer(streamOf(stored), descriptorOf(stored), sha256(plain), 'layer 1', undefined, limit))

  test.each(packings)('%s: is left where it has grown too far, with its place', async (_, stored) => {
    expect((await read(stored, plain.length)).equals(plain)).toBe(true)
    const problem = await read(stored, plain.length - 1).catch((error: Error) => error)
    expect(problem).toBeInstanceOf(LayerError)
    expect((problem as Error).message).toMatch(/^layer 1: decompressed it has more than 2999999 bytes/)
  })

  test('no honest one is', () => {
    // Of 100 GB of an almost empty disk image gzip makes 400 MB; any other layer grows to a tenth of that at most.
    expect(grownLimit(400e6)).toBeGreaterThanOrEqual(100e9)
    expect(grownLimit(0)).toBeGreaterThan(60e9)
    expect(grownLimit(1e6)).toBeLessThan(70e9)
  })
})

describe('zstd of many frames', () => {
  const small = Array.from({ length: 100 }, (_, at) => Buffer.from(`frame ${at} `))
  const large = Buffer.alloc(300_000, 'a large one. ')
  const parts = [...small, large, ...small, Buffer.alloc(0), ...small]
  const skipped = Buffer.from('5a2a4d1803000000616263', 'hex')

  test.each([1, 7, 1_000, 1 << 20])('in pieces of %d bytes gives them all', async piece => {
    const packed = Buffer.concat(parts.flatMap(part => [storedZstd(part), skipped]))
    const pieces = piece === 1 ? packed.subarray(0, 4_000) : packed
    const unpacked = gathered(unzstd(inPieces(pieces, piece)))
    if (piece === 1) await expect(unpacked).rejects.toThrow(/zstd|unexpected end|Unsupported frame/)
    else expect((await unpacked).equals(Buffer.concat(parts))).toBe(true)
  })

  test('that is cut off, or goes on as something else, is an error', async () => {
    const packed = Buffer.concat(parts.map(storedZstd))
    for (const bytes of [packed.subarray(0, -1), packed.subarray(0, 3_000), Buffer.concat([packed, Buffer.from('x')])])
      await expect(gathered(unzstd(inPieces(bytes, 5_000)))).rejects.toThrow()
  })

  test.each([
    ['empty', '28b52ffd2000010000'],
    ['to be skipped', '502a4d1800000000'],
  ])('a hundred thousand that are %s cost little', async (_, hex) => {
    const frame = Buffer.from(hex, 'hex')
    const bytes = Buffer.concat([storedZstd(large), Buffer.alloc(100_000 * frame.length, frame)])
    // One second, and more than six where a hundred suites were in this process before.
    expect(await seconds(() => gathered(unzstd(inPieces(bytes, 1 << 18))))).toBeLessThan(20)
  })
})
