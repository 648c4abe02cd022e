/** Milliseconds by stage; a stage that runs again adds up. */
export interface Stopwatch {
  time<T>(stage: string, work: () => Promise<T>): Promise<T>
  taken: Record<string, number>
}

export function stopwatch(now: () => number): Stopwatch {
  const taken: Record<string, number> = {}
  return {
    taken,
    async time(stage, work) {
      const start = now()
      try {
        return await work()
      } finally {
        taken[stage] = (taken[stage] ?? 0) + now() - start
      }
    },
  }
}
