import type { Instruction, Stage } from '../dockerfile/dockerfile.ts'
import { compileGlob, globMatches } from './context/glob.ts'
import type { StageView, Step } from './view.ts'

/** What of a stage's files comes into the image that is built. */
export interface Reach {
  /** All: it is the target, the target continues it, or its root folder is copied on. */
  whole: boolean
  /** Paths (or patterns) that other stages copy out of it; absolute. */
  copied: string[]
}

/**
 * @param copied what is copied out of each stage
 * @param continued the target's stage and those it continues
 */
export function reachOf(
  stage: StageView,
  copied: ReadonlyMap<Stage, string[]>,
  continued: ReadonlySet<StageView>,
): Reach {
  const own = copied.get(stage.stage) ?? []
  return { whole: continued.has(stage) || own.includes('/'), copied: own }
}

/** A stage and those it continues. */
export function continuedStages(end: StageView | undefined): Set<StageView> {
  const stages = new Set<StageView>()
  for (let stage = end ?? null; stage !== null; stage = stage.parent) stages.add(stage)
  return stages
}

/**
 * Sources of the `COPY --from=<stage>` by the stage they are in, and by those which that one continues: what these made may
 * be among it. One that is not known (`$X`) is left out.
 */
export function copiedPaths(
  stages: readonly StageView[],
  valueIn: (step: Step, text: string) => string | null,
): Map<Stage, string[]> {
  const copied = new Map<Stage, Set<string>>()
  for (const stage of stages) {
    for (const { kind, target, instruction } of stage.edges) {
      if (kind !== 'copy' || target === null) continue
      const paths = copied.get(target) ?? new Set()
      copied.set(target, paths)
      for (const source of (instruction.json ?? instruction.words.map(word => word.raw)).slice(0, -1)) {
        const step = source.includes('$') ? stepsIn(stage).get(instruction) : undefined
        const path = step === undefined ? source : (valueIn(step, source) ?? '$')
        if (!path.includes('$')) paths.add(absolute(path.replace(/^["']|["']$/g, '')))
      }
    }
  }
  for (const { stage, parent } of stages.toReversed()) {
    const own = copied.get(stage)
    if (own === undefined || parent === null) continue
    const paths = copied.get(parent.stage) ?? new Set()
    copied.set(parent.stage, paths)
    for (const path of own) if (paths.size < mostHandedDown) paths.add(path)
  }
  return new Map([...copied].map(([stage, paths]) => [stage, [...paths]]))
}

/** Chains of stages may be long. */
const mostHandedDown = 200

const stepsKnown = new WeakMap<StageView, Map<Instruction, Step>>()

function stepsIn(stage: StageView): Map<Instruction, Step> {
  const steps = stepsKnown.get(stage) ?? new Map(stage.steps.map(step => [step.instruction, step]))
  stepsKnown.set(stage, steps)
  return steps
}

/** A path as from the root folder, without `.` parts and a slash at its end. */
export function absolute(path: string, folder = '/'): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether one path is the other or in it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`)

/** Whether a pattern takes a path, by itself or by a folder it is in. */
export function takes(pattern: string, path: string): boolean {
  if (!/[*?[\\]/.test(pattern)) return isWithin(path, pattern)
  const glob = compileGlob(pattern, false)
  if (glob === null || !path.startsWith(glob.prefix)) return false
  const parts = path.split('/')
  return parts.some((_, index) => globMatches(glob, parts.slice(0, index + 1).join('/') || '/'))
}

/** Whether a file that a stage makes comes into the image. */
export const carries = (reach: Reach, path: string): boolean =>
  reach.whole || reach.copied.some(pattern => takes(pattern, path))

/** Whether something of a folder that a stage makes comes into the image: all of it, or a part. */
export const carriesOf = (reach: Reach, folder: string): boolean =>
  carries(reach, folder) || reach.copied.some(pattern => isWithin(pattern, folder))
