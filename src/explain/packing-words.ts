import type { ComparedLayer } from '../image/comparison.ts'

/** How layers of equal content are packed: by the pairs that differ, of so many. */
export function repackedWords(pairs: readonly { a: ComparedLayer; b: ComparedLayer }[], all: number): string {
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
  const [a = '', b = ''] = sides.map(kinds)
  return a === b ? 'the media types differ' : differently(a, b)
}

const differently = (a: string, b: string): string =>
  `the layers are ${isTold(a, b) ? 'compressed differently' : 'called by other media types'} (${a} and ${b})`

/** Of a media type that nobody knows, only its name can be told. */
const isTold = (a: string, b: string): boolean => !`${a}${b}`.includes('`')

const kinds = (layers: readonly ComparedLayer[]): string => [...new Set(layers.map(packingOf))].sort().join(' or ')

/** A layer whose blob is its tar is not compressed, whatever it is called; one that is called so and is not, nobody knows. */
function packingOf({ descriptor: { digest, mediaType }, diffId }: ComparedLayer): string {
  if (digest === diffId) return 'not compressed'
  if (/[.+]gzip$/.test(mediaType)) return 'gzip'
  if (/[.+]zstd$/.test(mediaType)) return 'zstd'
  return `\`${mediaType.replaceAll('`', "'").slice(0, 120)}\``
}
