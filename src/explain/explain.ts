import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import { instructionAt } from '../dockerfile/parse.ts'
import type { Finding } from '../finding.ts'
import { byWeight } from '../finding.ts'
import type { Comparison, LayerDifference } from '../image/comparison.ts'
import type { Contents } from '../image/contents.ts'
import type { DifferingEntries, EntryCause } from '../image/differing-entry.ts'
import type { Image } from '../image/image.ts'
import type { PackageFacts } from '../packages/facts.ts'
import type { BlamedLayer } from './blame/blame.ts'
import { blameLayers, stageLineage } from './blame/blame.ts'
import type { Probe, StageReader } from './blame/probe.ts'
import type { Traced, Tracer } from './blame/trace.ts'
import { makeTracer } from './blame/trace.ts'
import { explainConfig } from './config/config-cause.ts'
import type { Place } from './derived.ts'
import { linkDerived } from './derived.ts'
import type { ExplainedEntry } from './entries.ts'
import { explainingEntries, firstsOf } from './entries.ts'
import type { Group } from './finding-of.ts'
import { findingsOf } from './finding-of.ts'
import { groupBy } from './group.ts'
import { inTurns } from './in-turns.ts'
import { explainLayers } from './layer-cause.ts'
import { withQuotedDigests } from './read-again/quoted-digests.ts'
import { withWholePrograms } from './read-again/whole-programs.ts'
import { lookAgain } from './second-look.ts'
import { behindStages } from './stage-origin.ts'
import { StageViews } from './stage-view.ts'
import { tellEntries } from './told-entries.ts'
import { clockOf } from './values/zone.ts'

export type { Probe, ProbeResult, StageReader } from './blame/probe.ts'

/** Two images, where they differ, and what is known of how they were built. A Dockerfile without text: nobody has one. */
export interface ExplainInput {
  comparison: Comparison
  imageA: Image
  imageB: Image
  dockerfile: Dockerfile
  target: string | undefined
  buildArgs: Record<string, string>
  /** SOURCE_DATE_EPOCH in seconds; NaN where it is not known. */
  epoch: number
  a: SideFacts
  b: SideFacts
  /** What the package databases of both sides say. Absent: they were not read. */
  packages?: PackageFacts | undefined
  /** Where the layers of a side come from, where somebody wrote that down; absent: it is found out. */
  blamed?: { A?: readonly BlamedLayer[]; B?: readonly BlamedLayer[] }
  /** Builds (from cache only) the image that this Dockerfile text describes with that side's flags. Absent: no tracing. */
  probe?: Probe
  /** Shows stages as images of their own, likewise. */
  stages?: StageReader
  /** Reads layers again, for programs too large for a sample. Absent: the samples must do. */
  contents?: Contents
  /** Ends the work. */
  signal?: AbortSignal
}

export interface SideFacts {
  /** BuildKit's provenance of mode max, as the metadata file or an attestation has it; null where there is none. */
  provenance: unknown
  /** Milliseconds since 1970; NaN where nobody knows. */
  startedAt: number
  endedAt: number
  /** By how much its programs were shown the clock ahead, in milliseconds; absent: not at all. */
  shifted?: number | undefined
}

export interface Explanation {
  findings: Finding[]
  /** What the findings speak of, path by path. */
  entries: DifferingEntries
}

