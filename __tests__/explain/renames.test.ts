import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { findRenames } from '../../src/explain/renames.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { entry } from './subject.ts'

const only = (side: 'a' | 'b', path: string): EntryDifference => ({
  ...{ path, kind: `only-in-${side}`, fields: [], digestA: null, digestB: null, content: null },
  ...{ a: side === 'a' ? entry(path) : null, b: side === 'b' ? entry(path) : null },
})

const chance = (text: string): string => createHash('md5').update(text).digest('hex').slice(0, 8)

/** Empty files, alike but for their names: each has a word of its own, and letters drawn anew by each build. */
const entriesOf = (count: number): EntryDifference[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `tmp/unit-${String(at).padStart(5, '0')}-`
    return [only('a', `${name}${chance(`a${at}`)}`), only('b', `${name}${chance(`b${at}`)}`)]
  }).flat()

describe('thousands of files that are alike', () => {
  test('each is paired with the one whose name is most like its own', () => {
    const { pairs } = findRenames(entriesOf(1_000))
    expect(pairs).toHaveLength(1_000)
    expect(pairs.every(({ a, b }) => a.slice(0, 15) === b.slice(0, 15))).toBe(true)
  })

  test('the work does not grow with the square of their number', () => {
    const cpuOf = (count: number): number => {
      const entries = entriesOf(count)
      const start = process.cpuUsage()
      expect(findRenames(entries).pairs).toHaveLength(count)
      return process.cpuUsage(start).user
    }
    cpuOf(500)
    // Eight times as many: 64 times the work, were it the square.
    expect(cpuOf(8_000)).toBeLessThan(30 * Math.max(cpuOf(1_000), 20_000))
  })
})
