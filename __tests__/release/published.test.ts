import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/image/digest.ts'
import type { Manifest } from '../../src/image-stores/repository.ts'
import { type Entry, platformIndex } from '../../src/release/platform-index.ts'
import { type Readable, readBack } from '../../src/release/published.ts'

const imageType = 'application/vnd.oci.image.manifest.v1+json'
const manifestOf = (value: unknown, mediaType = imageType): Manifest => {
  const bytes = Buffer.from(JSON.stringify(value))
  return { bytes, mediaType, digest: digestOf(bytes) }
}
const config = Buffer.from('{"os":"linux"}')
const image = manifestOf({ schemaVersion: 2, mediaType: imageType, config: { digest: digestOf(config) }, layers: [] })
const proven = { platform: 'linux/arm64/v8', digest: image.digest, configDigest: digestOf(config) }
const entryOf = ({ digest, bytes }: Manifest, more: Partial<Entry> = {}): Entry => ({
  ...{ mediaType: imageType, digest, size: bytes.length, platform: { architecture: 'arm64', os: 'linux' } },
  ...more,
})
const attestation = manifestOf({ schemaVersion: 2, layers: [] })
const attested = entryOf(attestation, {
  annotations: { 'vnd.docker.reference.digest': image.digest, 'vnd.docker.reference.type': 'attestation-manifest' },
  platform: { architecture: 'unknown', os: 'unknown' },
})

function repositoryOf(...manifests: Manifest[]): Readable {
  return {
    manifest: async wanted => manifests.find(({ digest }) => digest === wanted) ?? null,
    config: async digest => {
      if (digest !== digestOf(config)) throw new Error(`there is no ${digest}`)
      return config
    },
  }
}
const read = (pushed: Manifest, ...manifests: Manifest[]) =>
  readBack(repositoryOf(pushed, ...manifests), 'ghcr.io/o/app', pushed.digest, proven)

describe('what a registry has', () => {
  test('is the proven image', async () => {
    expect(await read(image)).toEqual({
      ...{ held: image, attestations: 0 },
      entries: [entryOf(image, { platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } })],
    })
  })

  test('is an index of it and its attestation, which is set aside', async () => {
    const index = platformIndex([entryOf(image), attested])
    const { held, attestations, entries } = await read(index, image, attestation)
    expect([held, attestations]).toEqual([index, 1])
    expect(entries.map(({ digest }) => digest)).toEqual([image.digest, attestation.digest])
    expect(entries[1]).toEqual(attested)
  })

  const other = manifestOf({ schemaVersion: 2, config: { digest: digestOf(config) }, layers: [{}] })
  const lying = manifestOf({ schemaVersion: 2, config: { digest: `sha256:${'0'.repeat(64)}` }, layers: [] })
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'another image',
      () => read(other),
      /^what ghcr\.io\/o\/app got for linux\/arm64\/v8 is not what was proven: its manifest is/,
    ],
    ['another image in an index', () => read(platformIndex([entryOf(other), attested]), other), /its manifest is/],
    ['two images', () => read(platformIndex([entryOf(image), entryOf(other)]), image, other), /has 2 images where one/],
    ['attestations alone', () => read(platformIndex([attested])), /has 0 images where one/],
    [
      'an index of what is not there',
      () => read(platformIndex([entryOf(image)])),
      /has no sha256:.*pushed there just now/,
    ],
    ['nothing', () => readBack(repositoryOf(), 'r', image.digest, proven), /^r has no sha256:/],
    ['what is no JSON', () => read({ ...image, bytes: Buffer.from('{') }), /what was pushed/],
    [
      'another config',
      () => readBack(repositoryOf(lying), 'r', lying.digest, { ...proven, digest: lying.digest }),
      /is not what was proven: its config is sha256:0000/,
    ],
    [
      'no config',
      () => {
        const none = manifestOf({ schemaVersion: 2 })
        return readBack(repositoryOf(none), 'r', none.digest, { ...proven, digest: none.digest })
      },
      /its config is none/,
    ],
  ])('is refused where it is %s', async (_, reading, words) => {
    await expect(reading()).rejects.toThrow(words)
  })

  test('an attestation must be marked as one, and be for no machine: else it is an image that nobody proved', async () => {
    const posing = { ...attested, platform: { architecture: 'amd64', os: 'linux' } }
    await expect(read(platformIndex([entryOf(image), posing]), image)).rejects.toThrow(/has 2 images/)
    const unmarked = { ...attested, annotations: {} }
    await expect(read(platformIndex([entryOf(image), unmarked]), image)).rejects.toThrow(/has 2 images/)
    const ofAnother = {
      ...attested,
      annotations: { ...attested.annotations, 'vnd.docker.reference.digest': other.digest },
    }
    await expect(read(platformIndex([entryOf(image), ofAnother]), image)).rejects.toThrow(
      /attestation of another image/,
    )
    const half = { ...attested, platform: { architecture: 'amd64', os: 'unknown' } }
    await expect(read(platformIndex([entryOf(image), half]), image)).rejects.toThrow(/has 2 images/)
  })

  test.each([{ size: 1 }, { mediaType: 'application/vnd.oci.image.index.v1+json' }])(
    'an index must describe the image as it is: else it cannot be pulled, or is taken for something else (%j)',
    async wrong => {
      const reading = read(platformIndex([entryOf(image, wrong), attested]), image)
      await expect(reading).rejects.toThrow(/describes sha256:\w+ as .*: nobody could pull it/)
    },
  )
})

describe('the index of several platforms', () => {
  test('is the same bytes for the same images, and of Docker types where they are', () => {
    const one = platformIndex([entryOf(image), entryOf(image)])
    expect(platformIndex([entryOf(image), entryOf(image)])).toEqual(one)
    expect(JSON.parse(one.bytes.toString())).toMatchObject({ schemaVersion: 2, mediaType: one.mediaType })
    const docker = entryOf(image, { mediaType: 'application/vnd.docker.distribution.manifest.v2+json' })
    expect(platformIndex([docker]).mediaType).toBe('application/vnd.docker.distribution.manifest.list.v2+json')
    expect(platformIndex([docker, entryOf(image)]).mediaType).toBe('application/vnd.oci.image.index.v1+json')
  })
})
