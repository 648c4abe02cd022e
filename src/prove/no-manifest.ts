import type { Image } from '../image/image.ts'
import type { ImageStore } from '../image/store.ts'
import type { Level, RequiredLevel } from '../verdict.ts'

type Store = Pick<ImageStore, 'hasManifests' | 'name'>

/** Two images of one content are identical or not: an archive that keeps no manifest cannot tell. */
export function unprovenManifest(
  level: Level,
  required: RequiredLevel,
  stores: readonly Store[],
): { doubts: string[]; notes: string[] } {
  const without = stores.filter(({ hasManifests }) => !hasManifests)
  if (level !== 'same-content' || without.length === 0) return { doubts: [], notes: [] }
  const told = [
    `${without.map(({ name }) => name).join(' and ')}: this archive keeps no manifest, so whether the images are identical cannot be told, only that their content is the same.`,
  ]
  return required === 'identical' ? { doubts: told, notes: [] } : { doubts: [], notes: told }
}

/** The made-up manifest of an archive is of no kind: it takes the other side's. */
export function withOneType(
  { imageA, imageB }: Record<'imageA' | 'imageB', Image>,
  { A, B }: { A: Pick<Store, 'hasManifests'>; B: Pick<Store, 'hasManifests'> },
): { imageA: Image; imageB: Image } {
  if (A.hasManifests && B.hasManifests) return { imageA, imageB }
  const { mediaType, config } = (A.hasManifests ? imageA : imageB).manifest
  const typed = (image: Image): Image => ({
    ...image,
    manifest: { ...image.manifest, mediaType: mediaType ?? config.mediaType },
  })
  return { imageA: typed(imageA), imageB: typed(imageB) }
}
