import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Comparison, EntryField } from '../../src/image/comparison.ts'
import type { Image } from '../../src/image/image.ts'
import { layersOf } from '../../src/image/manifest.ts'
import { pullAgain, pullAgainWords } from '../../src/report/pull-again.ts'
import type { PullAgain } from '../../src/report/report.ts'
import { notReproducible } from './reports.ts'

/** Layers as `diff ID/digest/bytes`; without a digest it is that of the diff ID. */
const imageOf = (...layers: string[]): Image => ({
  ...{ digest: 'm', configDigest: 'c' },
  manifest: {
    config: { mediaType: '', digest: '', size: 0 },
    layers: layers.map(layer => {
      const [diffId, digest, bytes = '10'] = layer.split('/')
      return {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: digest || `of ${diffId}`,
        size: Number(bytes),
      }
    }),
  },
  config: { rootfs: { type: 'layers', diff_ids: layers.map(layer => layer.split('/')[0] ?? '') } },
})
const lines = Array.from({ length: 9 }, (_, at) => ({
  ...{ base: false, instruction: `RUN ${at}`, line: at + 2, endLine: at + 2 },
}))
const pull = (a: Image, b: Image, comparison: Comparison | null = null): PullAgain | null =>
  pullAgain('linux/amd64', a, b, comparison, lines)
const words = (one: PullAgain | null, command: 'gate' | 'compare' = 'compare'): string[] =>
  one ? pullAgainWords(one, { ...notReproducible, command, pullAgain: [one] }) : []

describe('what a node pulls again', () => {
  test('is nothing when all layers are those of A', () => {
    expect(pull(imageOf('x', 'y'), imageOf('x', 'y'))).toBeNull()
  })

  // Measured with containerd 1.7 and a registry: the equal blob "already exists", its snapshot is made anew.
  test('are the blobs that differ; equal layers above are unpacked again', () => {
    const one = pull(imageOf('base//70', 'x//20', 'y//5', 'z//5'), imageOf('base//70', 'X//21', 'y//5', 'z//5'))
    expect(one).toEqual({
      ...{ platform: 'linux/amd64', compressed: true },
      firstDiffering: { index: 1, line: 3, instruction: 'RUN 1' },
      ...{ pullLayers: 1, pullBytes: 21, pullBytesAtMost: 31, totalLayers: 4, totalBytes: 101 },
      ...{ layersAbove: 2, layersAboveEqual: 2 },
      ...{ repackedLayers: 0, repackedBytes: 0, timesOnlyLayers: 0, timesOnlyBytes: 0 },
    })
    expect(words(one)).toEqual([
      'A node that has image A pulls 21 B of 101 B (21 %) again for image B: 1 of 4 layers; 2 equal layers above the first of them are unpacked again.',
      "Where nodes drop the packed layers once they are unpacked (Docker's classic store, containerd's `discard_unpacked_layers`), it pulls everything from the first differing layer up: 31 B.",
    ])
  })

  // Measured likewise: of an image that is only compressed differently no layer is pulled.
  test('is nothing where only the compression differs', () => {
    const one = pull(imageOf('x//30', 'y//5'), imageOf('x/zstd x/28', 'y//5'))
    expect(one).toMatchObject({
      firstDiffering: null,
      pullBytes: 0,
      pullBytesAtMost: 0,
      repackedLayers: 1,
      repackedBytes: 28,
    })
    expect(words(one)).toEqual([
      'A node that has image A pulls nothing again for image B; a registry stores 1 layer (28 B) twice, packed in two ways.',
    ])
  })

  test('above the first difference another compression is pulled, too', () => {
    const one = pull(imageOf('x', 'y//10'), imageOf('X', 'y/zstd y/9'))
    expect(one).toMatchObject({ pullLayers: 2, pullBytes: 19, layersAbove: 1, layersAboveEqual: 0 })
    expect(words(one, 'gate')[0]).toBe('A node that has build A pulls all 19 B again for build B: 2 of 2 layers.')
  })

  test('counts a blob that an image names twice once', () => {
    expect(pull(imageOf('x'), imageOf('X', 'e//7', 'e//7'))).toMatchObject({
      pullBytes: 17,
      totalBytes: 17,
      pullLayers: 3,
    })
  })

  test('of layers in another order is nothing, but they are unpacked', () => {
    const one = pull(imageOf('x', 'y'), imageOf('y', 'x'))
    expect(one).toMatchObject({ pullBytes: 0, layersAboveEqual: 1, firstDiffering: { index: 0 } })
    expect(words(one)[0]).toContain('pulls no layer again')
  })

  test('an image that ends earlier than A is all there', () => {
    expect(pull(imageOf('x', 'y'), imageOf('x'))).toBeNull()
  })

  test('says which of it rewriting times would spare', () => {
    const [a, b] = [imageOf('x', 'y', 'z'), imageOf('X//30', 'Y//40', 'z')]
    const difference = (index: number, fields: EntryField[]) => ({
      ...{ index, a: layersOf(a)[index] ?? null, b: layersOf(b)[index] ?? null, total: 1, same: 0, reordered: false },
      entries: [
        {
          ...{
            path: 'p',
            kind: 'changed' as const,
            fields,
            a: null,
            b: null,
            digestA: null,
            digestB: null,
            content: null,
          },
        },
      ],
    })
    const comparison: Comparison = {
      ...{ level: 'different', config: [], manifest: [], equalLayers: 1 },
      layers: [difference(0, ['mtime']), difference(1, ['mtime', 'content'])],
    }
    const one = pull(a, b, comparison)
    expect(one).toMatchObject({ timesOnlyLayers: 1, timesOnlyBytes: 30 })
    expect(words(one).at(-1)).toBe(
      '1 of these layers (30 B) differs in file times alone: exported with `rewrite-timestamp=true` and one SOURCE_DATE_EPOCH it is the same.',
    )
    const unseen = { ...comparison, layers: comparison.layers.map(layer => ({ ...layer, total: 2 })) }
    expect(pull(a, b, unseen)).toMatchObject({ timesOnlyLayers: 0 })
  })

  test('says when sizes are those of plain tars', () => {
    const plain = imageOf('X')
    plain.manifest.layers = plain.manifest.layers.map(layer => ({
      ...layer,
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
    }))
    expect(words(pull(imageOf('x'), plain))[0]).toContain(
      'again for image B, counted before compression: 1 of 1 layer.',
    )
  })

  test('never exceeds the image, and nothing below the first difference is pulled', () => {
    const layer = fc.constantFrom('a', 'b', 'c', 'd', 'a/z', 'b/z', 'c/z')
    const image = fc.array(layer, { maxLength: 8 }).map(all => imageOf(...all))
    fc.assert(
      fc.property(image, image, (a, b) => {
        const one = pull(a, b)
        if (one === null) return
        expect(one.pullBytes).toBeLessThanOrEqual(one.pullBytesAtMost)
        expect(one.pullBytesAtMost).toBeLessThanOrEqual(one.totalBytes)
        expect(one.layersAboveEqual).toBeLessThanOrEqual(one.layersAbove)
        const first = one.firstDiffering?.index ?? one.totalLayers
        expect(one.pullLayers).toBeLessThanOrEqual(one.totalLayers - first)
        for (const text of words(one)) expect(text).not.toMatch(/undefined|NaN|null/)
      }),
    )
  })
})
