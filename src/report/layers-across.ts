import type { ComparedLayer } from '../image/comparison.ts'
import { layersOf } from '../image/manifest.ts'
import type { PlatformResult } from './compose.ts'
import type { ReportLayer } from './report.ts'

/** A layer of A beside the one of B that it is compared with, as places in their images; null where a side has none. */
type Pair = [a: number | null, b: number | null]

/** The layers of both sides in rows, side by side as they were compared. */
export function layersAcross({ platform, sides, differing, alone }: PlatformResult): ReportLayer[] {
  const [a, b] = (['A', 'B'] as const).map(name => sides.find(({ side }) => side === name))
  const [layersA, layersB] = [a, b].map(side => (side?.image ? layersOf(side.image) : []))
  if (!layersA || !layersB) return []
  return pairsOf(layersA, layersB, alone).map(([atA, atB]) => {
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

/** As they were compared: all that is not alone has its partner in the order of both. */
function pairsOf(a: readonly ComparedLayer[], b: readonly ComparedLayer[], alone: ReadonlySet<string>): Pair[] {
  const pairs: Pair[] = []
  let next = 0
  const lonely = (): void => {
    while (next < b.length && alone.has(`B${next}`)) pairs.push([null, next++])
  }
  for (const at of a.keys()) {
    if (!alone.has(`A${at}`)) lonely()
    pairs.push([at, alone.has(`A${at}`) || next >= b.length ? null : next++])
  }
  while (next < b.length) pairs.push([null, next++])
  return pairs
}
