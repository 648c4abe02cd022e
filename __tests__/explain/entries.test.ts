// The first causes behind a path, and the layers of which causes are told.
import { createHash } from 'node:crypto'
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

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const [one, other] = [
  ['5b3c9e21-77d0-4c8e-a1f4-0d2e6b9a8c13\n', 'c41f8a07-2e9b-4d63-9b70-8f5a1d3e6c92\n'],
  ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01\n', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63\n'],
] as const
const list = (at: 0 | 1): string => `${digest(one[at])}  one\n${digest(other[at])}  other\n`
const [files, sums] = [
  [changed('r/one', ...one), changed('r/other', ...other)],
  changed('r/SUMS', list(0), list(1)),
] as const
test.each<[string, ReturnType<typeof changed>[][], string[]]>([
  ['of its own layer', [[sums, ...files]], ['0:r/one', '0:r/other']],
  ['of an earlier layer', [[...files], [sums]], ['0:r/one', '0:r/other']],
  ['of both', [[files[1]], [sums, files[0]]], ['1:r/one', '0:r/other']],
  ['that are stored again beside it', [[...files], [...files, sums]], ['0:r/one', '0:r/other']],
])('a list of digests has the first causes of the files %s', (_, layers, expected) => {
  const told = explainEntries(
    layers.map((own, index) => layerOf(own, index)),
    clock,
  )
  const ofSums = told.find(({ subject }) => subject.entry.path === 'r/SUMS') as ExplainedEntry
  expect(firstsOf(ofSums).map(({ layer, subject }) => `${layer}:${subject.entry.path}`)).toEqual(expected)
  expect(ofSums.moreRoots).toHaveLength(1)
  expect(told.filter(({ moreRoots }) => moreRoots !== undefined)).toEqual([ofSums])
})
