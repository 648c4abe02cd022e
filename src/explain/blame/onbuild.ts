import type { Instruction } from '../../dockerfile/dockerfile.ts'
import { lineageOf } from './blame.ts'
import { sourcesOf } from './copied.ts'
import { copyAt, type Reading } from './copy-reader.ts'
import type { Sources } from './prefix.ts'
import type { StageStates } from './stage-states.ts'

/**
 * Of a FROM that runs ONBUILD triggers, the one behind which the paths first differ, told by leaving out those behind it; the
 * FROM itself where that cannot be told. Any other instruction is itself. `settled`: no later trigger changes any of the paths.
 */
export async function triggerBehind(
  from: Instruction,
  sources: Sources,
  reading: Reading,
  states: StageStates,
): Promise<{ instruction: Instruction; settled: boolean }> {
  const all = triggersAt(from, reading)
  const makers = all.filter(
    other => ['RUN', 'COPY', 'ADD'].includes(other.keyword) && mayWrite(other, sources, reading),
  )
  if (makers.length < 2) return { instruction: makers[0] ?? from, settled: true }
  for (const maker of makers.slice(0, -1)) {
    const behind = all.slice(all.indexOf(maker) + 1)
    const differ = await states.differ(from, sources, behind)
    if (typeof differ === 'string') return { instruction: from, settled: true }
    if (differ) return { instruction: maker, settled: await states.alike(from, from, sources, behind) }
  }
  return { instruction: makers.at(-1) as Instruction, settled: true }
}

/** All triggers that run at a FROM, in the order they run. */
function triggersAt(from: Instruction, { dockerfile, buildArgs }: Reading): Instruction[] {
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
