import { localSteps } from '../build/variations/taken.ts'
import type { Variation } from '../build/variations/variation.ts'
import { layerSteps, readProvenance } from '../explain/blame/provenance.ts'
import type { Comparison } from '../image/comparison.ts'

/**
 * Whether anything that differs can be the doing of a variation: then the image is built once more without them.
 * @param reached the layers that the variations reach
 */
export const mayBeVaried = ({ layers }: Comparison, reached: (index: number) => boolean): boolean =>
  layers.some(({ index }) => reached(index))

/**
 * Tells the layers that variations reach. A layer that no file of the context comes into, on any way, is the same
 * whatever is done to the context.
 * @param layers how many the image has
 * @param provenance of side A
 */
export function reachedLayers(
  layers: number,
  provenance: unknown,
  varied: readonly Variation[],
): (index: number) => boolean {
  if (varied.every(({ touches }) => touches === 'nothing')) return () => false
  const graph = readProvenance(provenance)
  const local = localSteps(provenance)
  const made = graph && layerSteps(graph)?.filter(({ kind }) => kind !== 'source')
  if (!graph || !local || !made || varied.some(({ touches }) => touches === 'run')) return () => true
  const base = layers - made.length
  const touched = new Set(local)
  // Steps stand behind those that they take in, so a second round only sees that nothing is new.
  for (let before = -1; touched.size > before; ) {
    before = touched.size
    for (const { id, inputs } of graph.steps.values()) if (inputs.some(input => touched.has(input))) touched.add(id)
  }
  return index => {
    const step = made[index - base]
    return step === undefined ? index >= base : touched.has(step.id)
  }
}
