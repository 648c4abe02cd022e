import type { Dockerfile, Instruction, Stage } from './dockerfile.ts'
import { lexWord } from './lexer.ts'
import { pairsOf } from './pairs.ts'
import { define, find, findKind, makeTimeline, namesBefore, type Timeline } from './timeline.ts'

/** A text with its variables replaced. */
export interface Expanded {
  /** Where a variable has no known value, `${X}` stays. */
  value: string
  /** False when some variable had no known value, or when BuildKit would refuse the text. */
  resolved: boolean
}

/** What the variables of a Dockerfile are worth at one place. */
export interface VariableScope {
  /** Undefined when it has no value, or none that can be known without the base image or the build's arguments. */
  get(name: string): string | undefined
  /** Whether some ARG or ENV (or BuildKit itself, for platform arguments in FROM) declares it here. */
  declares(name: string): boolean
  /** Whether it surely has no value, so that `${x:-y}` is `y`. */
  isUnset?(name: string): boolean
  /** What the image will have, inherited from stages of this file; unknown parts of a value stay `${X}`. */
  env: Names<string>
  /** The ARGs declared in this stage (or globally, for a FROM), the inherited ones too. */
  args: Names<string | undefined>
}

/** Names with their values. Asking for one is quick however many there are; going through all is not. */
export interface Names<V> extends Iterable<[string, V]> {
  has(name: string): boolean
  get(name: string): V | undefined
}

/** Platform arguments BuildKit always has in FROM, and in a stage that declares them. Their values are the build's. */
const platformArgs = ['PLATFORM', 'OS', 'OSVERSION', 'ARCH', 'VARIANT']
const givenArgs = new Set([...platformArgs.flatMap(name => [`BUILD${name}`, `TARGET${name}`]), 'TARGETSTAGE'])

/** Whether BuildKit itself gives an argument its value. */
export const isPlatformArgument = (name: string): boolean => givenArgs.has(name)

/**
 * Replaces variables and takes off quotes and escapes, as BuildKit does for FROM, ENV, ARG, LABEL, COPY and the like.
 * @param escapeChar the file's escape character
 */
export function expand(text: string, scope: VariableScope, escapeChar: string): Expanded {
  const lookup = (name: string): string | null | undefined =>
    scope.get(name) ?? (scope.isUnset?.(name) ? null : undefined)
  const lexed = lexWord(text, { escape: escapeChar, lookup })
  return lexed === null ? { value: text, resolved: false } : { value: lexed.result, resolved: lexed.kept.length === 0 }
}

/** The variables an instruction sees: for FROM and ARG before it the global ones, else those of its stage so far. */
export function scopeBefore(
  dockerfile: Dockerfile,
  instruction: Instruction,
  buildArgs: Record<string, string>,
): VariableScope {
  const { stages, global, order } = timelinesOf(dockerfile, buildArgs)
  const timeline = instruction.keyword === 'FROM' ? global : (stages[instruction.stage ?? -1] ?? global)
  return view(timeline, order.get(instruction) ?? Number.POSITIVE_INFINITY)
}

/** The variables of a stage at its end: what the image will have, and what a stage that continues it starts with. */
export function scopeAtEnd(dockerfile: Dockerfile, stage: Stage, buildArgs: Record<string, string>): VariableScope {
  const { stages, global } = timelinesOf(dockerfile, buildArgs)
  return view(stages[stage.index] ?? global, Number.POSITIVE_INFINITY)
}

interface Timelines {
  global: Timeline
  stages: Timeline[]
  /** Where in its timeline each instruction (and each trigger) stands; FROM stands at the end of the global one. */
  order: Map<Instruction, number>
}

const known = new WeakMap<Dockerfile, Map<string, Timelines>>()

/** Computed once for a file and its build arguments: rules ask for the scope of every instruction. */
function timelinesOf(dockerfile: Dockerfile, buildArgs: Record<string, string>): Timelines {
  const key = JSON.stringify(Object.entries(buildArgs))
  const cache = known.get(dockerfile) ?? new Map<string, Timelines>()
  known.set(dockerfile, cache)
  const cached = cache.get(key)
  if (cached !== undefined) return cached
  const timelines = makeTimelines(dockerfile, new Map(Object.entries(buildArgs)))
  cache.set(key, timelines)
  return timelines
}

