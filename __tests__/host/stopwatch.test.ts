import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { stopwatch } from '../../src/host/stopwatch.ts'

/** A clock that is set by so much while the stage runs. */
async function takenWhere(setBy: number): Promise<number> {
  let set = 0
  const watch = stopwatch(() => Date.now() + set)
  await watch.time('build', async () => {
    await sleep(60)
    set = setBy
  })
  return watch.taken.build ?? Number.NaN
}

const day = 86_400_000

test.each([0, day, -day, 40 * 365 * day, -40 * 365 * day])(
  'a stage lasts as long as it does, a clock set by %d ms',
  async setBy => {
    const taken = await takenWhere(setBy)
    expect(taken).toBeGreaterThanOrEqual(50)
    expect(taken).toBeLessThan(day / 2)
  },
)
