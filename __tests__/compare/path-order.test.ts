import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { comparePaths } from '../../src/compare/path-order.ts'

test('component by component, a whiteout beside what it hides', () => {
  const sorted = [
    '',
    'a',
    'a/.wh..wh..opq',
    'a/b',
    'a/b/c',
    'a/.wh.c',
    'a/c/d',
    'a!',
    'a-b',
    'a.b',
    'ab',
    '.wh.b',
    'c/a',
  ]
  for (const [at, path] of sorted.entries())
    for (const [other, second] of sorted.entries())
      expect([path, second, Math.sign(comparePaths(path, second))]).toEqual([path, second, Math.sign(at - other)])
  expect(comparePaths('a/.wh.b', 'a/b')).toBe(0)
  // No whiteouts: the mark stands before a name.
  expect(comparePaths('a.wh.b', 'ab')).toBeLessThan(0)
})

test('as a builder that sorts folder by folder writes them', () => {
  const step = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '!', '0', 'ä'), minLength: 1, maxLength: 3 })
  const path = fc.array(step, { minLength: 1, maxLength: 3 }).map(steps => steps.join('/'))
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(Math.sign(comparePaths(one, other))).toBe(byComponents(one.split('/'), other.split('/')))
    }),
    { numRuns: 500 },
  )
})

function byComponents([p, ...restP]: string[], [q, ...restQ]: string[]): number {
  if (p === undefined || q === undefined) return p === q ? 0 : p === undefined ? -1 : 1
  return p === q ? byComponents(restP, restQ) : p < q ? -1 : 1
}
