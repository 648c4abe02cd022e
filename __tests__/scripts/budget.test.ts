// The judgement of the performance budget: what must not fail, what must, and in which words.
import { describe, expect, test } from '@jest/globals'
// @ts-expect-error: a script, without types
import { excesses, pageOf } from '../../bench/budget/page.mjs'
// @ts-expect-error: a script, without types
import { exponentOf, judged, usualBlocks } from '../../bench/budget/statistics.mjs'

/** Ratios around one that other work on the machine spreads. */
const around = (ratio: number, count: number, spread = 0.06) =>
  Array.from({ length: count }, (_, at) => ratio * (1 + spread * Math.sin(at * 2.4)))

describe('a ratio', () => {
  test('of equal programs passes, however much other work spreads it', () => {
    for (const spread of [0, 0.03, 0.06, 0.09])
      expect(judged(around(1, usualBlocks, spread), 1.1)).toMatchObject({ state: 'within' })
  })

  test('far over its budget fails, but not before there are enough blocks', () => {
    expect(judged(around(1.3, usualBlocks), 1.1)).toMatchObject({ state: 'open' })
    expect(judged(around(1.3, 2 * usualBlocks), 1.1)).toMatchObject({ state: 'over', sure: 1 })
  })

  test('near its budget asks for more, and in the end is unsure', () => {
    expect(judged(around(1.1, 2 * usualBlocks), 1.1)).toMatchObject({ state: 'open' })
    expect(judged(around(1.1, 4 * usualBlocks), 1.1)).toMatchObject({ state: 'unsure' })
  })

  test('that one block spoils is not over', () => {
    expect(judged([1, 1.01, 3, 0.99, 1, 1.02, 0.98, 1], 1.1)).toMatchObject({ state: 'within' })
  })

  test('comes with its spread', () => {
    const { median, low, high } = judged(around(1.2, 9), 1.1)
    expect(low).toBeLessThanOrEqual(median)
    expect(high).toBeGreaterThanOrEqual(median)
    expect(median).toBeCloseTo(1.2, 1)
  })
})

test.each([
  ['the same whatever the size', () => 2, 0],
  ['linear', (size: number) => size * 0.01, 1],
  ['n log n', (size: number) => size * Math.log(size), 1.13],
  ['quadratic', (size: number) => size * size, 2],
])('the exponent of what is %s', (_, costOf, exponent) => {
  const points = [1000, 2000, 4000, 8000].map(size => ({ size, cost: costOf(size) }))
  expect(exponentOf(points)).toBeCloseTo(exponent, 1)
})

describe('the report', () => {
  const one = { what: '`compare`', kind: 'cpu', budget: 1.08, base: 1, now: 1.3, median: 1.3, low: 1.28, high: 1.33 }
  const over = { ...one, blocks: 8, sure: 1, state: 'over' }
  const point = (size: number, cpu: number) => ({ size, cpu, peak: 100 })
  const about = { base: 'abc', now: 'this checkout', machine: '2 cores' }
  const rest = { limits: [], growths: [], missing: ['a gate: no engine.'], peers: null, about, minutes: '1.0' }

  test('of nothing that is over says so, and what was left out', () => {
    const page = pageOf({ ...rest, compared: [{ ...over, now: 1, median: 1, state: 'within' }] })
    expect(page).toContain('**Within the budget.**')
    expect(page).toContain('- a gate: no engine.')
  })

  test('names what is over, by how much and how surely', () => {
    const result = { ...rest, compared: [over, { ...over, state: 'unsure' }] }
    const said = excesses(result)
    expect(said).toHaveLength(1)
    for (const part of ['`compare`', 'processor seconds', '1.00 s to 1.30 s', '+30.0 %', '+8.0 %', '100 % sure'])
      expect(said[0]).toContain(part)
    expect(pageOf(result)).toContain('**Over the budget: one thing.**')
  })

  test('names growth that is not linear, memory that grows, and a limit that is far off', () => {
    const points = [point(100, 1), point(200, 4), point(400, 16), point(800, 64)]
    const growth = { what: 'layers', exponent: 2, most: 1.15, mostPeak: 90, points }
    const limit = { what: '`compare`', name: 'gzip', ratio: 2, most: 1.5, limit: 1, cpu: 2, rate: 100 }
    const said = excesses({ ...rest, compared: [], growths: [growth], limits: [limit] })
    expect(said.map((text: string) => text.slice(0, 20))).toHaveLength(3)
    expect(said.join('\n')).toMatch(/power of 2\.00.*4\.0 times/s)
    expect(said.join('\n')).toMatch(/100 MiB, and 90 MiB is the most/)
  })
})
