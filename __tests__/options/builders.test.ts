import { expect, test } from '@jest/globals'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'

const given = (more: Given) => checkOptions('gate', more)
const problemsOf = (more: Given): string[] => {
  try {
    given(more)
  } catch (error) {
    if (error instanceof InputError) return error.problems
  }
  return []
}

test('none, one, auto, two', () => {
  expect(given({})).toMatchObject({ builder: undefined, builders: [] })
  expect(given({ builder: ['mine'] })).toMatchObject({ builder: 'mine', builders: ['mine'] })
  expect(given({ builder: ['auto'] })).toMatchObject({ builder: undefined, builders: ['auto'] })
  expect(given({ builders: ['a', 'b.c_1'] })).toMatchObject({ builder: 'a', builders: ['a', 'b.c_1'] })
  expect(given({ builders: ['a'] })).toMatchObject({ builders: ['a'] })
})

test.each([
  [{ builder: ['a'], builders: ['b', 'c'] }, /both given/],
  [{ builders: ['a', 'b', 'c'] }, /3 are given/],
  [{ builders: ['a', 'a'] }, /given twice/],
  [{ builder: ['a,b'] }, /'builders' \(--builders\) takes two/],
  [{ builders: ['--config=/x', 'b'] }, /is no name of a builder/],
] as [Given, RegExp][])('%j is refused', (more, words) => {
  expect(problemsOf(more)).toEqual([expect.stringMatching(words)])
})
