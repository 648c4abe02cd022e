import { describe, expect, test } from '@jest/globals'
import type { SideBuild, Step } from '../../src/build/build.ts'
import { clearFrom, momentDoubt, runsOf, sameMoment } from '../../src/build/same-moment.ts'

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

test('so is one that ended in the same two seconds: it was quicker the second time', () => {
  const ending = (begin: number, end: number): SideBuild => {
    const side = build({ 'RUN a': begin })
    return { ...side, steps: side.steps.map(step => ({ ...step, endedAt: end })) }
  }
  expect(sameMoment(ending(now, now + 20_000), ending(now + 5000, now + 21_900))).toBe('RUN a')
  expect(sameMoment(ending(now, now + 20_000), ending(now + 5000, now + 22_000))).toBeNull()
  expect(sameMoment(ending(now, 0), ending(now + 5000, 0))).toBeNull()
})

test('so is one in whose middle the second build overtook the first', () => {
  const ran = (begin: number, end: number): SideBuild => {
    const side = build({ 'RUN a': begin })
    return { ...side, steps: side.steps.map(step => ({ ...step, endedAt: end })) }
  }
  // At a third of it both wrote a time of the same second.
  expect(sameMoment(ran(now, now + 60_000), ran(now + 5000, now + 50_000))).toBe('RUN a')
  expect(sameMoment(ran(now + 5000, now + 50_000), ran(now, now + 60_000))).toBe('RUN a')
  expect(sameMoment(ran(now, now + 60_000), ran(now + 5000, now + 62_000))).toBeNull()
  expect(sameMoment(ran(now + 5000, now + 62_000), ran(now, now + 60_000))).toBeNull()
  expect(sameMoment(ran(now, 0), ran(now + 5000, now + 50_000))).toBeNull()
})

describe('on one builder, one after the other', () => {
  const running = (begin: number, end: number, ref: string, startedAt: number): SideBuild => {
    const side = build({ 'RUN a': begin })
    const steps = side.steps.map(step => ({ ...step, endedAt: end }))
    return { ...side, steps, ref, startedAt, endedAt: end + 100 }
  }
  const a = running(now, now + 8000, 'builder/node/1', now - 500)

  test('a RUN that begins within two seconds of the end of the same one is seen, though both took long', () => {
    expect(sameMoment(a, running(now + 9900, now + 30_000, 'builder/node/2', now + 9000))).toBe('RUN a')
    expect(sameMoment(a, running(now + 10_000, now + 30_000, 'builder/node/2', now + 9000))).toBeNull()
  })

  test('one RUN of several is enough', () => {
    const two = (first: number, second: number, ref: string, startedAt: number): SideBuild => {
      const side = build({ 'RUN a': first, 'RUN b': second })
      const steps = side.steps.map(step => ({ ...step, endedAt: Number(step.startedAt) + 1000 }))
      return { ...side, steps, ref, startedAt, endedAt: second + 1100 }
    }
    const before = two(now, now + 10_000, 'builder/node/1', now)
    expect(sameMoment(before, two(now + 11_400, now + 12_900, 'builder/node/2', now + 11_200))).toBe('RUN b')
    expect(sameMoment(before, two(now + 11_400, now + 13_000, 'builder/node/2', now + 11_200))).toBeNull()
  })

  test('so is one that began before that end: the clock was set back', () => {
    expect(sameMoment(a, running(now + 5000, now + 15_000, 'builder/node/2', now + 9000))).toBe('RUN a')
  })

  test('of two machines the clocks are not compared in that way, nor where nobody knows', () => {
    expect(sameMoment(a, running(now + 9000, now + 30_000, 'builder/node2/2', now + 9000))).toBeNull()
    expect(sameMoment(a, running(now + 9000, now + 30_000, 'other/node/2', now + 9000))).toBeNull()
    expect(sameMoment({ ...a, ref: '' }, running(now + 9000, now + 30_000, '', now + 9000))).toBeNull()
  })

  test('by our own clock where one builder has several machines, or does not name them', () => {
    const told = (side: SideBuild, began: number, ended: number): SideBuild => ({
      ...side,
      steps: side.steps.map(step => ({ ...step, toldAt: began, endToldAt: ended })),
    })
    // Their clocks are an hour apart.
    const hour = 3_600_000
    const first = (ref: string) => told({ ...a, ref }, now, now + 8000)
    const other = (after: number, ref: string) =>
      told(running(now + hour, now + hour + 20_000, ref, now + 9000), now + 8000 + after, now + 30_000)
    expect(sameMoment(first('builder/node/1'), other(1900, 'builder/node2/2'))).toBe('RUN a')
    expect(sameMoment(first('builder/node/1'), other(2000, 'builder/node2/2'))).toBeNull()
    expect(sameMoment(first(''), other(1900, ''))).toBe('RUN a')
    expect(sameMoment(first('builder/node/1'), other(1900, 'another/node/2'))).toBeNull()
  })

  test('of equal RUNs of two stages none follows any too soon, in whatever order they are told', () => {
    const two = (times: [string, number, number][], ref: string, startedAt: number): SideBuild => {
      const side = build(Object.fromEntries(times.map(([stage, begin]) => [`RUN ${stage}`, begin])))
      const steps = side.steps.map((step, at) => ({
        ...{ ...step, name: `[${times[at]?.[0]} 2/2] RUN same`, endedAt: Number(times[at]?.[2]) },
      }))
      return { ...side, steps, ref, startedAt, endedAt: startedAt + 60_000 } as SideBuild
    }
    const first = {
      ...two(
        [
          ['x', now, now + 1000],
          ['y', now + 10_000, now + 11_000],
        ],
        'b/n/1',
        now,
      ),
      endedAt: now + 11_500,
    }
    const told = (y: number) =>
      two(
        [
          ['y', y, y + 500],
          ['x', now + 14_000, now + 15_000],
        ],
        'b/n/2',
        now + 11_600,
      )
    expect(sameMoment(first, told(now + 12_200))).toBe('RUN same')
    expect(sameMoment(first, told(now + 13_000))).toBeNull()
    // Side by side they are held against each other by their stages.
    const beside = (side: SideBuild) => ({ ...side, ref: 'other/n/2', startedAt: now })
    const near = two(
      [
        ['y', now + 11_500, now + 12_500],
        ['x', now + 5000, now + 6000],
      ],
      '',
      now,
    )
    expect(sameMoment(first, beside(near))).toBe('RUN same')
  })

  test('side by side they may run at a time', () => {
    expect(sameMoment(a, running(now + 4000, now + 30_000, 'builder/node/2', now + 3000))).toBeNull()
  })
})

