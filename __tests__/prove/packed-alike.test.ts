import { describe, expect, test } from '@jest/globals'
import type { Image } from '../../src/image/image.ts'
import type { ImageStore } from '../../src/image/store.ts'
import type { OpenedRecord } from '../../src/ledger/read-record.ts'
import type { Reference } from '../../src/prove/against.ts'
import { packedAlike } from '../../src/prove/packed-alike.ts'
import { imageOf, tarOf } from '../image/crafted.ts'

const tar = tarOf([{ name: 'a', content: 'a' }])
const plain = imageOf([tar]).image
const gzip = imageOf([tar], { gzip: true }).image

const published = (load: () => Promise<Image>, hasManifests = true): Reference => ({
  ...{ kind: 'image', name: 'app:v1', store: { hasManifests } as ImageStore },
  images: [{ platform: 'linux/amd64', load, attestation: null }],
})
const like = (image: Image) =>
  packedAlike(
    published(async () => image),
    'linux/amd64',
  )

/** An image whose layers have these media types, the base's first. */
const layered = (...types: string[]): Image => {
  const image = imageOf(types.map((_, at) => tarOf([{ name: `f${at}` }]))).image
  const layers = image.manifest.layers.map((layer, at) => ({ ...layer, mediaType: types[at] as string }))
  return { ...image, manifest: { ...image.manifest, layers } }
}
const oci = (way: string): string => `application/vnd.oci.image.layer.v1.tar${way}`

describe('a build is packed like the published image', () => {
  test('gzip, or not at all, with its media types', async () => {
    expect(await like(plain)).toEqual({ compression: 'uncompressed' })
    expect(await like(gzip)).toEqual({ compression: 'gzip' })
    expect(await like(imageOf([tar], { gzip: true, docker: true }).image)).toEqual({
      ...{ compression: 'gzip', dockerTypes: true },
    })
  })

  test('by its layers, where its manifest does not say what it is', async () => {
    const { mediaType: _, ...manifest } = gzip.manifest
    expect(await like({ ...gzip, manifest })).toEqual({ compression: 'gzip' })
  })

  test('of several platforms like its own', async () => {
    const images = [plain, gzip].map((image, at) => ({
      platform: `linux/${at}`,
      load: async () => image,
      attestation: null,
    }))
    const index = { ...published(async () => plain), images } as Reference
    expect(await packedAlike(index, 'linux/1')).toEqual({ compression: 'gzip' })
    const platforms = [plain, layered(oci('+zstd'))].map((image, at) => ({ platform: `linux/${at}`, image }))
    const record = { kind: 'record', name: 'r', record: { platforms } } as unknown as Reference
    expect(await packedAlike(record, 'linux/1')).toMatchObject({ compression: 'zstd' })
    // One that it lacks may still be packed alike.
    expect(await packedAlike(index, 'linux/2')).toEqual({ compression: 'uncompressed' })
    expect(await packedAlike(record, 'linux/2')).toEqual({ compression: 'uncompressed' })
  })

  test('as its uppermost layer is: those of a base image stay as they came', async () => {
    expect(await like(layered(oci('+gzip'), oci('+zstd')))).toEqual({ compression: 'zstd' })
    expect(await like(layered(oci('+zstd'), oci('')))).toEqual({ compression: 'uncompressed' })
  })

  test('or in our own way where nothing tells: no layers, no manifest, not there, a digest alone', async () => {
    expect(await like(imageOf([]).image)).toBeUndefined()
    expect(
      await packedAlike(
        published(async () => gzip, false),
        'linux/amd64',
      ),
    ).toBeUndefined()
    const gone = published(() => Promise.reject(new Error('gone')))
    expect(await packedAlike(gone, 'linux/amd64')).toBeUndefined()
    expect(await packedAlike({ kind: 'digest', name: 'x', digest: 'x' }, 'linux/amd64')).toBeUndefined()
    expect(await packedAlike({ ...gone, images: [] } as Reference, 'linux/amd64')).toBeUndefined()
  })

  test('a recorded one at the level that records are packed at', async () => {
    const record = (image: Image): Reference => ({
      ...{ kind: 'record', name: 'r.json.gz' },
      record: { platforms: [{ platform: 'linux/amd64', image }] } as unknown as OpenedRecord,
    })
    expect(await packedAlike(record(layered(oci('+zstd'))), 'linux/amd64')).toEqual({ compression: 'zstd', level: 1 })
    expect(await packedAlike(record(plain), 'linux/amd64')).toEqual({ compression: 'uncompressed' })
    expect(await packedAlike(record(imageOf([]).image), 'linux/amd64')).toBeUndefined()
  })
})
