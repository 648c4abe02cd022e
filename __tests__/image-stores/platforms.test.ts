import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { provenanceOf } from '../../src/image-stores/attestation.ts'
import { openStore } from '../../src/image-stores/open-store.ts'
import { pairPlatforms } from '../../src/image-stores/pair.ts'
import { platformName, platformNamed } from '../../src/image-stores/platform-name.ts'
import { type PlatformImage, platformsOf } from '../../src/image-stores/platforms.ts'
import { descriptorOf, sha256 } from '../image/crafted.ts'
import { asFolder, image, json, layout, noPorts, ociIndex, ociManifest } from './lying-images.ts'

const amd = image()
const arm = image({ architecture: 'arm64', files: { a: 'arm' } })
const found = async (folder: string) => platformsOf(await openStore(folder, noPorts()))

/** The manifest of an attestation about an image, its statement, and the blobs of both. */
function attestation(of: typeof amd, predicate: unknown = { buildType: 'x' }) {
  const statement = json({ predicateType: 'https://slsa.dev/provenance/v1', subject: [], predicate })
  const config = json({
    architecture: 'unknown',
    os: 'unknown',
    rootfs: { type: 'layers', diff_ids: [sha256(statement)] },
  })
  const layer = {
    ...descriptorOf(statement, 'application/vnd.in-toto+json'),
    annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' },
  }
  const manifest = json({ config: descriptorOf(config, 'application/vnd.oci.image.config.v1+json'), layers: [layer] })
  const entry = {
    ...descriptorOf(manifest, ociManifest),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': of.manifest.digest,
    },
  }
  return { entry, blobs: [statement, config, manifest] }
}

