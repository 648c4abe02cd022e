// The first causes behind a path, and the layers of which causes are told.
import { expect, test } from '@jest/globals'
import { type ExplainedEntry, explainEntries, firstOf, firstsOf } from '../../src/explain/entries.ts'
import { changed, changedHeader, clock, layerOf } from './subject.ts'

/** Entries by their names, each with those that it follows from, in their order. */
function entriesOf(follows: Record<string, string[]>): Record<string, ExplainedEntry> {
  const made: Record<string, ExplainedEntry> = Object.fromEntries(
    Object.keys(follows).map(name => [name, { name, root: null } as unknown as ExplainedEntry]),
  )
  for (const [name, [root, ...more]] of Object.entries(follows)) {
    const one = made[name] as ExplainedEntry
    if (root !== undefined) one.root = made[root] as ExplainedEntry
    if (more.length > 0) one.moreRoots = more.map(other => made[other] as ExplainedEntry)
  }
  return made
}
const names = (entries: ExplainedEntry[]) => entries.map(one => (one as unknown as { name: string }).name)

test.each<[string, Record<string, string[]>, string, string[]]>([
  ['of what follows from nothing: itself', { a: [] }, 'a', ['a']],
  ['through all that it follows from', { a: ['b'], b: ['c'], c: [] }, 'c', ['c']],
  ['of several, in their order', { a: ['b', 'c', 'd'], b: ['e'], c: [], d: [], e: [] }, 'e', ['e', 'c', 'd']],
  ['each of them once', { a: ['b', 'c'], b: ['d'], c: ['d', 'b'], d: [] }, 'd', ['d']],
])('the first causes %s', (_, follows, first, firsts) => {
  const { a } = entriesOf(follows)
  expect(names([firstOf(a as ExplainedEntry)])).toEqual([first])
  expect(names(firstsOf(a as ExplainedEntry))).toEqual(firsts)
})

test('what follows from itself has no first cause, and is soon told', () => {
  const { a } = entriesOf({ a: ['b'], b: ['a', 'c'], c: [] })
  expect(names(firstsOf(a as ExplainedEntry))).toEqual(['c'])
  expect(['a', 'b']).toContain(names([firstOf(a as ExplainedEntry)])[0])
})

test('a layer that one side alone has says nothing of what its paths differ by', () => {
  const layer = layerOf([changed('f', 'one\n', 'two\n')])
  const told = (more: Partial<typeof layer>) => explainEntries([{ ...layer, ...more }], clock).length
  expect([told({}), told({ a: null }), told({ b: null }), told({ a: null, b: null })]).toEqual([1, 0, 0, 0])
})

test('a mode that a later layer adds to contents of before is told of that layer, and of the mode alone', () => {
  const contents = changed('f', '0b0b7b0e-6d5c-4a4e\n', 'f3a9c2d4-1e5b-4c6d\n')
  const later = { ...contents, fields: ['content', 'mode'], a: { ...contents.a, mode: 0o600 } } as typeof contents
  const layers = [contents, later].map((one, index) => layerOf([one], index))
  const [first, ofMode, again, ...more] = explainEntries(layers, clock)
  expect([more, ofMode?.layer, ofMode?.root, ofMode?.partOf]).toEqual([[], 1, null, later])
  expect(ofMode?.subject.entry.fields).toEqual(['mode'])
  expect(ofMode?.cause.id).toBe('header-mode')
  expect([again?.root, again?.layer]).toEqual([first, 1])
  expect(again?.recognition.evidence).toEqual([{ what: expect.stringMatching(/f differs here only/), path: 'f' }])
  // Nothing of what is not there twice.
  expect(explainEntries([layerOf([changedHeader('f', ['mode'], { mode: 1 }, { mode: 2 })])], clock)).toHaveLength(1)
})
