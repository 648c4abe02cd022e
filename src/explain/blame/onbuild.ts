import type { Instruction } from '../../dockerfile/dockerfile.ts'
import { lineageOf } from './blame.ts'
import { sourcesOf } from './copied.ts'
import { copyAt, type Reading } from './copy-reader.ts'
import type { Sources } from './prefix.ts'

/** The ONBUILD triggers that run at a FROM and may have written the paths, in the order they run; none of anything else. */
export function triggersBehind(instruction: Instruction, sources: Sources, reading: Reading): Instruction[] {
  return triggersAt(instruction, reading).filter(
    other => ['RUN', 'COPY', 'ADD'].includes(other.keyword) && mayWrite(other, sources, reading),
  )
}

/** All triggers that run at a FROM. */
export function triggersAt(from: Instruction, { dockerfile, buildArgs }: Reading): Instruction[] {
  const stage = from.stage === null ? undefined : dockerfile.stages[from.stage]
  if (from.keyword !== 'FROM' || !stage) return []
  const lineage = lineageOf(dockerfile, stage, buildArgs)
  const behind = lineage.slice(lineage.indexOf(from) + 1)
  const end = behind.findIndex(other => other.stage === from.stage)
  return behind.slice(0, end < 0 ? behind.length : end)
}

/** A COPY says what it writes; a RUN may write anything, and so may an ADD, which unpacks. */
function mayWrite(trigger: Instruction, { paths, asWritten }: Sources, reading: Reading): boolean {
  const read = trigger.keyword === 'COPY' && !asWritten ? copyAt(reading, trigger) : null
  if (read === null || read.sources.some(source => /[*?[]/.test(source))) return true
  return paths.some(path => sourcesOf(read, path).length > 0)
}
