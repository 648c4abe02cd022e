import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { compressionOf, uncompressedLayer } from '../../src/image/blob.ts'
import type { Descriptor } from '../../src/image/image.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { descriptorOf, sha256, streamOf, tarOf } from './crafted.ts'
import { zstdOf } from './zstd-of.ts'

const tar = tarOf([{ name: 'f', content: 'content '.repeat(100_000) }])

async function unpacked(
  blob: Buffer,
  change: { descriptor?: Partial<Descriptor>; diffId?: string; piece?: number } = {},
) {
  const descriptor = { ...descriptorOf(blob), ...change.descriptor }
  const stored = streamOf(blob, change.piece)
  const chunks: Buffer[] = []
  for await (const chunk of uncompressedLayer(stored, descriptor, change.diffId ?? sha256(tar), 'layer 1'))
    chunks.push(chunk)
  expect(stored.destroyed).toBe(true)
  return Buffer.concat(chunks)
}

describe('stored layers', () => {
  test.each([
    ['as they are', tar],
    ['gzip', zlib.gzipSync(tar)],
    ['gzip in several members', Buffer.concat([zlib.gzipSync(tar.subarray(0, 999)), zlib.gzipSync(tar.subarray(999))])],
    ['gzip with zeros behind', Buffer.concat([zlib.gzipSync(tar), Buffer.alloc(300_000)])],
  ])('%s', async (_, blob) => {
    for (const piece of [1, 3, 64 * 1024]) {
      if (piece < 10 && blob.length > 50_000) continue
      expect((await unpacked(blob, { piece })).equals(tar)).toBe(true)
    }
  })

  test('zstd, in several frames too', async () => {
    const frames = [tar.subarray(0, 999), tar.subarray(999)].map(zstdOf)
    expect((await unpacked(zstdOf(tar))).equals(tar)).toBe(true)
    for (const piece of [1, 7, 64 * 1024])
      expect((await unpacked(Buffer.concat(frames), { piece })).equals(tar)).toBe(true)
  })

  test('zstd that is cut off, damaged or has something behind it', async () => {
    const blob = zstdOf(tar)
    await expect(unpacked(blob.subarray(0, -5))).rejects.toThrow(LayerError)
    await expect(unpacked(Buffer.from(blob).fill(0xff, 20, 40))).rejects.toThrow(LayerError)
    await expect(unpacked(Buffer.concat([blob, Buffer.from('garbage')]))).rejects.toThrow(LayerError)
  })

  test('a tar whose first name begins as bzip2 does', async () => {
    const named = tarOf([{ name: 'BZh9', content: 'x' }])
    expect((await unpacked(named, { diffId: sha256(named) })).equals(named)).toBe(true)
  })

  test('SHA-512 digests', async () => {
    const digest = `sha512:${createHash('sha512').update(tar).digest('hex')}`
    expect(await unpacked(tar, { descriptor: { digest }, diffId: digest })).toHaveLength(tar.length)
  })

  test('compression is told by the bytes', () => {
    expect(compressionOf(Buffer.from('1f8b0800', 'hex'))).toBe('gzip')
    expect(compressionOf(Buffer.from('28b52ffd', 'hex'))).toBe('zstd')
    expect(compressionOf(Buffer.from('5e2a4d18', 'hex'))).toBe('zstd')
    expect(compressionOf(Buffer.from('usr/'))).toBe('none')
    expect(compressionOf(Buffer.alloc(0))).toBe('none')
  })
})

/** One byte of it is another one. */
function withByte(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes)
  other[at] = (bytes[at] ?? 0) ^ 1
  return other
}

