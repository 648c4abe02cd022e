import { LayerError } from '../../image/layer-error.ts'
import { ContentBudget, type ContentBudgets } from '../content.ts'
import { type Memory, memoryOfComparison } from '../purse.ts'

const MiB = 1024 * 1024

/** Archives in archives that are opened: a class in a jar in a war, a .pyc in the data.tar of a package. */
export const depthLimit = 3
/** Differing members listed of one archive, and of all archives together. */
export const memberLimit = 500
const memberLimitOfRun = 20_000
/** Bytes of memory that the directory of one zip may take. */
export const directoryLimit = 16 * MiB
/** Members of one archive. */
export const entriesLimit = 65_535
/** Compressed members up to this size are held to be looked at twice. */
export const heldLimit = MiB

const inflatedLimit = 512 * MiB
/** What honest compression makes of its input, and not a bomb. */
const honestFactor = 8

/** What looking into archives may cost in one run. */
export interface Limits {
  /** Pays for what is kept of all archives, and for members that wait. */
  memory: Memory
  budgets: ContentBudgets
  inflation: Inflation
  members: { left: number }
}

/** The limits of one comparison, all its archives together. */
export function nestedLimits(memory: Memory = memoryOfComparison()): Limits {
  return {
    memory,
    budgets: { changed: new ContentBudget(10 * MiB, 4 * MiB), oneSided: new ContentBudget(4 * MiB, 2 * MiB) },
    inflation: new Inflation(),
    members: { left: memberLimitOfRun },
  }
}

/** Counts what is decompressed, whatever it is in: 512 MiB, and eight times what the archives opened have themselves. */
export class Inflation {
  #left = inflatedLimit

  /** An archive of the image is about to be opened. */
  allow(archiveSize: number): void {
    this.#left += honestFactor * archiveSize
  }

  /** Throws a LayerError when it is too much. */
  use(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw new LayerError('it grows too large when it is decompressed')
  }
}
