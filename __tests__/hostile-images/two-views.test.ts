// Images in which one reader sees another image than another one: by a spelling, by a second list, by headers that some pass over.
import { describe, expect, test } from '@jest/globals'
import { compareTars, onlyLayer } from '../compare/comparing.ts'
import {
  type CraftedEntry,
  descriptorOf,
  entryBytes,
  headerBlock,
  padded,
  paxEntry,
  tarOf,
  withChecksum,
} from '../image/crafted.ts'
import {
  asFolder,
  asTar,
  type FileMap,
  image,
  json,
  type LyingImage,
  layout,
  ociManifest,
  savedImage,
  told,
} from '../image-stores/lying-images.ts'

const honest = image({ files: { 'bin/app': 'honest' } })
const evil = image({ files: { 'bin/app': 'evil' } })
const good = asFolder(layout([honest]))

/** The honest image with the manifest that `change` makes of its own, and all blobs of the other at hand. */
function withManifest(change: (own: Manifest, other: Manifest) => object): FileMap {
  const bytes = json(change(manifestOf(honest), manifestOf(evil)))
  return layout([honest, evil], [{ ...honest.manifest, ...descriptorOf(bytes, ociManifest) }], [bytes])
}

interface Manifest {
  config: object
  layers: object[]
}

const manifestOf = ({ blobs, manifest }: LyingImage): Manifest =>
  JSON.parse(String(blobs.get(manifest.digest))) as Manifest
const capital = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [`${key[0]?.toUpperCase()}${key.slice(1)}`, one]))

describe('a field in a spelling that Go takes for it, with another image behind it', () => {
  const { digest, size } = evil.manifest
  test.each<[string, FileMap, string]>([
    [
      'of the config',
      withManifest((own, other) => ({ ...own, config: { ...own.config, ...capital(other.config) } })),
      'the config in the manifest has a field "MediaType"',
    ],
    [
      'of a layer',
      withManifest((own, other) => ({
        ...own,
        layers: own.layers.map((one, at) => ({ ...one, dige\u017ft: (other.layers[at] as { digest: string }).digest })),
      })),
      'layer 0 in the manifest has a field "digeſt"',
    ],
    [
      'of an entry of the index',
      layout([honest, evil], [{ ...honest.manifest, Digest: digest, Size: size }]),
      'entry 1 of the index has a field "Digest"',
    ],
    [
      'of a platform, so that there are two images of one',
      layout(
        [honest, evil],
        [
          { ...evil.manifest, platform: { os: 'linux', architecture: 'arm64', Architecture: 'amd64' } },
          honest.manifest,
        ],
      ),
      'the platform of .*: entry 1 of the index has a field "Architecture"',
    ],
    [
      'of a platform alone',
      layout([honest, evil], [{ ...evil.manifest, platform: undefined, Platform: { os: 'linux' } }, honest.manifest]),
      'has a field "Platform"',
    ],
    [
      'of the index',
      {
        ...layout([honest, evil]),
        'index.json': json({ schemaVersion: 2, manifests: [honest.manifest], Manifests: [evil.manifest] }),
      },
      'the index has a field "Manifests"',
    ],
  ])('%s', async (_, files, why) =>
    expect(await told(good, asFolder(files))).toMatch(new RegExp(`^undecided: .*${why}`)),
  )

  test.each([{ config: 'evil.json' }, { LAYERS: ['evil.tar'] }, { repoTags: ['b:1'] }])(
    'of an archive of docker save: %j',
    async more => {
      const files = savedImage(honest)
      const [own] = JSON.parse(String(files['manifest.json'])) as object[]
      const lie = asTar({ ...files, 'manifest.json': json([{ ...own, ...more }]) })
      expect(await told(asTar(files), lie)).toMatch(/image 1 in manifest.json has a field "(config|LAYERS|repoTags)"/)
    },
  )

  test('a list that is no JSON but for what stands around it', async () => {
    const files = savedImage(honest)
    const lie = asTar({ ...files, 'manifest.json': Buffer.from(`${files['manifest.json']},"more":[]`) })
    expect(await told(asTar(files), lie)).toContain('manifest.json is not a list of images')
  })
})

