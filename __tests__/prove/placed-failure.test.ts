import { expect, test } from '@jest/globals'
import type { BuildFailure } from '../../src/build/build.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { placedFailure } from '../../src/prove/placed-failure.ts'

const dockerfile = parseDockerfile(
  'FROM a AS x\nrun  sleep 500 && \\\n  # why\n  echo [1/2]\nRUN twice\nFROM x\nRUN twice\nCOPY f /f\n',
  'Dockerfile',
)
const failure = (step: string | null, line: number | null = null): BuildFailure => ({
  ...{ side: 'B', step, message: 'The build was stopped', line, endLine: line, logTail: [] },
})

test.each([
  ['[x 2/3] RUN sleep 500 &&   echo [1/2]', 2, 4],
  ['[stage-1 3/3] COPY f /f', 8, 8],
  ['[x 3/3] RUN twice', null, null],
  ['[internal] load build context', null, null],
  ['[x 2/3] RUN other', null, null],
  [null, null, null],
])('%s is at line %j', (step, line, endLine) => {
  expect(placedFailure(failure(step), dockerfile)).toMatchObject({ line, endLine })
})

test('lines that BuildKit showed stay', () =>
  expect(placedFailure(failure('[stage-1 3/3] COPY f /f', 3), dockerfile).line).toBe(3))
