import type { BuildRequest } from '../plan.ts'

/** One thing that is made to differ on side B, and that no right image may depend on. */
export interface Variation {
  id: string
  /** What differs on side B, as the end of "varied on purpose:". */
  changes: string
  /** What it finds that two builds alike would not. */
  catches: string
  byDefault: boolean
  /** `context`: files of the context and what is made of them; `run`: every RUN; `nothing`: it is there in every pair. */
  touches: 'context' | 'run' | 'nothing'
  /** Causes that, where they are of class `machine`, can only be its doing. */
  shownBy: readonly string[]
  /** What makes an image independent of it. */
  fix: string
  /** An entry of the context as side B has it. Pure; for those that touch the context. */
  entry?: (entry: ContextEntry, context: ContextFacts) => ContextEntry
  /** The request of side B. Pure. */
  request?: (request: BuildRequest) => BuildRequest
  /** Wishes for a builder of its own; for those that no build argument can bring about. */
  builder?: BuilderWishes
}

/** What side B's own throw-away builder is to be like, besides being new. */
export interface BuilderWishes {
  /** CPUs that it may use. */
  cpus?: number
  /** Seconds by which its RUNs see the clock ahead. */
  clockAhead?: number
}

/** A path of a build context, relative to its root. */
export interface ContextEntry {
  path: string
  type: 'file' | 'directory' | 'symlink'
  /** Permission bits. */
  mode: number
  size: number
  mtimeMs?: number
  /** Where a symlink points. */
  link?: string
}

/** What a variation needs to know of a context as a whole. */
export interface ContextFacts {
  /** The umask that this context was checked out with, as its files tell. */
  umask: number
  /** Seconds since 1970: another moment at which it may have been checked out; null when there is none to choose. */
  checkedOutAt: number | null
}
