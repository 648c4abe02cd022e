import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { unzstdFrames } from '../../../src/image/zstd/frames.ts'
import { storedZstd } from '../zstd-of.ts'
import { contents } from './contents.ts'

const folder = join(import.meta.dirname, 'fixtures')
const fixture = (name: string): Buffer => readFileSync(join(folder, name))
const names = readdirSync(folder).filter(name => name.endsWith('.zst'))

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function unpacked(bytes: Buffer, piece = 64 * 1024): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const content of unzstdFrames(inPieces(bytes, piece))) {
    expect(content.length).toBeLessThanOrEqual(128 * 1024)
    pieces.push(content)
  }
  return Buffer.concat(pieces)
}

test('there are fixtures of every content', () => {
  expect(new Set(names.map(name => name.split('.')[0]))).toEqual(new Set(Object.keys(contents)))
})

test.each(names)('%s', async name => {
  const [content = ''] = name.split('.')
  const expected = (contents[content] as () => Buffer)()
  const packed = fixture(name)
  expect((await unpacked(packed)).equals(expected)).toBe(true)
  if (packed.length < 5000) expect((await unpacked(packed, 1)).equals(expected)).toBe(true)
})

test('several frames, and some to be skipped', async () => {
  const skipped = Buffer.concat([Buffer.from('5a2a4d1803000000', 'hex'), Buffer.from('abc')])
  const [one, two] = [fixture('short.usual.zst'), fixture('lines.best.zst')]
  const expected = Buffer.concat([contents.short?.() as Buffer, contents.lines?.() as Buffer])
  expect((await unpacked(Buffer.concat([skipped, one, skipped, two]), 5)).equals(expected)).toBe(true)
  expect(String(await unpacked(storedZstd(Buffer.from('kept as it is'))))).toBe('kept as it is')
})

describe('is an error, never a wrong end or a crash', () => {
  test.each([
    ['nothing', ''],
    ['another format', '1f8b0800'],
    ['a window of 3.75 TiB', '28b52ffd00ff010000'],
    ['a whole of 4 EiB', '28b52ffde00000000000000040010000'],
    ['a dictionary', '28b52ffd015007010000'],
    ['a block of the reserved kind', '28b52ffd0050070000'],
    ['a block larger than there may be', '28b52ffd0050f9ff7f00'],
    ['a repeated prefix code that there is not', '28b52ffd00505d00001340008000000000000000'],
  ])('%s', async (_, hex) => {
    await expect(unpacked(Buffer.from(hex, 'hex'))).rejects.toThrow(/zstd|dictionary/)
  })

  test('an end in the middle, at whatever place', async () => {
    const packed = fixture('lines.best.zst')
    for (let end = 0; end < packed.length; end += 1 + Math.floor(packed.length / 150))
      await expect(unpacked(packed.subarray(0, end))).rejects.toThrow(/zstd/)
  })

  test('bytes that were changed: an error, or no more than blocks give', async () => {
    const small = names.filter(name => fixture(name).length < 6000)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...small),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (name, changes) => {
          const packed = Buffer.from(fixture(name))
          for (const [at, value] of changes) packed[at % packed.length] = value
          const found = await unpacked(packed).catch(error => String(error.message))
          if (typeof found === 'string') expect(found).toMatch(/zstd|dictionary/)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a block that claims far more than it may give ends at once', async () => {
    // 20,000 sequences of 65,539 bytes and more each, by tables of one symbol.
    const head = Buffer.from([0x0d, 0x61, 128 + (20_000 >> 8), 20_000 & 255, 0b01010100, 0, 2, 52])
    const block = Buffer.concat([head, Buffer.alloc(40_000, 0xff)])
    const header = Buffer.alloc(3)
    header.writeUIntLE(block.length * 8 + 5, 0, 3)
    const startedAt = process.cpuUsage().user
    await expect(unpacked(Buffer.concat([Buffer.from('28b52ffd0050', 'hex'), header, block]))).rejects.toThrow(/zstd/)
    expect(process.cpuUsage().user - startedAt).toBeLessThan(500_000)
  })
})

// Where Node compresses, whatever it makes is read back.
const testWithZstd = typeof zlib.zstdCompressSync === 'function' ? test : () => {}
testWithZstd('what Node compresses', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 900 })), { maxLength: 12 }),
      fc.constantFrom(-3, 1, 3, 7, 12, 19),
      async (parts, level) => {
        const bytes = Buffer.concat(parts.flatMap(([part, times]) => new Array<Uint8Array>(times).fill(part)))
        const params = { [zlib.constants.ZSTD_c_compressionLevel]: level }
        expect((await unpacked(zlib.zstdCompressSync(bytes, { params }))).equals(bytes)).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})
