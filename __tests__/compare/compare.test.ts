import { describe, expect, test } from '@jest/globals'
import type { CompareInput } from '../../src/compare/compare.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { type CraftedEntry, imageOf, streamOf, tarOf } from '../image/crafted.ts'
import { compareCrafted, compareTars, onlyLayer } from './comparing.ts'

const dir: CraftedEntry = { name: 'app/', typeflag: '5', mode: 0o755 }
const file: CraftedEntry = { name: 'app/main.py', content: 'print("hello")\n' }
const link: CraftedEntry = { name: 'app/run', typeflag: '2', linkname: 'main.py' }
const tree = [dir, file, link]

describe('levels', () => {
  test('one manifest digest: identical, and no layer is opened', async () => {
    const opened: string[] = []
    const comparison = await compareCrafted(imageOf([tarOf(tree)]), imageOf([tarOf(tree)]), { opened })
    expect(comparison).toEqual({ level: 'identical', config: [], manifest: [], layers: [], equalLayers: 1 })
    expect(opened).toEqual([])
  })

  test('one config digest in other packaging: same content, and no layer is opened', async () => {
    const opened: string[] = []
    const a = imageOf([tarOf(tree)], { annotations: { made: 'here' } })
    const comparison = await compareCrafted(a, imageOf([tarOf(tree)], { gzip: true }), { opened })
    expect(comparison).toMatchObject({ level: 'same-content', config: [], layers: [], equalLayers: 1 })
    expect(comparison.manifest).toEqual([
      {
        pointer: '/layers/0/mediaType',
        a: '"application/vnd.oci.image.layer.v1.tar"',
        b: '"application/vnd.oci.image.layer.v1.tar+gzip"',
      },
      { pointer: '/annotations', a: '{"made":"here"}', b: undefined },
    ])
    expect(opened).toEqual([])
  })

  test('another config over equal layers: same files, and no layer is opened', async () => {
    const opened: string[] = []
    const a = imageOf([tarOf(tree)], { config: { Labels: { 'a/b': '1', same: 'x' } } })
    const b = imageOf([tarOf(tree)], { config: { Labels: { 'a/b': '2', same: 'x' } } })
    expect(await compareCrafted(a, b, { opened })).toMatchObject({
      level: 'same-files',
      config: [{ pointer: '/config/Labels/a~1b', a: '"1"', b: '"2"' }],
      layers: [],
      equalLayers: 1,
    })
    expect(opened).toEqual([])
  })

  test('another order in the tar: same files, said to be reordered', async () => {
    const other = [dir, link, file]
    const comparison = await compareTars(tarOf(tree), tarOf(other))
    expect(comparison.level).toBe('same-files')
    expect(onlyLayer(comparison)).toMatchObject({ entries: [], total: 0, same: 3, reordered: true })
  })

  test('padding behind the end mark: same files', async () => {
    const comparison = await compareTars(tarOf(tree), tarOf(tree, Buffer.alloc(10_240)))
    expect(comparison.level).toBe('same-files')
    expect(onlyLayer(comparison)).toMatchObject({ total: 0, same: 3, reordered: false })
  })

  test('an empty layer on one side only is harmless, one with an entry is not', async () => {
    const base = tarOf(tree)
    const empty = await compareCrafted(imageOf([base]), imageOf([base, tarOf([])]))
    expect(empty).toMatchObject({ level: 'same-files', equalLayers: 1, layers: [{ index: 1, a: null, total: 0 }] })
    const more = await compareCrafted(imageOf([base]), imageOf([base, tarOf([dir])]))
    expect(more).toMatchObject({
      level: 'different',
      layers: [{ a: null, total: 1, entries: [{ kind: 'only-in-b' }] }],
    })
  })

  test('a layer inserted in the middle does not shift the others', async () => {
    const [first, last] = [tarOf([dir]), tarOf([link])]
    const comparison = await compareCrafted(imageOf([first, last]), imageOf([first, tarOf([file]), last]))
    expect(comparison).toMatchObject({ level: 'different', equalLayers: 2, layers: [{ index: 1, a: null, total: 1 }] })
  })

  test('only layers whose diff IDs differ are opened', async () => {
    const opened: string[] = []
    const a = imageOf([tarOf(tree), tarOf([link])])
    const b = imageOf([tarOf(tree), tarOf([{ ...link, linkname: 'x' }])])
    const comparison = await compareCrafted(a, b, { opened })
    expect(comparison).toMatchObject({ level: 'different', equalLayers: 1, layers: [{ index: 1 }] })
    expect(opened).toEqual([`A ${a.image.manifest.layers[1]?.digest}`, `B ${b.image.manifest.layers[1]?.digest}`])
  })
})

