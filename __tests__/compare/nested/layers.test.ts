import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { type CraftedEntry, imageOf, tarOf } from '../../image/crafted.ts'
import { compareCrafted, compareTars, onlyLayer } from '../comparing.ts'
import { arOf, told, zipOf } from './archives.ts'

/** Larger than what is kept of a content, compressed or not. */
const filler = randomBytes(300_000)
const zip = (word: string): Buffer =>
  zipOf([
    { name: 'filler', content: filler },
    { name: 'x.txt', content: word },
  ])
const tar = (word: string): Buffer =>
  tarOf([
    { name: 'filler', content: filler },
    { name: 'x.txt', content: word },
  ])
const deb = (word: string): Buffer =>
  arOf([
    { name: 'debian-binary', content: '2.0\n' },
    { name: 'data.tar.gz', content: gzipSync(tar(word)) },
  ])
const file = (name: string, content: Buffer): CraftedEntry => ({ name, content })

describe('archives too large to be kept', () => {
  test.each([
    ['zip', zip],
    ['tar', tar],
    ['tgz', (word: string) => gzipSync(tar(word))],
    ['deb', deb],
  ] as const)('%s: the member is found in one more pass over the layers', async (name, make) => {
    const opened: string[] = []
    const [a, b] = [imageOf([tarOf([file(name, make('one'))])]), imageOf([tarOf([file(name, make('two'))])])]
    const layer = onlyLayer(await compareCrafted(a, b, { opened, piece: 10_007 }))
    let nested = layer.entries[0]?.nested
    while (nested?.members[0]?.nested) nested = nested.members[0].nested
    expect(told(nested)).toEqual(['x.txt: content'])
    expect(nested).toMatchObject({ same: 1, unread: null })
    expect(opened).toHaveLength(4)
  })

  test('many of them share that pass, and files between them are passed over', async () => {
    const opened: string[] = []
    const layerOf = (word: string): Buffer =>
      tarOf([
        file('a.zip', zip(word)),
        file('b', filler),
        file('c.tgz', gzipSync(tar(word))),
        file('d', Buffer.from(word)),
      ])
    const layer = onlyLayer(await compareCrafted(imageOf([layerOf('1')]), imageOf([layerOf('2')]), { opened }))
    expect(layer.entries.map(({ path, nested }) => [path, nested?.format])).toEqual([
      ['a.zip', 'zip'],
      ['c.tgz', 'gzip'],
      ['d', undefined],
    ])
    expect(opened).toHaveLength(4)
  })

  test('layers without differing archives are not read again', async () => {
    const opened: string[] = []
    const layerOf = (word: string): Buffer =>
      tarOf([file('a.zip', zip('same')), file('big', Buffer.concat([filler, Buffer.from(word)]))])
    await compareCrafted(imageOf([layerOf('1')]), imageOf([layerOf('2')]), { opened })
    expect(opened).toHaveLength(2)
  })

  test('in layers of another order, what cannot meet is unread', async () => {
    const [one, two] = [(word: string) => file('a.zip', zip(word)), (word: string) => file('b.zip', zip(word))]
    const layer = onlyLayer(await compareTars(tarOf([one('1'), two('1')]), tarOf([two('2'), one('2')])))
    const unread = layer.entries.map(({ nested }) => nested?.unread)
    expect(unread).toEqual([null, expect.stringContaining('different orders')])
  })

  test('an archive that cannot be read leaves the comparison as it is', async () => {
    const broken = Buffer.concat([gzipSync(filler).subarray(0, 290_000)])
    const layer = onlyLayer(await compareTars(tarOf([file('x.gz', broken)]), tarOf([file('x.gz', gzipSync(filler))])))
    expect(layer.entries[0]).toMatchObject({ fields: ['content'], nested: { unread: expect.any(String) } })
  })

  test('a layer that is gone the second time is told, and nothing is lost', async () => {
    const [a, b] = [imageOf([tarOf([file('a.zip', zip('1'))])]), imageOf([tarOf([file('a.zip', zip('2'))])])]
    let left = 2
    const open = a.blobs
    const { compareImages } = await import('../../../src/compare/compare.ts')
    const { streamOf } = await import('../../image/crafted.ts')
    const comparison = await compareImages({
      imageA: a.image,
      imageB: b.image,
      open: async (side, { digest }) => {
        if (left-- <= 0) throw new Error('the cache dropped it')
        return streamOf((side === 'A' ? open : b.blobs).get(digest) as Buffer)
      },
    })
    expect(onlyLayer(comparison).entries[0]).toMatchObject({
      fields: ['content'],
      nested: { total: 0, unread: expect.stringContaining('the cache dropped it') },
    })
  })
})