test.each([
  ['steps apart', build({ 'RUN a': now }), build({ 'RUN a': now + 2000 })],
  ['another step', build({ 'RUN a': now }), build({ 'RUN b': now })],
  ['a COPY', build({ 'COPY a': now }), build({ 'COPY a': now })],
  ['what never ran', build({ 'RUN a': 0 }), build({ 'RUN a': 0 })],
  ['what came from a cache', build({ 'RUN a': now }, { cached: true }), build({ 'RUN a': now }, { cached: true })],
])('%s is not', (_, a, b) => expect(sameMoment(a, b)).toBeNull())

test('so is one that the build of another image ran for this one, under a name of its own', () => {
  // Of image y all is done by the build of image x: its own RUN is left to that one, whose RUN is in both their progresses.
  const pair = (at: number): { x: SideBuild; y: SideBuild } => {
    const x = build({ 'RUN a': at })
    const [ran] = x.steps as [Step]
    const own = { ...ran, digest: 'sha256:y', completed: false, startedAt: 0 }
    const provenance = {
      buildConfig: {
        llbDefinition: [{ id: 'y', op: { Op: { exec: {} } } }],
        digestMapping: { 'sha256:y': 'y' },
      },
    }
    return { x, y: { ...x, provenance, steps: [own, ran] } }
  }
  const [a, b] = [pair(now), pair(now + 1000)]
  expect(sameMoment(a.y, b.y)).toBeNull()
  const beside = { A: [a.x], B: [b.x] }
  expect(sameMoment(a.y, b.y, beside)).toBe('RUN a')
  expect(momentDoubt(a.y, b.y, beside)).toHaveLength(1)
  expect(sameMoment(a.y, pair(now + 5000).y, { A: [a.x], B: [pair(now + 5000).x] })).toBeNull()
  const ended = { ...a.y, startedAt: now, endedAt: now + 9000 }
  expect([clearFrom(ended, 3000), clearFrom(ended, 3000, 0, [a.x])]).toEqual([now + 3000, now + 11_000])
  // Also where that one failed: its steps are known by their names alone.
  const failed = { provenance: null, steps: a.x.steps }
  expect([clearFrom(ended, 3000, 0, [failed]), runsOf(a.y, [failed])]).toEqual([now + 11_000, a.x.steps])
})

test('side by side a step is the same one in another place: two sides may number their stages in two ways', () => {
  const b = build({ 'RUN a': now + 1000 })
  const elsewhere = { ...b, steps: b.steps.map(step => ({ ...step, name: '[other 4/5] RUN a' })) }
  expect(sameMoment(build({ 'RUN a': now }), elsewhere)).toBe('RUN a')
  expect(sameMoment(elsewhere, build({ 'RUN a': now }))).toBe('RUN a')
})

