import { expect, test } from '@jest/globals'
import { auditSides } from '../../src/build/audit.ts'
import type { SideBuild, Step } from '../../src/build/build.ts'
import { ranBeside, worksOf } from '../../src/build/ran-beside.ts'

const step = (digest: string, name: string, more: Partial<Step> = {}): Step => ({
  ...{ digest, name, cached: false, started: true, completed: true, error: null },
  ...more,
})

/** A build whose own operations are these RUNs. */
const build = (own: readonly string[], steps: readonly Step[], more: Partial<SideBuild> = {}): SideBuild => ({
  ...{ side: 'B', platform: 'linux/amd64', digest: 'sha256:1', configDigest: 'sha256:2', ref: 'a/b/c' },
  ...{ steps: [...steps], rewritten: true, startedAt: 10_000, endedAt: 20_000 },
  provenance: {
    buildConfig: {
      llbDefinition: own.map((digest, index) => ({ id: `step${index}`, op: { Op: { exec: {} } }, inputs: [], digest })),
      digestMapping: Object.fromEntries(own.map((digest, index) => [digest, `step${index}`])),
    },
  },
  ...more,
})

const ran = build(['w1', 'w2'], [step('w1', '[shared 2/2] RUN make'), step('w2', '[web 1/1] RUN web')])

test('a step that another image of the side ran, as the own progress shows, is right to be cached', () => {
  const merged = build(
    ['a1', 'a2'],
    [
      step('w1', '[shared 2/2] RUN make'),
      step('a1', '[base 3/3] RUN make', { cached: true }),
      step('a2', '[api 1/1] RUN api'),
    ],
  )
  expect([...ranBeside(merged, [ran])]).toEqual(['a1'])
  expect(
    auditSides({ ...ran, side: 'A', startedAt: 0, endedAt: 5000 }, merged, { A: [], B: [ran] }).join(),
  ).not.toMatch(/from a cache/)
  // The same without anybody beside it came from an earlier build.
  expect(ranBeside(merged, []).size).toBe(0)
  expect(auditSides(ran, merged).join()).toMatch(/answered '\[base 3\/3\] RUN make' from a cache/)
})

test('an image of nothing but metadata tells no steps, and ran none for the others', () => {
  const alone = { ...build([], []), provenance: null }
  expect(ranBeside(ran, [alone]).size).toBe(0)
  expect(ranBeside(alone, [ran]).size).toBe(0)
})

test('a RUN that an image ran before it failed counts, which has no provenance to tell its own steps by', () => {
  const ranByIt = step('w2', '[shared 3/3] RUN make')
  const merged = build(
    ['a1', 'a2'],
    [
      step('w1', '[shared 2/3] COPY f /f'),
      step('a1', '[shared 2/3] COPY f /f', { cached: true }),
      ranByIt,
      step('a2', '[shared 3/3] RUN make', { cached: true }),
    ],
  )
  const failed = (steps: Step[]) =>
    worksOf([{ side: 'A', step: null, message: '', line: null, endLine: null, logTail: [], steps }, null])
  // Whose a COPY is, another run's of equal files or its own, nobody can tell.
  expect([...ranBeside(merged, failed(merged.steps))]).toEqual(['a2'])
  expect(ranBeside(merged, failed([{ ...ranByIt, completed: false }])).size).toBe(0)
  expect(ranBeside(merged, failed([{ ...ranByIt, cached: true }])).size).toBe(0)
  expect(ranBeside(merged, worksOf([null])).size).toBe(0)
  // One that failed before it had any step ran none; one that did not fail tells its own.
  const unbegun = { side: 'A', step: null, message: '', line: null, endLine: null, logTail: [] } as const
  expect(worksOf([{ ...unbegun, logTail: [] }, ran])).toEqual([{ provenance: null, steps: [] }, ran])
})

