import type { ComparedLayer } from '../image/comparison.ts'

/**
 * Indexes of A's layers that B has, too, by diff ID, but that nothing proves to be equal: B's blob is another, packed
 * otherwise or a lie, or nobody vouches for A's own. Only the bytes can tell. Each blob once.
 * @param vouched whether the digests of A's layers say anything of their bytes
 */
export function unprovenLayers(a: readonly ComparedLayer[], b: readonly ComparedLayer[], vouched = true): number[] {
  const blobsOfB = new Map<string, Set<string>>()
  for (const layer of b) {
    const known = blobsOfB.get(layer.diffId)
    if (known) known.add(blobOf(layer))
    else blobsOfB.set(layer.diffId, new Set([blobOf(layer)]))
  }
  const taken = new Set<string>()
  return [...a.entries()].flatMap(([index, layer]) => {
    const blobs = blobsOfB.get(layer.diffId)
    const name = `${blobOf(layer)} ${layer.diffId}`
    if (blobs === undefined || taken.has(name)) return []
    if (blobs.size === 1 && blobs.has(blobOf(layer)) && vouched) return []
    taken.add(name)
    return [index]
  })
}

/** Of one digest and two sizes, one is cut off. */
const blobOf = ({ descriptor: { digest, size } }: ComparedLayer): string => `${digest} ${size}`
