import type { Comparison, LayerDifference } from '../image/comparison.ts'
import type { Image } from '../image/image.ts'
import { layersOf } from '../image/manifest.ts'
import type { LayerLine } from './compose.ts'
import type { PullAgain, Report } from './report.ts'
import { clip, visible } from './visible.ts'
import { counted, sideWord, size } from './words.ts'

/**
 * What a node that has image A pulls again for image B; null when every layer of B is one of A's.
 *
 * Blobs are known by their digest, unpacked layers by their chain ID: the diff IDs of the layer and of all below it.
 * So up to the first layer whose diff ID differs nothing is pulled, even where it is compressed differently. From there on
 * every layer is unpacked anew, and those are pulled whose blob is not at hand. A node that drops the blobs of what it
 * has unpacked (containerd's discard_unpacked_layers, Docker's store before containerd's) pulls all of them.
 */
export function pullAgain(
  platform: string,
  imageA: Image,
  imageB: Image,
  comparison: Comparison | null,
  lines: readonly LayerLine[],
): PullAgain | null {
  const [a, b] = [layersOf(imageA), layersOf(imageB)]
  const blobsOfA = new Set(a.map(layer => layer.descriptor.digest))
  if (b.every(layer => blobsOfA.has(layer.descriptor.digest)) && b.every((layer, at) => layer.diffId === a[at]?.diffId))
    return null
  const parting = b.findIndex((layer, at) => layer.diffId !== a[at]?.diffId)
  const first = parting < 0 ? b.length : parting
  const blobs = b.map(({ descriptor }, at) => ({ ...descriptor, at, known: blobsOfA.has(descriptor.digest) }))
  const anew = blobs.filter(({ at }) => at >= first)
  const pulled = anew.filter(({ known }) => !known)
  const repacked = blobs.filter(({ at, known }) => !known && at < first)
  const timesOnly = onlyTimes(comparison?.layers ?? []).filter(({ b }) =>
    pulled.some(({ digest }) => digest === b?.descriptor.digest),
  )
  const line = lines[first]
  return {
    platform,
    compressed: !b.some(({ descriptor }) => /\.tar$/.test(descriptor.mediaType)),
    firstDiffering:
      first < b.length ? { index: first, line: line?.line ?? null, instruction: line?.instruction ?? '' } : null,
    pullLayers: pulled.length,
    pullBytes: bytesOf(pulled),
    pullBytesAtMost: bytesOf(anew),
    totalLayers: b.length,
    totalBytes: bytesOf(blobs),
    layersAbove: Math.max(0, b.length - first - 1),
    layersAboveEqual: anew.filter(({ at, known }) => known && at > first).length,
    repackedLayers: repacked.length,
    repackedBytes: bytesOf(repacked),
    timesOnlyLayers: timesOnly.length,
    timesOnlyBytes: bytesOf(timesOnly.flatMap(layer => layer.b?.descriptor ?? [])),
  }
}

/** A blob that an image names twice is stored and pulled once. */
const bytesOf = (blobs: readonly { digest: string; size: number }[]): number =>
  [...new Map(blobs.map(({ digest, size: bytes }) => [digest, bytes])).values()].reduce((sum, bytes) => sum + bytes, 0)

/** Layers whose differences are all seen, and all of the times of their entries. */
const onlyTimes = (layers: readonly LayerDifference[]): LayerDifference[] =>
  layers.filter(
    ({ a, b, entries, total, reordered }) =>
      a !== null &&
      b !== null &&
      !reordered &&
      total > 0 &&
      entries.length === total &&
      entries.every(({ kind, fields }) => kind === 'changed' && fields.every(field => field === 'mtime')),
  )

/** The same in sentences of plain words, without Markdown but for quotes in backticks; the first says it all in short. */
export function pullAgainWords(pull: PullAgain, { command, pullAgain: all }: Report): string[] {
  const what = sideWord(command)
  const several = new Set(all.map(({ platform }) => platform)).size > 1
  const names = [...(pull.image === undefined ? [] : [pull.image]), ...(several ? [pull.platform] : [])]
  const on = names.length > 0 ? ` (${names.map(name => clip(visible(name), 60)).join(', ')})` : ''
  const packed = pull.compressed ? '' : ', counted before compression'
  if (pull.firstDiffering === null)
    return [
      `A node that has ${what} A pulls nothing again for ${what} B${on}${pull.repackedLayers > 0 ? `; a registry stores ${counted(pull.repackedLayers, 'layer')} (${size(pull.repackedBytes)}) twice, packed in two ways` : ''}.`,
    ]
  const { pullBytes, totalBytes, pullLayers, totalLayers, layersAboveEqual, pullBytesAtMost } = pull
  const share = totalBytes > 0 ? ` (${percent(pullBytes / totalBytes)})` : ''
  const amount =
    pullBytes === totalBytes ? `all ${size(totalBytes)}` : `${size(pullBytes)} of ${size(totalBytes)}${share}`
  const unpacked =
    layersAboveEqual === 0
      ? ''
      : `; ${layersAboveEqual} equal ${layersAboveEqual === 1 ? 'layer above the first of them is' : 'layers above the first of them are'} unpacked again`
  if (pullLayers === 0)
    return [
      `A node that has ${what} A pulls no layer again for ${what} B${on}: the same layers lie in another order, and are unpacked again.`,
    ]
  const sentences = [
    `A node that has ${what} A pulls ${amount} again for ${what} B${on}${packed}: ${pullLayers} of ${counted(totalLayers, 'layer')}${unpacked}.`,
  ]
  if (pullBytesAtMost > pullBytes && size(pullBytesAtMost) !== size(pullBytes))
    sentences.push(
      `Where nodes drop the packed layers once they are unpacked (Docker's classic store, containerd's \`discard_unpacked_layers\`), it pulls everything from the first differing layer up: ${size(pullBytesAtMost)}.`,
    )
  if (pull.timesOnlyLayers > 0)
    sentences.push(
      `${pull.timesOnlyLayers} of these layers (${size(pull.timesOnlyBytes)}) ${pull.timesOnlyLayers === 1 ? 'differs' : 'differ'} in file times alone: exported with \`rewrite-timestamp=true\` and one SOURCE_DATE_EPOCH ${pull.timesOnlyLayers === 1 ? 'it is' : 'they are'} the same.`,
    )
  return sentences
}

function percent(share: number): string {
  const percents = share * 100
  if (percents < 1) return 'under 1 %'
  return `${percents > 99 ? Math.floor(percents) : Math.round(percents)} %`
}
