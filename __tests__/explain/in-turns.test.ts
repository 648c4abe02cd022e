import { describe, expect, test } from '@jest/globals'
import { atOnce, inTurns } from '../../src/explain/in-turns.ts'

function* steps(count: number, ms = 0): Generator<void, number> {
  for (let at = 0; at < count; at += 1) {
    const end = performance.now() + ms
    while (performance.now() < end);
    yield
  }
  return count
}

describe('long work in turns', () => {
  test('comes to the same as at once', async () => {
    expect(await inTurns(steps(1_000))).toBe(1_000)
    expect(atOnce(steps(1_000))).toBe(1_000)
    expect(await inTurns(steps(0))).toBe(0)
  })

  test('hears what happens meanwhile', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('ended by SIGTERM')), 20)
    const began = performance.now()
    await expect(inTurns(steps(3_000, 10), controller.signal)).rejects.toThrow('ended by SIGTERM')
    expect(performance.now() - began).toBeLessThan(10_000)
  })

  test('an error of the work is its own', async () => {
    const broken = function* (): Generator<void, number> {
      yield
      throw new Error('broken')
    }
    await expect(inTurns(broken())).rejects.toThrow('broken')
  })
})
