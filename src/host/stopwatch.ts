/** Milliseconds by stage; a stage that runs again adds up. */
export interface Stopwatch {
  time<T>(stage: string, work: () => Promise<T>): Promise<T>
  taken: Record<string, number>
}

/** A clock that is set while a stage runs would make it last for days, or less than nothing. */
const apartMs = 1000

export function stopwatch(now: () => number): Stopwatch {
  const taken: Record<string, number> = {}
  return {
    taken,
    async time(stage, work) {
      const [start, began] = [now(), performance.now()]
      try {
        return await work()
      } finally {
        const [told, ran] = [now() - start, Math.round(performance.now() - began)]
        taken[stage] = (taken[stage] ?? 0) + (told < 0 || told > ran + apartMs ? ran : told)
      }
    },
  }
}
