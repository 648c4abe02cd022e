import type { BlamedLayer } from './blame.ts'

/** Where the layers of an image come from, as whoever built it wrote down. */
export const recordedBlame = (
  layers: readonly Pick<BlamedLayer, 'base' | 'instruction' | 'line' | 'endLine'>[],
): BlamedLayer[] =>
  layers.map(({ base, instruction, line, endLine }, index) => ({
    index,
    base,
    instruction,
    line,
    endLine,
    stage: null,
  }))
