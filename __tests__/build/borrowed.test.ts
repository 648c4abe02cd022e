import { describe, expect, test } from '@jest/globals'
import { auditSides } from '../../src/build/audit.ts'
import { borrowedSteps, borrowedTwice, doneAlready } from '../../src/build/borrowed.ts'
import type { Side, SideBuild, Step } from '../../src/build/build.ts'

const step = (digest: string, name: string, more: Partial<Step> = {}): Step => ({
  ...{ digest, name, cached: false, started: true, completed: true, error: null },
  ...more,
})
const copyOp = (src: string, dest: string) => ({ file: { actions: [{ Action: { copy: { src, dest } } }] } })
const local = { source: { identifier: 'local://context' } }
const image = { source: { identifier: 'docker-image://debian' } }
const run = { exec: {} }

/** A build of operations `[digest, op, inputs]`, whose progress told these steps. */
function build(
  side: Side,
  operations: readonly (readonly [digest: string, op: object, ...inputs: string[]])[],
  steps: readonly Step[],
  more: Partial<SideBuild> = {},
): SideBuild {
  const ids = new Map(operations.map(([digest], index) => [digest, `step${index}`]))
  return {
    ...{ side, platform: 'linux/amd64', digest: 'sha256:1', configDigest: 'sha256:2', ref: 'a/b/c' },
    ...{ steps: [...steps], rewritten: true, startedAt: side === 'A' ? 0 : 5000, endedAt: side === 'A' ? 4000 : 9000 },
    provenance: {
      buildConfig: {
        llbDefinition: operations.map(([digest, op, ...inputs]) => ({
          ...{ id: ids.get(digest), op: { Op: op }, inputs: inputs.map(input => `${ids.get(input)}:0`) },
        })),
        digestMapping: Object.fromEntries(ids),
      },
    },
    ...more,
  }
}

const name = '[2/3] COPY src /app/'
const sources = (side: Side) => [[`image`, image] as const, [`files${side}`, local] as const]
/** A side whose COPY of the context a build of another run did. */
const borrowing = (side: Side, from: string, how: Partial<Step> = { cached: true }) =>
  build(
    side,
    [...sources(side), [`copy${side}`, copyOp('/src', '/app/'), 'image', `files${side}`]],
    [step(`copy${side}`, name, how), step(from, name)],
  )
const working = (side: Side) =>
  build(
    side,
    [...sources(side), [`copy${side}`, copyOp('/src', '/app/'), 'image', `files${side}`]],
    [step(`copy${side}`, name)],
  )

describe('a COPY that a build of another run did', () => {
  test.each([{ cached: true }, { completed: false }])('is borrowed, and no doubt: %j', how => {
    const a = borrowing('A', 'other', how)
    expect(borrowedSteps(a)).toEqual([{ digest: 'copyA', name, from: 'other', checkout: true }])
    expect(auditSides(a, working('B'))).toEqual([])
    expect(auditSides(a, borrowing('B', 'another'))).toEqual([])
  })

  test('is a doubt where it is one and the same for both sides', () => {
    const sides = [borrowing('A', 'other'), borrowing('B', 'other')] as const
    expect(borrowedTwice(borrowedSteps(sides[0]), borrowedSteps(sides[1]))).toMatchObject([{ digest: 'copyB' }])
    expect(auditSides(...sides)).toEqual([expect.stringMatching(/Both builds took .* one and the same other build/)])
  })

  test('is none where nothing shows who did it, or it failed there', () => {
    const undone: Partial<Step>[] = [{ error: 'x' }, { cached: true }, { completed: false }, { started: false }]
    for (const other of [[], ...undone.map(how => [step('other', name, how)])]) {
      const a = { ...working('A'), steps: [step('copyA', name, { cached: true }), ...other] }
      expect(borrowedSteps(a)).toEqual([])
      expect(auditSides(a, working('B'))).toEqual([expect.stringContaining('from a cache')])
    }
    // One that was done answers for one that was not.
    const twice = build(
      'A',
      [
        ['image', image],
        ['c1', copyOp('/a', '/x'), 'image'],
        ['c2', copyOp('/b', '/y'), 'c1'],
      ],
      [step('c1', name, { cached: true }), step('c2', name, { cached: true }), step('other', name)],
    )
    expect(borrowedSteps(twice)).toHaveLength(1)
  })

  test('a RUN never is: what it writes may differ each time', () => {
    const ran = '[2/2] RUN date >/t'
    const a = build(
      'A',
      [
        ['image', image],
        ['runA', run, 'image'],
      ],
      [step('runA', ran, { completed: false }), step('other', ran)],
    )
    expect(borrowedSteps(a)).toEqual([])
    expect(auditSides(a, a).join()).toMatch(/another build that ran on this builder/)
  })

  test('has nothing of a checkout where no file of a context comes into it', () => {
    const from = build(
      'A',
      [
        ['image', image],
        ['runA', run, 'image'],
        ['copyA', copyOp('/o', '/o'), 'image', 'runA'],
      ],
      [step('runA', 'RUN'), step('copyA', 'COPY --from=b /o /o', { cached: true }), step('x', 'COPY --from=b /o /o')],
    )
    expect(borrowedSteps(from)).toMatchObject([{ checkout: false }])
  })
})

