import { expect, test } from '@jest/globals'
import { memoryOfComparison, Purse } from '../../src/compare/purse.ts'

test('a purse gives what it has, to the last byte, and nothing of what it has not', () => {
  const purse = new Purse(10)
  expect([purse.take(11), purse.left]).toEqual([false, 10])
  expect([purse.take(4), purse.left]).toEqual([true, 6])
  expect([purse.take(7), purse.left]).toEqual([false, 6])
  expect([purse.take(6), purse.left]).toEqual([true, 0])
  expect([purse.take(0), purse.take(1), purse.left]).toEqual([true, false, 0])
  purse.giveBack(3)
  expect(purse.left).toBe(3)
})

test('each comparison has memory of its own', () => {
  const [one, other] = [memoryOfComparison(), memoryOfComparison()]
  for (const name of ['kept', 'reserve', 'waiting'] as const) {
    expect(one[name].left).toBeGreaterThan(1 << 20)
    const before = other[name].left
    one[name].take(1000)
    expect(other[name].left).toBe(before)
  }
})
