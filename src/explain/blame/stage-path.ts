import type { Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import { findStage } from '../../dockerfile/stage.ts'
import { lineageOf } from './blame.ts'
import { sourcesOf } from './copied.ts'
import type { Reading } from './copy-reader.ts'
import { copyAt, variablesAt, workdirAt } from './copy-reader.ts'
import { sourcesInRun, throughMount } from './run-copy.ts'
import { stageCopiedFrom } from './stage-search.ts'

/**
 * Where a path of the image (absolute, may be a pattern) lies in the stage that it was traced to. `via` are the instructions
 * that its finding came through, nearest to the image first; those that copied other paths of it are passed over. Null
 * when no instruction says where it came from.
 */
export function pathInStage(input: Reading, via: readonly Instruction[], path: string): string | null {
  let [at, stage]: [string, Stage | null] = [path, null]
  let moved = false
  for (const place of via) {
    if (stage && !lineageOf(input.dockerfile, stage, input.buildArgs).includes(place)) continue
    const source: Source | null = place.keyword === 'RUN' ? behindRun(input, place, at) : behindCopy(input, place, at)
    // What a RUN only read, or made of other files, has no place behind it.
    if (source === null && place.keyword === 'RUN') return null
    if (source === null) continue
    ;[at, stage, moved] = [source.path, source.stage, true]
  }
  return moved ? at : null
}

interface Source {
  path: string
  stage: Stage | null
}

function behindCopy(input: Reading, copy: Instruction, path: string): Source | null {
  const stage = stageCopiedFrom(input.dockerfile, copy)
  const read = stage && copyAt(input, copy)
  const source = read ? sourcesOf(read, path)[0] : undefined
  return source === undefined ? null : { path: source, stage }
}

function behindRun(input: Reading, run: Instruction, path: string): Source | null {
  const { dockerfile } = input
  const [source] = sourcesInRun(dockerfile, run, variablesAt(input, run), workdirAt(input, run), path)
  const own = run.stage === null ? null : (dockerfile.stages[run.stage] ?? null)
  if (source === undefined || run.stage === null) return null
  const mounted = throughMount(run, source)
  return mounted
    ? { path: mounted.path, stage: findStage(dockerfile, mounted.from, run.stage) }
    : { path: source, stage: own }
}