/** Why two images differ: for each cause and instruction one finding with its proof and its fix. Rejects when the signal ends it. */
export async function explain(input: ExplainInput): Promise<Explanation> {
  const { dockerfile, target, buildArgs } = input
  const programs = await withWholePrograms(input.comparison, input.contents)
  const comparison = await withQuotedDigests(programs, input.contents)
  const lineage = stageLineage(dockerfile, target, buildArgs)
  const blamedA = input.blamed?.A ?? blameLayers(input.a.provenance, input.imageA, dockerfile, target, buildArgs)
  const blamedB = input.blamed?.B ?? blameLayers(input.b.provenance, input.imageB, dockerfile, target, buildArgs)
  const blamed = (index: number): BlamedLayer | undefined => blamedA[index] ?? blamedB[index]
  const blamedOf = (layer: LayerDifference): BlamedLayer | undefined =>
    layer.a === null ? blamedB[layer.index] : blamed(layer.index)
  const steps = explainingEntries(
    comparison.layers.filter(layer => !blamedOf(layer)?.base),
    clockOf(input),
    index => blamed(index)?.instruction ?? '',
    input.packages,
  )
  const entries = await inTurns(steps, input.signal)
  const groups = await locateGroups(entries, blamed, input)
  const ofPaths = findingsOf(groups, input)
  const ofLayers = explainLayers(comparison, blamedOf, dockerfile, lineage)
  const ofConfig = explainConfig(comparison, { a: input.imageA, b: input.imageB }, dockerfile, lineage)
  const weighed = groups.map((group, index) => ({ group, finding: ofPaths[index] as Finding }))
  const told = tellEntries(
    comparison,
    weighed.sort((a, b) => byWeight(a.finding, b.finding)).map(({ group }) => group),
    layer => causeOfLayer(layer, blamedOf(layer), ofLayers),
    blamedOf,
  )
  return { findings: [...ofPaths, ...ofLayers, ...ofConfig].sort(byWeight), entries: told }
}

/** The finding that speaks of a whole layer, of the base or of one side alone, and so of every path of it. */
function causeOfLayer(
  { a, b }: LayerDifference,
  blamed: BlamedLayer | undefined,
  findings: readonly Finding[],
): EntryCause | null {
  const id = blamed?.base ? 'base-image' : a === null || b === null ? 'layer-count' : null
  const finding = findings.find(one => one.id === id)
  return finding ? { id: finding.id, line: finding.location?.line ?? null } : null
}

/** Groups the paths by cause and layer, then moves each group to the instruction that it comes from. */
async function locateGroups(
  entries: readonly ExplainedEntry[],
  blamed: (index: number) => BlamedLayer | undefined,
  input: ExplainInput,
): Promise<Group[]> {
  const { dockerfile, buildArgs, stages, signal } = input
  const search = makeTracer(input)
  const tracer: Tracer = (own, others, instruction) => traceOrStay(search, own, others, instruction)
  const views = new StageViews({ dockerfile, buildArgs, clock: clockOf(input), stages, signal })
  const found: Found[] = []
  const firsts = entries.filter(entry => entry.root === null)
  for (const own of groupBy(firsts, entry => `${entry.layer} ${entry.cause.id}`).values()) {
    const layer = blamed(own[0]?.layer ?? -1)
    const instruction = layer?.line ? instructionAt(input.dockerfile, layer.line) : null
    const others = firsts.filter(entry => entry.layer === own[0]?.layer && !own.includes(entry))
    const traced = await tracer(own, others, instruction)
    for (const one of await behindStages(traced, { dockerfile, views, tracer })) found.push({ ...one, layer })
  }
  markDerived(found, consequencesIn(entries, blamed, input), input)
  const groups: Group[] = []
  const placed = new Map<ExplainedEntry, Group>()
  for (const { entries: own, instruction, via, note, layer } of found) {
    const first = own.filter(entry => entry.root === null)
    // Of an image of somebody else, history tells what was run.
    const text = instruction ? textOf(input.dockerfile, instruction) : (layer?.instruction ?? '')
    for (const entry of first) if (!entry.madeFrom) lookAgain(entry, text)
    for (const alike of groupBy(first, entry => entry.cause).values()) {
      const group = intoGroup(groups, alike, instruction, via, note, layer)
      for (const entry of alike) placed.set(entry, group)
    }
  }
  const consequences = new Set([...entries, ...found.flatMap(one => one.entries)].filter(entry => entry.root !== null))
  for (const entry of consequences) {
    const behind = new Set(firstsOf(entry).flatMap(first => placed.get(first) ?? []))
    for (const group of behind) group.consequences.push({ entry, line: lineOf(entry, found, blamed) })
  }
  return groups
}

