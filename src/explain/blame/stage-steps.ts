import type { Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import { lineageOf, triggersOf } from './blame.ts'
import type { Reading } from './copy-reader.ts'

/** FROM of the base, then every instruction that can change files, through all stages that this one continues. */
export function stepsOf(stage: Stage, { dockerfile, buildArgs }: Reading): Instruction[] {
  const lineage = lineageOf(dockerfile, stage, buildArgs)
  const triggers = new Set(dockerfile.stages.flatMap(triggersOf))
  return lineage.filter((instruction, index) => {
    // Triggers run right behind the FROM that continues their stage: that is where the text can be cut.
    if (instruction.keyword === 'FROM') return index === 0 || triggers.has(lineage[index + 1] as Instruction)
    return !triggers.has(instruction) && ['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(instruction.keyword)
  })
}
