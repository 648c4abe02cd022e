import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import { mountsOf } from '../dockerfile/mounts.ts'
import type { Evidence } from '../finding.ts'
import { stageCopiedFrom } from './blame/stage-search.ts'
import type { Traced, Tracer } from './blame/trace.ts'
import { isIncluded } from './compiled-origins.ts'
import { pairOfContents } from './content-digest.ts'
import type { ExplainedEntry } from './entries.ts'
import { firstsOf } from './entries.ts'
import { differencesInCompiled } from './formats/compiled.ts'
import { mentionsPath, readsClock, sourceOfChance } from './instruction-text.ts'
import { packedBefore } from './packed-file.ts'
import { lookAgain } from './second-look.ts'
import type { StageEntry, StageViews } from './stage-view.ts'

/** Looking at a whole stage pays off for these many paths of one instruction; more of them are one thing. */
const pathLimit = 24
const depthLimit = 12

/** What goes on behind a RUN of a stage. */
export interface Behind {
  dockerfile: Dockerfile
  views: StageViews
  tracer: Tracer
}

/**
 * Goes on behind instructions of stages that only passed a difference on: a program that was compiled with a header that
 * differs, a list of digests of files that do. Proven by the bytes of the stage, else the paths stay where they are.
 * @param taken the contents of a file that was taken out of an archive: of the archive, only that one matters
 */
export async function behindStages(
  traced: readonly Traced[],
  behind: Behind,
  depth = 0,
  taken: string | null = null,
): Promise<Traced[]> {
  const moved: Traced[] = []
  for (const one of traced) {
    const { instruction, entries } = beforeReading(one)
    const stage = instruction?.stage == null ? undefined : behind.dockerfile.stages[instruction.stage]
    const inStage = one.via.length > 0 && (instruction?.keyword === 'RUN' || instruction?.keyword === 'FROM')
    // A RUN of the image itself can only pass on what is mounted into it.
    const ofImage = one.via.length === 0 && instruction?.keyword === 'RUN' && mountsOf(instruction).length > 0
    if (!(inStage || ofImage) || !stage || entries.length > pathLimit || depth > depthLimit) {
      moved.push(one)
      continue
    }
    const stay: ExplainedEntry[] = []
    for (const entry of entries) {
      const found: StageEntry | null = ofImage
        ? { entry, instruction }
        : await behind.views.find(entry, stage, instruction as Instruction)
      const all = ofImage ? [] : await behind.views.of(stage)
      const packed = found ? await packedBefore(found, all, taken, behind) : null
      const own = packed
        ? [packed]
        : found
          ? originsOf(found, all)
          : ofImage
            ? []
            : await behind.views.makers(entry, stage)
      const mounted = found && own.length === 0 ? await behind.views.mounted(found) : null
      const origins = mounted ? [mounted] : own
      const note = one.note
        ? null
        : found
          ? (doubt(found, all, behind.dockerfile) ?? (await doubtOfMounts(found, behind)))
          : unseen(entry, one, behind)
      // Of several first causes each has its finding.
      if (origins.length > 0) {
        // What several instructions wrote, none of them passed on.
        const through = found ? beforeReading(one) : { ...beforeReading(one), instruction: null }
        for (const [index, origin] of origins.entries())
          moved.push(...(await follow(index === 0 ? entry : { ...entry }, through, origin, behind, depth)))
      } else if (found && heldBy(found, all).length > 0) {
        // What it draws itself and what it takes over have a finding each.
        for (const origin of heldBy(found, all))
          moved.push(...(await follow({ ...entry }, beforeReading(one), origin, behind, depth, true)))
        moved.push({ ...beforeReading(one), entries: [entry] })
      }
      // What was found by reading the text alone stands where the stage's bytes do not say more.
      else if (one.readBy) stay.push(entry)
      // Which of several ONBUILDs wrote it, the layers of the stage tell.
      else if (found?.instruction && found.instruction !== instruction)
        moved.push({ ...one, entries: [entry], instruction: found.instruction })
      else if (note !== null) moved.push({ ...one, entries: [entry], note })
      else stay.push(entry)
    }
    if (stay.length > 0) moved.push({ ...one, entries: stay })
  }
  return moved
}

