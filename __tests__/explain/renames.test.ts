import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { explainEntries } from '../../src/explain/entries.ts'
import { findRenames } from '../../src/explain/renames.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { changed, clock, entry, layerOf } from './subject.ts'

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

describe('a link or a text of a later layer', () => {
  const moved = layerOf([only('a', 'd/af1315fc'), only('b', 'd/661d3f09')])
  const linked = (path: string, a: string, b: string): EntryDifference => ({
    ...{ path, kind: 'changed', fields: ['link'], digestA: null, digestB: null, content: null },
    a: entry(path, { type: 'symlink', linkTarget: a }),
    b: entry(path, { type: 'symlink', linkTarget: b }),
  })
  const rootOf = (link: EntryDifference): string | undefined =>
    explainEntries([moved, layerOf([link], 2)], clock).at(-1)?.root?.subject.entry.path

  test.each([
    ['d/current', '/d/af1315fc', '/d/661d3f09'],
    ['d/current', 'af1315fc/f', '661d3f09/f'],
    ['srv/current', '../d/af1315fc', '../d/661d3f09'],
  ])('%s follows from the renamed path that it points at: %s, %s', (path, a, b) => {
    expect(rootOf(linked(path, a, b))).toBe('d/af1315fc')
  })

  test.each([
    ['another file of it', '/d/af1315fc/f', '/d/661d3f09/g'],
    ['the sides exchanged', '/d/661d3f09', '/d/af1315fc'],
    ['a name that only begins alike', '/d/af1315fc-2', '/d/661d3f09-2'],
  ])('does not follow when it points at %s', (_, a, b) => {
    expect(rootOf(linked('d/current', a, b))).toBeUndefined()
  })

  test('a text that differs only by the names does, too; one that says more does not', () => {
    const list = (end: string) => changed('w.list', 'x\naf1315fc\n', `x\n661d3f09\n${end}`)
    expect(rootOf(list(''))).toBe('d/af1315fc')
    expect(rootOf(list('more\n'))).toBeUndefined()
  })
})