describe('what is a manifest to some and an index to others', () => {
  const index = { schemaVersion: 2, manifests: [honest.manifest] }
  test.each<[string, FileMap, string]>([
    ['an index with layers', { ...layout([honest]), 'index.json': json({ ...index, layers: [] }) }, 'field "layers"'],
    ['one with a config', { ...layout([honest]), 'index.json': json({ ...index, config: null }) }, 'field "config"'],
    ['a manifest with manifests', withManifest(own => ({ ...own, manifests: null })), 'is an index'],
    [
      'one that says to be an index',
      withManifest(own => ({ ...own, mediaType: 'application/vnd.oci.image.index.v1+json' })),
      'says by its mediaType to be an index',
    ],
    [
      "one that says to be Docker's",
      withManifest(own => ({ ...own, mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json' })),
      'says by its mediaType to be an index',
    ],
    ['one of another schema', withManifest(own => ({ ...own, schemaVersion: 1 })), 'schema'],
  ])('%s', async (_, files, why) =>
    expect(await told(good, asFolder(files))).toMatch(new RegExp(`^undecided: .*${why}`)),
  )
})

// Tried: containerd's `docker create` says of such "mismatched image rootfs and manifest layers".
test.each(['application/x-evil', 'application/octet-stream', ''])('a layer of the type %j', async mediaType => {
  const files = withManifest(own => ({ ...own, layers: own.layers.map(one => ({ ...one, mediaType })) }))
  expect(await told(good, asFolder(files))).toMatch(/^undecided: .*layer 1 is of the type ".*none of a layer/)
})

test.each([
  'oci.image.layer.v1.tar',
  'oci.image.layer.v1.tar+zstd',
  'oci.image.layer.nondistributable.v1.tar+gzip',
  'docker.image.rootfs.diff.tar',
  'docker.image.rootfs.diff.tar.gzip',
  'docker.image.rootfs.foreign.diff.tar.gzip',
])('a layer of the type application/vnd.%s is one', async type => {
  const layers = manifestOf(honest).layers.map(one => ({ ...one, mediaType: `application/vnd.${type}` }))
  expect(await told(good, asFolder(withManifest(own => ({ ...own, layers }))))).toBe('reproducible same-content')
})

describe('an archive with two lists of its images', () => {
  const both = (saved: LyingImage, tags?: string[]): FileMap => ({
    ...layout([honest, evil], tagged),
    ...savedImage(saved, tags),
  })
  const named = (one: LyingImage, tag: string): object => ({
    ...one.manifest,
    annotations: { 'org.opencontainers.image.ref.name': tag },
  })
  const tagged = [named(honest, 'v1')]

  test('that agree is read', async () => {
    expect(await told(good, asTar(both(honest)))).toBe('reproducible identical')
    expect(await told(good, asFolder(both(honest)))).toBe('reproducible identical')
    expect(await told(good, `${asTar(both(honest))}:v1`)).toBe('reproducible identical')
  })

  test('that name different images is not', async () => {
    for (const place of [asTar(both(evil)), asFolder(both(evil)), `${asTar(both(evil))}:v1`])
      expect(await told(good, place)).toMatch(/^undecided: .*manifest.json names an image with the config "sha256:/)
  })

  test('of which the second names other images, too, is read where none of them is meant', async () => {
    expect(await told(good, `${asTar(both(evil, ['app:v2']))}:v1`)).toBe('reproducible identical')
  })
})

describe('two layers of the same entries that engines unpack otherwise', () => {
  const x: CraftedEntry = { name: 'x', content: 'hi' }
  const evilName = paxEntry('x', { path: 'evil' })
  const longName = Buffer.concat([headerBlock({ name: 'L', typeflag: 'L', size: 5 }), padded(Buffer.from('evil\0'))])
  const note = paxEntry('g', { comment: 'c' })
  const layer = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, tarOf([x])])
  const changed = (change: (block: Buffer) => void): Buffer => {
    const bytes = tarOf([x])
    change(bytes.subarray(0, 512))
    withChecksum(bytes.subarray(0, 512))
    return bytes
  }
  const star = (atime: string): Buffer =>
    changed(block => {
      block.write(`${atime.padStart(11, '0')}\0${'0'.repeat(11)}\0`, 476)
      block.write('tar\0', 508)
    })
  const binaryChecksum = tarOf([x])
  binaryChecksum.writeUIntBE(Number.parseInt(binaryChecksum.toString('latin1', 148, 154), 8), 150, 6)
  binaryChecksum.writeUInt16BE(0x8000, 148)

  test.each<[string, Buffer, Buffer, RegExp]>([
    ['a name before a global header', layer(evilName, note), layer(note, evilName), /a global header stands between/],
    ['a long name before one', layer(longName, note), layer(note, longName), /a global header stands between/],
    [
      'the name of a sparse file that is none, over two names',
      tarOf([{ ...x, name: 'a', pax: { 'GNU.sparse.name': 'y' } }]),
      tarOf([{ ...x, name: 'b', pax: { 'GNU.sparse.name': 'y' } }]),
      /names what is no sparse file/,
    ],
    ['a checksum in binary', tarOf([x]), binaryChecksum, /the checksum in the tar header is not a number/],
  ])('%s', async (_, a, b, why) => {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const)
      await expect(compareTars(one, other, { gzip: true })).rejects.toThrow(why)
  })

  const device: CraftedEntry = { name: 'null', typeflag: '3', device: [1, 3] }
  test.each<[string, Buffer, Buffer]>([
    ['times of access in headers of star', star('5'), star('777777')],
    ['a time of access in one', star('777777'), tarOf([x])],
    ['a contiguous file', tarOf([x]), tarOf([{ ...x, typeflag: '7' }])],
    ['a sparse file without a map', tarOf([x]), tarOf([{ ...x, typeflag: 'S' }])],
    ['a device that some make', tarOf([device]), tarOf([{ ...device, pax: { 'SCHILY.devmajor': '8' } }])],
    ['a size that some make', tarOf([x]), tarOf([{ ...x, pax: { 'SCHILY.realsize': '4096' } }])],
  ])('%s', async (_, a, b) => {
    for (const gzip of [true, false]) {
      const comparison = await compareTars(a, b, { gzip })
      expect(comparison.level).toBe('different')
      expect(onlyLayer(comparison).entries[0]?.fields).toEqual(['pax'])
    }
  })

  test('a global header behind the entry is no matter', async () => {
    const behind = Buffer.concat([paxEntry('x', { path: 'evil' }), entryBytes(x), note, tarOf([])])
    expect((await compareTars(behind, layer(evilName))).level).toBe('same-files')
  })
})