describe('each field of an entry', () => {
  const cases: [string, CraftedEntry, CraftedEntry][] = [
    ['content', file, { ...file, content: 'print("hellO")\n' }],
    ['content', file, { ...file, content: '' }],
    ['mode', file, { ...file, mode: 0o4644 }],
    ['uid', file, { ...file, uid: 1 }],
    ['gid', file, { ...file, gid: 1 }],
    ['names', { ...file, uname: 'joe' }, { ...file, uname: 'root' }],
    ['names', { ...file, gname: 'joe' }, { ...file, gname: 'root' }],
    ['mtime', file, { ...file, mtime: 1 }],
    ['mtime', file, { ...file, pax: { mtime: '1700000000.000000001' } }],
    ['pax', file, { ...file, pax: { 'SCHILY.xattr.user.a': '1' } }],
    ['link', link, { ...link, linkname: './main.py' }],
    ['type', link, { ...link, typeflag: '1' }],
    ['device', { name: 'd', typeflag: '3' }, { name: 'd', typeflag: '3', device: [1, 3] }],
  ]
  test.each(cases)('%s', async (field, a, b) => {
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      const comparison = await compareTars(tarOf([first]), tarOf([second]))
      expect(comparison.level).toBe('different')
      expect(onlyLayer(comparison)).toMatchObject({
        total: 1,
        same: 0,
        entries: [{ kind: 'changed', fields: [field] }],
      })
    }
  })
})

describe('entries of one side', () => {
  test('have the digest of their content, so that a renamed file is found', async () => {
    const comparison = await compareTars(tarOf([dir, file]), tarOf([dir, { ...file, name: 'app/other.py' }]))
    const { entries } = onlyLayer(comparison)
    expect(entries.map(entry => [entry.path, entry.kind])).toEqual([
      ['app/main.py', 'only-in-a'],
      ['app/other.py', 'only-in-b'],
    ])
    expect(entries[0]?.digestA).toMatch(/^[0-9a-f]{64}$/)
    expect(entries[0]?.digestA).toBe(entries[1]?.digestB)
    expect(entries[0]?.digestB).toBeNull()
    expect(entries[1]?.digestA).toBeNull()
    expect(entries.map(({ a, b }) => [a?.path, b?.path])).toEqual([
      ['app/main.py', undefined],
      [undefined, 'app/other.py'],
    ])
    expect(Buffer.from(entries[0]?.content?.a.head ?? []).toString()).toBe(file.content)
    expect(entries[0]?.content?.b.size).toBe(0)
  })
})

describe('two entries of one path', () => {
  const first = { ...file, content: '1' }
  const second = { ...file, content: '2' }
  test('in another order are a difference', async () => {
    expect((await compareTars(tarOf([first, second]), tarOf([second, first]))).level).toBe('different')
    const apart = await compareTars(tarOf([first, link, second]), tarOf([second, link, first]))
    expect(apart.level).toBe('different')
  })
  test('against one are a difference, whichever it is', async () => {
    for (const one of [first, second]) {
      expect((await compareTars(tarOf([first, second]), tarOf([one]))).level).toBe('different')
      expect((await compareTars(tarOf([one]), tarOf([first, second]))).level).toBe('different')
    }
  })
  test('apart on one side, together on the other: no difference is lost', async () => {
    const comparison = await compareTars(tarOf([first, link, second]), tarOf([link, first, second]))
    expect(onlyLayer(comparison)).toMatchObject({ total: 0, same: 3, reordered: true })
  })
})

