import { type CompareInput, compareImages } from '../../src/compare/compare.ts'
import type { Comparison, LayerDifference } from '../../src/image/comparison.ts'
import { TarReader } from '../../src/image/tar.ts'
import {
  type CraftedEntry,
  type CraftedImage,
  type CraftedImageOptions,
  imageOf,
  streamOf,
  tarOf,
} from '../image/crafted.ts'

/** Compares crafted images from memory; `opened` tells which blobs were asked for. */
export async function compareCrafted(
  a: CraftedImage,
  b: CraftedImage,
  more: Partial<CompareInput> & { opened?: string[]; piece?: number } = {},
): Promise<Comparison> {
  const { opened, piece, ...input } = more
  return await compareImages({
    imageA: a.image,
    imageB: b.image,
    open: async (side, { digest }) => {
      opened?.push(`${side} ${digest}`)
      const blob = (side === 'A' ? a : b).blobs.get(digest)
      if (!blob) throw new Error(`no blob ${digest}`)
      return streamOf(blob, piece)
    },
    ...input,
  })
}

/** Compares two images of one layer each. */
export async function compareTars(
  a: Buffer,
  b: Buffer,
  options: CraftedImageOptions & { piece?: number } = {},
): Promise<Comparison> {
  const { piece, ...image } = options
  return await compareCrafted(imageOf([a], image), imageOf([b], image), piece === undefined ? {} : { piece })
}

export function onlyLayer(comparison: Comparison): LayerDifference {
  if (comparison.layers.length !== 1) throw new Error(`${comparison.layers.length} layers differ, not one`)
  return comparison.layers[0] as LayerDifference
}

/** Opens a layer, as entries or as its tar; `opened` grows by each time. */
export function opener(layer: CraftedEntry[] | Buffer, opened: string[] = []): () => Promise<TarReader> {
  const tar = Buffer.isBuffer(layer) ? layer : tarOf(layer)
  return async () => {
    opened.push('once')
    return new TarReader(
      (async function* () {
        yield tar
      })(),
      'layer',
    )
  }
}
