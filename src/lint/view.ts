import type { Comment, Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts'
import { type Mount, mountsOf } from '../dockerfile/mounts.ts'
import { reachableStages } from '../dockerfile/reachable.ts'
import { expand, scopeBefore, type VariableScope } from '../dockerfile/scope.ts'
import { commandsOf, type ShellScript } from '../dockerfile/shell.ts'
import { type StageEdge, stageEdges } from '../dockerfile/stage.ts'
import type { ContextFiles, IgnoreFile } from './context/context.ts'
import type { GitState } from './context/git.ts'
import type { LintInput, SourceFile } from './input.ts'
import type { RunFacts } from './per-run.ts'
import { continuedStages, copiedPaths, type Reach, reachOf } from './reach.ts'
import type { LintSettings } from './settings.ts'

export type { LintInput, SourceFile } from './input.ts'

/** The sources as the rules see them: only what the build of the target needs, ONBUILD seen through, values resolved. */
export interface View {
  dockerfile: Dockerfile
  context: ContextFiles | null
  ignoreFile: IgnoreFile | null
  git: GitState | null
  workflows: readonly SourceFile[]
  buildArgs: Readonly<Record<string, string>>
  platforms: readonly string[]
  labels: readonly string[]
  annotations: readonly string[]
  run: RunFacts | null
  settings: LintSettings
  /** Whether a name is a build context of the command line, and so no image. */
  isBuildContext: (reference: string) => boolean
  /** The stages that the target needs, in the order of the file. */
  stages: StageView[]
  /** Every step of every such stage; those of Windows stages not. */
  steps: Step[]
}

export interface StageView {
  stage: Stage
  /** Commands are PowerShell or cmd: nobody here reads them. */
  windows: boolean
  /** The stage that this one continues. */
  parent: StageView | null
  edges: StageEdge[]
  steps: Step[]
  /** What of its files comes into the image. */
  reach: Reach
}

/** An instruction after FROM; for ONBUILD the instruction it triggers. */
export interface Step {
  /** Its place among the steps of its stage. */
  index: number
  instruction: Instruction
  stage: StageView
  /** Variables as they are before it. */
  scope: VariableScope
  /** The commands of a RUN; none for other instructions. */
  script: ShellScript
  mounts: Mount[]
}

const noScript: ShellScript = { commands: [], errors: 0, interpreter: 'other' }

export function viewOf(input: LintInput): View {
  const { dockerfile, buildArgs } = input
  const reachable = reachableStages(dockerfile, input.target, buildArgs)
  const stages: StageView[] = []
  const byStage = new Map<Stage, StageView>()
  for (const stage of dockerfile.stages) {
    if (!reachable.has(stage.index)) continue
    const edges = stageEdges(dockerfile, stage, buildArgs)
    const base = edges.find(edge => edge.kind === 'from')?.target
    const parent = base ? (byStage.get(base) ?? null) : null
    const windows = parent?.windows === true || isWindows(stage, edges)
    const view: StageView = { stage, windows, parent, edges, steps: [], reach: { whole: false, copied: [] } }
    view.steps = stage.instructions.map((instruction, index) => stepOf(input, view, instruction, index))
    stages.push(view)
    byStage.set(stage, view)
  }
  const copied = copiedPaths(stages, ({ scope }, text) => {
    const { value, resolved } = expand(text, scope, dockerfile.escape)
    return resolved ? value : null
  })
  const continued = continuedStages(stages.at(-1))
  for (const stage of stages) stage.reach = reachOf(stage, copied, continued)
  return {
    dockerfile,
    context: input.context,
    ignoreFile: input.ignoreFile,
    git: input.git,
    workflows: input.workflows,
    buildArgs,
    platforms: input.platforms ?? [],
    labels: input.labels ?? [],
    annotations: input.annotations ?? [],
    run: input.run ?? null,
    settings: input.settings,
    isBuildContext: buildContextTest(input.buildContexts),
    stages,
    steps: stages.filter(stage => !stage.windows).flatMap(stage => stage.steps),
  }
}

function stepOf({ dockerfile, buildArgs }: LintInput, stage: StageView, outer: Instruction, index: number): Step {
  const instruction = outer.trigger ?? outer
  let scope: VariableScope | undefined
  let script: ShellScript | undefined
  return {
    index,
    instruction,
    stage,
    mounts: mountsOf(instruction),
    get scope() {
      scope ??= scopeBefore(dockerfile, outer, buildArgs)
      return scope
    },
    get script() {
      script ??= instruction.keyword === 'RUN' ? commandsOf(dockerfile, instruction, this.scope) : noScript
      return script
    },
  }
}

/** The steps that made what a step finds: those of the stages below its own, then the earlier ones of its own. */
export const stepsBefore = (step: Step): Step[] => [...stepsBack(step)].reverse()

/** The same, the nearest first: for those who stop at the first that tells. */
export function* stepsBack(step: Step): Generator<Step, undefined> {
  for (let index = step.index - 1; index >= 0; index--) yield step.stage.steps[index] as Step
  for (let stage = step.stage.parent; stage !== null; stage = stage.parent) {
    for (let index = stage.steps.length - 1; index >= 0; index--) yield stage.steps[index] as Step
  }
}

/** Asked of a step, once for each step and question. */
type Question = (view: View, step: Step) => boolean

const firstYes = new WeakMap<StageView, Map<Question, number>>()

/**
 * Whether the answer is yes for some step before this one, those of the stages below included.
 * @param question a function of the module, not one made for the call: answers are kept by it
 */
export function someBefore(view: View, step: Step, question: Question): boolean {
  return firstIn(view, step.stage, question) < step.index || someIn(view, step.stage.parent, question)
}

const anyYes = new WeakMap<StageView, Map<Question, boolean>>()

/** Whether the answer is yes for some step of a stage, or of those below. Kept for each: the chain may be long. */
function someIn(view: View, top: StageView | null, question: Question): boolean {
  const waiting: StageView[] = []
  let yes: boolean | undefined
  for (let stage = top; stage !== null && yes === undefined; stage = stage.parent) {
    yes = anyYes.get(stage)?.get(question)
    if (yes !== undefined) break
    waiting.push(stage)
    if (firstIn(view, stage, question) < stage.steps.length) yes = true
  }
  for (const stage of waiting) {
    const answers = anyYes.get(stage) ?? new Map<Question, boolean>()
    anyYes.set(stage, answers.set(question, yes ?? false))
  }
  return yes ?? false
}

function firstIn(view: View, stage: StageView, question: Question): number {
  const answers = firstYes.get(stage) ?? new Map<Question, number>()
  firstYes.set(stage, answers)
  const known = answers.get(question)
  if (known !== undefined) return known
  const found = stage.steps.findIndex(step => question(view, step))
  const first = found < 0 ? Number.POSITIVE_INFINITY : found
  answers.set(question, first)
  return first
}

/** A text of an instruction with its variables replaced; null when one has no known value. */
export function valueAt(view: View, step: Step, text: string): string | null {
  const { value, resolved } = expand(text, step.scope, view.dockerfile.escape)
  return resolved ? value : null
}

const codes = new WeakMap<Instruction, string>()

/** The source of an instruction without the comments inside it, heredoc bodies included. Read once: many rules ask. */
export function codeOf({ dockerfile }: View, instruction: Instruction): string {
  const known = codes.get(instruction)
  if (known !== undefined) return known
  const { start, end } = instruction.range
  let code = ''
  let from = start
  for (let at = firstFrom(dockerfile.comments, start); at < dockerfile.comments.length; at++) {
    const { range } = dockerfile.comments[at] as Comment
    if (range.end > end) break
    code += dockerfile.text.slice(from, range.start)
    from = range.end
  }
  code += dockerfile.text.slice(from, end)
  codes.set(instruction, code)
  return code
}

/** Index of the first of these, which stand in order, at or after an offset. */
function firstFrom(comments: readonly Comment[], offset: number): number {
  let [low, high] = [0, comments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((comments[middle] as Comment).range.start < offset) low = middle + 1
    else high = middle
  }
  return low
}

function isWindows(stage: Stage, edges: StageEdge[]): boolean {
  const base = edges.find(edge => edge.kind === 'from')?.reference.value.toLowerCase() ?? ''
  if (/\b(nanoserver|windowsservercore|servercore)\b|mcr\.microsoft\.com\/(windows|powershell)/.test(base)) return true
  if (/^windows\b/i.test(stage.platform ?? '')) return true
  return stage.instructions.some(
    ({ keyword, json }) => keyword === 'SHELL' && /(^|[\\/])(pwsh|powershell|cmd)(\.exe)?$/i.test(json?.[0] ?? ''),
  )
}

function buildContextTest(names: string[]): View['isBuildContext'] {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/^docker\.io\/(library\/)?/, '')
      .replace(/:latest$/, '')
  const known = new Set(names.map(plain))
  return reference => known.has(plain(reference))
}
