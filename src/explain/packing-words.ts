import type { ComparedLayer } from '../image/comparison.ts'
import type { Descriptor } from '../image/image.ts'

/** How layers of equal content are packed: by the pairs that differ, of so many. */
export function repackedWords(pairs: readonly { a: Descriptor; b: Descriptor }[], all: number): string {
  const [a, b] = [kinds(pairs.map(pair => pair.a)), kinds(pairs.map(pair => pair.b))]
  const part = `${pairs.length} of ${all} layers ${pairs.length === 1 ? 'holds' : 'hold'} the same content in`
  if (pairs.length === all) return a === b ? `the layers are ${stored(a)}` : differently(a, b)
  return a === b
    ? `${part} other bytes (both ${a})`
    : `${part} ${isTold(a, b) ? 'another compression' : 'other bytes'} (${a} and ${b})`
}

const stored = (kind: string): string =>
  kind === 'not compressed' ? 'stored in other bytes' : `compressed to other bytes (both ${kind})`

/** What the media types of both sides say of all layers. */
export function typesWords(...sides: readonly (readonly ComparedLayer[])[]): string {
  const [a = '', b = ''] = sides.map(layers => kinds(layers.map(({ descriptor }) => descriptor)))
  return a === b ? 'the media types differ' : differently(a, b)
}

const differently = (a: string, b: string): string =>
  `the layers are ${isTold(a, b) ? 'compressed differently' : 'called by other media types'} (${a} and ${b})`

/** Of a media type that nobody knows, only its name can be told. */
const isTold = (a: string, b: string): boolean => !`${a}${b}`.includes('`')

const kinds = (descriptors: readonly Descriptor[]): string =>
  [...new Set(descriptors.map(({ mediaType }) => compressionOf(mediaType)))].sort().join(' or ')

function compressionOf(mediaType: string): string {
  if (/[.+]gzip$/.test(mediaType)) return 'gzip'
  if (/[.+]zstd$/.test(mediaType)) return 'zstd'
  return /\.tar$/.test(mediaType) ? 'not compressed' : `\`${mediaType.replaceAll('`', "'").slice(0, 120)}\``
}
