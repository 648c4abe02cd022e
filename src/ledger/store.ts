import { proofLimit } from './proof.ts'

/**
 * Where proofs are kept, under keys that cannot be written twice. A store that is not there, refuses, hangs or holds
 * rubbish is no more than a ledger that is empty: neither function throws, nor takes longer than its own deadline.
 */
export interface LedgerStore {
  /** How it is told: `the Actions cache`. */
  name: string
  /** Puts the files of an entry into a folder: regular files of the names below, within their bounds, and no others. */
  find(wanted: Wanted, into: string): Promise<Found>
  /** Keeps those files of the folder. */
  keep(key: string, folder: string): Promise<Kept>
}

/** One key, or the newest entry whose key begins so. */
export type Wanted = { exact: string } | { newest: string }

/** A problem is a sentence: the store could not be asked, or gave nothing that can be read. */
export type Found = { key: string } | 'none' | { problem: string }
export type Kept = 'kept' | { problem: string }

/** What an entry may hold, with the most bytes of each. A record of 200,000 files takes a few megabytes. */
export const entryFiles: Readonly<Record<string, number>> = {
  'record.json.gz': 128 * 1024 ** 2,
  'proof.json': proofLimit,
}
