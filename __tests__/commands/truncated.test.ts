import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions } from '../../src/options/options.ts'
import { type CraftedEntry, sha256, tarOf } from '../image/crafted.ts'
import {
  asFolder,
  asTar,
  type FileMap,
  imageOfLayer,
  json,
  type LyingImage,
  layout,
  noPorts,
} from '../image-stores/lying-images.ts'
import { portsOf, type RegistryDouble, registryDouble } from '../image-stores/registry-double.ts'

const entries: CraftedEntry[] = [
  { name: 'usr/', typeflag: '5', mode: 0o755 },
  { name: 'usr/a', content: 'a'.repeat(700) },
  { name: 'usr/b', typeflag: '2', linkname: 'a' },
  { name: 'usr/c', content: 'c'.repeat(512), pax: { 'SCHILY.xattr.user.n': 'value' } },
  { name: 'usr/d', content: 'd' },
]
const tar = tarOf(entries)

/** Where each entry begins, and then the end mark. */
const boundaries = entries.map((_, at) => tarOf(entries.slice(0, at), Buffer.alloc(0)).length)
const contents = tarOf(entries, Buffer.alloc(0)).length
const places: [string, number][] = [
  ...boundaries.slice(1).map((at, n): [string, number] => [`before entry ${n + 2}`, at]),
  ['before the end mark', contents],
  ['in the end mark', contents + 512],
  ['in a header', 600],
  ['in a content', 1100],
  ['in a padding', 1900],
  ['in the last padding', contents - 100],
  ['behind the header of a PAX record', (boundaries[3] as number) + 512],
  ['to nothing', 0],
]

const saved = ({ config, tars }: LyingImage, name = 'layer.tar'): FileMap => ({
  'manifest.json': json([{ Config: `${sha256(config).slice(7)}.json`, RepoTags: ['app:v1'], Layers: [name] }]),
  [`${sha256(config).slice(7)}.json`]: config,
  [name]: tars[0] as Buffer,
})

function directory({ blobs, manifest }: LyingImage): FileMap {
  const named = [...blobs].map(([digest, blob]): [string, Buffer] => [digest.slice(7), blob])
  return { ...Object.fromEntries(named), 'manifest.json': blobs.get(manifest.digest) as Buffer }
}

let registry: RegistryDouble
beforeAll(async () => {
  registry = await registryDouble()
})
afterAll(() => registry.close())
let tags = 0

/** `blob` lies where the layer should. */
const stores: [string, (image: LyingImage, blob: Buffer) => string][] = [
  ['a layout in a folder', (image, blob) => asFolder(withLayer(layout([image]), image, blob))],
  ['a layout in a tar', (image, blob) => asTar(withLayer(layout([image]), image, blob))],
  ['a folder of skopeo', (image, blob) => asFolder(withLayer(directory(image), image, blob))],
  ['an archive of docker save', (image, blob) => asTar(saved({ ...image, tars: [blob] }))],
  [
    'an archive that names layers by digest',
    (image, blob) => asTar(saved({ ...image, tars: [blob] }, `${sha256(image.tars[0] as Buffer).slice(7)}.tar.gz`)),
  ],
  [
    'a registry',
    (image, blob) => {
      tags += 1
      for (const bytes of image.blobs.values()) registry.put('blobs', bytes)
      registry.put('blobs', blob, sha256(image.tars[0] as Buffer))
      registry.put('manifests', image.blobs.get(image.manifest.digest) as Buffer, `t${tags}`)
      return `${registry.host}/app:t${tags}`
    },
  ],
]

function withLayer(files: FileMap, { tars }: LyingImage, blob: Buffer): FileMap {
  const hex = sha256(tars[0] as Buffer).slice(7)
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, path.endsWith(hex) ? blob : bytes]))
}

async function verdictOf(a: string, b: string): Promise<string> {
  const images = checkOptions('compare', { images: [a, b], level: ['same-files'] })
  try {
    return String((await compareNamed(images, { ...noPorts(), ...portsOf() }, { version: 'test' })).verdict)
  } catch (error) {
    return `wrong input: ${(error as Error).message}`
  }
}

/** The honest image, packed in another way: its layers must be read to know. */
const repacked = asTar(layout([imageOfLayer(tar, gzipSync(tar, { level: 1 }))]))
const packings = [(bytes: Buffer) => bytes, (bytes: Buffer) => gzipSync(bytes)]

describe.each(stores)('%s', (store, lay) => {
  test('a whole layer is one', async () => {
    for (const pack of packings) {
      const whole = lay(imageOfLayer(tar, pack(tar)), pack(tar))
      expect(await verdictOf(repacked, whole)).toBe('reproducible')
      expect(await verdictOf(whole, whole)).toBe('reproducible')
    }
  })

  test.each(places)('a layer cut off %s, of which the manifest knows nothing', async (_, length) => {
    for (const pack of packings) {
      const image = imageOfLayer(tar, pack(tar))
      const cut = lay(image, pack(tar.subarray(0, length)))
      const half = lay(image, pack(tar).subarray(0, (pack(tar).length * length) / (tar.length + 1)))
      const [file, whole] = [stores[0] as (typeof stores)[0], pack(tar)]
      for (const other of [repacked, ...(store === 'a registry' ? [] : [file[1](image, whole), lay(image, whole)])])
        for (const broken of [cut, half]) {
          expect(await verdictOf(other, broken)).toMatch(/^(undecided|wrong input: )/)
          expect(await verdictOf(broken, other)).toMatch(/^(undecided|wrong input: )/)
        }
    }
  })

  test.each(places)('a layer cut off %s before it was packed and pushed', async (_, length) => {
    for (const pack of packings) {
      const blob = pack(tar.subarray(0, length))
      const cut = lay(imageOfLayer(tar, blob), blob)
      expect(await verdictOf(repacked, cut)).toMatch(/^(undecided|wrong input: )/)
      expect(await verdictOf(cut, repacked)).toMatch(/^(undecided|wrong input: )/)
    }
  })

  test.each(places)('a layer that was made cut off %s is what it is', async (_, length) => {
    const part = tar.subarray(0, length)
    const blob = gzipSync(part)
    const cut = lay(imageOfLayer(part, blob), blob)
    const isReadable = boundaries.slice(1).includes(length)
    const isWhole = length >= contents - 511
    const expected = isWhole ? 'reproducible' : isReadable || length === 1900 ? 'not-reproducible' : 'undecided'
    expect(await verdictOf(repacked, cut)).toBe(expected)
    expect(await verdictOf(cut, repacked)).toBe(expected)
  })
})
