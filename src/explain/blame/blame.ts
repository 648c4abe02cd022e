import type { Dockerfile, Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import { findStage, stageEdges } from '../../dockerfile/stage.ts'
import type { HistoryEntry, Image } from '../../image/image.ts'
import type { Step } from './provenance.ts'
import { layerSteps, readProvenance } from './provenance.ts'

/** A layer of the image and the instruction that made it. */
export interface BlamedLayer {
  /** Index among the image's layers, base layers included. */
  index: number
  base: boolean
  /** Text of the Dockerfile instruction, else history's created_by. */
  instruction: string
  /** Lines, 1-based; null when not known for sure. */
  line: number | null
  endLine: number | null
  stage: number | null
}

/**
 * The Dockerfile instruction of every layer: from the build's provenance where it is there and agrees with the image's
 * history, else from the history alone. A line that is not sure is null.
 */
export function blameLayers(
  provenance: unknown,
  image: Image,
  dockerfile: Dockerfile,
  target?: string,
  buildArgs: Record<string, string> = {},
): BlamedLayer[] {
  const layers = image.config.rootfs.diff_ids.length
  const history = layerHistory(image, layers)
  const lineage = stageLineage(dockerfile, target, buildArgs)
  const made =
    fromProvenance(provenance, dockerfile, lineage, history, layers) ?? fromHistory(image, dockerfile, lineage, layers)
  return Array.from({ length: layers }, (_, index) => {
    const instruction = made.instructions[index] ?? null
    return {
      index,
      base: index < made.base,
      instruction: instruction
        ? dockerfile.text.slice(instruction.range.start, instruction.range.end)
        : (history[index]?.created_by ?? ''),
      line: instruction?.line ?? null,
      endLine: instruction?.endLine ?? null,
      stage: instruction?.stage ?? null,
    }
  })
}

interface Made {
  /** By layer; null where not known. */
  instructions: (Instruction | null)[]
  /** How many of the first layers come from the base image. */
  base: number
}

/** The history entry of each layer, aligned from the end (a base may have layers without history). */
function layerHistory(image: Image, layers: number): (HistoryEntry | undefined)[] {
  const entries = (Array.isArray(image.config.history) ? image.config.history : []).filter(entry => !entry?.empty_layer)
  return Array.from({ length: layers }, (_, index) => entries[index - layers + entries.length])
}

/** All instructions that lead to the target, through `FROM stage`, in the order they run; FROMs included. */
export function stageLineage(
  dockerfile: Dockerfile,
  target: string | undefined,
  buildArgs: Record<string, string>,
): Instruction[] {
  const stage =
    target === undefined || target === ''
      ? dockerfile.stages.at(-1)
      : findStage(dockerfile, target, dockerfile.stages.length)
  return stage ? lineageOf(dockerfile, stage, buildArgs) : []
}

/** The same for a stage. */
export function lineageOf(dockerfile: Dockerfile, stage: Stage, buildArgs: Record<string, string>): Instruction[] {
  const lineage: Instruction[] = []
  let at: Stage | null | undefined = stage
  for (let hops = 0; at && hops <= dockerfile.stages.length; hops++) {
    const parent: Stage | null | undefined = stageEdges(dockerfile, at, buildArgs).find(
      edge => edge.kind === 'from',
    )?.target
    lineage.unshift(at.from, ...(parent ? triggersOf(parent) : []), ...at.instructions)
    at = parent
  }
  return lineage
}

/** What a stage leaves for those that continue it: the instructions behind its ONBUILDs. */
export const triggersOf = (stage: Stage): Instruction[] =>
  stage.instructions.flatMap(({ trigger }) => (trigger ? [trigger] : []))

/** What a shell or a builder without BuildKit writes: `/bin/sh -c #(nop)  COPY …`, `|1 A=b /bin/bash -o pipefail -c make`. */
const plainForm = /^\/bin\/sh -c #\(nop\)\s+([A-Z]+)\b/
const shellForm = /(?:^|\s)\/(?:[\w.-]+\/){0,8}(?:sh|bash|ash|dash|ksh|zsh)(?: -[\w-]+| pipefail){0,8} /

const createdByKeyword = (createdBy: string): string => {
  const told = createdBy.trimStart().slice(0, 10_000)
  const plain = plainForm.exec(told)?.[1]
  if (plain !== undefined) return plain
  const [first = ''] = told.split(/\s/, 1)
  return /^[A-Z]+$/.test(first) ? first : shellForm.test(told) ? 'RUN' : ''
}

function fromProvenance(
  provenance: unknown,
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
  history: readonly (HistoryEntry | undefined)[],
  layers: number,
): Made | null {
  const graph = readProvenance(provenance)
  if (!graph || (graph.source !== null && graph.source !== dockerfile.text)) return null
  const steps = layerSteps(graph)?.filter(step => step.kind !== 'source')
  if (!steps || steps.length > layers) return null
  const base = layers - steps.length
  const instructions: (Instruction | null)[] = new Array(layers).fill(null)
  let before = lineage.length
  // BuildKit counts the lines of a trigger from the trigger's own first line.
  const triggers = new Set(dockerfile.stages.flatMap(triggersOf))
  for (let at = steps.length - 1; at >= 0; at--) {
    const index = base + at
    const createdBy = history[index]?.created_by
    const denied = (instruction: Instruction): boolean =>
      createdBy === undefined ? triggers.has(instruction) : !matches(createdBy, instruction, dockerfile)
    const found = lastAmong(lineage, before, steps[at] as Step, denied, triggers)
    if (found < 0) continue
    instructions[index] = lineage[found] ?? null
    before = found
  }
  return { instructions, base }
}

/** The last instruction before `before` that the step may come from and that the history does not deny. */
function lastAmong(
  lineage: readonly Instruction[],
  before: number,
  step: Step,
  denied: (instruction: Instruction) => boolean,
  triggers: ReadonlySet<Instruction>,
): number {
  return lineage.findLastIndex(
    (instruction, at) =>
      at < before &&
      (triggers.has(instruction) ||
        step.lines.some(({ line, endLine }) => line <= instruction.endLine && endLine >= instruction.line)) &&
      makes(instruction, step) &&
      !denied(instruction),
  )
}

const makes = (instruction: Instruction, step: Step): boolean =>
  step.kind === 'exec' ? instruction.keyword === 'RUN' : ['COPY', 'ADD', 'WORKDIR', 'RUN'].includes(instruction.keyword)

const makesLayers = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR'])

/**
 * Without provenance: BuildKit writes one history entry for every instruction of the lineage, kaniko one for every layer,
 * so the ends are alike.
 */
function fromHistory(image: Image, dockerfile: Dockerfile, lineage: readonly Instruction[], layers: number): Made {
  const entries = Array.isArray(image.config.history) ? image.config.history : []
  const written = lineage.filter(instruction => instruction.keyword !== 'FROM')
  const made = fromEnds(entries, written, dockerfile, layers)
  // Without a Dockerfile nothing tells what came with the base.
  if (lineage.length === 0) return { ...made, base: 0 }
  if (made.matched === written.length || entries.some(entry => entry?.empty_layer)) return made
  const ofLayers = written.filter(({ keyword }) => makesLayers.has(keyword))
  const other = fromEnds(entries, ofLayers, dockerfile, layers)
  return other.matched > made.matched ? other : made
}

/** The walk from the ends stops at the first entry that does not match its instruction. */
function fromEnds(
  entries: readonly HistoryEntry[],
  written: readonly Instruction[],
  dockerfile: Dockerfile,
  layers: number,
): Made & { matched: number } {
  const instructions: (Instruction | null)[] = new Array(layers).fill(null)
  let layer = layers
  let at = entries.length - 1
  let matched = 0
  for (; at >= 0 && matched < written.length; at--, matched++) {
    const entry = entries[at]
    const instruction = written[written.length - 1 - matched]
    if (!entry || !instruction || !matches(entry.created_by ?? '', instruction, dockerfile)) break
    if (entry.empty_layer) continue
    layer--
    // A builder that makes one layer of all its steps gives it to the last one, whatever that is.
    instructions[layer] = makesLayers.has(instruction.keyword) ? instruction : null
  }
  return { instructions, base: matched === written.length ? layer : 0, matched }
}

/** Whether a history entry can be this instruction's: same keyword, and every plain word of it appears. */
export function matches(createdBy: string, instruction: Instruction, dockerfile: Dockerfile): boolean {
  if (createdByKeyword(createdBy) !== instruction.keyword) return false
  const words = plainWords(instruction, dockerfile)
  // What was copied is told by its digest there, the place as it is.
  const told = hashedSource.test(createdBy) ? words.slice(-1).map(word => word.replace(/^(?:\.\/)+/, '')) : words
  return told.every(word => createdBy.includes(word))
}

const hashedSource = /\b(?:file|dir|multi):[0-9a-f]{64} in /

/** The first words that history shows as they are written: without variables, quotes and what a heredoc holds. */
function plainWords(instruction: Instruction, dockerfile: Dockerfile): string[] {
  const { start, end } = instruction.argumentRange
  const written = dockerfile.text.slice(start, end).replace(/^[ \t]*#.*$/gm, '')
  const words =
    instruction.json ?? (instruction.keyword === 'RUN' ? written.split(/\s+/) : instruction.words.map(word => word.raw))
  return words.filter(word => /^[\w./:@%+,-]{2,}$/.test(word)).slice(0, 30)
}