/** As it was before the search went on by what the text of a RUN says: the bytes are asked first. */
function beforeReading({ note, readBy, ...one }: Traced): Traced {
  if (readBy === undefined) return note === undefined ? one : { ...one, note }
  return { ...one, instruction: readBy, via: one.via.slice(0, one.via.indexOf(readBy)) }
}

/** The paths that another one of the stage follows from, where earlier instructions wrote them. */
function originsOf(found: StageEntry, all: readonly StageEntry[]): StageEntry[] {
  const end = found.instruction?.range.start ?? 0
  return firstsOf(found.entry).flatMap(first => {
    if (first === found.entry || first.subject.entry.path === found.entry.subject.entry.path) return []
    const origin = all.find(({ entry }) => entry === first)
    return (origin?.instruction?.range.start ?? end) < end && origin ? [origin] : []
  })
}

/** The paths of the stage of which it holds a value besides, where earlier instructions wrote them. */
function heldBy({ entry, instruction }: StageEntry, all: readonly StageEntry[]): StageEntry[] {
  const start = instruction?.range.start ?? 0
  return (entry.alsoHolds ?? []).flatMap(held => {
    const origin = all.find(one => one.entry === held)
    return origin?.instruction && origin.instruction.range.start < start ? [origin] : []
  })
}

/**
 * That an instruction which draws no chance and reads no clock itself names a file that differs before it; of a difference
 * that nobody can read, a file beside it will do. Null when there is no such file.
 */
function doubt({ entry, instruction }: StageEntry, all: readonly StageEntry[], dockerfile: Dockerfile): string | null {
  const text = instruction?.keyword === 'RUN' ? textOf(dockerfile, instruction) : null
  if (instruction === null || text === null || readsClock(text) || sourceOfChance(text) !== null) return null
  const own = entry.subject.entry.path
  const folder = own.slice(0, own.lastIndexOf('/') + 1)
  const vague = saysNoPlace(entry)
  const earlier = all.find(other => {
    const { path, kind } = other.entry.subject.entry
    const before = other.instruction !== null && other.instruction.range.start < instruction.range.start
    return (
      before &&
      kind === 'changed' &&
      path !== own &&
      (mentionsPath(text, path, false) || (vague && ((folder !== '' && path.startsWith(folder)) || isIncluded(path))))
    )
  })
  return earlier
    ? `Before line ${instruction.line}, /${earlier.entry.subject.entry.path} differs already (line ${earlier.instruction?.line}): if line ${instruction.line} reads it, the first cause is there.`
    : null
}

/** The same of a file that is mounted into the instruction from a stage. */
async function doubtOfMounts({ instruction }: StageEntry, { views, dockerfile }: Behind): Promise<string | null> {
  const text = instruction?.keyword === 'RUN' ? textOf(dockerfile, instruction) : null
  if (instruction === null || text === null || readsClock(text) || sourceOfChance(text) !== null) return null
  const [mounted] = await views.differingInMounts(instruction)
  return mounted
    ? `/${mounted.entry.subject.entry.path} of the stage mounted into line ${instruction.line} differs already (line ${mounted.instruction?.line}): if line ${instruction.line} reads it, the first cause is there.`
    : null
}

/** What differs for no known reason, or is compiled and holds a time that the compiler does not write by itself. */
const saysNoPlace = ({ cause, subject }: ExplainedEntry): boolean =>
  cause.id === 'unknown-difference' || (cause.id === 'build-time' && differencesInCompiled(subject) !== null)

/**
 * That instructions before one which compiles, and reads no clock itself, do so: for a stage that cannot be looked at. Null
 * when none does.
 */
