import { localSteps } from '../build/variations/taken.ts'
import type { Variation } from '../build/variations/variation.ts'
import { layerSteps, readProvenance } from '../explain/blame/provenance.ts'
import type { Comparison } from '../image/comparison.ts'

/**
 * Whether anything that differs can be the doing of a variation: then the image is built once more without them. A layer
 * that no file of the context comes into, on any way, is the same whatever is done to the context.
 * @param layers how many the image has
 * @param provenance of side A
 */
export function mayBeVaried(
  { layers: differing }: Comparison,
  layers: number,
  provenance: unknown,
  varied: readonly Variation[],
): boolean {
  if (differing.length === 0 || varied.every(({ touches }) => touches === 'nothing')) return false
  if (varied.some(({ touches }) => touches === 'run')) return true
  const graph = readProvenance(provenance)
  const local = localSteps(provenance)
  const made = graph && layerSteps(graph)?.filter(({ kind }) => kind !== 'source')
  if (!graph || !local || !made) return true
  const base = layers - made.length
  const touched = new Set(local)
  // Steps stand behind those that they take in, so a second round only sees that nothing is new.
  for (let before = -1; touched.size > before; ) {
    before = touched.size
    for (const { id, inputs } of graph.steps.values()) if (inputs.some(input => touched.has(input))) touched.add(id)
  }
  return differing.some(({ index }) => {
    const step = made[index - base]
    return step === undefined ? index >= base : touched.has(step.id)
  })
}
