import { expect, test } from '@jest/globals'
import { Turns } from '../../src/compare/turns.ts'

test('long work lets timers run in between, short work does not wait', async () => {
  let heard = 0
  const timer = setInterval(() => {
    heard += 1
  }, 1)
  const turns = new Turns()
  await turns.pause()
  expect(heard).toBe(0)
  for (const end = performance.now() + 100; performance.now() < end; ) await turns.pause()
  clearInterval(timer)
  expect(heard).toBeGreaterThan(0)
})