function unseen(entry: ExplainedEntry, { instruction, via }: Traced, { dockerfile }: Behind): string | null {
  const stage = instruction?.stage == null ? undefined : dockerfile.stages[instruction.stage]
  const text = instruction?.keyword === 'RUN' ? textOf(dockerfile, instruction) : null
  if (!instruction || !stage || text === null || via.length === 0) return null
  if (readsClock(text) || sourceOfChance(text) !== null || !saysNoPlace(entry)) return null
  const earlier = stage.instructions.filter(other => {
    const before = other.keyword === 'RUN' && other.range.start < instruction.range.start
    return before && (readsClock(textOf(dockerfile, other)) || sourceOfChance(textOf(dockerfile, other)) !== null)
  })
  const [lines, one] = [earlier.slice(0, 4).map(({ line }) => line), earlier.length === 1]
  return earlier.length === 0
    ? null
    : `Line ${instruction.line} reads no clock and draws nothing by chance, as far as its text says; ${one ? `line ${lines[0]} before it does` : `lines ${lines.join(', ')} before it do`}: if line ${instruction.line} takes in a file that ${one ? 'that line' : 'one of them'} wrote, the first cause is there.`
}

/** The paths of the image go where the stage's file comes from, which may be yet another stage. */
async function follow(
  entry: ExplainedEntry,
  { via, instruction: run }: Traced,
  { entry: origin, instruction }: StageEntry,
  behind: Behind,
  depth: number,
  inPart = false,
): Promise<Traced[]> {
  const through = run ? [...via, run] : via
  const copied = instruction !== null && stageCopiedFrom(behind.dockerfile, instruction) !== null
  const traced: Traced[] = copied
    ? await behind.tracer([origin], [], instruction)
    : // What it was unpacked from, or what is mounted into that line, may lie behind it in turn.
      [{ entries: [origin], instruction, via: through }]
  const contents = pairOfContents(entry.subject.entry)
  const isTaken = origin.subject.entry.nested && contents !== pairOfContents(origin.subject.entry)
  const further = await behindStages(traced, behind, depth + 1, isTaken ? contents : null)
  return further.map(one => {
    if (one.instruction) lookAgain(origin, textOf(behind.dockerfile, one.instruction))
    adopt(entry, origin, behind.dockerfile, instruction, inPart)
    return { ...one, entries: [entry], via: [...through, ...one.via.filter(place => !through.includes(place))] }
  })
}

const textOf = (dockerfile: Dockerfile, { range }: Instruction): string => dockerfile.text.slice(range.start, range.end)

/** The path differs for the reason for which the stage's file does. */
function adopt(
  entry: ExplainedEntry,
  origin: ExplainedEntry,
  { stages }: Dockerfile,
  instruction: Instruction | null,
  inPart: boolean,
): void {
  const [{ path }, source] = [entry.subject.entry, origin.subject.entry.path]
  const stage = instruction?.stage == null ? undefined : stages[instruction.stage]
  const place = `/${source} of ${stage?.name ? `stage ${stage.name}` : 'its stage'}`
  const inStage = origin.recognition.evidence.map(
    (proof): Evidence =>
      origin.madeFrom ? { ...proof, path } : { ...proof, what: `${proof.what}, in ${place}`, path },
  )
  const because = inPart
    ? `${path} holds a value of ${place}, and differs by more besides`
    : `${path} differs because ${place} does, of which it is made`
  entry.root = null
  // What else an archive differs by says nothing of a file that was taken out of it.
  if (origin.subject.entry.nested && origin.madeFrom === undefined && entry.cause.id !== 'unknown-difference') {
    const evidence = [...entry.recognition.evidence, { what: because, path }]
    entry.recognition = { ...entry.recognition, evidence }
    return
  }
  entry.cause = origin.cause
  const sure = entry.recognition.confidence === 'certain'
  entry.recognition = {
    ...origin.recognition,
    ...(sure || !entry.subject.entry.kind.startsWith('only') ? {} : { confidence: 'likely' as const }),
    evidence: [...inStage, { what: because, path }],
  }
  entry.madeFrom = origin.madeFrom ?? origin
  delete entry.inside
}
