import type { Wanted } from './store.ts'

/** What the process that talks to the cache service is asked: one of the two. */
export interface CacheTask {
  find?: Wanted
  keep?: string
}

/** What it says: `key` null is a miss. */
export type CacheAnswer = { key: string | null } | { problem: string }

/** Names in the folder that it works in. */
export const cacheFiles = {
  /** What is saved, and would be unpacked. */
  entry: 'entry',
  /** What came from the service, not unpacked. */
  archive: 'archive',
  answer: 'answer.json',
} as const
