import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { compareImages } from '../../src/compare/compare.ts'
import { memoryOfComparison } from '../../src/compare/purse.ts'
import { jsonProblem } from '../../src/image/json.ts'
import { parseImage } from '../../src/image/manifest.ts'
import { compareCrafted, compareTars, onlyLayer } from '../compare/comparing.ts'
import { type CraftedEntry, descriptorOf, endMark, headerBlock, imageOf, paxRecord, sha256, tarOf } from './crafted.ts'
import { storedZstd } from './zstd-of.ts'

const b = tarOf([{ name: 'x', content: 'y' }])
/** Its checksum is another one. */
const damaged = Buffer.concat([Buffer.from('1f8b', 'hex'), b.subarray(2)])
const terabytes = 10 * 2 ** 40

describe('a layer that lies, against an honest one', () => {
  test.each<[string, Buffer, string]>([
    [
      'a file of 8 GiB that is not there',
      Buffer.concat([headerBlock({ name: 'big', size: 8 ** 11 - 1 }), b]),
      'cut off',
    ],
    ['a hard link with contents', tarOf([{ name: 'x', typeflag: '1', linkname: 'y', content: 'z' }]), 'is no file but'],
    ['a step up', tarOf([{ name: 'a/../../etc/passwd' }]), 'has a step up (..)'],
    ['a zero byte in a name', tarOf([{ name: 'x', pax: { path: 'a\0b' } }]), 'zero byte'],
    ['a name of 100 kB', tarOf([{ name: 'x', pax: { path: `${'a/'.repeat(50_000)}x` } }]), 'longer than 4096'],
    ['no name', tarOf([{ name: '' }]), 'has no name'],
    [
      'PAX records of 1 GiB',
      Buffer.concat([headerBlock({ name: 'x', typeflag: 'x', size: 2 ** 30 }), b]),
      'more than 1048576',
    ],
    ['something behind its end', Buffer.concat([b, Buffer.alloc(1 << 20), Buffer.from('!')]), 'behind its end mark'],
  ])('%s', async (_, a, why) => {
    for (const pair of [compareTars(a, b), compareTars(b, a), compareTars(a, b, { gzip: true })]) {
      const problem = await pair.catch((error: Error) => error)
      expect(problem).toBeInstanceOf(Error)
      expect((problem as Error).message).toContain(why)
      expect((problem as Error).message).toMatch(/^layer 1 of image [AB] \(sha256:/)
    }
  })

  test.each<[string, Buffer, string]>([
    ['zstd', storedZstd(b), 'it is compressed twice: unpacked once, it is a zstd stream and no tar'],
    ['gzip', gzipSync(b), 'it is compressed twice: unpacked once, it is a gzip stream and no tar'],
    ['a few bytes of zstd', storedZstd(Buffer.alloc(9)), 'it is compressed twice'],
    ['no tar', Buffer.alloc(2000, 'x'), 'the checksum in the tar header is not a number'],
    ['a damaged tar whose first name begins as gzip does', damaged, 'the tar header has a wrong checksum'],
  ])('%s in gzip, with the diff ID of the inner one', async (_, inner, why) => {
    const problem = await compareTars(b, inner, { gzip: true }).catch((error: Error) => error)
    expect((problem as Error).message).toContain(why)
    expect((problem as Error).message).toMatch(/^layer 1 of image B \(sha256:[0-9a-f]{12}\), byte 0 of its tar: /)
  })

  test.each<[string, (content: string) => CraftedEntry]>([
    [
      'GNU 1.0',
      content => ({
        name: 'GNUSparseFile.0/big',
        pax: {
          'GNU.sparse.major': '1',
          'GNU.sparse.minor': '0',
          'GNU.sparse.name': 'big',
          'GNU.sparse.realsize': `${terabytes}`,
        },
        content: Buffer.concat([Buffer.from('1\n0\n512\n'.padEnd(512, '\0')), Buffer.from(content)]),
      }),
    ],
    [
      'GNU 0.1',
      content => ({
        name: 'x',
        pax: { 'GNU.sparse.size': `${terabytes}`, 'GNU.sparse.name': 'big', 'GNU.sparse.map': '0,512' },
        content,
      }),
    ],
  ])('a sparse file of 10 TB, %s, is compared by what is stored of it', async (_, entry) => {
    const [one, two] = ['1', '2'].map(text => tarOf([entry(text.repeat(512))])) as [Buffer, Buffer]
    expect(onlyLayer(await compareTars(one, two)).entries).toMatchObject([{ path: 'big', fields: ['content'] }])
  })

  test('names that are not UTF-8 are not taken for each other', async () => {
    const [one, two] = [0xe8, 0xe9].map(byte => {
      const block = headerBlock({ name: 'caf?' })
      block[3] = byte
      block.fill(0x20, 148, 156)
      const sum = block.reduce((total, value) => total + value, 0)
      block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
      return Buffer.concat([block, endMark])
    }) as [Buffer, Buffer]
    expect(onlyLayer(await compareTars(one, two)).entries.map(({ kind }) => kind)).toEqual(['only-in-a', 'only-in-b'])
  })

  test('a bomb is unpacked in pieces, and read to its end', async () => {
    const bomb = (first: string) => {
      const content = Buffer.alloc(32 << 20)
      content.write(first)
      return tarOf([{ name: 'zeros', content }])
    }
    const { entries } = onlyLayer(await compareTars(bomb('a'), bomb('b'), { gzip: true }))
    expect(entries).toMatchObject([{ path: 'zeros', fields: ['content'] }])
  })

  test('one path a hundred thousand times, elsewhere on the other side', async () => {
    const many = Buffer.alloc(100_000 * 512, headerBlock({ name: 'same' }))
    const last = headerBlock({ name: 'zz' })
    const result = await compareTars(Buffer.concat([many, last, endMark]), Buffer.concat([last, many, endMark]))
    expect(result.level).toBe('same-files')
  })

  test('megabytes of attributes at every file of every layer are listed from one purse', async () => {
    const layer = (text: string, at: number) => {
      const records = paxRecord('SCHILY.xattr.user.x', text.repeat(900_000))
      const size = Math.ceil(records.length / 512) * 512
      const header = headerBlock({ name: 'p', typeflag: 'x', size: records.length })
      const file = (name: string) => [header, records, Buffer.alloc(size - records.length), headerBlock({ name })]
      return Buffer.concat([...file(`a${at}`), ...file(`b${at}`), endMark])
    }
    const images = ['1', '2'].map(text =>
      imageOf(
        Array.from({ length: 30 }, (_, at) => layer(text, at)),
        { gzip: true },
      ),
    )
    const { layers } = await compareCrafted(images[0] as (typeof images)[0], images[1] as (typeof images)[0])
    expect(layers.map(({ total }) => total)).toEqual(layers.map(() => 2))
    const listed = layers.reduce((sum, { entries }) => sum + entries.length, 0)
    // Of each the attributes of both sides, a byte a character: 60 of them would be 108 MB.
    const { kept, reserve } = memoryOfComparison()
    const most = (kept.left + reserve.left) / (2 * 900_000)
    expect(listed).toBeLessThan(most)
    expect(listed).toBeGreaterThan(most / 2)
  })
})

describe('diff IDs that a config lies about', () => {
  const [one, two] = [b, tarOf([{ name: 'x', content: 'z' }])].map(tar => gzipSync(tar)) as [Buffer, Buffer]
  const honest = imageOf([b], { gzip: true })
  const liar = structuredClone(honest.image)
  liar.manifest.layers = [descriptorOf(two)]
  liar.digest = sha256(Buffer.from('liar'))
  const compare = (distrust: boolean) =>
    compareImages({
      imageA: honest.image,
      imageB: liar,
      distrust,
      open: async (_, { digest }) => {
        const { Readable } = await import('node:stream')
        return Readable.from([digest === sha256(one) ? one : two])
      },
    })

  test('are found when they must not be trusted', async () => {
    await expect(compare(true)).rejects.toThrow(/^layer 1 of image B .* not the diff ID/)
  })

  test('cost nothing where one builder made both', async () => {
    expect((await compare(false)).level).toBe('same-content')
  })
})

describe('JSON that would take more memory than its bytes', () => {
  test.each([
    ['depth', `${'['.repeat(100)}${']'.repeat(100)}`, 'nested more than 64'],
    ['values', `[${'[],'.repeat(300_000)}1]`, 'more than 250000 values'],
  ])('%s', (_, text, why) => {
    expect(jsonProblem(Buffer.from(text))).toContain(why)
    expect(parseImage(Buffer.from(text), Buffer.from('{}')).problem).toContain(why)
  })

  test.each(['{"a":"[[[[\\"[[,,,"}', '"never ends', '"\\', '', ']]]]', `"${'[,'.repeat(500_000)}"`])('not %#', text => {
    expect(jsonProblem(Buffer.from(text))).toBeNull()
  })
})
