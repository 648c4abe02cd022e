// Archives of `docker save` that say one thing of their layers and hold another, or are made to cost much.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { archiveFiles } from '../../src/image-stores/archive.ts'
import { openStore } from '../../src/image-stores/open-store.ts'
import { entryBytes, headerBlock, sha256, tarOf } from '../image/crafted.ts'
import { asFile, asFolder, asTar, type FileMap, json, noPorts, told } from '../image-stores/lying-images.ts'

const good = tarOf([{ name: 'bin/app', content: 'honest program' }])
const evil = tarOf([{ name: 'bin/app', content: 'evil  program!' }])

/** An archive whose config has a diff ID for each layer, and whatever files. */
function saved(layers: string[], diffIds: string[], files: FileMap, more: object = {}): FileMap {
  const rootfs = { type: 'layers', diff_ids: diffIds }
  const config = json({ ...{ architecture: 'amd64', os: 'linux', config: {} }, rootfs, ...more })
  const name = `${sha256(config).slice(7)}.json`
  return { 'manifest.json': json([{ Config: name, RepoTags: null, Layers: layers }]), [name]: config, ...files }
}

describe('two layers of one digest in two files', () => {
  const twice = [sha256(good), sha256(good)]
  const honest = saved(['a/layer.tar', 'b/layer.tar'], twice, { 'a/layer.tar': good, 'b/layer.tar': good })
  const packed = (bytes: Buffer): Buffer => Buffer.from(gzipSync(bytes))
  const named = (folder: string): string => `${folder}/${sha256(packed(good)).slice(7)}.tar.gz`

  test('are one where both have its bytes', async () => {
    expect(await told(asTar(honest), asFolder(honest))).toBe('reproducible same-content')
    const names = [named('a'), named('b')] as [string, string]
    const files = { [names[0]]: packed(good), [names[1]]: packed(good) }
    expect(await told(asTar(honest), asTar(saved(names, twice, files)))).toBe('reproducible same-content')
  })

  test.each<[string, FileMap]>([
    ['the first is another', saved(['a', 'b'], twice, { a: evil, b: good })],
    ['the second is another', saved(['a', 'b'], twice, { a: good, b: evil })],
    [
      'the first, packed, has the name of the digest and other bytes',
      saved([named('a'), named('b')], twice, { [named('a')]: packed(evil), [named('b')]: packed(good) }),
    ],
    [
      'the second, packed, has the name of the digest and other bytes',
      saved([named('a'), named('b')], twice, { [named('a')]: packed(good), [named('b')]: packed(evil) }),
    ],
  ])('%s: undecided', async (_, lie) => {
    for (const place of [asTar(lie), asFolder(lie)]) {
      expect(await told(asTar(honest), place)).toMatch(
        /^undecided: .*(it has \d+ bytes|more bytes than|the digest sha256)/,
      )
      expect(await told(place, asTar(honest))).toMatch(
        /^undecided: .*(it has \d+ bytes|more bytes than|the digest sha256)/,
      )
    }
  })
})

describe('what costs much is not done for each layer again', () => {
  const seconds = async (work: () => Promise<unknown>): Promise<number> => {
    const start = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }

  test('a config of many values beside two thousand layers', async () => {
    const layers = Array.from({ length: 2_000 }, () => 'layer.tar')
    const diffIds = layers.map(() => sha256(good))
    const noise = { noise: Array.from({ length: 120_000 }, () => []) }
    const place = asTar(saved(layers, diffIds, { 'layer.tar': good }, noise))
    expect(await seconds(() => openStore(place, noPorts()))).toBeLessThan(10)
  }, 120_000)

  test('one large packed layer, listed two thousand times', async () => {
    const layer = gzipSync(Buffer.alloc(8 << 20, 'a'), { level: 0 })
    const layers = Array.from({ length: 2_000 }, () => 'layer.tar')
    const diffIds = layers.map(() => sha256(good))
    const place = asTar(saved(layers, diffIds, { 'layer.tar': layer }))
    expect(await seconds(() => openStore(place, noPorts()))).toBeLessThan(10)
  }, 120_000)
})

test('a tar with names without end is left before they fill the memory', async () => {
  const long = (at: number): Buffer =>
    entryBytes({ name: 'x', pax: { path: `${'n'.repeat(4_080)}${String(at).padStart(7, '0')}` } })
  const names = Array.from({ length: 12_000 }, (_, at) => long(at))
  const linked = Array.from({ length: 12_000 }, (_, at) =>
    entryBytes({ name: `l${at}`, typeflag: '2', pax: { linkpath: `${'n'.repeat(4_080)}${at}` } }),
  )
  for (const entries of [names, linked]) {
    const place = asFile(Buffer.concat([...entries, headerBlock({ name: 'index.json' }), Buffer.alloc(1024)]))
    await expect(archiveFiles(place, place, new AbortController().signal)).rejects.toThrow(/names.*take more than/)
  }
})
