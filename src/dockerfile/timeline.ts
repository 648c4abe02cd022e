import type { Expanded } from './scope.ts'

/** One ARG or ENV that took effect. */
export interface Definition {
  kind: 'arg' | 'env'
  /** Null: surely unset (an ARG without value). */
  value: Expanded | null
  /** Which instruction of the stage (or of the file's head) it is in. */
  at: number
}

/** All definitions of one stage in order, and the stage it continues. */
export interface Timeline {
  base: Timeline | null
  /** Whether the stages start from what is not known here: an image with variables of its own. */
  external: boolean
  definitions: Map<string, Definition[]>
  /** What a stage that continues this one sees of a name, once asked. */
  inherited: Map<string, Inherited>
}

interface Inherited {
  arg: Definition | null
  env: Definition | null
  any: Definition | null
}

export const makeTimeline = (base: Timeline | null, external: boolean): Timeline => ({
  base,
  external,
  definitions: new Map(),
  inherited: new Map(),
})

export function define(timeline: Timeline, name: string, definition: Definition): void {
  const list = timeline.definitions.get(name)
  if (list === undefined) timeline.definitions.set(name, [definition])
  else list.push(definition)
}

/**
 * The definition that counts before instruction `at`: the latest with a value; an ARG without one leaves what was there.
 * A stage that continues another one gets that one's ENV anew, so there ENV beats even a later ARG.
 */
export function find(timeline: Timeline, name: string, at: number): Definition | null {
  const own = latest(timeline, name, at, withValue)
  if (own !== null) return own
  const { env, any } = inherit(timeline.base, name)
  return env ?? any ?? latest(timeline, name, at, () => true)
}

/** The latest definition of one kind before instruction `at`, in the stage or those it continues. */
export const findKind = (timeline: Timeline, name: string, at: number, kind: 'arg' | 'env'): Definition | null =>
  latest(timeline, name, at, kind === 'arg' ? isArg : isEnv) ?? inherit(timeline.base, name)[kind]

/** Every name that is defined before instruction `at`, those of the stages below first. */
export function namesBefore(timeline: Timeline, at: number): Set<string> {
  const chain: Timeline[] = []
  for (let stage: Timeline | null = timeline; stage !== null; stage = stage.base) chain.unshift(stage)
  const isBefore = (stage: Timeline, list: Definition[]): boolean => stage !== timeline || (list[0]?.at ?? at) < at
  return new Set(
    chain.flatMap(stage => [...stage.definitions].flatMap(([name, list]) => (isBefore(stage, list) ? [name] : []))),
  )
}

/** A chain of stages may be long, and asked about by each of its stages: what was found is kept on the way. */
function inherit(base: Timeline | null, name: string): Inherited {
  const waiting: Timeline[] = []
  let stage = base
  while (stage !== null && !stage.inherited.has(name)) {
    waiting.push(stage)
    stage = stage.base
  }
  let found: Inherited = stage?.inherited.get(name) ?? { arg: null, env: null, any: null }
  for (const above of waiting.reverse()) {
    const arg = latest(above, name, Number.POSITIVE_INFINITY, isArg) ?? found.arg
    const env = latest(above, name, Number.POSITIVE_INFINITY, isEnv) ?? found.env
    const any = latest(above, name, Number.POSITIVE_INFINITY, withValue) ?? found.any
    found = { arg, env, any }
    above.inherited.set(name, found)
  }
  return found
}

const withValue = (definition: Definition): boolean => definition.value !== null
const isEnv = (definition: Definition): boolean => definition.kind === 'env'
/** Written in the file: those that BuildKit gives stand before it. */
const isArg = (definition: Definition): boolean => definition.kind === 'arg' && definition.at >= 0

function latest(
  timeline: Timeline,
  name: string,
  at: number,
  wanted: (definition: Definition) => boolean,
): Definition | null {
  const definitions = timeline.definitions.get(name) ?? []
  let low = 0
  let high = definitions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((definitions[middle]?.at ?? 0) < at) low = middle + 1
    else high = middle
  }
  for (let index = low - 1; index >= 0; index--) {
    const definition = definitions[index]
    if (definition !== undefined && wanted(definition)) return definition
  }
  return null
}