describe('an index', () => {
  test('of several platforms, in indexes within it, has each once', async () => {
    const inner = json({ schemaVersion: 2, manifests: [amd.manifest, arm.manifest] })
    const folder = asFolder(layout([amd, arm], [descriptorOf(inner, ociIndex), amd.manifest], [inner]))
    const { images } = await found(folder)
    expect(images.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    expect((await images[1]?.load())?.digest).toBe(arm.manifest.digest)
  })

  test.each([
    [
      'application/vnd.cncf.helm.config.v1+json',
      /it is no image: its config is of the type "application\/vnd\.cncf\.helm/,
    ],
    ['application/vnd.docker.plugin.v1+json', /it is no image/],
    // As registries and clients of old stored configs: Docker pulls these.
    ['application/octet-stream', null],
    ['', null],
  ])('of an image whose config is of the type "%s"', async (type, problem) => {
    const config = descriptorOf(amd.config, type)
    const manifest = json({ config, layers: amd.tars.map(tar => descriptorOf(gzipSync(tar))) })
    const entry = { ...descriptorOf(manifest, ociManifest), platform: { os: 'linux', architecture: 'amd64' } }
    const { images } = await found(asFolder(layout([amd], [entry], [manifest])))
    const loading = images[0]?.load()
    if (problem === null) expect((await loading)?.digest).toBe(entry.digest)
    else await expect(loading).rejects.toThrow(problem)
  })

  test('with an attestation: it is set aside, and said', async () => {
    const { entry, blobs } = attestation(amd, { buildType: 'y' })
    const store = await openStore(asFolder(layout([amd], [amd.manifest, entry], blobs)), noPorts())
    const { images, notes } = await platformsOf(store)
    expect(images.map(({ platform }) => platform)).toEqual(['linux/amd64'])
    expect(notes).toEqual([
      expect.stringMatching(/an attestation manifest .* was set aside: it is not part of the image/),
    ])
    expect(await provenanceOf(store, images[0]?.attestation ?? null)).toEqual({ buildType: 'y' })
  })

  test('with an attestation that lies: the image is the same without it', async () => {
    const { entry, blobs } = attestation(amd)
    const [, ...others] = blobs
    const store = await openStore(asFolder(layout([amd], [amd.manifest, entry], others)), noPorts())
    const [one] = (await platformsOf(store)).images
    expect(await provenanceOf(store, one?.attestation ?? null)).toBeNull()
    expect(await provenanceOf(store, null)).toBeNull()
  })

  test('with a manifest of something else: it is set aside, and said', async () => {
    const empty = json({})
    const chart = json({ config: descriptorOf(empty, 'application/vnd.cncf.helm.config.v1+json'), layers: [] })
    const { images, notes } = await found(
      asFolder(layout([amd], [amd.manifest, descriptorOf(chart, ociManifest)], [empty, chart])),
    )
    expect(images).toHaveLength(1)
    expect(notes).toEqual([expect.stringMatching(/helm.* was set aside: it is no image/)])
  })

  test('with the same platform packed a second time by podman: the first is taken', async () => {
    const plain = image({ gzip: false })
    const second = { ...plain.manifest, annotations: { 'io.github.containers.compression.zstd': 'true' } }
    const { images, notes } = await found(asFolder(layout([amd, plain], [second, amd.manifest])))
    expect((await images[0]?.load())?.digest).toBe(amd.manifest.digest)
    expect(notes).toEqual([expect.stringMatching(/a second time, compressed with zstd/)])
  })

  test('whose annotation calls an image of a platform an attestation: an engine pulls it all the same', async () => {
    const { annotations } = attestation(amd).entry
    const entry = { ...arm.manifest, annotations }
    const { images } = await found(asFolder(layout([amd, arm], [amd.manifest, entry])))
    expect(images.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    const inner = json({ schemaVersion: 2, manifests: [arm.manifest] })
    const nested = { ...descriptorOf(inner, ociIndex), annotations }
    const within = await found(asFolder(layout([amd, arm], [amd.manifest, nested], [inner])))
    expect(within.images).toHaveLength(2)
    const { platform: _, ...bare } = entry
    expect((await found(asFolder(layout([amd, arm], [amd.manifest, bare])))).images).toHaveLength(2)
  })

  test('with an attestation that names no platform: what it holds tells', async () => {
    const { entry, blobs } = attestation(amd)
    const { platform: _, ...bare } = entry
    const { images } = await found(asFolder(layout([amd], [amd.manifest, bare], blobs)))
    expect(images.map(({ attestation }) => attestation?.digest)).toEqual([entry.digest])
  })

  test('with one digest first for no platform, then for one, has that one', async () => {
    const { entry, blobs } = attestation(amd)
    const hidden = {
      ...entry,
      ...descriptorOf(blobs[2] as Buffer),
      digest: arm.manifest.digest,
      size: arm.manifest.size,
    }
    const { images } = await found(asFolder(layout([amd, arm], [hidden, amd.manifest, arm.manifest], blobs)))
    expect(images).toHaveLength(2)
  })

  test('with another image marked as the second packing of the first: which one counts is unclear', async () => {
    const other = image({ files: { 'etc/a': 'evil' } })
    const second = { ...other.manifest, annotations: { 'io.github.containers.compression.zstd': 'true' } }
    const folder = asFolder(layout([amd, other], [amd.manifest, second]))
    await expect(found(folder)).rejects.toThrow(/is marked as the other one in zstd, but is another image/)
  })

  test('of one image, named with its platform and without', async () => {
    const { platform: _, ...bare } = amd.manifest
    expect((await found(asFolder(layout([amd], [bare, amd.manifest])))).images).toHaveLength(1)
  })

  test('of Windows has a platform for each version', async () => {
    const of = (version: string) => ({ os: 'windows', architecture: 'amd64', 'os.version': version })
    const entries = [
      { ...amd.manifest, platform: of('10.0.17763.1') },
      { ...arm.manifest, platform: of('10.0.20348.1') },
    ]
    const { images } = await found(asFolder(layout([amd, arm], entries)))
    expect(images.map(({ platform }) => platform)).toEqual([
      'windows/amd64 (10.0.17763.1)',
      'windows/amd64 (10.0.20348.1)',
    ])
    expect(pairPlatforms(images, images, ['windows/amd64'])).toHaveLength(2)
  })
})

describe('names of platforms', () => {
  test.each([
    [{ os: 'linux', architecture: 'x86_64' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'amd64', variant: 'v1' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, 'linux/amd64/v3'],
    [{ os: 'linux', architecture: 'aarch64' }, 'linux/arm64'],
    [{ os: 'linux', architecture: 'arm64', variant: 'v8' }, 'linux/arm64'],
    [{ os: 'linux', architecture: 'arm' }, 'linux/arm/v7'],
    [{ os: 'linux', architecture: 'arm', variant: '6' }, 'linux/arm/v6'],
    [{ os: 'Linux', architecture: 'ARM', variant: 'V5' }, 'linux/arm/v5'],
  ])('%j is %s', (platform, name) => {
    expect(platformName({ variant: '', version: '', ...platform })).toBe(name)
  })

  test('as people write them', () => {
    expect(platformNamed('linux/arm64/v8')).toBe('linux/arm64')
    expect(platformNamed('arm64')).toBe('linux/arm64')
  })
})

describe('pairs', () => {
  const of = (...platforms: string[]): PlatformImage[] =>
    platforms.map(platform => ({ platform, load: () => Promise.reject(new Error()), attestation: null }))
  const named = (pairs: ReturnType<typeof pairPlatforms>) =>
    pairs.map(({ platform, a, b }) => [platform, a !== null, b !== null])

  test('every platform that either side has', () => {
    expect(named(pairPlatforms(of('linux/amd64', 'linux/arm64'), of('linux/arm64', 'linux/s390x'), []))).toEqual([
      ['linux/amd64', true, false],
      ['linux/arm64', true, true],
      ['linux/s390x', false, true],
    ])
  })

  test('only those that were asked for', () => {
    expect(named(pairPlatforms(of('linux/amd64', 'linux/arm64'), of('linux/arm64'), ['linux/arm64/v8']))).toEqual([
      ['linux/arm64', true, true],
    ])
  })

  test('what does not say its platform is not another one', () => {
    expect(named(pairPlatforms(of(''), of('linux/amd64'), []))).toEqual([['linux/amd64', true, true]])
  })

  test('a platform that neither has is wrong input', () => {
    expect(() => pairPlatforms(of('linux/amd64'), of('linux/arm64'), ['linux/s390x'])).toThrow(
      /neither image has "linux\/s390x"; there are linux\/amd64, linux\/arm64/,
    )
  })
})
