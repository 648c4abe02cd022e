/** Bytes of memory that may be held, whatever for. What does not fit is not kept; nobody may go below nothing. */
export class Purse {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  get left(): number {
    return this.#left
  }

  /** False, and nothing taken, when there is not so much left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

const MiB = 1024 * 1024

/** What a whole comparison may hold, all its layers and the archives in them together. */
export interface Memory {
  /** For differences: entries, contents, members of archives, and what explaining them will take. Never given back. */
  kept: Purse
  /** For a little of each layer when there is no more. */
  reserve: Purse
  /** For entries whose counterpart has not come by yet. */
  waiting: Purse
}

export const memoryOfComparison = (): Memory => ({
  kept: new Purse(48 * MiB),
  reserve: new Purse(8 * MiB),
  waiting: new Purse(40 * MiB),
})