function makeTimelines(dockerfile: Dockerfile, buildArgs: Map<string, string>): Timelines {
  const global: Timeline = makeTimeline(null, false)
  for (const name of givenArgs) {
    const value = buildArgs.get(name)
    define(global, name, { kind: 'arg', at: -1, value: value === undefined ? unknown(name) : given(value) })
  }
  const first = dockerfile.stages[0]?.from
  const head = first === undefined ? dockerfile.instructions.length : dockerfile.instructions.indexOf(first)
  const order = new Map<Instruction, number>()
  const place = (instruction: Instruction, at: number): void => {
    order.set(instruction, at)
    if (instruction.trigger !== null) order.set(instruction.trigger, at)
  }
  dockerfile.instructions.slice(0, head).forEach((instruction, at) => {
    place(instruction, at)
    if (instruction.keyword === 'ARG') declare(global, global, instruction, at, buildArgs, dockerfile.escape)
  })
  const stages: Timeline[] = []
  const byName = new Map<string, Timeline>()
  for (const stage of dockerfile.stages) {
    const image = expand(stage.base?.raw ?? '', view(global, Number.POSITIVE_INFINITY), dockerfile.escape).value
    const base = byName.get(image.toLowerCase()) ?? null
    const timeline = makeTimeline(base, base?.external ?? image !== 'scratch')
    stage.instructions.forEach((instruction, at) => {
      place(instruction, at)
      if (instruction.keyword === 'ARG') declare(timeline, global, instruction, at, buildArgs, dockerfile.escape)
      if (instruction.keyword === 'ENV') setEnv(timeline, instruction, at, dockerfile.escape)
    })
    stages.push(timeline)
    if (stage.name !== null) byName.set(stage.name, timeline)
  }
  return { global, stages, order }
}

/** A value from the build, then a global one where the ARG has no default of its own, then the default. */
function declare(
  timeline: Timeline,
  global: Timeline,
  instruction: Instruction,
  at: number,
  buildArgs: Map<string, string>,
  escapeChar: string,
): void {
  for (const pair of pairsOf(instruction)) {
    const fromBuild = buildArgs.get(pair.name)
    const inherited = timeline === global ? null : (find(global, pair.name, Number.POSITIVE_INFINITY)?.value ?? null)
    let value: Expanded | null = null
    if (fromBuild !== undefined) value = given(fromBuild)
    else if (pair.value === null) value = inherited
    // Names of one ARG see those before them: a later one of the same instruction counts as later.
    else value = expand(pair.value.raw, view(timeline, at + 0.5), escapeChar)
    define(timeline, pair.name, { kind: 'arg', value, at })
  }
}

/** All values of one ENV see what was before that ENV. */
function setEnv(timeline: Timeline, instruction: Instruction, at: number, escapeChar: string): void {
  const scope = view(timeline, at)
  for (const pair of pairsOf(instruction)) {
    const name = expand(pair.name, scope, escapeChar)
    define(timeline, name.value, { kind: 'env', value: expand(pair.value?.raw ?? '', scope, escapeChar), at })
  }
}

const given = (value: string): Expanded => ({ value, resolved: true })
const unknown = (name: string): Expanded => ({ value: `\${${name}}`, resolved: false })

function view(timeline: Timeline, at: number): VariableScope {
  let env: Names<string> | undefined
  let args: Names<string | undefined> | undefined
  return {
    get: name => {
      const value = find(timeline, name, at)?.value
      return value?.resolved ? value.value : undefined
    },
    declares: name => find(timeline, name, at) !== null,
    isUnset: name => {
      const found = find(timeline, name, at)
      if (found !== null) return found.value === null
      return !timeline.external && name !== 'PATH'
    },
    get env() {
      env ??= namesOf(timeline, at, 'env') as Names<string>
      return env
    },
    get args() {
      args ??= namesOf(timeline, at, 'arg')
      return args
    },
  }
}

/** The names of one kind with their values, those of the stages below first. */
function namesOf(timeline: Timeline, at: number, kind: 'arg' | 'env'): Names<string | undefined> {
  const get = (name: string): string | undefined => {
    const value = findKind(timeline, name, at, kind)?.value
    return kind === 'env' || value?.resolved ? value?.value : undefined
  }
  const has = (name: string): boolean => findKind(timeline, name, at, kind) !== null
  return {
    ...{ get, has },
    *[Symbol.iterator]() {
      for (const name of namesBefore(timeline, at)) if (has(name)) yield [name, get(name)]
    },
  }
}
