import type { EntryDifference } from '../../../src/image/comparison.ts'
import { causeOf } from '../subject.ts'

/** One real difference, and the cause that must be given for it. */
export interface CauseCase {
  /** Rows of the catalogue of causes (1 to 80) that it shows; none for a look-alike that must not be taken for a cause. */
  rows: number[]
  name: string
  /** What wrote the bytes: `two builds`, or the tool and its version. */
  by: string
  /** Gives `<cause id> <confidence>`. */
  found: () => string | Promise<string>
  expected: string
}

/** The usual case: one differing path. */
export const path = (
  rows: number[],
  by: string,
  own: () => EntryDifference,
  expected: string,
  others: () => EntryDifference[] = () => [],
): CauseCase => ({ rows, by, name: own().path, found: () => causeOf(own(), others()), expected })