test('a step that was left to another image of the side never ends, and that is right', () => {
  const left = step('a1', '[1/1] COPY f /f', { completed: false })
  const merged = build(['a1'], [left, step('w1', '[1/1] COPY f /f')])
  const other = build(['w1'], [step('w1', '[1/1] COPY f /f')])
  expect([...ranBeside(merged, [other])]).toEqual(['a1'])
  expect(auditSides(other, merged, { A: [], B: [other] }).join()).not.toMatch(/never ended|another build/)
  // Of another run nobody knows what it had.
  expect(auditSides(other, merged).join()).toMatch(/took '\[1\/1\] COPY f \/f' from another build/)
  expect(auditSides(other, build(['a1'], [left])).join()).toMatch(/never ended/)
  const failed = build(['a1'], [{ ...left, error: 'x' }, step('w1', '[1/1] COPY f /f')])
  expect(ranBeside(failed, [other]).size).toBe(0)
})

test.each<[string, Step[], SideBuild]>([
  ['was not seen by the build itself', [step('a1', 'RUN make', { cached: true })], ran],
  [
    'was cached there, too',
    [step('w1', 'RUN make'), step('a1', 'RUN make', { cached: true })],
    build(['w1'], [step('w1', 'RUN make', { cached: true })]),
  ],
  ['never ended', [step('w1', 'RUN make', { completed: false }), step('a1', 'RUN make', { cached: true })], ran],
  ['failed', [step('w1', 'RUN make', { error: 'x' }), step('a1', 'RUN make', { cached: true })], ran],
  ['is another step', [step('w1', 'RUN make it'), step('a1', 'RUN make', { cached: true })], ran],
  ['is no step of that image', [step('x9', 'RUN make'), step('a1', 'RUN make', { cached: true })], ran],
])('a step beside it proves nothing that %s', (_, steps, other) => {
  expect(ranBeside(build(['a1'], steps), [other]).size).toBe(0)
})

test('one step that ran answers for one that did not', () => {
  const twice = build(
    ['a1', 'a2'],
    [step('w1', 'RUN make'), step('a1', 'RUN make', { cached: true }), step('a2', 'RUN make', { cached: true })],
  )
  expect([...ranBeside(twice, [ran])]).toEqual(['a1'])
})

test('a step that both images have is no proof of another of its name', () => {
  const both = build(['a1', 'a2'], [step('a1', '[x 1/1] RUN make'), step('a2', '[y 1/1] RUN make', { cached: true })])
  expect(ranBeside(both, [build(['a1'], [step('a1', '[x 1/1] RUN make')])]).size).toBe(0)
})

test('a step of another run proves nothing, though the image beside it saw it, too', () => {
  const foreign = step('x9', 'RUN make')
  const other = build(['w1'], [step('w1', 'RUN web'), foreign])
  expect(ranBeside(build(['a1'], [foreign, step('a1', 'RUN make', { cached: true })]), [other]).size).toBe(0)
})

test('a step that the own progress never saw begin proves nothing', () => {
  const unbegun = step('w1', '[shared 2/2] RUN make', { started: false })
  const cached = step('a1', '[base 3/3] RUN make', { cached: true })
  expect(ranBeside(build(['a1'], [unbegun, cached]), [ran]).size).toBe(0)
  const other = { ...ran, steps: [unbegun] }
  expect(ranBeside(build(['a1'], [step('w1', '[shared 2/2] RUN make'), cached]), [other]).size).toBe(0)
})

test('what ran itself, or is of nobody, takes no answer away from a step that did not run', () => {
  const steps = [
    step('w1', '[shared 2/2] RUN make'),
    step('x9', '[x 1/1] RUN make', { cached: true }),
    step('a2', '[y 1/1] RUN make'),
    step('a1', '[base 3/3] RUN make', { cached: true }),
  ]
  expect([...ranBeside(build(['a1', 'a2'], steps), [ran])]).toEqual(['a1'])
})