describe('layers that are not what they should be', () => {
  const gzip = zlib.gzipSync(tar)
  const other = sha256(Buffer.from('other'))
  const cases: [string, Buffer, Parameters<typeof unpacked>[1], RegExp][] = [
    ['another diff ID', tar, { diffId: other }, /not sha256/],
    ['another diff ID, compressed', gzip, { diffId: other }, /not the diff ID/],
    ['another digest', tar, { descriptor: { digest: other } }, /its bytes have the digest/],
    ['another digest, compressed', gzip, { descriptor: { digest: other } }, /its bytes have the digest/],
    ['too long', tar, { descriptor: { size: 100 } }, /more bytes than the 100/],
    ['too short', tar.subarray(0, 5000), { descriptor: { size: tar.length } }, /has 5000 bytes/],
    ['compressed and cut off', gzip.subarray(0, -9), {}, /could not be read: unexpected end/],
    ['compressed and damaged', Buffer.from(gzip).fill(0xff, 100, 300), {}, /could not be read|digest/],
    [
      'compressed, with another checksum',
      withByte(gzip, gzip.length - 6),
      {},
      /its compressed bytes are damaged: incorrect/,
    ],
    ['something behind the gzip', Buffer.concat([gzip, Buffer.from('garbage')]), {}, /could not be read/],
    [
      'another digest, with zeros behind the gzip',
      Buffer.concat([gzip, Buffer.alloc(500_000)]),
      { descriptor: { digest: other } },
      /its bytes have the digest/,
    ],
    ['something behind zeros', Buffer.concat([gzip, Buffer.alloc(9), gzip]), {}, /something behind its gzip/],
    ['something far behind', Buffer.concat([gzip, Buffer.alloc(500_000), gzip]), {}, /something behind its gzip/],
    [
      'bzip2',
      Buffer.from('BZh91AY&SY of a tar'),
      {},
      /^layer 1: it is compressed with bzip2\. OCI images have .* gzip or zstd/,
    ],
    ['xz', Buffer.from('fd377a585a000004', 'hex'), {}, /^layer 1: it is compressed with xz\./],
    [
      'encrypted',
      Buffer.from('ciphertext'),
      { descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' } },
      /^layer 1: it is encrypted/,
    ],
    ['a digest of an unknown kind', tar, { descriptor: { digest: 'md5:00' } }, /unknown kind/],
  ]
  test.each(cases)('%s', async (_, blob, change, message) => {
    const reading = unpacked(blob, change)
    await expect(reading).rejects.toThrow(LayerError)
    await expect(reading).rejects.toThrow(message)
  })

  test('a stream that fails', async () => {
    const stored = new Readable({ read: () => {} })
    setImmediate(() => stored.destroy(new Error('line dropped')))
    const reading = uncompressedLayer(stored, descriptorOf(tar), sha256(tar), 'layer 1').next()
    await expect(reading).rejects.toThrow('layer 1: it could not be read: line dropped')
  })

  test('a stream that stalls ends with the signal', async () => {
    const stored = new Readable({ read: () => {} })
    const signal = AbortSignal.timeout(20)
    const reading = uncompressedLayer(stored, descriptorOf(tar), sha256(tar), 'layer 1', signal).next()
    await expect(reading).rejects.toThrow(/timeout/)
    expect(stored.destroyed).toBe(true)
  })

  test('a few bytes that give gigabytes end with the signal, too', async () => {
    // Zeros in a zstd frame: 128 KiB for every four bytes.
    const block = Buffer.from('02001000', 'hex')
    const bomb = Buffer.concat([Buffer.from('28b52ffd0050', 'hex'), Buffer.alloc(4 * 30_000, block)])
    const stored = Readable.from([bomb])
    const signal = AbortSignal.timeout(50)
    const reading = uncompressedLayer(stored, descriptorOf(bomb), sha256(tar), 'layer 1', signal)
    const gone = async (): Promise<void> => {
      for await (const _ of reading);
    }
    await expect(gone()).rejects.toThrow(/timeout/)
  })

  test('a reader that leaves in the middle lets go of the stream', async () => {
    const stored = streamOf(gzip, 10)
    const reading = uncompressedLayer(stored, descriptorOf(gzip), sha256(tar), 'layer 1')
    expect((await reading.next()).done).toBe(false)
    await reading.return(undefined)
    expect(stored.destroyed).toBe(true)
  })

  test('a layer that nobody reads lets go of its stream', async () => {
    const stored = streamOf(tar)
    await uncompressedLayer(stored, descriptorOf(tar), sha256(tar), 'layer 1').return(undefined)
    expect(stored.destroyed).toBe(true)
  })
})
