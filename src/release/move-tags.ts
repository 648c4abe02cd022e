import { setTimeout as sleep } from 'node:timers/promises'
import type { Manifest, Repository } from '../image-stores/repository.ts'
import { StoreError } from '../image-stores/store-error.ts'
import type { ReportRelease } from '../report/report.ts'

/** A repository, as far as its tags go. */
export type Tags = Pick<Repository, 'manifest' | 'put' | 'removeTag'>

/** One tag that is to stand for what was proven. */
export interface Move {
  repository: Tags
  /** The same, for what is still to be done after an abort. */
  late: () => Tags
  /** `ghcr.io/o/app:1.0` */
  name: string
  tag: string
  to: Manifest
  /** What it stands for now; null: it is not there. */
  before: Manifest | null
}

export type TagState = ReportRelease['tags'][number]['state']

/** What came of the moves, in their order. */
export interface Moved {
  states: TagState[]
  /** Why not all were moved; null: all were. */
  problem: unknown
}

/**
 * Moves tags one after the other, and reads each back. Where one cannot be moved, those that were are put back to what
 * they stood for: first moved are those that were there before, because not every registry takes a new tag away.
 * @param pause milliseconds before a tag is looked at again that is not yet as it is to be
 */
export async function moveTags(moves: readonly Move[], signal: AbortSignal, pause: number): Promise<Moved> {
  const states = moves.map((): TagState => 'untouched')
  const written: number[] = []
  const taken = new Set<number>()
  try {
    for (const at of inOrder(moves)) {
      signal.throwIfAborted()
      const move = moves[at] as Move
      const now = await digestAt(move.repository, move.tag)
      if (now !== move.to.digest) {
        if (now !== digestBefore(move)) {
          states[at] = 'elsewhere'
          throw new StoreError(`somebody else moved ${move.name} meanwhile: it stands for ${now ?? 'nothing'}`)
        }
        written.push(at)
        await move.repository.put(move.tag, move.to)
        taken.add(at)
        await seeThatItIs(move, pause)
      }
      states[at] = 'moved'
    }
    await seeThatAllAre(moves, states, pause)
    return { states, problem: null }
  } catch (problem) {
    // What was not written and is what was proven: it was so before, or somebody else did it.
    for (const [at, move] of moves.entries())
      if (states[at] === 'moved') states[at] = digestBefore(move) === move.to.digest ? 'untouched' : 'elsewhere'
    // All at once: after an abort there are seconds.
    const ends = await Promise.all(written.map(at => putBack(moves[at] as Move, pause)))
    // A registry that took a tag, and shows it as before, says one thing and another: nobody knows which is so.
    for (const [index, at] of written.entries())
      states[at] = ends[index] === 'untouched' && taken.has(at) ? 'unknown' : (ends[index] ?? 'unknown')
    return { states, problem }
  }
}

/** While later tags were moved, somebody may have moved one before them: a release is of all, or of none. */
async function seeThatAllAre(moves: readonly Move[], states: TagState[], pause: number): Promise<void> {
  for (const at of inOrder(moves).slice(0, -1)) {
    states[at] = 'unknown'
    await seeThatItIs(moves[at] as Move, pause)
    states[at] = 'moved'
  }
}

const inOrder = (moves: readonly Move[]): number[] => {
  const all = [...moves.keys()]
  return [...all.filter(at => moves[at]?.before), ...all.filter(at => !moves[at]?.before)]
}

const digestBefore = ({ before }: Move): string | null => before?.digest ?? null
const digestAt = async (repository: Tags, tag: string): Promise<string | null> =>
  (await repository.manifest(tag))?.digest ?? null

/** What a tag stands for, once it is as expected: a write may be seen late, so that it is looked at twice. */
async function digestUntil(
  repository: Tags,
  tag: string,
  isExpected: (digest: string | null) => boolean,
  pause: number,
): Promise<string | null> {
  const now = await digestAt(repository, tag)
  if (isExpected(now)) return now
  await sleep(pause)
  return digestAt(repository, tag)
}

/** @throws StoreError where a registry took a tag, and does not give it */
async function seeThatItIs({ repository, name, tag, to }: Move, pause: number): Promise<void> {
  const now = await digestUntil(repository, tag, digest => digest === to.digest, pause)
  if (now !== to.digest)
    throw new StoreError(
      `${name} was moved, and stands for ${now ?? 'nothing'} instead of ${to.digest}: the registry changed it, or somebody else moved it meanwhile`,
    )
}

/** What a tag that was written stands for in the end, once all was tried. */
async function putBack(move: Move, pause: number): Promise<TagState> {
  const { tag, to, before, late } = move
  const was = digestBefore(move)
  try {
    const repository = late()
    // An answer that was lost may be that of a write which is carried out, and only later.
    const now = await digestUntil(repository, tag, digest => digest !== was, pause)
    if (now === was) return 'untouched'
    // Somebody else has moved it meanwhile, which is not ours to undo.
    if (now !== to.digest) return 'elsewhere'
    // Whatever is answered, the tag itself says what came of it.
    await (before ? repository.put(tag, before) : repository.removeTag(tag)).catch(() => {})
    const then = await digestUntil(repository, tag, digest => digest === was, pause)
    return then === was ? 'put-back' : then === to.digest ? 'left' : 'elsewhere'
  } catch {
    return 'unknown'
  }
}
