import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openLayer } from '../compare/contents.ts'
import { blameLayers } from '../explain/blame/blame.ts'
import { layersOf, parseImage } from '../image/manifest.ts'
import { folderFiles } from '../image-stores/folder.ts'
import { RecordError } from '../ledger/record.ts'
import type { PlatformToRecord } from '../ledger/write-record.ts'
import type { GatedImage } from '../subjects/images.ts'
import type { Once } from './once.ts'

/**
 * What a record says of an image: the image as it lies whole in its layout, and where each of its layers comes from.
 * @throws RecordError when it is not the one that was built
 */
export async function platformToRecord(
  { build, layout }: Pick<Once, 'build' | 'layout'>,
  { options, sources }: Pick<GatedImage, 'options' | 'sources'>,
  signal: AbortSignal,
): Promise<PlatformToRecord> {
  const files = await folderFiles(layout)
  const blob = (digest: string): string => join('blobs', digest.replace(':', '/'))
  const textOf = (digest: string): Promise<string> => readFile(join(layout, blob(digest)), 'utf8')
  const [manifest, config] = [await textOf(build.digest), await textOf(build.configDigest)]
  const { image, problem } = parseImage(Buffer.from(manifest), Buffer.from(config))
  if (image === null) throw new RecordError(`The image that was built cannot be read: ${problem}.`)
  if (image.digest !== build.digest) throw new RecordError('The image that was built was exported as another one.')
  const blamed = blameLayers(build.provenance, image, sources.dockerfile, options.target, options.buildArgs)
  return {
    ...{ platform: build.platform, manifestDigest: image.digest, configDigest: image.configDigest, manifest, config },
    layers: layersOf(image).map((layer, index) => ({
      ...{ digest: layer.descriptor.digest, diffId: layer.diffId, size: layer.descriptor.size },
      ...{ base: blamed[index]?.base ?? false, instruction: blamed[index]?.instruction ?? '' },
      ...{ line: blamed[index]?.line ?? null, endLine: blamed[index]?.endLine ?? null },
      open: () => openLayer((_, { digest }) => files.open(blob(digest)), 'A', layer, signal),
    })),
  }
}
