export interface OneAhead<T> {
  run: (name: string) => Promise<T>
  /** All that was begun has ended, asked for or not. */
  settled: () => Promise<unknown>
}

/**
 * Does what is asked for, and begins with the next of the list beside it: while one waits for a mirror, the other one
 * computes. Who asks for one again gets another run of it: a test that is tried once more is not to see the old one.
 */
export function oneAhead<T>(list: readonly { name: string; work: () => Promise<T> }[]): OneAhead<T> {
  const begun = new Map<string, Promise<T>>()
  const asked = new Set<string>()
  const begin = (at: number): Promise<T> | undefined => {
    const one = list[at]
    if (one === undefined) return undefined
    if (begun.has(one.name) && !asked.has(one.name)) return begun.get(one.name)
    const done = one.work()
    // It is told to who asks for it, who may come later.
    done.catch(() => {})
    begun.set(one.name, done)
    return done
  }
  return {
    run: name => {
      const at = list.findIndex(each => each.name === name)
      const done = begin(at)
      if (done === undefined) throw new Error(`there is no ${name}`)
      asked.add(name)
      const next = list[at + 1]
      if (next !== undefined && !begun.has(next.name)) void begin(at + 1)
      return done
    },
    settled: () => Promise.allSettled(begun.values()),
  }
}
