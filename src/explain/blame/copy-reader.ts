import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { scopeBefore, type VariableScope } from '../../dockerfile/scope.ts'
import type { Image } from '../../image/image.ts'
import { lineageOf, stageLineage, triggersOf } from './blame.ts'
import { type Copy, copyOf, readCopy, workdirBefore } from './copied.ts'
import type { BuildGraph, Step } from './provenance.ts'
import { readProvenance } from './provenance.ts'

/** What it takes to know what the instructions of a Dockerfile mean. */
export interface Reading {
  dockerfile: Dockerfile
  buildArgs: Record<string, string>
  imageA: Image
  /** The stage that the image was made of; absent: the last. */
  target?: string | undefined
  /** What BuildKit says of build A: it knows the variables of base images. Absent: the text must do. */
  a?: { provenance: unknown }
}

/** What a COPY says, at its place in the Dockerfile; null when that is not known. */
export function copyAt(input: Reading, copy: Instruction): Copy | null {
  const { dockerfile, buildArgs } = input
  const understood = copy.heredocs.length > 0 ? null : (stepOf(input, copy, 'file')?.copies ?? null)
  return (understood && copyOf(copy, understood)) ?? readCopy(dockerfile, copy, buildArgs, workdirAt(input, copy))
}

/** The working folder before an instruction; null when it is not known. */
export function workdirAt(input: Reading, instruction: Instruction): string | null {
  const { dockerfile, buildArgs } = input
  const told = instruction.keyword === 'RUN' ? stepOf(input, instruction, 'exec')?.workdir : null
  if (told) return told
  const own = instruction.stage === null ? undefined : dockerfile.stages[instruction.stage]
  if (!own) return null
  const lineage = lineageOf(dockerfile, own, buildArgs)
  return workdirBefore(dockerfile, lineage, instruction, buildArgs, workdirOfBase(input, lineage))
}

/** The working folder that a lineage has from its base: the image tells it where it has the same base, and no WORKDIR of its own. */
function workdirOfBase(input: Reading, lineage: readonly Instruction[]): string | null {
  const { dockerfile, buildArgs, imageA, target } = input
  const ofImage = stageLineage(dockerfile, target, buildArgs)
  const [base, other] = [lineage, ofImage].map(([from]) => dockerfile.stages[from?.stage ?? -1]?.base?.raw)
  if (base === 'scratch') return '/'
  if (base !== other || ofImage.some(({ keyword }) => keyword === 'WORKDIR')) return null
  const configured = imageA.config.config?.WorkingDir
  return typeof configured === 'string' && configured !== '' ? configured : '/'
}

/** The variables that a RUN sees: those of the build itself where they are known, with the base image's. */
export function variablesAt(input: Reading, run: Instruction): VariableScope {
  const scope = scopeBefore(input.dockerfile, run, input.buildArgs)
  const env = stepOf(input, run, 'exec')?.env
  if (!env) return scope
  return {
    ...{ env: scope.env, args: scope.args },
    get: name => env.get(name) ?? scope.get(name),
    declares: name => env.has(name) || scope.declares(name),
    isUnset: name => !env.has(name) && scope.isUnset?.(name) === true,
  }
}

/** The step of an instruction; null where the build does not say, or where several may be meant and differ. */
function stepOf(input: Reading, instruction: Instruction, kind: Step['kind']): Step | null {
  const graph = graphOf(input)
  // BuildKit counts the lines of a trigger from the trigger's own first line.
  if (!graph || input.dockerfile.stages.flatMap(triggersOf).includes(instruction)) return null
  const { line, endLine } = instruction
  const steps = [...graph.steps.values()].filter(
    step => step.kind === kind && step.lines.some(place => place.line === line && place.endLine === endLine),
  )
  const [step, ...others] = steps
  const same = (other: Step): boolean => JSON.stringify(other.copies) === JSON.stringify(step?.copies)
  return step && others.every(other => same(other) && other.workdir === step.workdir) ? step : null
}

const graphs = new WeakMap<object, BuildGraph | null>()

function graphOf({ a, dockerfile }: Reading): BuildGraph | null {
  const provenance = a?.provenance
  if (typeof provenance !== 'object' || provenance === null) return null
  const known = graphs.get(provenance)
  const graph = known === undefined ? readProvenance(provenance) : known
  graphs.set(provenance, graph)
  return graph === null || (graph.source !== null && graph.source !== dockerfile.text) ? null : graph
}
