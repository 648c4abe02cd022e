import { expect, test } from '@jest/globals'
import { compared } from '../../src/report/platform.ts'

const apart = (a: { startedAt: number; began?: number }, b: { startedAt: number; began?: number }) =>
  compared({
    ...{ platform: 'linux/amd64', images: null, layers: { A: [], B: [] }, comparison: null },
    ...{ a: { digest: 'a', configDigest: 'c', ...a }, b: { digest: 'a', configDigest: 'c', ...b } },
    ...{ level: 'identical', required: 'identical', findings: [], doubts: [] },
  }).secondsApart

const month = 30 * 86_400_000

test.each([0, month, -month])('builds are as far apart as they are, a clock set by %d ms between them', set => {
  expect(apart({ startedAt: 1e12, began: 1000 }, { startedAt: 1e12 + 5000 + set, began: 6000 })).toBe(5)
})

test('a build that another process began is known by the time of day, and never less than nothing apart', () => {
  expect(apart({ startedAt: 1e12, began: 1000 }, { startedAt: 1e12 + month })).toBe(month / 1000)
  expect(apart({ startedAt: 1e12 }, { startedAt: 1e12 - month, began: 1000 })).toBe(0)
})
