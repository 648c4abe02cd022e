import type { Readable } from 'node:stream'
import { uncompressedLayer } from '../image/blob.ts'
import type { ComparedLayer } from '../image/comparison.ts'
import type { Contents, Receiver } from '../image/contents.ts'
import type { Descriptor, Entry } from '../image/image.ts'
import { TarReader } from '../image/tar.ts'

export type SideName = 'A' | 'B'
/**
 * The stored bytes of a layer; called a few times for one layer, more often where its entries are all out of step, and never for
 * layers known to be equal.
 */
export type OpenBlob = (side: SideName, descriptor: Descriptor) => Promise<Readable>

/** Contents of the layers of two images, read through the same blobs that were compared. */
export function contentsOf(open: OpenBlob, signal?: AbortSignal): Contents {
  return { read: (side, layer, visit) => readLayer(open, side, layer, visit, signal) }
}

async function readLayer(
  open: OpenBlob,
  side: SideName,
  layer: ComparedLayer,
  visit: (entry: Entry) => Receiver | null,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tar = await openLayer(open, side, layer, signal)
  try {
    for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
      const receiver = visit(entry)
      if (receiver === null) continue
      for (let chunk = await tar.chunk(); chunk !== null; chunk = await tar.chunk()) receiver.write(chunk)
      receiver.end()
    }
  } finally {
    await tar.close()
  }
}

/** One layer's tar once more, to be read at the caller's pace and closed by it. */
export async function openLayer(
  open: OpenBlob,
  side: SideName,
  { descriptor, diffId }: ComparedLayer,
  signal?: AbortSignal,
): Promise<TarReader> {
  signal?.throwIfAborted()
  const place = `layer ${descriptor.digest.slice(0, 19)} of image ${side}`
  return new TarReader(uncompressedLayer(await open(side, descriptor), descriptor, diffId, place, signal), place)
}
