/** Milliseconds of work at a stretch: what died meanwhile is let go of when others have their turn. */
const stretch = 10

/**
 * Does long work step by step, and lets others have their turn in between: while it went on at a stretch, a signal that ends
 * the run would not be heard. Rejects with the signal's reason.
 */
export async function inTurns<T>(steps: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  let rest = performance.now() + stretch
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    if (performance.now() < rest) continue
    await new Promise(resolve => setImmediate(resolve))
    signal?.throwIfAborted()
    rest = performance.now() + stretch
  }
}

/** The same without a pause. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
