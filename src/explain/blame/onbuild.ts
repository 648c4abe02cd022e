import type { Instruction } from '../../dockerfile/dockerfile.ts'
import { lineageOf } from './blame.ts'
import { sourcesOf } from './copied.ts'
import { copyAt, type Reading } from './copy-reader.ts'
import type { Sources } from './prefix.ts'

/** The ONBUILD trigger that runs at a FROM, when there is just one that can have written the paths; else the instruction. */
export function triggerBehind(instruction: Instruction, sources: Sources, reading: Reading): Instruction {
  const { dockerfile, buildArgs } = reading
  const stage = instruction.stage === null ? undefined : dockerfile.stages[instruction.stage]
  if (instruction.keyword !== 'FROM' || !stage) return instruction
  const lineage = lineageOf(dockerfile, stage, buildArgs)
  const behind = lineage.slice(lineage.indexOf(instruction) + 1)
  const end = behind.findIndex(other => other.stage === instruction.stage)
  const makers = behind
    .slice(0, end < 0 ? behind.length : end)
    .filter(other => ['RUN', 'COPY', 'ADD'].includes(other.keyword) && mayWrite(other, sources, reading))
  return makers.length === 1 ? (makers[0] as Instruction) : instruction
}

/** A COPY says what it writes; a RUN may write anything, and so may an ADD, which unpacks. */
function mayWrite(trigger: Instruction, { paths, asWritten }: Sources, reading: Reading): boolean {
  const read = trigger.keyword === 'COPY' && !asWritten ? copyAt(reading, trigger) : null
  if (read === null || read.sources.some(source => /[*?[]/.test(source))) return true
  return paths.some(path => sourcesOf(read, path).length > 0)
}
