import { describe, expect, test } from '@jest/globals'
import type { ComparedLayer, EntryDifference, LayerDifference } from '../../src/image/comparison.ts'
import type { Entry } from '../../src/image/image.ts'
import { TarReader } from '../../src/image/tar.ts'
import { passAlike } from '../../src/image/tar-alike.ts'
import { KeptDatabases } from '../../src/packages/kept.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'

const layerOf = (name: string): ComparedLayer => ({
  descriptor: { mediaType: 'l', digest: name, size: 1 },
  diffId: name,
  history: undefined,
})
const [a, b] = [layerOf('a'), layerOf('b')]
const difference = (entries: EntryDifference[] = []): LayerDifference => ({
  ...{ index: 0, a, b, entries, total: entries.length, same: 0, reordered: false },
})

const inPieces = async function* (bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Reads both sides as a comparison does: alike entries by one look, the others one by one. */
async function watched(kept: KeptDatabases, files: CraftedEntry[], piece: number): Promise<void> {
  const readers = (['A', 'B'] as const).map(
    side => new TarReader(inPieces(tarOf(files), piece), side, kept.watch(side, side === 'A' ? a : b)),
  ) as [TarReader, TarReader]
  for (;;) {
    passAlike(...readers, () => true)
    const entries = [await readers[0].next(), await readers[1].next()]
    if (entries.includes(null)) return
  }
}

async function shown(kept: KeptDatabases, side: 'A' | 'B', layer = difference()): Promise<[string, string][] | null> {
  const found: [string, string][] = []
  const contents = kept.contentsOf(layer, new Set(layer.entries.map(({ path }) => path)))
  await contents?.read(side, side === 'A' ? a : b, ({ path }) => {
    const parts: Buffer[] = []
    return {
      write: chunk => void parts.push(Buffer.from(chunk)),
      end: () => void found.push([path, Buffer.concat(parts).toString()]),
    }
  })
  return contents && found
}

const databases: [string, string][] = [
  'etc/os-release',
  'lib/apk/db/installed',
  'usr/lib/os-release',
  'usr/lib/apk/db/installed',
  'var/lib/dpkg/info/curl.list',
  'var/lib/dpkg/info/curl.md5sums',
  'var/lib/dpkg/status',
  'var/lib/dpkg/status-old',
  'var/lib/dpkg/status.d/base',
  'var/lib/rpm/Packages',
  'var/lib/rpm/Packages.db',
  'var/lib/rpm/rpmdb.sqlite',
  'var/lib/rpm/rpmdb.sqlite-wal',
  'x/a.dist-info/METADATA',
  'x/a.dist-info/RECORD',
  'x/a.dist-info/direct_url.json',
  'x/b.egg-info',
  'x/b.egg-info/PKG-INFO',
  'x/b.egg-info/installed-files.txt',
  'x/conda-meta/p-1.json',
  'x/node_modules/@s/p/package.json',
  'x/node_modules/p/package.json',
  'x/specifications/g-1.gemspec',
].map((path, at) => [path, `${path} `.repeat(at * 9)])

const others = ['bin/sh', 'x/README', 'x/list.txt', 'x/package.json'].map((path): [string, string] => [
  path,
  'x'.repeat(700),
])
const crafted = (files: [string, string][]) => files.map(([name, content]) => ({ name, content }))

describe('databases of layers that are compared', () => {
  test.each([512, 1000, 4096, 1_000_000])('are kept as they pass, in order, in pieces of %d bytes', async piece => {
    const kept = new KeptDatabases()
    await watched(kept, crafted([...others, ...databases, ...others, ['var/lib/dpkg/status', 'the last one']]), piece)
    const expected = [...databases, ['var/lib/dpkg/status', 'the last one']]
    expect(await shown(kept, 'A')).toEqual(expected)
    expect(await shown(kept, 'B')).toEqual(expected)
  })

  test('are dropped when the layer is read anew', async () => {
    const kept = new KeptDatabases()
    for (let times = 0; times < 3; times += 1) await watched(kept, crafted(databases), 4096)
    expect(await shown(kept, 'A')).toEqual(databases)
  })

  test('are not there at all when not all fit, and leave the room to others', async () => {
    const kept = new KeptDatabases()
    const large = 'x'.repeat(9 * 1024 * 1024)
    await watched(
      kept,
      crafted([
        ['var/lib/dpkg/status', 'small'],
        ['var/lib/rpm/Packages', large],
        ['etc/os-release', 'x'],
      ]),
      1 << 18,
    )
    expect(await shown(kept, 'A')).toBeNull()
    await watched(kept, crafted(databases), 4096)
    expect(await shown(kept, 'A')).toEqual(databases)
  })

  test('a changed file is shown where its content was kept whole; without it nothing is', async () => {
    const kept = new KeptDatabases()
    await watched(kept, crafted(databases.slice(0, 1)), 4096)
    const [path, entry] = ['usr/bin/x', { path: 'usr/bin/x', type: 'file', size: 1 } as Entry]
    const sample = (text: string) => ({ size: 1, head: Buffer.from(text), whole: true, tail: Buffer.alloc(0) })
    const content = { a: sample('p'), b: sample('q'), runs: [], complete: true }
    const changed: EntryDifference = {
      ...{ path, kind: 'changed', fields: ['content'], a: entry, b: entry, digestA: null, digestB: null, content },
    }
    expect(await shown(kept, 'B', difference([changed]))).toEqual([...databases.slice(0, 1), [path, 'q']])
    const cut = { ...changed, content: { ...content, b: { ...content.b, whole: false } } }
    expect(await shown(kept, 'B', difference([cut]))).toBeNull()
    expect(await shown(kept, 'B', difference([{ ...changed, content: null }]))).toBeNull()
  })

  test('of a layer that nobody watched nothing is known', () => {
    expect(new KeptDatabases().contentsOf(difference(), new Set())).toBeNull()
  })
})
