import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ImageError, openImages, sharedLayers } from '../build/blobs.ts'
import type { FromCache } from '../build/probe.ts'
import { compareImages } from '../compare/compare.ts'
import { contentsOf } from '../compare/contents.ts'
import type { StageReader } from '../explain/blame/probe.ts'
import type { Image } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import type { Ports } from '../ports.ts'

/** Bytes of differing layers that one side of a stage may have: they are written to the disk. */
const weightLimit = 512 * 1024 ** 2

/**
 * Makes the function that shows a stage of both sides as a pair of images, from what the sides left in the cache. What it
 * wrote to the disk is gone when the look at it has ended.
 */
export function makeStageReader(ports: Ports, fromCache: FromCache): StageReader {
  let count = 0
  return async (dockerfileText, look) => {
    const folder = join(ports.tempDir, `stage-${process.pid}-${count++}`)
    await mkdir(folder)
    try {
      const file = join(folder, 'Dockerfile')
      await writeFile(file, dockerfileText)
      const [a, b] = [await fromCache('A', file), await fromCache('B', file)]
      if (typeof a === 'string' || typeof b === 'string' || !('build' in a) || !('build' in b)) return null
      const layout = join(folder, 'layout')
      const images = await openImages(ports, { a: a.build, b: b.build, planA: a.plan, planB: b.plan, layout })
      const shared = new Set(sharedLayers(images).map(({ digest }) => digest))
      const weight = ({ manifest }: Image): number =>
        manifest.layers.reduce((sum, { digest, size }) => sum + (shared.has(digest) ? 0 : size), 0)
      if (Math.max(weight(images.imageA), weight(images.imageB)) > weightLimit) return null
      const comparison = await compareImages({ ...images, signal: ports.signal })
      return await look({
        ...{ imageA: images.imageA, imageB: images.imageB, comparison },
        contents: contentsOf(images.open, ports.signal),
        provenance: { A: a.build.provenance, B: b.build.provenance },
      })
    } catch (error) {
      if (error instanceof ImageError || error instanceof LayerError) return null
      throw error
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
