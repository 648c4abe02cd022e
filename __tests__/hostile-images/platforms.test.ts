// Indexes of many images, each of which is large when it is parsed.
import { describe, expect, test } from '@jest/globals'
import type { Descriptor } from '../../src/image/image.ts'
import type { ImageStore } from '../../src/image/store.ts'
import { platformsOf } from '../../src/image-stores/platforms.ts'
import { descriptorOf, sha256 } from '../image/crafted.ts'
import { json, ociIndex, ociManifest } from '../image-stores/lying-images.ts'

/** A store of blobs that are made when they are asked for, and how often each was. */
function madeStore(root: Buffer, blobs: Map<string, () => Buffer>): { store: ImageStore; asked: string[] } {
  const asked: string[] = []
  const small = async ({ digest }: Pick<Descriptor, 'digest'>): Promise<Buffer> => {
    asked.push(digest)
    return (blobs.get(digest) as () => Buffer)()
  }
  const open = async (): Promise<never> => {
    throw new Error('no layer is read here')
  }
  return { store: { name: 'x', hasManifests: true, root: async () => root, small, open, close: async () => {} }, asked }
}

describe('an index of 30 images that do not say their platform', () => {
  const blobs = new Map<string, () => Buffer>()
  const noise = '[],'.repeat(100_000)
  const entries = Array.from({ length: 30 }, (_, at) => {
    const config = (): Buffer =>
      Buffer.from(
        `{"os":"os${at}","architecture":"x","rootfs":{"type":"layers","diff_ids":[]},"noise":[${noise}0],"last":"${at}"}`,
      )
    const manifest = json({
      schemaVersion: 2,
      config: descriptorOf(config(), 'application/vnd.oci.image.config.v1+json'),
      layers: [],
    })
    const image = { ...descriptorOf(manifest, ociManifest), annotations: { 'org.a': 'x'.repeat(1_000_000) } }
    const index = (): Buffer => json({ at, manifests: [image] })
    blobs.set(sha256(config()), config).set(image.digest, () => manifest)
    const { digest, size } = descriptorOf(index())
    blobs.set(digest, index)
    return { mediaType: ociIndex, digest, size }
  })

  test('is listed without all of them in memory, and each is given when it is asked for', async () => {
    const { store } = madeStore(json({ manifests: entries }), blobs)
    const before = await heap()
    const { images } = await platformsOf(store)
    expect(images.map(({ platform }) => platform)).toEqual(entries.map((_, at) => `os${at}/x`))
    // Each takes 4 MB as values, and 1 MB of annotations.
    expect((await heap()) - before).toBeLessThan(60e6)
    for (const at of [0, 7, 8, 29]) expect((await images[at]?.load())?.config.last).toBe(String(at))
  })
})

/** What is still held once nobody needs anything of what was. */
async function heap(): Promise<number> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