test('on one builder it is a doubt that B began where A had just ended, and not that A did where B had', () => {
  const running = (begin: number, end: number, ref: string): SideBuild => {
    const side = build({ 'RUN a': begin })
    const steps = side.steps.map(step => ({ ...step, endedAt: end }))
    return { ...side, steps, ref, startedAt: begin, endedAt: end }
  }
  const [a, b] = [running(now, now + 8000, 'x/node/1'), running(now + 9000, now + 30_000, 'x/node/2')]
  expect(momentDoubt(a, b)).toHaveLength(1)
  expect(momentDoubt(b, a)).toEqual([])
})

test('where a builder of several machines does not tell when, nobody can say that it was too soon', () => {
  const side = (at: number): SideBuild => ({ ...build({ 'RUN a': at }), ref: 'x', startedAt: at, endedAt: at + 100 })
  const [a, b] = [side(now), side(now + 9000)]
  const ended = { ...a, steps: a.steps.map(step => ({ ...step, endToldAt: now + 8500 })) }
  const told = { ...b, steps: b.steps.map(step => ({ ...step, toldAt: now + 9000 })) }
  expect([sameMoment(ended, b), sameMoment(a, told)]).toEqual([null, null])
  expect(sameMoment(ended, told)).toBe('RUN a')
})

test('of a build that tells no provenance a step is a RUN by its name', () => {
  const [early, late] = [build({ 'RUN a': now }), build({ 'RUN a': now + 1000 })]
  const alone = { ...build({}), provenance: null }
  expect(sameMoment(early, late, { A: [alone], B: [alone] })).toBe('RUN a')
  expect(sameMoment({ ...build({ 'RUN a': now }), provenance: null }, build({ 'RUN a': now }))).toBe('RUN a')
  const copied = { ...build({ 'COPY RUN': now }), provenance: null }
  expect(sameMoment(copied, copied)).toBeNull()
})

test('it is a doubt only where both came to the same', () => {
  const a = build({ 'RUN a\n x': now })
  expect(momentDoubt(a, build({ 'RUN a\n x': now }))).toEqual([
    expect.stringMatching(/'RUN a x' in the same two seconds/),
  ])
  expect(momentDoubt(a, build({ 'RUN a\n x': now }, { config: 'other' }))).toEqual([])
})

describe('when the other side may begin', () => {
  // The builder's clock is an hour ahead of ours.
  const hour = 3_600_000
  const ended = (runs: Record<string, number>, { toldAt, took = 100 }: { toldAt?: number; took?: number } = {}) => {
    const a = build(Object.fromEntries(Object.entries(runs).map(([name, at]) => [name, at + hour])))
    const steps = Object.values(runs).map((at, index) => {
      const told = toldAt ?? at + 40
      return { ...a.steps[index], toldAt: told, endToldAt: told + took } as Step
    })
    return { ...a, steps, startedAt: now - 500, endedAt: now + 30_000 }
  }

  test('two seconds after its last RUN ended, by our own clock, however long the export took', () => {
    expect(clearFrom(ended({ 'RUN a': now, 'RUN b': now + 9000, 'COPY x': now + 11_000 }), 3000)).toBe(now + 11_140)
    expect(clearFrom(ended({ 'RUN b': now + 9000, 'RUN a': now }), 3000)).toBe(now + 11_140)
  })

  test('which may have written a time at its very end', () => {
    expect(clearFrom(ended({ 'RUN a': now, 'RUN b': now + 9000 }, { took: 5000 }), 3000)).toBe(now + 16_040)
    expect(clearFrom(ended({ 'RUN long': now, 'RUN b': now + 9000 }, { took: 12_000 }), 3000)).toBe(now + 23_040)
  })

  test('never less than the gap after its beginning', () => {
    expect(clearFrom(ended({ 'RUN a': now }), 3000)).toBe(now + 2500)
  })

  test('sooner where a share of the time before a step will pass in the other build, too', () => {
    const a = ended({ 'RUN a': now, 'RUN b': now + 8000 }, { took: 500 })
    expect(clearFrom(a, 3000, 1 / 4)).toBe(now + 8540)
    // Nothing is before the first one.
    expect(clearFrom(ended({ 'RUN a': now }, { took: 2000 }), 3000, 1 / 4)).toBe(now + 4040)
    expect(clearFrom(ended({ 'RUN a': now, 'RUN b': now + 100 }, { took: 9000 }), 3000, 1 / 4)).toBe(now + 11_115)
  })

  test('where nobody knows when it was, after the whole build', () => {
    const unknown = { ...build({ 'RUN a': now, 'RUN b': now + 8000 }), startedAt: now - 500, endedAt: now + 9000 }
    expect(clearFrom(unknown, 3000)).toBe(now + 11_000)
    expect(clearFrom(unknown, 3000, 1 / 4)).toBe(now + 11_000)
  })

  test('where nothing ran, after its start', () => {
    expect(clearFrom(ended({ 'COPY x': now }), 3000)).toBe(now + 2500)
  })
})
