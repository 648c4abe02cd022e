import type { Instruction, Stage } from '../../dockerfile/dockerfile.ts'
import type { ExplainedEntry } from '../entries.ts'
import { agree, mayCopy, type Outcome } from './outcome.ts'
import { mountsStage } from './run-copy.ts'
import { copiesLimit } from './run-sources.ts'
import { type SearchInput, StageSearch, stageCopiedFrom } from './stage-search.ts'

/** Paths and the instruction that first made them differ. */
export interface Traced {
  entries: ExplainedEntry[]
  instruction: Instruction | null
  /** The COPYs they came through, nearest to the image first. */
  via: Instruction[]
  /** Why the search ended before the instruction was found, or what is not proven about it. */
  note?: string
  /** The RUN behind which the search went on without proof. */
  readBy?: Instruction
}

/** Finds where the paths of one layer and cause come from; `others` are the layer's other differing paths. */
export type Tracer = (
  entries: ExplainedEntry[],
  others: readonly ExplainedEntry[],
  instruction: Instruction | null,
) => Promise<Traced[]>

/** Traces paths through the COPYs of one Dockerfile; what it learns of a stage serves all that it is asked. */
export function makeTracer(input: SearchInput): Tracer {
  const search = new StageSearch(input)
  return async (entries, others, instruction) => {
    const stage = instruction ? stageCopiedFrom(input.dockerfile, instruction) : null
    if (instruction && mountsStage(instruction)) return traceMounted(search, entries, instruction)
    if (!instruction || !stage) return [{ entries, instruction, via: [] }]
    return traceEntries(search, entries, others, instruction, stage)
  }
}

/** Traces the paths of a RUN that a stage is mounted into, one by one: those it only copied from there go on in the stage. */
async function traceMounted(search: StageSearch, entries: ExplainedEntry[], run: Instruction): Promise<Traced[]> {
  const traced: Traced[] = []
  for (const [index, entry] of entries.entries()) {
    const copied = { paths: [`/${entry.subject.entry.path}`], file: true }
    const behind = isFile(entry) && index < copiesLimit ? await search.behindRun(run, null, copied, 0) : null
    if (behind?.kind === 'found') traced.push({ ...located(behind, run), entries: [entry] })
    else {
      const note = behind && behind.reason !== agree ? mayCopy(run, behind.reason) : undefined
      traced.push({ entries: [entry], instruction: run, via: [], ...(note ? { note } : {}) })
    }
  }
  return traced
}

/** Whether it is a regular file on both sides. */
const isFile = ({ subject: { entry } }: ExplainedEntry): boolean =>
  entry.kind === 'changed' && entry.a?.type === 'file' && entry.b?.type === 'file'

const located = (found: Extract<Outcome, { kind: 'found' }>, through: Instruction): Omit<Traced, 'entries'> => ({
  instruction: found.instruction,
  via: [through, ...found.via],
  ...(found.note ? { note: found.note } : {}),
  ...(found.readBy ? { readBy: found.readBy } : {}),
})

/** Traces all paths at once, and in halves where they turn out to come from several instructions. */
async function traceEntries(
  search: StageSearch,
  entries: ExplainedEntry[],
  others: readonly ExplainedEntry[],
  copy: Instruction,
  stage: Stage,
): Promise<Traced[]> {
  const pathsOf = (list: readonly ExplainedEntry[]): string[] => list.map(entry => `/${entry.subject.entry.path}`)
  const written = { paths: pathsOf(entries), others: pathsOf(others.slice(0, 2_000)), files: entries.every(isFile) }
  const outcome = await search.enter(copy, stage, written)
  if (outcome.kind === 'stopped') {
    const note = `The file comes from another stage; which instruction there makes it differ could not be told (${outcome.reason}).`
    return [{ entries, instruction: copy, via: [], note }]
  }
  if (outcome.settled || entries.length === 1) return [{ ...located(outcome, copy), entries }]
  const [left, right] = inTwo(entries)
  return [
    ...(await traceEntries(search, left, [...others, ...right], copy, stage)),
    ...(await traceEntries(search, right, [...others, ...left], copy, stage)),
  ]
}

/**
 * The entries in two parts. Bytecode notes when its source was written, which tells one instruction from the next: there the
 * widest gap between two such times is the cut. Everything else is cut where another folder begins, the nearest to the middle.
 */
function inTwo(entries: ExplainedEntry[]): [ExplainedEntry[], ExplainedEntry[]] {
  const half = middleOf(entries)
  const timed = entries.map(entry => ({ entry, time: sourceTime(entry) })).sort((p, q) => p.time - q.time)
  const gaps = timed.slice(1).map(({ time }, index) => time - (timed[index]?.time ?? time))
  const widest = Math.max(...gaps)
  if (!Number.isFinite(widest) || widest < 1) return [entries.slice(0, half), entries.slice(half)]
  const cut = gaps.indexOf(widest) + 1
  const inOrder = timed.map(({ entry }) => entry)
  return [inOrder.slice(0, cut), inOrder.slice(cut)]
}

/** Where another folder begins, as near to the middle as that is; else the middle. */
function middleOf(entries: readonly ExplainedEntry[]): number {
  const folders = entries.map(({ subject }) => subject.entry.path.replace(/[^/]*$/, ''))
  const middle = Math.ceil(entries.length / 2)
  const cuts = folders.flatMap((folder, index) => (index > 0 && folder !== folders[index - 1] ? [index] : []))
  return cuts.sort((p, q) => Math.abs(p - middle) - Math.abs(q - middle))[0] ?? middle
}

/** Seconds since 1970 in the header of a .pyc; NaN for anything else. */
function sourceTime({ cause, subject }: ExplainedEntry): number {
  const head = cause.id === 'pyc-timestamp' ? subject.entry.content?.a.head : undefined
  return head && head.length >= 12 ? Buffer.from(head.subarray(8, 12)).readUInt32LE() : Number.NaN
}
