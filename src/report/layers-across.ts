import type { ComparedLayer } from '../image/comparison.ts'
import { layersOf } from '../image/manifest.ts'
import type { PlatformResult } from './compose.ts'
import type { ReportLayer } from './report.ts'

/** A layer of A beside the one of B that it is compared with, as places in their images; null where a side has none. */
type Pair = [a: number | null, b: number | null]

/** The layers of both sides in rows. Of unequal numbers the common beginning and end are paired first, as they are compared. */
export function layersAcross({ platform, sides, differing }: PlatformResult): ReportLayer[] {
  const [a, b] = (['A', 'B'] as const).map(name => sides.find(({ side }) => side === name))
  const [layersA, layersB] = [a, b].map(side => (side?.image ? layersOf(side.image) : []))
  if (!layersA || !layersB) return []
  return pairsOf(layersA, layersB).map(([atA, atB]) => {
    const line = (atA === null ? undefined : a?.layers[atA]) ?? (atB === null ? undefined : b?.layers[atB])
    const layerA = atA === null ? undefined : layersA[atA]
    const layerB = atB === null ? undefined : layersB[atB]
    return {
      platform,
      index: atA ?? atB ?? 0,
      instruction: line?.instruction ?? '',
      line: line?.line ?? null,
      endLine: line?.endLine ?? null,
      base: line?.base ?? false,
      equal: layerA !== undefined && layerA.diffId === layerB?.diffId,
      digestA: layerA?.descriptor.digest ?? null,
      digestB: layerB?.descriptor.digest ?? null,
      sizeA: layerA?.descriptor.size ?? null,
      sizeB: layerB?.descriptor.size ?? null,
      differingPaths: differing.get(atA === null ? `B${atB}` : `A${atA}`) ?? 0,
    }
  })
}

function pairsOf(a: readonly ComparedLayer[], b: readonly ComparedLayer[]): Pair[] {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head]?.diffId === b[head]?.diffId) head++
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail)?.diffId === b.at(-1 - tail)?.diffId) tail++
  const middle = Math.max(a.length, b.length) - head - tail
  return [
    ...Array.from({ length: head }, (_, at): Pair => [at, at]),
    ...Array.from(
      { length: middle },
      (_, at): Pair => [head + at < a.length - tail ? head + at : null, head + at < b.length - tail ? head + at : null],
    ),
    ...Array.from({ length: tail }, (_, at): Pair => [a.length - tail + at, b.length - tail + at]),
  ]
}
