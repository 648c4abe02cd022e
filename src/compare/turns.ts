/** Milliseconds of work at a stretch: what died meanwhile is let go of, and a signal heard, when others have their turn. */
const stretch = 10

/** Lets others have their turn now and then in work that waits for nothing. */
export class Turns {
  #rest = performance.now() + stretch

  /** To be called between one step and the next. */
  async pause(): Promise<void> {
    if (performance.now() < this.#rest) return
    await new Promise(resolve => setImmediate(resolve))
    this.#rest = performance.now() + stretch
  }
}
