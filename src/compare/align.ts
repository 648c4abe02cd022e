import type { ComparedLayer } from '../image/comparison.ts'

export interface LayerPair {
  /** Index in A's image, in B's where A has no such layer. */
  index: number
  a: ComparedLayer | null
  b: ComparedLayer | null
}

export interface Alignment {
  /** Layers to be looked into, in the image's order. */
  differing: LayerPair[]
  /** Pairs with one diff ID: the same uncompressed bytes. */
  equal: number
}

/**
 * Pairs the layers of two images. Of unequal numbers, the common beginning and end (by diff ID) are set aside first
 * and the rest is paired in order, so that one inserted layer does not shift all later ones.
 */
export function alignLayers(a: readonly ComparedLayer[], b: readonly ComparedLayer[]): Alignment {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head]?.diffId === b[head]?.diffId) head += 1
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail)?.diffId === b.at(-1 - tail)?.diffId) tail += 1
  const middleA = a.slice(head, a.length - tail)
  const middleB = b.slice(head, b.length - tail)
  const differing: LayerPair[] = []
  let equal = head + tail
  for (let at = 0; at < Math.max(middleA.length, middleB.length); at += 1) {
    const pair = { index: head + at, a: middleA[at] ?? null, b: middleB[at] ?? null }
    if (pair.a?.diffId === pair.b?.diffId) equal += 1
    else differing.push(pair)
  }
  return { differing, equal }
}
