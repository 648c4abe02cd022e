import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts'
import { mountsOf } from '../dockerfile/mounts.ts'
import { instructionAt, parseDockerfile } from '../dockerfile/parse.ts'
import { findStage } from '../dockerfile/stage.ts'
import { blameLayers } from './blame/blame.ts'
import type { StagePair, StageReader } from './blame/probe.ts'
import { digestsOf, pairOfContents } from './content-digest.ts'
import { linkDerived } from './derived.ts'
import type { ExplainedEntry } from './entries.ts'
import { explainingEntries } from './entries.ts'
import { inTurns } from './in-turns.ts'
import { withQuotedDigests } from './read-again/quoted-digests.ts'
import { withWholePrograms } from './read-again/whole-programs.ts'
import type { Clock } from './values/time.ts'

/** A differing path of a stage and the instruction that wrote it there; null when its line is not known. */
export interface StageEntry {
  entry: ExplainedEntry
  instruction: Instruction | null
}

/** What is needed to look at a stage as a whole. */
export interface ViewInput {
  dockerfile: Dockerfile
  buildArgs: Record<string, string>
  clock: Clock
  stages: StageReader | undefined
  signal?: AbortSignal | undefined
}

/** One image is not worth more stages than this: what differs in each is written to the disk and read. */
const stageLimit = 6

/**
 * Stages as images of their own: which of their paths differ, and which of those only follow from others. For what the
 * probe cannot tell: that a file which a RUN made differs because another one did that it read.
 */
export class StageViews {
  private readonly input: ViewInput
  private readonly known = new Map<Stage, Promise<StageEntry[]>>()

  constructor(input: ViewInput) {
    this.input = input
  }

  /** The differing paths of a stage as it is at its end; none where it cannot be looked at. */
  of(stage: Stage): Promise<StageEntry[]> {
    const known = this.known.get(stage)
    if (known) return known
    const view = this.known.size < stageLimit ? this.look(stage) : Promise.resolve([])
    this.known.set(stage, view)
    return view
  }

  /** The path of a stage that has, on both sides, the contents of this one, as that instruction left it. */
  async find(entry: ExplainedEntry, stage: Stage, madeBy: Instruction): Promise<StageEntry | null> {
    const pair = contentsOf(entry)
    if (pair === null) return null
    const name = lastPart(entry.subject.entry.path)
    const alike = (await this.of(stage)).filter(
      one => (one.instruction === madeBy || madeBy.keyword === 'FROM') && contentsOf(one.entry) === pair,
    )
    return alike.find(one => lastPart(one.entry.subject.entry.path) === name) ?? alike[0] ?? null
  }

  /**
   * The first causes of a path that several instructions of the stage wrote, each by a difference of its own, and that has the
   * contents of this one at the end; none where it is one instruction.
   */
  async makers(entry: ExplainedEntry, stage: Stage): Promise<StageEntry[]> {
    const pair = contentsOf(entry)
    const all = pair === null ? [] : await this.of(stage)
    const last = all.findLast(one => contentsOf(one.entry) === pair)
    const own = all.filter(
      one => last && one.entry.subject.entry.path === last.entry.subject.entry.path && one.instruction !== null,
    )
    const firsts = own.filter(one => one.entry.root === null)
    return own.at(-1) === last && new Set(firsts.map(one => one.instruction)).size > 1 ? firsts : []
  }

  /** What a path that a RUN made quotes of the stages mounted into it; null when it differs by anything else. */
  async mounted({ entry, instruction: run }: StageEntry): Promise<StageEntry | null> {
    const { dockerfile, clock } = this.input
    if (run === null || run.stage === null || entry.root !== null) return null
    const text = dockerfile.text.slice(run.range.start, run.range.end)
    for (const { type, options } of mountsOf(run)) {
      const stage = type === 'bind' && options.from ? findStage(dockerfile, options.from, run.stage) : null
      if (!stage) continue
      const origins = (await this.of(stage)).filter(origin => origin.entry.root === null && origin.instruction !== null)
      const places = origins.map(origin => ({ entry: origin.entry, start: 0, text: '' }))
      linkDerived([...places, { entry, start: 1, text }], clock)
      const origin = origins.find(one => one.entry === entry.root)
      if (origin) return origin
    }
    return null
  }

  /** First causes among what differs in the parts of stages that are mounted into a RUN. */
  async differingInMounts(run: Instruction): Promise<StageEntry[]> {
    const found: StageEntry[] = []
    for (const { type, options } of run.stage === null ? [] : mountsOf(run)) {
      const stage =
        type === 'bind' && options.from ? findStage(this.input.dockerfile, options.from, run.stage ?? 0) : null
      const source = (options.source ?? '').replace(/^\/+|\/+$/g, '')
      const isIn = (path: string): boolean => source === '' || path === source || path.startsWith(`${source}/`)
      if (stage)
        found.push(
          ...(await this.of(stage)).filter(
            ({ entry, instruction }) =>
              entry.root === null &&
              instruction !== null &&
              isIn(entry.subject.entry.path) &&
              entry.subject.entry.kind === 'changed',
          ),
        )
    }
    return found
  }

  private async look(stage: Stage): Promise<StageEntry[]> {
    const { dockerfile, stages, signal } = this.input
    signal?.throwIfAborted()
    const end = (stage.instructions.at(-1) ?? stage.from).range.end
    const text = dockerfile.text.slice(0, end)
    if (!stages || text.trimEnd().endsWith(dockerfile.escape)) return []
    // What cannot be looked at leaves the paths where the search put them.
    return (await stages(`${text}\n`, pair => this.explained(pair, `${text}\n`)).catch(() => null)) ?? []
  }

  private async explained(pair: StagePair, text: string): Promise<StageEntry[]> {
    const { dockerfile, buildArgs, clock, signal } = this.input
    const cut = parseDockerfile(text, dockerfile.file)
    // What both sides have is counted as A has it.
    const blamed = blameLayers(pair.provenance.A, pair.imageA, cut, undefined, buildArgs)
    const programs = await withWholePrograms(pair.comparison, pair.contents)
    const { layers } = await withQuotedDigests(programs, pair.contents)
    const steps = explainingEntries(
      layers.filter(({ index }) => !blamed[index]?.base),
      clock,
      index => blamed[index]?.instruction ?? '',
    )
    const entries = await inTurns(steps, signal)
    const found = entries.map(entry => {
      const line = blamed[entry.layer]?.line
      return { entry, instruction: line ? instructionAt(dockerfile, line) : null }
    })
    linkDerived(
      found.flatMap(({ entry, instruction }) =>
        instruction
          ? [
              {
                ...{ entry, start: instruction.range.start, copied: instruction.keyword !== 'RUN' },
                text: dockerfile.text.slice(instruction.range.start, instruction.range.end),
              },
            ]
          : [],
      ),
      clock,
    )
    return found
  }
}

/** What a path and its copy in another place share: the contents of both sides, or of the one that has it. */
function contentsOf({ subject: { entry } }: ExplainedEntry): string | null {
  const { a, b } = digestsOf(entry)
  return pairOfContents(entry) ?? (entry.kind === 'changed' || (a ?? b) === null ? null : `${entry.kind} ${a ?? b}`)
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