describe('entries that do not come in step', () => {
  test('are compared as those are that do: no other content, mode or time hides behind the order', async () => {
    for (const change of [{ content: 'print("hellO")\n' }, { mode: 0o600 }, { mtime: 1 }, { uid: 7 }]) {
      const [a, b] = [tarOf([dir, file, link]), tarOf([dir, link, { ...file, ...change }])]
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const)
        expect(onlyLayer(await compareTars(one, other))).toMatchObject({
          ...{ total: 1, reordered: true },
          entries: [{ path: 'app/main.py', fields: [Object.keys(change)[0]] }],
        })
    }
  })

  test('nor do their bytes, in whatever pieces either side comes', async () => {
    const content = Buffer.alloc(300_000, 'repro-gate')
    const changed = Buffer.from(content)
    changed[299_999] = 0
    const images = [content, changed].map(bytes => imageOf([tarOf([{ ...file, content: bytes }])]))
    const [a, b] = images as [(typeof images)[0], (typeof images)[0]]
    const pieces =
      (one: number, other: number) =>
      async (side: string, { digest }: { digest: string }) =>
        side === 'A'
          ? streamOf(a.blobs.get(digest) as Buffer, one)
          : streamOf((b.blobs.get(digest) ?? a.blobs.get(digest)) as Buffer, other)
    for (const [one, other] of [
      [1000, 70_001],
      [70_001, 1000],
    ] as const) {
      const { layers } = await compareCrafted(a, b, { open: pieces(one, other) })
      expect(layers).toMatchObject([{ total: 1, entries: [{ fields: ['content'] }] }])
      const runs = layers[0]?.entries[0]?.content?.runs.map(({ offset, length }) => [offset, length])
      expect(runs).toEqual([[299_999, 1]])
    }
  })
})

describe('an order that changes what is unpacked is a difference', () => {
  const cases: [string, CraftedEntry[], CraftedEntry[]][] = [
    ['a hard link before its target', [file, { ...link, typeflag: '1', linkname: 'app/main.py' }], []],
    ['a file before its parent', [dir, file], []],
    ['a file before the link it is below', [{ ...link, name: 'app' }, file], []],
    ['a whiteout behind what it hides', [file, { name: 'app/.wh.main.py' }], []],
    ['an opaque whiteout behind what it hides', [file, { name: 'app/.wh..wh..opq' }], []],
  ]
  test.each(cases)('%s', async (_, entries) => {
    const comparison = await compareTars(tarOf(entries), tarOf([...entries].reverse()))
    expect(comparison.level).toBe('different')
    expect(onlyLayer(comparison)).toMatchObject({ reordered: true, total: 1, entries: [{ fields: ['order'] }] })
  })

  test('links of one file that say other things of it: the last one is what stays', async () => {
    const to = (name: string, more: Partial<CraftedEntry> = {}, linkname = 'app/main.py'): CraftedEntry => ({
      ...{ name, typeflag: '1', linkname, ...more },
    })
    for (const more of [
      { mode: 0o600 },
      { uid: 5 },
      { gid: 5 },
      { mtime: 5 },
      { pax: { 'SCHILY.xattr.user.a': '1' } },
    ]) {
      const [one, other] = [to('one'), to('other', more)]
      const comparison = await compareTars(tarOf([file, one, other]), tarOf([file, other, one]))
      expect(comparison.level).toBe('different')
      expect(onlyLayer(comparison)).toMatchObject({ total: 2, entries: [{ fields: ['order'] }, { fields: ['order'] }] })
    }
    const [far, near, also] = [to('far', {}, 'near'), to('near'), to('also', { mode: 0o600 })]
    expect((await compareTars(tarOf([file, near, far, also]), tarOf([file, near, also, far]))).level).toBe('different')
    expect((await compareTars(tarOf([file, near, to('too')]), tarOf([file, to('too'), near]))).level).toBe('same-files')
    const apart = [file, { ...file, name: 'x' }, near, to('too', { mode: 0o600 }, 'x')]
    expect((await compareTars(tarOf(apart), tarOf(apart.toSpliced(2, 2, ...apart.slice(2).reverse())))).level).toBe(
      'same-files',
    )
  })

  test('links of two files of a layer below, which may be one: in every layer but the first', async () => {
    const [one, other] = [
      { name: 'x', typeflag: '1', linkname: 'main.py', mode: 0o600 },
      { name: 'y', typeflag: '1', linkname: 'also' },
    ] as [CraftedEntry, CraftedEntry]
    const [a, b] = [tarOf([one, other]), tarOf([other, one])]
    expect((await compareTars(a, b)).level).toBe('same-files')
    const above = (layer: Buffer) => imageOf([tarOf(tree), layer])
    expect((await compareCrafted(above(a), above(b))).level).toBe('different')
    const own = ['main.py', 'also'].map(name => ({ name }))
    const ofOwn = [tarOf([...own, one, other]), tarOf([...own, other, one])] as const
    expect((await compareCrafted(above(ofOwn[0]), above(ofOwn[1]))).level).toBe('same-files')
  })

  test('whiteouts in a folder whose name has a line end', async () => {
    const entries = ['a\nb/x', 'a\nb/.wh.x'].map(name => ({ name }))
    expect((await compareTars(tarOf(entries), tarOf([...entries].reverse()))).level).toBe('different')
  })

  test('whiteouts of nothing, of their own folder and of one above, which some engines make and others refuse', async () => {
    for (const name of ['a/.wh.', 'a/.wh..', 'a/b/.wh...', '.wh.']) {
      const entries = [{ name: 'a/x' }, { name }]
      expect((await compareTars(tarOf(entries), tarOf([...entries].reverse()))).level).toBe('different')
    }
  })

  test('two names that a link in a layer below may make one: in every layer but the first', async () => {
    const [one, other] = ['lib/x', 'usr/lib/x'].map(name => ({ name, content: name })) as [CraftedEntry, CraftedEntry]
    const [a, b] = [tarOf([one, other]), tarOf([other, one])]
    expect((await compareTars(a, b)).level).toBe('same-files')
    const comparison = await compareCrafted(imageOf([tarOf(tree), a]), imageOf([tarOf(tree), b]))
    expect(comparison.level).toBe('different')
    expect(onlyLayer(comparison)).toMatchObject({ index: 1, entries: [{ fields: ['order'] }, { fields: ['order'] }] })
  })
})

