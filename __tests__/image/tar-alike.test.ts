import { describe, expect, test } from '@jest/globals'
import { TarReader } from '../../src/image/tar.ts'
import { passAlike } from '../../src/image/tar-alike.ts'
import { type CraftedEntry, endMark, entryBytes, headerBlock, paxEntry, tarOf } from './crafted.ts'

const readerOf = (tar: Buffer): TarReader =>
  new TarReader(
    (async function* () {
      yield tar
    })(),
    'layer',
  )

/** What is passed behind the first entry of both, and the entries that then come next. */
async function passed(a: Buffer, b: Buffer, pass = (_: string) => true): Promise<unknown[]> {
  const [left, right] = [readerOf(a), readerOf(b)]
  await left.next()
  await right.next()
  const paths: string[] = []
  passAlike(left, right, ({ path }) => pass(path) && paths.push(path) > 0)
  return [paths, (await left.next())?.path, (await right.next())?.path]
}

const files = ['first', 'b', 'c', 'd'].map((name): CraftedEntry => ({ name, content: name.repeat(300), mtime: 7 }))
const changed = (at: number, change: Partial<CraftedEntry>): Buffer =>
  tarOf(files.map((file, index) => (index === at ? { ...file, ...change } : file)))

describe('entries that are alike byte for byte', () => {
  test('are passed to the end', async () => {
    expect(await passed(tarOf(files), tarOf(files))).toEqual([['b', 'c', 'd'], undefined, undefined])
  })

  test.each<[string, Partial<CraftedEntry>]>([
    ['content', { content: `${'c'.repeat(299)}x` }],
    ['time', { mtime: 8 }],
    ['size', { content: 'c'.repeat(700) }],
    ['attributes', { pax: { 'SCHILY.xattr.user.x': '1' } }],
  ])('until one has another %s', async (_, change) => {
    expect(await passed(tarOf(files), changed(2, change))).toEqual([['b'], 'c', 'c'])
  })

  test('whatever the entry before them has', async () => {
    expect(await passed(tarOf(files), changed(0, { content: 'x' }))).toEqual([['b', 'c', 'd'], undefined, undefined])
  })

  test('until one is refused', async () => {
    expect(await passed(tarOf(files), tarOf(files), path => path !== 'c')).toEqual([['b'], 'c', 'c'])
  })

  test('and not behind a global header, which changes what they say', async () => {
    const tar = Buffer.concat([paxEntry('g', { comment: 'x' }), tarOf(files)])
    expect(await passed(tar, tarOf(files))).toEqual([[], 'b', 'b'])
    expect(await passed(tarOf(files), tar)).toEqual([[], 'b', 'b'])
    const later = Buffer.concat([
      entryBytes(files[0] as CraftedEntry),
      paxEntry('g', { comment: 'x' }),
      tarOf(files.slice(1)),
    ])
    expect(await passed(later, later)).toEqual([[], 'b', 'b'])
  })

  test('and not where they are damaged', async () => {
    const block = headerBlock({ name: 'bad' })
    block[0] = 0x41
    const tar = Buffer.concat([
      entryBytes(files[0] as CraftedEntry),
      entryBytes(files[1] as CraftedEntry),
      block,
      endMark,
    ])
    await expect(passed(tar, tar)).rejects.toThrow('wrong checksum')
  })
})

test('what is not at hand is not taken for alike: contents that differ where nobody has read yet', async () => {
  const [one, two] = ['1', '2'].map(text =>
    tarOf([{ name: 'a' }, { name: 'b', content: `${'x'.repeat(3000)}${text}` }, { name: 'c' }]),
  ) as [Buffer, Buffer]
  for (let piece = 600; piece <= one.length; piece += 300) {
    const [left, right] = [one, two].map(
      tar =>
        new TarReader(
          (async function* () {
            for (let at = 0; at < tar.length; at += piece) yield tar.subarray(at, at + piece)
          })(),
          'layer',
        ),
    ) as [TarReader, TarReader]
    await left.next()
    await right.next()
    const paths: string[] = []
    passAlike(left, right, ({ path }) => paths.push(path) > 0)
    expect(paths).toEqual([])
    expect([(await left.next())?.path, (await right.next())?.path]).toEqual(['b', 'b'])
  }
})

test('who wants to see each entry sees those that are passed, of either side with all their bytes', async () => {
  const seen: Record<string, string[]> = { a: [], b: [] }
  const readerFor = (side: string, tar: Buffer): TarReader =>
    new TarReader(
      (async function* () {
        yield tar
      })(),
      'layer',
      ({ path }) => {
        let content = ''
        return {
          write: piece => {
            content += piece
          },
          end: () => seen[side]?.push(`${path} ${content}`),
        }
      },
    )
  const [left, right] = [readerFor('a', tarOf(files)), readerFor('b', tarOf(files))]
  await left.next()
  await right.next()
  passAlike(left, right, () => true)
  expect([await left.next(), await right.next()]).toEqual([null, null])
  const all = files.map(({ name, content }) => `${name} ${content}`)
  expect(seen).toEqual({ a: all, b: all })
})

test('a checksum of signed bytes, as some old writers made it, is right; another is wrong', async () => {
  const block = headerBlock({ name: 'gr\u00fcn' })
  const sum = (signed: boolean): number =>
    block.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : signed && byte > 127 ? byte - 256 : byte), 0)
  const tar = (value: number): Buffer => {
    block.write(`${value.toString(8).padStart(6, '0')}\0 `, 148)
    return Buffer.concat([block, endMark])
  }
  const [signed, unsigned] = [sum(true), sum(false)]
  expect(unsigned - signed).toBe(512)
  for (const right of [signed, unsigned]) expect((await readerOf(tar(right)).next())?.path).toBe('grün')
  await expect(readerOf(tar(unsigned + 1)).next()).rejects.toThrow('wrong checksum')
})