/** Traced paths and the layer they were found in. */
type Found = Traced & { layer: BlamedLayer | undefined }

const textOf = (dockerfile: Dockerfile, { range }: Instruction): string => dockerfile.text.slice(range.start, range.end)

/** What quotes the values of a path that an earlier instruction made gets that path as its root. */
function markDerived(found: readonly Found[], consequences: readonly Place[], input: ExplainInput): void {
  const { dockerfile } = input
  const places = found.flatMap(one => {
    const made = makerOf(one)
    if (made === null || (one.note !== undefined && one.via.length === 0)) return []
    const place = { start: made.range.start, text: textOf(dockerfile, made), copied: comesFromOutside(made) }
    return one.entries.map(entry => ({ entry, ...place }))
  })
  linkDerived([...places, ...consequences], clockOf(input))
}

/** Files of the build context or of an address: whatever they hold, no RUN wrote it. */
const comesFromOutside = ({ keyword, flags }: Instruction): boolean =>
  keyword === 'ADD' || (keyword === 'COPY' && flags.every(({ name }) => name !== 'from'))

/** Values of so many paths that only follow from others are looked for in those behind them. */
const consequenceLimit = 100

/** What follows from another path of the image, with the instruction of its layer. */
const consequencesIn = (
  entries: readonly ExplainedEntry[],
  blamed: (index: number) => BlamedLayer | undefined,
  { dockerfile }: ExplainInput,
): Place[] =>
  entries
    .filter(({ root, subject }) => root !== null && subject.entry.kind === 'changed')
    .slice(0, consequenceLimit)
    .flatMap(entry => {
      const line = blamed(entry.layer)?.line
      const made = line ? instructionAt(dockerfile, line) : null
      return made === null ? [] : [{ entry, start: made.range.start, text: textOf(dockerfile, made) }]
    })

/** The instruction that wrote a file, where the search went on behind it on good grounds but without proof. */
const makerOf = ({ note, via, instruction }: Found): Instruction | null =>
  (note === undefined ? undefined : via.find(({ keyword }) => keyword === 'RUN')) ?? instruction

function lineOf(
  entry: ExplainedEntry,
  found: readonly Found[],
  blamed: (index: number) => BlamedLayer | undefined,
): number | null {
  const traced = found.find(({ entries }) => entries.includes(entry))
  return (traced && makerOf(traced)?.line) ?? blamed(entry.layer)?.line ?? null
}

/** A search that fails leaves the paths where they were found: a cause without its first place is better than none. */
async function traceOrStay(
  tracer: Tracer,
  entries: ExplainedEntry[],
  others: readonly ExplainedEntry[],
  instruction: Instruction | null,
): Promise<Traced[]> {
  try {
    return await tracer(entries, others, instruction)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [
      { entries, instruction, via: [], note: `Where the file first came from could not be looked for (${reason}).` },
    ]
  }
}

/** Adds to the group of the same cause at the same instruction, or makes one. */
function intoGroup(
  groups: Group[],
  entries: ExplainedEntry[],
  instruction: Instruction | null,
  via: Instruction[],
  note: string | undefined,
  layer: BlamedLayer | undefined,
): Group {
  const cause = entries[0]?.cause
  const same = groups.find(
    group => group.cause === cause && instruction !== null && group.instruction === instruction && group.note === note,
  )
  if (same) {
    same.entries.push(...entries)
    for (const place of via) if (!same.via.includes(place)) same.via.push(place)
    return same
  }
  const group: Group = {
    cause: cause as Group['cause'],
    entries: [...entries],
    instruction,
    via,
    note,
    createdBy: layer?.instruction ?? '',
    consequences: [],
  }
  groups.push(group)
  return group
}
