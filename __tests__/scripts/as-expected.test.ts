import { expect, test } from '@jest/globals'
// @ts-expect-error: a script, without types
import { mismatches } from '../../scripts/as-expected.mjs'

const finding = (id: string, line: number, source = 'comparison') => ({ id, source, location: { line, endLine: line } })
const red = { verdict: 'not-reproducible', findings: [finding('build-time', 12)], failure: null }
const failed = {
  verdict: 'undecided',
  findings: [],
  failure: {
    location: { line: 7, endLine: 9 },
    message: 'exit code: 1',
    logTail: ['THESE PACKAGES DO NOT MATCH THE HASHES'],
  },
}

test.each([
  ['the line and the cause', red, { verdict: 'not-reproducible', line: 12, cause: 'build-time' }],
  ['a rule of the lint', { findings: [finding('RG102', 3, 'lint')] }, { lint: 'RG102', line: 3 }],
  ['a build that fails in the middle of an instruction', failed, { fails: 'line 8, do not match the hashes' }],
  ['a build that fails, wherever', failed, { fails: 'do not match the hashes' }],
])('red as it should be: %s', (_, report, broken) => {
  expect(mismatches(report, broken)).toEqual([])
})

test.each([
  [
    'another line',
    red,
    { verdict: 'not-reproducible', line: 11, cause: 'build-time' },
    'build-time is on line 12, not on 11',
  ],
  ['another cause', red, { line: 12, cause: 'apt-log' }, 'no finding is apt-log'],
  [
    'another verdict',
    red,
    { verdict: 'undecided', cause: 'build-time' },
    'the verdict is not-reproducible, not undecided',
  ],
  ['foreseen by the lint alone', { findings: [finding('x', 3, 'lint')] }, { cause: 'x', line: 3 }, 'no finding is x'],
  [
    'a finding without a line',
    { findings: [{ id: 'x', source: 'lint' }] },
    { lint: 'x', line: 3 },
    'x is on line no line, not on 3',
  ],
  ['a build that did not fail', red, { fails: 'line 8, hash' }, 'no build failed'],
  [
    'a build that fails elsewhere',
    failed,
    { fails: 'line 10, do not match the hashes' },
    'it failed on line 7, not on 10',
  ],
  ['a build that fails otherwise', failed, { fails: 'line 8, no space left' }, "the log does not say 'no space left'"],
  ['nothing that could be held against it', red, {}, 'it says neither a verdict, a lint rule nor a failure'],
])('told: %s', (_, report, broken, words) => {
  expect(mismatches(report, broken)).toEqual([words])
})
