import type { Manifest, Repository } from '../image-stores/repository.ts'
import type { ReportRelease } from '../report/report.ts'

/** One tag that is to stand for what was proven. */
export interface Move {
  repository: Repository
  /** The same, for what is still to be done after an abort. */
  late: () => Repository
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
 * Moves tags one after the other. Where one cannot be moved, those that were are put back to what they stood for: first
 * moved are those that were there before, because a new tag can not be taken away from every registry.
 */
export async function moveTags(moves: readonly Move[], signal: AbortSignal): Promise<Moved> {
  const states = moves.map((): TagState => 'untouched')
  const done: number[] = []
  for (const at of inOrder(moves)) {
    const move = moves[at] as Move
    try {
      signal.throwIfAborted()
      if (move.before?.digest !== move.to.digest) {
        await move.repository.put(move.tag, move.to)
        done.push(at)
      }
      states[at] = 'moved'
    } catch (problem) {
      // An answer that was lost may be that of a write which was carried out.
      states[at] = await putBack(move)
      for (const one of done.reverse()) states[one] = await putBack(moves[one] as Move)
      // What is moved still stood there before.
      return { states: states.map(state => (state === 'moved' ? 'untouched' : state)), problem }
    }
  }
  return { states, problem: null }
}

const inOrder = (moves: readonly Move[]): number[] => {
  const all = [...moves.keys()]
  return [...all.filter(at => moves[at]?.before), ...all.filter(at => !moves[at]?.before)]
}

/** What a tag stands for in the end, once all was tried. */
async function putBack({ tag, to, before, late }: Move): Promise<TagState> {
  try {
    const repository = late()
    const now = await repository.manifest(tag)
    if ((now?.digest ?? null) === (before?.digest ?? null)) return 'untouched'
    // Somebody else has moved it meanwhile, which is not ours to undo.
    if (now?.digest !== to.digest) return 'elsewhere'
    if (before) await repository.put(tag, before)
    else await repository.removeTag(tag)
    const then = await repository.manifest(tag)
    return (then?.digest ?? null) === (before?.digest ?? null) ? 'put-back' : 'left'
  } catch {
    return 'unknown'
  }
}
