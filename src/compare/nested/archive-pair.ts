import type { NestedDifference } from '../../image/comparison.ts'
import type { EntryStream } from '../entry-stream.ts'
import type { CompareContents } from '../in-step.ts'

/** Two archives of one format on their way through the comparison of their entries. */
export interface ArchivePair {
  a: EntryStream
  b: EntryStream
  /** Compares two members' contents, given how it is done for plain ones. */
  compare?: (plain: CompareContents) => CompareContents
  /** Looks, when all entries are compared, at what differs besides them. */
  finish: (found: Pick<NestedDifference, 'members' | 'total' | 'same'>) => Finished
}

export interface Finished extends Pick<NestedDifference, 'members' | 'total' | 'same' | 'packing' | 'unread'> {}