describe('of equal names', () => {
  const cached = { cached: true }
  const of = (...steps: Step[]) =>
    build(
      'A',
      [
        ['image', image],
        ['c1', copyOp('/a', '/x'), 'image'],
        ['c2', copyOp('/b', '/x'), 'image'],
      ],
      steps,
    )

  test('a step of the build itself is no other build, whatever it is called', () => {
    const a = of(step('c1', '[one 2/2] COPY src /x'), step('c2', '[two 2/2] COPY src /x', cached))
    expect(borrowedSteps(a)).toEqual([])
    expect(auditSides(a, { ...a, side: 'B', startedAt: 5000, endedAt: 9000 })[0]).toMatch(/answered .* from a cache/)
  })

  test('that of the very same place answers first, then one of another', () => {
    const others = [step('elsewhere', '[one 2/2] COPY src /x'), step('there', '[two 2/2] COPY src /x')]
    for (const seen of [others, others.toReversed()]) {
      const taken = borrowedSteps(of(step('c2', '[two 2/2] COPY src /x', cached), ...seen))
      expect(taken).toMatchObject([{ digest: 'c2', from: 'there' }])
    }
    expect(borrowedSteps(of(step('c2', '[two 2/2] COPY src /x', cached), ...others.slice(0, 1)))).toMatchObject([
      { from: 'elsewhere' },
    ])
  })

  test('a step that ran itself, failed or needs no proof takes no answer away from one that did not run', () => {
    const other = step('other', name)
    for (const how of [{}, { error: 'x' }, { completed: false, error: 'x' }]) {
      expect(borrowedSteps(of(step('c1', name, how), other))).toEqual([])
      expect(borrowedSteps(of(step('c1', name, how), step('c2', name, cached), other))).toMatchObject([
        { digest: 'c2' },
      ])
    }
    const two = of(step('c1', name, cached), step('c2', name, cached), other)
    expect(borrowedSteps(two)).toMatchObject([{ digest: 'c1' }])
    expect(borrowedSteps(two, new Set(['c1']))).toMatchObject([{ digest: 'c2' }])
  })

  test('a folder that was made is borrowed as well', () => {
    const folder = { file: { actions: [{ Action: { mkdir: {} } }] } }
    const a = build('A', [['w', folder]], [step('w', 'WORKDIR /w', cached), step('other', 'WORKDIR /w')])
    expect(borrowedSteps(a)).toMatchObject([{ digest: 'w', from: 'other' }])
  })
})

test('a COPY of equal files to an equal place in another stage of the same build is done once', () => {
  const twice = (second: string) =>
    build(
      'A',
      [
        ['image', image],
        ['x', run, 'image'],
        ['y', run, 'image'],
        ['p', copyOp('/one/o', '/o'), 'x'],
        ['q', copyOp(second, '/o'), 'y'],
      ],
      [
        ...[step('x', 'RUN x'), step('y', 'RUN y'), step('p', 'COPY --from=x /one/o /o')],
        step('q', 'COPY --from=y /two/o /o', { cached: true }),
      ],
    )
  const a = twice('/two/o')
  expect([...doneAlready(a, new Set())]).toEqual(['q'])
  expect(auditSides(a, { ...a, side: 'B', startedAt: 5000, endedAt: 9000 })).toEqual([])
  expect(doneAlready(twice('/two/p'), new Set()).size).toBe(0)
  // What another build did for the one stage is done for the other one, too; what nobody did is done for none.
  const neither = { ...a, steps: a.steps.map(one => ({ ...one, cached: one.digest === 'p' || one.cached })) }
  expect([...doneAlready(neither, new Set(['p']))]).toEqual(['q'])
  expect(doneAlready(neither, new Set()).size).toBe(0)
  expect(doneAlready({ ...a, provenance: null }, new Set()).size).toBe(0)
})
