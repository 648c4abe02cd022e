import { appendFileSync } from 'node:fs'

/** `all`, or a part of what a cell is called: `the token | reset`. */
const asked = process.env.FAULTS

/** Everything is tried where it is asked for; else each fault once, at one place after the other. */
export const isWhole = asked !== undefined

/** How often a fault strikes: whoever asks again finds it gone, or never does. */
export type Times = 'once' | 'always'

export interface Cell<P, F> {
  place: P
  fault: F
  times: Times
}

/**
 * Each fault at each place, once and for ever; of these a part, unless all are asked for.
 * @param half of two matrices that share their faults, where less is tried than all: 0 or 1
 */
export function cells<P extends { name: string }, F extends { name: string }>(
  places: readonly P[],
  faults: readonly F[],
  half?: number,
): Cell<P, F>[] {
  const all = faults.flatMap((fault, f) =>
    places.flatMap((place, p) =>
      (['once', 'always'] as const).map((times, t) => ({
        place,
        fault,
        times,
        isChosen: isTurn(f >> 1, p, t, places.length) && f % 2 === (half ?? f % 2),
      })),
    ),
  )
  const isAsked = ({ place, fault, times }: Cell<P, F>): boolean =>
    asked === 'all' || `${place.name} | ${fault.name} | ${times}`.includes(asked ?? '')
  return all.filter(cell => (isWhole ? isAsked(cell) : cell.isChosen)).map(({ isChosen: _, ...cell }) => cell)
}

/** One place after the other, and at each of them now once, now for ever. */
const isTurn = (turn: number, place: number, times: number, places: number): boolean =>
  place === turn % places && times === (turn + Math.floor(turn / places)) % 2

/** Milliseconds for a matrix of so many cells, each with so many of its own, on a machine that has much else to do. */
export const timeFor = (count: number, each: number): number => 120_000 + count * each

/**
 * Tries all cells, a few at a time, each worker in a scene of its own.
 * @param attempt gives what happened in a word or two; throws what must not be
 * @returns what must not be, with its cell
 */
export async function tried<P extends { name: string }, F extends { name: string }, S>(
  matrix: string,
  given: readonly Cell<P, F>[],
  scene: { begin: () => Promise<S>; end: (scene: S) => Promise<void>; workers?: number },
  attempt: (cell: Cell<P, F>, scene: S) => Promise<string>,
): Promise<string[]> {
  const waiting = [...given]
  const wrong: string[] = []
  const worker = async (): Promise<void> => {
    const own = await scene.begin()
    try {
      for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
        const words = [matrix, cell.place.name, cell.fault.name, cell.times]
        const outcome = await attempt(cell, own).catch((error: Error) => {
          wrong.push(`${words.join(' | ')}: ${error.message}`)
          return `WRONG: ${error.message}`
        })
        if (process.env.FAULTS_TALLY)
          appendFileSync(process.env.FAULTS_TALLY, `${JSON.stringify([...words, outcome])}\n`)
      }
    } finally {
      await scene.end(own)
    }
  }
  await Promise.all(Array.from({ length: scene.workers ?? 4 }, worker))
  return wrong
}

/** @throws with what was said where something is not as it must be */
export function must(isSo: boolean, what: string, said = ''): void {
  if (!isSo)
    throw new Error(`${what}${said === '' ? '' : `\n    ${said.trim().replaceAll('\n', '\n    ').slice(0, 3000)}`}`)
}
