import { createReadStream } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Descriptor, Image } from '../image/image.ts'
import { layersOf, parseImage } from '../image/manifest.ts'
import type { Ports } from '../ports.ts'
import type { Side, SideBuild } from './build.ts'
import { shortOf, spaceAt } from './disk.ts'
import { layoutIn, type SidePlan } from './plan.ts'
import { hasFailed, runPlan } from './run.ts'
import { toldImage } from './told-image.ts'

/** Both built images, and the way to the bytes of the layers that differ. */
export interface OpenedImages {
  imageA: Image
  imageB: Image
  /** The stored bytes of a layer, whose digest the reader checks. Rejects with ImageError when BuildKit no longer has it. */
  open(side: Side, descriptor: Descriptor): Promise<Readable>
  /** Exports all layers of a side at once, for whoever wants to open each of them. */
  whole(side: Side): Promise<void>
}

/** The layers that both images have: nothing to look for in them. */
export const sharedLayers = ({ imageA, imageB }: OpenedImages): Descriptor[] => {
  const inB = new Set(imageB.manifest.layers.map(({ digest }) => digest))
  return imageA.manifest.layers.filter(({ digest }) => inB.has(digest))
}

/** What was built cannot be read again. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
}

/** There is no room for what is to be read. Another build would not find any either. */
export class RoomError extends ImageError {}

async function seeRoom(folder: string, layers: readonly Descriptor[]): Promise<void> {
  const space = await spaceAt(folder)
  const need = layers.reduce((sum, { size }) => sum + size, 0)
  const place = { what: 'the folder for temporary files', path: folder }
  const short = space && shortOf(place, space, need, 'the layers to be read')
  if (short) throw new RoomError(short)
}

interface Built {
  build: SideBuild
  plan: SidePlan
}

/** Both sides' builds, and a folder for an OCI layout: one for both, so that what they share is sent once. */
export interface BuiltPair {
  a: SideBuild
  b: SideBuild
  planA: SidePlan
  planB: SidePlan
  layout: string
}

/**
 * Manifests and configs of both sides, from the layout or the builder's history or, where neither has them, by an export
 * from cache. Layers that the layout has not are exported when the first of them is opened: only those that the other
 * side has not.
 * @throws ImageError
 */
export async function openImages(
  ports: Ports,
  { a, b, planA, planB, layout: folder }: BuiltPair,
): Promise<OpenedImages> {
  const sides: Record<Side, Built> = { A: { build: a, plan: planA }, B: { build: b, plan: planB } }
  const blobs = join(folder, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  const imageA = await readImage(ports, sides.A, folder)
  const imageB = a.digest === b.digest ? imageA : await readImage(ports, sides.B, folder)
  const images: Record<Side, Image> = { A: imageA, B: imageB }
  // One export at a time: a second would take the first one's placeholders for blobs.
  let exporting = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    exporting = exporting.catch(() => {}).then(work)
    return exporting
  }

  return {
    imageA,
    imageB,
    async open(side, descriptor) {
      const file = join(blobs, hexOf(descriptor.digest))
      if (!(await isWhole(file, descriptor))) {
        const others = new Set(images[side === 'A' ? 'B' : 'A'].manifest.layers.map(({ digest }) => digest))
        const unwanted = images[side].manifest.layers.filter(
          ({ digest }) => others.has(digest) && digest !== descriptor.digest,
        )
        const wanted = images[side].manifest.layers.filter(layer => !unwanted.includes(layer))
        await inTurn(async () => {
          if (await isWhole(file, descriptor)) return
          await seeRoom(folder, wanted)
          await exportLayers(ports, sides[side], folder, unwanted)
        })
      }
      if (!(await isWhole(file, descriptor)))
        throw new ImageError(
          `The layer ${descriptor.digest.slice(0, 19)} of build ${side} could not be read again: its digest and size are known, its files are not.`,
        )
      return createReadStream(file, { highWaterMark: 256 * 1024 })
    },
    whole: side =>
      inTurn(async () => {
        await seeRoom(folder, images[side].manifest.layers)
        await exportLayers(ports, sides[side], folder, [])
      }),
  }
}

/** One built image, and the way to the bytes of its layers. */
export interface OpenedImage {
  image: Image
  open(descriptor: Descriptor): Promise<Readable>
}

/**
 * The image of one build alone, which is compared with something that no builder here has.
 * @param unwanted tells of a diff ID that its layer need not be exported with those that are
 * @throws ImageError
 */
