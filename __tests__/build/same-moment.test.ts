import { describe, expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { clearFrom, momentDoubt, sameMoment } from '../../src/build/same-moment.ts'

/** A build of RUN steps that began at these milliseconds. */
function build(runs: Record<string, number>, { cached = false, config = 'same' } = {}): SideBuild {
  const digests = Object.fromEntries(Object.keys(runs).map((name, index) => [name, `sha256:${index}${name}`]))
  return {
    configDigest: config,
    steps: Object.entries(runs).map(([name, startedAt]) => ({
      ...{
        digest: digests[name],
        name: `[stage 2/3] ${name}`,
        cached,
        started: true,
        completed: true,
        error: null,
        startedAt,
      },
    })),
    provenance: {
      buildConfig: {
        llbDefinition: Object.keys(runs).map(name => ({
          id: name,
          op: { Op: name.startsWith('RUN') ? { exec: {} } : { file: {} } },
        })),
        digestMapping: Object.fromEntries(Object.entries(digests).map(([name, digest]) => [digest, name])),
      },
    },
  } as unknown as SideBuild
}
const now = 1_700_000_000_000

test('a RUN in the same two seconds of both clocks is seen, whatever else runs', () => {
  expect(
    sameMoment(build({ 'RUN a': now, 'RUN b': now + 9000 }), build({ 'RUN a': now + 5000, 'RUN b': now + 10_900 })),
  ).toBe('RUN b')
  expect(sameMoment(build({ 'RUN a': now + 1500 }), build({ 'RUN a': now }))).toBe('RUN a')
})

test.each([
  ['steps apart', build({ 'RUN a': now }), build({ 'RUN a': now + 2000 })],
  ['another step', build({ 'RUN a': now }), build({ 'RUN b': now })],
  ['a COPY', build({ 'COPY a': now }), build({ 'COPY a': now })],
  ['what never ran', build({ 'RUN a': 0 }), build({ 'RUN a': 0 })],
  ['what came from a cache', build({ 'RUN a': now }, { cached: true }), build({ 'RUN a': now }, { cached: true })],
])('%s is not', (_, a, b) => expect(sameMoment(a, b)).toBeNull())

test('it is a doubt only where both came to the same', () => {
  const a = build({ 'RUN a\n x': now })
  expect(momentDoubt(a, build({ 'RUN a\n x': now }))).toEqual([
    expect.stringMatching(/'RUN a x' in the same two seconds/),
  ])
  expect(momentDoubt(a, build({ 'RUN a\n x': now }, { config: 'other' }))).toEqual([])
})

test('the other side begins when every step of this one is long enough ago, by our own clock', () => {
  // The builder's clock is an hour ahead; its last RUN began two seconds before the last thing it did.
  const hour = 3_600_000
  const a = { ...build({ 'RUN a': now + hour, 'RUN b': now + hour + 9000, 'COPY x': now + hour + 11_000 }) }
  expect(clearFrom({ ...a, startedAt: now - 500, endedAt: now + 11_200 }, 3000)).toBe(now + 12_200)
  expect(clearFrom({ ...build({ 'COPY x': now }), startedAt: now - 500, endedAt: now + 9000 }, 3000)).toBe(now + 2500)
})

describe('how long the export took counts', () => {
  const run = build({ 'RUN a': now })
  const step = (name: string, startedAt: number, endedAt: number) => ({
    ...{ digest: `sha256:${name}`, name, cached: false, started: true, completed: true, error: null },
    ...{ startedAt, endedAt },
  })
  const endingWith = (...more: ReturnType<typeof step>[]) => ({
    ...{ ...run, steps: [...run.steps, ...more], startedAt: now - 500, endedAt: now + 12_400 },
  })

  test('what ran before it is as long ago', () => {
    expect(clearFrom(endingWith(step('exporting to image', now + 300, now + 12_000)), 3000)).toBe(now + 3400)
    expect(clearFrom(endingWith(step('[app] exporting to image', now + 300, now + 12_000)), 3000)).toBe(now + 3400)
  })

  test('a step of buildx, by another clock, says nothing', () => {
    const hour = 3_600_000
    const late = step('resolving provenance for metadata file', now + hour, now + hour)
    expect(clearFrom(endingWith(late), 3000)).toBe(now + 15_400)
  })

  test('nothing is longer ago than the whole build', () => {
    expect(clearFrom(endingWith(step('exporting to image', now + 300, now + 9e9)), 3000)).toBe(now + 2500)
  })
})
