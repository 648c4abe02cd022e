// The three worked examples of a well-known tutorial on reproducible images: what a careful reviewer writes on each, and nothing else.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { lint } from '../../src/lint/lint.ts'
import { inputOf } from './cases.ts'

const read = (name: string) => readFileSync(new URL(`./tutorial/${name}`, import.meta.url), 'utf8')
const lock = { 'requirements.lock': read('requirements.lock') }

test.each([
  {
    example: 1,
    files: { Dockerfile: '' },
    says: {
      '3:23 RG104 error': /REPLACE_WITH_ACTUAL_DIGEST` is not a digest/,
      // The pins, the update in the same RUN and the missing recommendations are right; its removal forgets the logs.
      '12:1 RG206 warning': /logs of dpkg/,
      '19:24 RG601 warning': /no \.dockerignore/,
    },
  },
  {
    example: 2,
    files: lock,
    says: {
      '2:23 RG104 error': /is not a digest/,
      '6:47 RG301 error': /numpy==1\.26\.4.*pandas==2\.2\.1.*nobody computed that hash/,
      '6:5 RG501 warning': /PYTHONDONTWRITEBYTECODE does not stop this/,
    },
  },
  {
    example: 3,
    files: lock,
    says: {
      '3:23 RG104 error': /is not a digest/,
      '7:45 RG301 error': /nobody computed that hash/,
      '8:23 RG104 error': /is not a digest/,
      // The first of its four hidden defects: the ARG before FROM is empty in the stage.
      '10:19 RG501 warning': /is empty here.*must be declared again/,
      '13:5 RG501 warning': /the ARG before FROM does not reach into a stage/,
      // The second: a failed install is forgiven.
      '13:83 RG701 warning': /makes the RUN succeed all the same/,
      '14:6 RG601 warning': /no \.dockerignore/,
      // The third: the epoch stays in the running image.
      '10:1 RG504 notice': /every program in a running container/,
      // The fourth: seconds are no date.
      '15:40 RG504 notice': /RFC 3339/,
    },
  },
])('example $example', ({ example, files, says }) => {
  const { findings } = lint(inputOf(read(`example-${example}.Dockerfile`), { files }))
  const found = findings.map(({ id, level, location }) => `${location?.line}:${location?.column} ${id} ${level}`)
  expect(found).toEqual(Object.keys(says))
  Object.values(says).forEach((words, at) => {
    expect(findings[at]?.message).toMatch(words)
  })
})