export async function openImage(
  ports: Ports,
  built: { build: SideBuild; plan: SidePlan },
  folder: string,
  unwanted: (diffId: string) => boolean,
): Promise<OpenedImage> {
  const blobs = join(folder, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })
  const image = await readImage(ports, built, folder)
  const spared = new Set(
    layersOf(image).flatMap(({ descriptor, diffId }) => (unwanted(diffId) ? [descriptor.digest] : [])),
  )
  let exporting = Promise.resolve()
  return {
    image,
    async open(descriptor) {
      const file = join(blobs, hexOf(descriptor.digest))
      const wanted = ({ digest }: Descriptor): boolean => digest === descriptor.digest || !spared.has(digest)
      exporting = exporting
        .catch(() => {})
        .then(async () => {
          if (await isWhole(file, descriptor)) return
          await seeRoom(folder, image.manifest.layers.filter(wanted))
          await exportLayers(
            ports,
            built,
            folder,
            image.manifest.layers.filter(layer => !wanted(layer)),
          )
        })
      await exporting
      if (!(await isWhole(file, descriptor)))
        throw new ImageError(
          `The layer ${descriptor.digest.slice(0, 19)} of the build could not be read again: its digest and size are known, its files are not.`,
        )
      return createReadStream(file, { highWaterMark: 256 * 1024 })
    },
  }
}

/**
 * Exports an image from the cache, whole, as an OCI layout.
 * @throws ImageError
 */
export async function exportImage(ports: Ports, built: Built, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await seeRoom(folder, (await readImage(ports, built, folder)).manifest.layers)
  await exportLayers(ports, built, folder, [])
}

async function readImage(ports: Ports, { build, plan }: Built, folder: string): Promise<Image> {
  const kept = await imageIn(folder, build)
  if (kept.image?.digest === build.digest) return kept.image
  const told = await toldImage(ports, build, plan)
  if (told !== null) return told

  await exportLayers(ports, { build, plan }, folder, [])
  const { image, problem } = await imageIn(folder, build)
  if (image === null) throw new ImageError(`The image of build ${build.side} cannot be read: ${problem}.`)
  if (image.digest !== build.digest)
    throw new ImageError(`The image of build ${build.side} was read again with another digest, ${image.digest}.`)
  return image
}

async function imageIn(folder: string, { digest, configDigest }: SideBuild): Promise<ReturnType<typeof parseImage>> {
  const blob = (digest: string) =>
    readFile(join(folder, 'blobs', 'sha256', hexOf(digest))).catch(() => new Uint8Array())
  return parseImage(await blob(digest), await blob(configDigest))
}

/** Exports a side from cache into the layout, without the layers that are not wanted. */
async function exportLayers(
  ports: Ports,
  { build, plan }: Built,
  folder: string,
  unwanted: readonly Descriptor[],
): Promise<void> {
  const again = await sparing(unwanted, folder, () =>
    runPlan(ports, plan, { output: layoutIn(plan, folder), noCache: false, quiet: true }),
  )
  if (hasFailed(again))
    throw new ImageError(`Build ${build.side} could not be exported from the builder's cache: ${again.message}`)
  if (again.digest !== build.digest)
    throw new ImageError(
      `The builder no longer has what build ${build.side} gave: asked again it gave ${again.digest.slice(0, 19)} instead of ${build.digest.slice(0, 19)}. Two COPY --from of equal contents with other file times do this, and so does a full cache.`,
    )
}

/**
 * Does the work of writing a layout without these layers: a file of their name keeps BuildKit from sending them. That
 * relies on how it stores blobs; where it does not hold, more is sent, nothing is wrong.
 */
export async function sparing<T>(unwanted: readonly Descriptor[], folder: string, work: () => Promise<T>): Promise<T> {
  const blobs = join(folder, 'blobs', 'sha256')
  const placeholders: string[] = []
  // Where no folder can be made, BuildKit says it better.
  await mkdir(blobs, { recursive: true }).catch(() => {})
  for (const { digest } of unwanted) {
    const file = join(blobs, hexOf(digest))
    const isNew = await writeFile(file, '', { flag: 'wx' }).then(
      () => true,
      () => false,
    )
    if (isNew) placeholders.push(file)
  }
  try {
    return await work()
  } finally {
    for (const file of placeholders)
      if ((await stat(file).catch(() => null))?.size === 0) await rm(file, { force: true })
  }
}

const isWhole = async (file: string, { size }: Descriptor): Promise<boolean> =>
  (await stat(file).catch(() => null))?.size === size

/** Only a digest's own hexadecimal digits become a file name. */
function hexOf(digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1]
  if (hex === undefined) throw new ImageError(`'${digest.slice(0, 100)}' is not a SHA-256 digest.`)
  return hex
}
