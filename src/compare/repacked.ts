import type { ComparedLayer } from '../image/comparison.ts'

/**
 * Indexes of A's layers that B has, too, by diff ID, but under another blob: packed otherwise, or a lie. Which of the
 * two only the bytes can tell. Each blob once.
 */
export function repackedLayers(a: readonly ComparedLayer[], b: readonly ComparedLayer[]): number[] {
  const blobsOfB = new Map<string, Set<string>>()
  for (const { diffId, descriptor } of b) {
    const known = blobsOfB.get(diffId)
    if (known) known.add(descriptor.digest)
    else blobsOfB.set(diffId, new Set([descriptor.digest]))
  }
  const taken = new Set<string>()
  return [...a.entries()].flatMap(([index, { diffId, descriptor }]) => {
    const blobs = blobsOfB.get(diffId)
    const name = `${descriptor.digest} ${diffId}`
    if (blobs === undefined || (blobs.size === 1 && blobs.has(descriptor.digest)) || taken.has(name)) return []
    taken.add(name)
    return [index]
  })
}
