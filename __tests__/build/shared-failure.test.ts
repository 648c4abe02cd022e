import { expect, test } from '@jest/globals'
import type { BuildFailure } from '../../src/build/build.ts'
import { withSharedLines } from '../../src/build/shared-failure.ts'

const failure = (step: string | null, line: number | null): BuildFailure => ({
  ...{ side: 'A', step, message: 'it failed', line, endLine: line === null ? null : line + 1, logTail: [] },
})

test('a step that failed for several images at once is placed in all of that Dockerfile, and in no other', () => {
  const step = '[base 1/2] RUN false'
  const built = [failure(step, null), null, failure(step, 5), failure('[base 2/2] RUN x', null), failure(step, null)]
  const files = ['a', 'a', 'a', 'a', 'b']
  expect(
    withSharedLines(built, files).map(one => one && [(one as BuildFailure).line, (one as BuildFailure).endLine]),
  ).toEqual([[5, 6], null, [5, 6], [null, null], [null, null]])
  expect(withSharedLines([failure(null, null), failure(null, 3)], ['a', 'a'])[0]).toMatchObject({ line: null })
})

test('a place that a build told itself stays: two lines may be the same step', () => {
  const built = [failure('RUN false', 5), failure('RUN false', 9)]
  expect(withSharedLines(built, ['a', 'a'])).toEqual(built)
})
