import type { Ports } from '../ports.ts'

/** Gives the signal for work at the very end of a run, which goes on after an abort: it ends before the runner kills. */
export type LastCall = () => AbortSignal

/** A cancelled job is killed 7.5 s after its signal; folders and the process need the rest. */
const afterAbortMs = 6000
const otherwiseMs = 30_000

/** Keeps in mind when the run was aborted, so that all that is left to do shares the same end. */
export function lastCallOf({ signal }: Pick<Ports, 'signal'>): LastCall {
  let abortedAt: number | null = signal.aborted ? performance.now() : null
  signal.addEventListener(
    'abort',
    () => {
      abortedAt = performance.now()
    },
    { once: true },
  )
  return () =>
    AbortSignal.timeout(
      abortedAt === null ? otherwiseMs : Math.max(500, Math.floor(abortedAt + afterAbortMs - performance.now())),
    )
}
