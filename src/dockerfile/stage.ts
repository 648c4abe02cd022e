import type { Dockerfile, Instruction, Range, Stage } from './dockerfile.ts'
import { mountsOf } from './mounts.ts'
import type { Expanded } from './scope.ts'
import { expand, scopeBefore } from './scope.ts'

/** What a stage takes files from: another stage, or an image from outside. */
export interface StageEdge {
  kind: 'from' | 'copy' | 'mount'
  instruction: Instruction
  /** Null: no stage of this file, so an image (or `scratch`, or a named build context). */
  target: Stage | null
  reference: Expanded
  /** Of the reference as written. */
  range: Range
}

/**
 * A stage by name (case does not matter) or by index as text, among those before index `before`; of equal names the last.
 */
export function findStage(dockerfile: Dockerfile, reference: string, before: number): Stage | null {
  if (/^\d+$/.test(reference)) {
    const index = Number(reference)
    return index < before ? (dockerfile.stages[index] ?? null) : null
  }
  return findNamed(dockerfile, reference, before)
}

/** By name alone, as FROM knows them. */
export function findNamed(dockerfile: Dockerfile, name: string, before: number): Stage | null {
  const known = byName.get(dockerfile) ?? stagesByName(dockerfile)
  const alike = known.get(name.toLowerCase()) ?? []
  let [low, high] = [0, alike.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((alike[middle] as Stage).index < before) low = middle + 1
    else high = middle
  }
  return alike[low - 1] ?? null
}

const byName = new WeakMap<Dockerfile, Map<string, Stage[]>>()

function stagesByName(dockerfile: Dockerfile): Map<string, Stage[]> {
  const names = new Map<string, Stage[]>()
  for (const stage of dockerfile.stages) {
    if (stage.name === null) continue
    const alike = names.get(stage.name)
    if (alike === undefined) names.set(stage.name, [stage])
    else alike.push(stage)
  }
  byName.set(dockerfile, names)
  return names
}

/** Everything a stage is made from, in order: its base, `COPY --from`, `RUN --mount from=`, and its base's ONBUILD triggers. */
export function stageEdges(dockerfile: Dockerfile, stage: Stage, buildArgs: Record<string, string>): StageEdge[] {
  const edges: StageEdge[] = []
  const base = baseEdge(dockerfile, stage, buildArgs)
  if (base !== null) edges.push(base)
  const triggers = base?.target?.instructions.flatMap(({ trigger }) => (trigger === null ? [] : [trigger])) ?? []
  for (const instruction of [...triggers, ...stage.instructions]) {
    if (instruction.keyword === 'ONBUILD') continue
    for (const edge of sourceEdges(dockerfile, stage, instruction)) edges.push(edge)
  }
  return edges
}

function baseEdge(dockerfile: Dockerfile, stage: Stage, buildArgs: Record<string, string>): StageEdge | null {
  if (stage.base === null) return null
  const reference = expand(stage.base.raw, scopeBefore(dockerfile, stage.from, buildArgs), dockerfile.escape)
  // FROM knows stages by name only: `FROM 0` is an image called 0.
  const target = findNamed(dockerfile, reference.value, stage.index)
  return { kind: 'from', instruction: stage.from, target, reference, range: stage.base.range }
}

/** What one instruction of a stage takes from other stages or images: `COPY --from`, `RUN --mount from=`. */
export function sourceEdges(dockerfile: Dockerfile, stage: Stage, instruction: Instruction): StageEdge[] {
  if (instruction.keyword === 'COPY') {
    return instruction.flags.flatMap(flag => {
      if (flag.name !== 'from' || !flag.value) return []
      const target = findStage(dockerfile, flag.value, stage.index)
      return [
        { kind: 'copy', instruction, target, reference: asWritten(flag.value), range: flag.valueRange ?? flag.range },
      ]
    })
  }
  return mountsOf(instruction).flatMap(({ options, flag }) => {
    if (!options.from) return []
    const target = findNamed(dockerfile, options.from, stage.index)
    return [
      {
        kind: 'mount',
        instruction,
        target,
        reference: asWritten(options.from),
        range: optionRange(flag, options.from),
      },
    ]
  })
}

/** BuildKit expands no variables in `--from` and `from=`. */
const asWritten = (value: string): Expanded => ({ value, resolved: !value.includes('$') })

/** Where `from=value` stands inside the flag, when nothing in the flag is written otherwise than it reads. */
function optionRange({ value, valueRange, range }: ReturnType<typeof mountsOf>[number]['flag'], from: string): Range {
  if (value === null || valueRange === null || valueRange.end - valueRange.start !== value.length)
    return valueRange ?? range
  const at = `,${value}`.toLowerCase().indexOf(`,from=${from}`.toLowerCase())
  if (at < 0) return valueRange
  const start = valueRange.start + at + 'from='.length
  return { start, end: start + from.length }
}
