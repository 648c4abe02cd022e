import type { ComparedLayer } from '../image/comparison.ts'
import type { Image } from '../image/image.ts'
import { layersOf } from '../image/manifest.ts'
import type { ImageStore } from '../image/store.ts'
import type { PlatformImage } from '../image-stores/platforms.ts'
import type { OpenedRecord, RecordedEntries } from '../ledger/read-record.ts'
import type { RecordedPlatform } from '../ledger/record.ts'

/** What a build is held against: a record, a published image, or no more than a digest. */
export type Reference =
  | { kind: 'record'; name: string; record: OpenedRecord }
  | { kind: 'image'; name: string; store: ImageStore; images: readonly PlatformImage[] }
  | { kind: 'digest'; name: string; digest: string }

/** The image of a record for one platform, and the way to the entries of its layers. */
export interface RecordedImage {
  image: Image
  layers: RecordedPlatform['layers']
  entriesOf(layer: ComparedLayer): Promise<RecordedEntries>
}

/** Null where the record has none for that platform. */
export function recordedImage(record: OpenedRecord, platform: string): RecordedImage | null {
  const at = record.platforms.findIndex(one => one.platform === platform)
  const found = record.platforms[at]
  if (found === undefined) return null
  const places = layersOf(found.image).map(({ diffId }) => diffId)
  return {
    ...{ image: found.image, layers: found.layers },
    entriesOf: async ({ diffId }) => record.entriesOf(at, places.indexOf(diffId)),
  }
}
