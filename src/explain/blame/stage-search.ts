import type { Dockerfile, Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import { findStage } from '../../dockerfile/stage.ts'
import { readsClock, sourceOfChance } from '../instruction-text.ts'
import { sourcesOf } from './copied.ts'
import type { Reading } from './copy-reader.ts'
import { copyAt, variablesAt, workdirAt } from './copy-reader.ts'
import { triggerBehind } from './onbuild.ts'
import { agree, mayCopy, type Outcome } from './outcome.ts'
import type { Sources } from './prefix.ts'
import type { Probe } from './probe.ts'
import { filesReadBy } from './run-copy.ts'
import { copiedBy, mayPassOn, sourceOf } from './run-sources.ts'
import { StageStates } from './stage-states.ts'
import { stepsOf } from './stage-steps.ts'
import { lastTurn, turnIn } from './turn.ts'
import { unitsOf } from './units.ts'

/** What a search through the stages needs to know. */
export interface SearchInput extends Reading {
  probe?: Probe
}

/** A place in the search: paths of a stage, and what else differs beside them. */
interface Search {
  stage: Stage
  sources: Sources
  others: readonly string[]
  /** The sources hold all that is searched for. */
  complete: boolean
  /** They are one regular file: what writes it takes nothing from what was there, unless it is a RUN. */
  file: boolean
  /** Only up to this step of the stage; to its end when absent. */
  upTo?: Instruction
}

/** The stage of this file that a COPY takes from; null for the context, an image, or any other instruction. */
export function stageCopiedFrom(dockerfile: Dockerfile, instruction: Instruction): Stage | null {
  const from = instruction.keyword === 'COPY' ? instruction.flags.find(flag => flag.name === 'from')?.value : null
  return from && instruction.stage !== null ? findStage(dockerfile, from, instruction.stage) : null
}

/** Paths that a COPY wrote, and what else differs beside them. */
export interface Written {
  paths: readonly string[]
  others: readonly string[]
  /** All of the paths are regular files, on both sides. */
  files: boolean
}

/** Paths that may be copies. */
interface Copied {
  paths: readonly string[]
  /** They are one regular file. */
  file: boolean
}

/** Looks through stages for the instruction after which paths differ, from one COPY to the next. */
export class StageSearch {
  private readonly input: SearchInput
  private readonly states: StageStates

  constructor(input: SearchInput) {
    this.input = input
    this.states = new StageStates(input.dockerfile, input.probe)
  }

  /** Follows what `copy` wrote into the stage it copied it from. */
  async enter(copy: Instruction, stage: Stage, written: Written, depth = 0): Promise<Outcome> {
    const own = await this.sourcesIn(stage, copy, written.paths)
    if (!own) return { kind: 'stopped', reason: 'what the COPY copies could not be read from the Dockerfile' }
    const others = this.likelySources(copy, written.others)
    if (own.asWritten) return this.follow({ stage, sources: own, others, complete: true, file: false }, depth)
    const units = unitsOf(own.paths, others)
    const sources = { paths: units.paths, asWritten: false }
    const file = written.files && own.paths.length === 1
    const outcome = await this.follow({ stage, sources, others, complete: units.complete, file }, depth)
    // A wildcard that takes folders gives paths whose place in the stage the text does not say: then all it takes is followed.
    if (outcome.kind !== 'stopped' || outcome.reason !== agree) return outcome
    const all = copyAt(this.input, copy)?.sources.map(source => source.replaceAll('/./', '/')) ?? []
    const asWritten = { paths: all, asWritten: true }
    return all.length === 0
      ? outcome
      : this.follow({ stage, sources: asWritten, others, complete: false, file: false }, depth)
  }

  /** The paths in the stage that a COPY made these paths of; the sources as written where that is not clear. */
  private async sourcesIn(stage: Stage, copy: Instruction, paths: readonly string[]): Promise<Sources | null> {
    const read = copyAt(this.input, copy)
    if (!read) return null
    const found: string[] = []
    for (const path of paths) {
      const candidates = sourcesOf(read, path)
      if (candidates.length === 0)
        return { paths: read.sources.map(source => source.replaceAll('/./', '/')), asWritten: true }
      found.push(candidates.length === 1 ? (candidates[0] ?? '') : await this.differing(stage, candidates))
    }
    return { paths: [...new Set(found)], asWritten: false }
  }

  private likelySources(copy: Instruction, paths: readonly string[]): string[] {
    const read = copyAt(this.input, copy)
    return read ? paths.flatMap(path => sourcesOf(read, path)) : []
  }

  /** The candidate that differs at the end of the stage, the last of several, which was written last; the first when none can be told. */
  private async differing(stage: Stage, candidates: readonly string[]): Promise<string> {
    const end = stepsOf(stage, this.input).at(-1)
    for (const path of candidates.toReversed()) {
      if (end && (await this.states.differ(end, { paths: [path], asWritten: false })) === true) return path
    }
    return candidates[0] ?? ''
  }

  /** Bisects the steps of a stage for the one before which the paths agree and after which they differ. */
  private async follow(search: Search, depth: number): Promise<Outcome> {
    const all = stepsOf(search.stage, this.input)
    const steps = search.upTo ? all.slice(0, all.indexOf(search.upTo) + 1) : all
    const last = steps.length - 1
    const differAfter = (at: number): Promise<boolean | string> =>
      this.states.differ(steps[at] as Instruction, search.sources)
    const atEnd = await differAfter(last)
    if (typeof atEnd === 'string') return { kind: 'stopped', reason: atEnd }
    if (!atEnd) return { kind: 'stopped', reason: agree }
    const first = await turnIn(last, differAfter)
    if (typeof first === 'string') return { kind: 'stopped', reason: first }
    const staysFrom = (step: number): Promise<boolean> =>
      this.states.alike(steps[step] as Instruction, steps[last] as Instruction, search.sources)
    let [turn, stays] = [first, search.complete && (await staysFrom(first))]
    // Several paths are told apart first.
    if (search.complete && !stays && search.sources.paths.length === 1) {
      turn = await lastTurn(first, last, differAfter)
      stays = turn !== first && (await staysFrom(turn))
      const anew = search.file && !stays ? await this.writtenAnew(steps, turn, search, depth) : null
      if (anew) return anew
    }
    return this.through(steps[turn] as Instruction, steps[turn - 1] ?? null, search, stays, depth)
  }

  /**
   * A file that differed already and was written over by a copy of another differs by that other one: where the last such copy
   * leads; null without one. Only a RUN may have kept something of what was there.
   */
  private async writtenAnew(
    steps: Instruction[],
    turn: number,
    search: Search,
    depth: number,
  ): Promise<Outcome | null> {
    const path = search.sources.paths[0] as string
    for (let at = steps.length - 1; at > turn; at--) {
      const [step, before] = [steps[at] as Instruction, steps[at - 1] as Instruction]
      if (!(await this.states.changed(before, step, search.sources))) continue
      if (step.keyword === 'RUN') {
        const behind = await this.behindRun(step, before, { paths: [path], file: true }, depth)
        if (behind?.kind === 'found') return { ...behind, via: [step, ...behind.via] }
        // It may be such a copy: nobody can say so, and not that what stood there before is to blame.
        if (behind && behind.reason !== agree) return behind
      } else if (step.keyword !== 'FROM') {
        const through = await this.through(step, before, search, true, depth)
        if (through.kind === 'found' || through.reason !== agree) return through
      }
    }
    return null
  }

  /** When the step found is itself a COPY from a stage, the search goes on there. */
  private async through(
    instruction: Instruction,
    before: Instruction | null,
    search: Search,
    settled: boolean,
    depth: number,
  ): Promise<Outcome> {
    const { paths, asWritten } = search.sources
    const [path, ...more] = paths
    let note: string | undefined
    if (instruction.keyword === 'RUN' && path !== undefined && !asWritten) {
      const behind = await this.behindRun(instruction, before, { paths, file: search.file }, depth)
      if (behind?.kind === 'found')
        return { ...behind, via: [instruction, ...behind.via], settled: settled && behind.settled }
      const read = more.length === 0 ? await this.whatItReads(instruction, before, path, depth) : null
      if (read) return read
      if (behind && behind.reason !== agree) note = mayCopy(instruction, behind.reason)
    }
    const stage = stageCopiedFrom(this.input.dockerfile, instruction)
    if (!stage || depth > 20) {
      const found = await triggerBehind(instruction, search.sources, this.input, this.states)
      const alike = settled && found.settled && (asWritten || !mayPassOn(instruction, paths, this.input))
      return { kind: 'found', ...found, via: [], settled: alike, ...(note ? { note } : {}) }
    }
    const written = { paths, others: search.others, files: search.file }
    const deeper = await this.enter(instruction, stage, written, depth + 1)
    if (deeper.kind === 'stopped') return deeper
    return { ...deeper, via: [instruction, ...deeper.via], settled: settled && deeper.settled }
  }

  /**
   * Goes on with a file that a RUN reads and that differs before it, when nothing in the RUN's text makes a difference of its
   * own. Likely, not proven: what else the RUN reads is not seen.
   */
  private async whatItReads(
    run: Instruction,
    before: Instruction | null,
    path: string,
    depth: number,
  ): Promise<Outcome | null> {
    const { dockerfile } = this.input
    const text = dockerfile.text.slice(run.range.start, run.range.end)
    if (!before || depth > 20 || readsClock(text) || sourceOfChance(text) !== null) return null
    for (const read of filesReadBy(dockerfile, run, variablesAt(this.input, run), workdirAt(this.input, run))) {
      const source = read === path ? null : sourceOf(run, before, [read], this.input)
      if (!source) continue
      const { stage, after: upTo, paths } = source
      const sources = { paths, asWritten: false }
      if ((await this.states.differ(upTo, sources)) !== true) continue
      const found = await this.follow({ stage, sources, others: [], complete: true, file: true, upTo }, depth + 1)
      if (found.kind !== 'found') continue
      const note = `It comes through line ${run.line}, which reads ${read} and in whose text nothing else is seen to differ from build to build.`
      return { ...found, via: [run, ...found.via], note, readBy: run }
    }
    return null
  }

  /**
   * Goes on behind a RUN that did not make paths but copied them: from a stage mounted into it, or (with the step before it)
   * from other paths. Null unless the bytes prove it; stopped where they could not be seen.
   */
  async behindRun(
    run: Instruction,
    before: Instruction | null,
    copied: Copied,
    depth: number,
  ): Promise<Outcome | null> {
    if (depth > 20) return null
    let unseen: Outcome | null = null
    for (const written of copiedBy(run, copied.paths, this.input)) {
      const source = sourceOf(run, before, written, this.input)
      if (source === null) continue
      const same = await this.states.sameBytes({ after: run, paths: copied.paths }, source)
      if (typeof same === 'string') unseen ??= { kind: 'stopped', reason: `${written[0]}: ${same}` }
      if (same !== true) continue
      const sources = { paths: [...new Set(source.paths)], asWritten: false }
      const { stage, after: upTo } = source
      return this.follow({ stage, sources, others: [], complete: true, file: copied.file, upTo }, depth + 1)
    }
    return unseen
  }
}
