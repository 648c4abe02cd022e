/** The same numbers for the same seed, everywhere (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to 1, without 1. */
  share(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** From 0 to n, without n. */
  below(n: number): number {
    return Math.floor(this.share() * n)
  }

  /** Any length up to n, short ones more often. */
  length(n: number): number {
    return 1 + this.below(Math.max(1, Math.min(n, 2 ** this.below(13))))
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}
