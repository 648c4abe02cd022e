// What the states of a stage's paths on both sides say together, and that they say nothing where one of them is not known.
import { describe, expect, test } from '@jest/globals'
import type { Instruction } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Probe } from '../../src/explain/blame/probe.ts'
import { StageStates } from '../../src/explain/blame/stage-states.ts'

const dockerfile = parseDockerfile('FROM debian\nRUN one\nRUN two\n', 'Dockerfile')
const [from, one, two] = dockerfile.instructions as [Instruction, Instruction, Instruction]
const sources = { paths: ['/x'], asWritten: false }

/** After line 2 and after line 3, on A and on B: a state, `-` for a path that is not there, `?` for one that nobody knows. */
function statesOf(after: { A: string; B: string }): StageStates {
  const probe: Probe = async (side, text) => {
    const state = after[side][text.includes('RUN two') ? 1 : 0] as string
    if (state === '?') return { kind: 'unknown', reason: `${side} is not known` }
    return state === '-' ? { kind: 'absent' } : { kind: 'image', configDigest: state }
  }
  return new StageStates(dockerfile, probe)
}

test.each([
  ['ab', 'ab', false],
  ['a1', 'a2', true],
  ['a-', 'a2', true],
  ['a-', 'a-', false],
  ['a?', 'a2', 'A is not known'],
  ['a1', 'a?', 'B is not known'],
  ['a?', 'a?', 'A is not known'],
])('after the second step A is %s and B %s: they differ, %s', async (A, B, expected) => {
  expect(await statesOf({ A, B }).differ(two, sources)).toBe(expected)
})

test.each([
  ['aa', 'bb', true, false],
  ['ab', 'cc', false, true],
  ['aa', 'bc', false, true],
  ['a?', 'bc', false, false],
  ['?a', 'bb', false, false],
  ['aa', '?b', false, false],
  ['ab', 'c?', false, false],
  ['??', '??', false, false],
])('from A %s and B %s after each step: alike %s, changed %s', async (A, B, alike, changed) => {
  expect(await statesOf({ A, B }).alike(one, two, sources)).toBe(alike)
  expect(await statesOf({ A, B }).changed(one, two, sources)).toBe(changed)
})

describe('bytes that are the same after both steps, and differ between the sides', () => {
  const same = (A: string, B: string) =>
    statesOf({ A, B }).sameBytes({ after: one, paths: ['/x'] }, { after: two, paths: ['/y'] })

  test.each([
    ['aa', 'bb', true],
    ['aa', 'aa', false],
    ['ab', 'bb', false],
    ['aa', 'ba', false],
    ['--', 'bb', false],
    ['aa', '--', false],
    ['?a', 'bb', 'A is not known'],
    ['aa', 'b?', 'B is not known'],
  ])('A %s, B %s: %s', async (A, B, expected) => {
    expect(await same(A, B)).toBe(expected)
  })
})

test('it is said why nothing is known: without an engine, where the file cannot be cut, where too much was asked', async () => {
  expect(await new StageStates(dockerfile, undefined).differ(two, sources)).toBe('the stages were not looked into')
  const states = statesOf({ A: 'aa', B: 'bb' })
  expect(await states.differ(two, { paths: [], asWritten: false })).toBe('the Dockerfile cannot be cut there')
  for (let index = 0; index < 60; index++)
    expect(await states.differ(two, { paths: [`/${index}`], asWritten: false })).toBe(true)
  expect(await states.differ(two, { paths: ['/0'], asWritten: false })).toBe(true)
  expect(await states.differ(from, { paths: ['/more'], asWritten: false })).toBe('too many places to look at')
})

test('an engine that throws knows nothing', async () => {
  const probe: Probe = () => Promise.reject(new Error('the engine is gone'))
  expect(await new StageStates(dockerfile, probe).differ(two, sources)).toBe('the engine is gone')
})
