import type { Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import { findStage } from '../../dockerfile/stage.ts'
import { type Reading, variablesAt, workdirAt } from './copy-reader.ts'
import { mountsStage, sourcesInRun, throughMount } from './run-copy.ts'
import type { Places } from './stage-states.ts'
import { stepsOf } from './stage-steps.ts'

/** So many paths of a RUN that copies are looked for, together or one by one. */
export const copiesLimit = 8

/** What a RUN takes in, as it is before that. */
interface Source extends Places {
  stage: Stage
}

/** Where a RUN may have copied paths from, by its text: each candidate of one path; of several, the likeliest of each. */
export function copiedBy(run: Instruction, paths: readonly string[], reading: Reading): string[][] {
  if (paths.length > copiesLimit) return []
  const [scope, workdir] = [variablesAt(reading, run), workdirAt(reading, run)]
  const found = paths.map(path => sourcesInRun(reading.dockerfile, run, scope, workdir, path))
  if (found.length === 1) return (found[0] ?? []).map(source => [source])
  const likeliest = found.flatMap(candidates => candidates.slice(0, 1))
  return likeliest.length === paths.length ? [likeliest] : []
}

/** Whether of several paths that a RUN wrote one may have a source of its own: then they are asked for one by one. */
export function mayPassOn(run: Instruction, paths: readonly string[], reading: Reading): boolean {
  if (run.keyword !== 'RUN' || paths.length < 2 || paths.length > copiesLimit) return false
  return mountsStage(run) || paths.some(path => copiedBy(run, [path], reading).length > 0)
}

/**
 * Where paths lie that a RUN takes in: all of them in the stage of the RUN, right after the step `before` it, or at the end of
 * one stage that is mounted into it; null where that is not so, or not known.
 */
export function sourceOf(
  run: Instruction,
  before: Instruction | null,
  paths: readonly string[],
  reading: Reading,
): Source | null {
  const { dockerfile } = reading
  const places = paths.map(path => throughMount(run, path) ?? { from: null, path })
  const from = places[0]?.from ?? null
  if (run.stage === null || places.some(place => place.from !== from)) return null
  const stage = from === null ? dockerfile.stages[run.stage] : findStage(dockerfile, from, run.stage)
  const after = from !== null && stage ? stepsOf(stage, reading).at(-1) : before
  if (!stage || !after || (from === null && paths.some(path => /[*?[]/.test(path)))) return null
  return { stage, after, paths: places.map(({ path }) => path) }
}
