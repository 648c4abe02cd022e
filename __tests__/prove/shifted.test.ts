import { describe, expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { notShifted } from '../../src/build/runtime-wrapper.ts'
import { createUnshifted } from '../../src/build/unshifted.ts'
import { variationsNamed } from '../../src/build/variations/variations.ts'
import type { Varied } from '../../src/build/variations/vary.ts'
import { isWithin } from '../../src/explain/values/time.ts'
import type { Finding } from '../../src/finding.ts'
import { dependsOnMachine } from '../../src/prove/machine.ts'
import { asItsClockWas } from '../../src/prove/shifted.ts'

const day = 86_400_000
const musl = 'its programs are not made for glibc on this machine'

/** A build of this many RUNs, of which these printed that. */
function build(runs: number, logs: Record<number, string> = {}): SideBuild {
  const names = Array.from({ length: runs }, (_, index) => `r${index}`)
  const unshifted = createUnshifted()
  // The first step is that of the Dockerfile, and has no RUN.
  for (const [run, text] of Object.entries(logs))
    unshifted.read({ kind: 'log', number: Number(run) + 2, seconds: 0, text })
  const step = { cached: false, started: true, completed: true, error: null, startedAt: 1 }
  return {
    steps: ['load', ...names].map(digest => ({ ...step, digest, name: digest })),
    unshifted: unshifted.reasons(),
    provenance: {
      buildConfig: {
        llbDefinition: names.map(id => ({ id, op: { Op: { exec: {} } } })),
        digestMapping: Object.fromEntries(names.map(name => [name, name])),
      },
    },
  } as unknown as SideBuild
}

const varied = (...ids: string[]): Varied => ({ request: {} as never, variations: variationsNamed(ids), notes: ['x'] })
const told = (ids: string[], b: SideBuild) => {
  const seen = asItsClockWas(varied(...ids), b)
  return [seen.varied.variations.map(({ id }) => id), seen.varied.notes.slice(1), seen.b.shifted]
}

describe('whether the clock was varied', () => {
  test('it was, where no step says otherwise', () => {
    expect(told(['clock'], build(2, { 1: 'done' }))).toEqual([['clock'], [], 2 * day])
    expect(told(['fresh'], build(1, { 0: `${notShifted}${musl}` }))).toEqual([['fresh'], [], undefined])
  })

  test('where no RUN saw it, only the builder was another one', () => {
    const logs = { 0: `${notShifted}${musl}`, 1: `${notShifted}${musl}` }
    const note = expect.stringMatching(/clock had no effect: .*not made for glibc/)
    expect(told(['clock'], build(2, logs))).toEqual([['fresh'], [note], undefined])
    expect(told(['umask', 'fresh', 'clock'], build(2, logs))[0]).toEqual(['umask', 'fresh'])
  })

  test('where some did, it is said how many did not, once', () => {
    const b = build(3, {
      0: `${notShifted}${musl}`,
      2: "ERROR: ld.so: object '/dev/.rg/libfaketime.so.1' from LD_PRELOAD cannot be preloaded (wrong ELF class): ignored.",
    })
    expect(told(['clock'], b)).toEqual([['clock'], [expect.stringContaining('2 of 3 RUN')], 2 * day])
    const seen = asItsClockWas(varied('clock'), b)
    expect(asItsClockWas(seen.varied, b).varied.notes).toEqual(seen.varied.notes)
  })

  test('also by a RUN that the build of another image ran for this one', () => {
    const other = build(1, { 0: `${notShifted}${musl}` })
    // Its progress shows that RUN under the digest there.
    const b = { ...other, provenance: build(0).provenance }
    expect(told(['clock'], b)).toEqual([['clock'], [], 2 * day])
    expect(asItsClockWas(varied('clock'), b, [other]).varied.variations.map(({ id }) => id)).toEqual(['fresh'])
  })

  test('a log does not fill the memory', () => {
    const unshifted = createUnshifted()
    for (let number = 1; number < 1000; number++)
      unshifted.read({ kind: 'log', number, seconds: 0, text: `${notShifted}${'x'.repeat(4000)}` })
    expect(unshifted.reasons()).toHaveLength(200)
    expect(unshifted.reasons()[0]?.reason).toHaveLength(100)
  })
})

test('times of either clock are times of a build whose clock was set ahead, and no others', () => {
  const window = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_060_000, shifted: 2 * day }
  const at = (ms: number) => isWithin({ ms: window.startedAt + ms, span: 1000, daily: false }, window)
  expect([-60_000, 10_000, day, 2 * day + 10_000, 2 * day + 120_000].map(at)).toEqual([false, true, false, true, false])
  expect(isWithin({ ms: window.startedAt + 2 * day, span: 1000, daily: false }, { ...window, shifted: 0 })).toBe(false)
})

test('what another day shows depends on the day, and what more may have made on the machine', () => {
  const finding = { title: 'Files differ', message: 'They do.', class: 'now' } as Finding
  const [clock, both] = [['clock'], ['fresh', 'clock']].map(ids =>
    dependsOnMachine(finding, variationsNamed(ids), false),
  )
  expect(clock).toMatchObject({ class: 'drift', title: 'Depends on the day (clock): files differ', level: 'warning' })
  expect(both).toMatchObject({ class: 'machine', title: 'Depends on the machine (fresh and clock): files differ' })
})