describe('who asks for it is told', () => {
  const [a, b] = [imageOf([tarOf(tree), tarOf([link])]), imageOf([tarOf([dir]), tarOf([{ ...link, mode: 0 }])])]

  test('how many pairs of layers are done', async () => {
    const told: string[] = []
    await compareCrafted(a, b, { onProgress: ({ done, of }) => told.push(`${done} of ${of}`) })
    expect(told).toEqual(['0 of 2', '1 of 2', '2 of 2'])
  })

  test('of every entry of the layers that differ', async () => {
    const seen: string[] = []
    const watch: CompareInput['watch'] = (side, { diffId }) => {
      const image = side === 'A' ? a : b
      const index = image.image.config.rootfs.diff_ids.indexOf(diffId)
      return ({ path }) => {
        seen.push(`${side}${index} ${path}`)
        return null
      }
    }
    const other = { ...a, image: { ...a.image, digest: 'sha256:other', configDigest: 'sha256:other' } }
    expect((await compareCrafted(a, other, { watch })).level).toBe('same-files')
    expect(seen).toEqual([])
    await compareCrafted(a, b, { watch })
    expect(seen.sort()).toEqual(['A0 app', 'A0 app/main.py', 'A0 app/run', 'A1 app/run', 'B0 app', 'B1 app/run'])
  })
})

describe('what cannot be trusted is never compared', () => {
  const a = imageOf([tarOf(tree)])
  test('a missing blob', async () => {
    const b = imageOf([tarOf([dir])])
    b.blobs.clear()
    await expect(compareCrafted(a, b)).rejects.toThrow(/^layer 1 of image B \(sha256:[0-9a-f]{12}\): it could not be/)
  })
  test('a truncated blob', async () => {
    const b = imageOf([tarOf([dir, file])])
    for (const [digest, blob] of b.blobs) b.blobs.set(digest, blob.subarray(0, -512))
    await expect(compareCrafted(a, b)).rejects.toThrow(LayerError)
  })
  test('an aborted comparison', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(compareCrafted(a, imageOf([tarOf([dir])]), { signal })).rejects.toThrow('enough')
  })
  test('one that is aborted while it reads, bytes or a record', async () => {
    const b = imageOf([tarOf([dir])])
    for (const isRecord of [false, true]) {
      const control = new AbortController()
      const stream = async () => {
        control.abort(new Error('enough'))
        return { next: async () => null, chunk: async () => null, close: async () => {} }
      }
      const open: CompareInput['open'] = async (_, { digest }) => {
        if (!isRecord) control.abort(new Error('enough'))
        return streamOf((a.blobs.get(digest) ?? b.blobs.get(digest)) as Buffer)
      }
      const more = { open, signal: control.signal, ...(isRecord ? { recorded: { A: stream, B: stream } } : {}) }
      await expect(compareCrafted(a, b, more)).rejects.toThrow('enough')
    }
  })
})
