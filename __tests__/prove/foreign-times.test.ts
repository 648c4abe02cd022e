import { describe, expect, test } from '@jest/globals'
import type { Side, SideBuild, Step } from '../../src/build/build.ts'
import { builtApart } from '../../src/prove/apart.ts'
import { foreignDoubt, foreignSides, foreignTimes } from '../../src/prove/foreign-times.ts'
import { atOtherMoments } from '../../src/prove/moments.ts'
import type { Pair, Planned, Proving } from '../../src/prove/pair.ts'

const step = (digest: string, name: string, more: Partial<Step> = {}): Step => ({
  ...{ digest, name, cached: false, started: true, completed: true, error: null },
  ...more,
})
const local = { op: { Op: { source: { identifier: 'local://context' } } } }
const copy = { inputs: ['step0:0'], op: { Op: { file: { actions: [{ Action: { copy: {} } }] } } } }
const make = { op: { Op: { file: { actions: [{ Action: { mkdir: {} } }] } } } }
const exec = { op: { Op: { exec: {} } } }

interface How {
  /** The build of another run that did its COPY. */
  from?: string
  /** The same of its WORKDIR, which no file of a checkout comes into. */
  madeBy?: string
  digest?: string
  configDigest?: string
  /** When its RUN began, in seconds. */
  ran?: number
}

function side(name: Side, { from, madeBy, digest = 'sha256:m', configDigest = 'sha256:c', ran }: How = {}): SideBuild {
  const at = name === 'A' ? 1_000_000 : 1_060_000
  const began = ran === undefined ? at + 2000 : ran * 1000
  const ids = ['context', 'copy', 'make', 'run'].map(one => `${one}-${name}`)
  return {
    ...{ side: name, platform: 'linux/amd64', digest, configDigest, ref: `one/${name}/${name}`, rewritten: true },
    ...{ startedAt: at, endedAt: at + 10_000 },
    steps: [
      step(`copy-${name}`, '[1/3] COPY f /f', { cached: from !== undefined }),
      ...(from === undefined ? [] : [step(from, '[1/3] COPY f /f')]),
      step(`make-${name}`, '[2/3] WORKDIR /w', { cached: madeBy !== undefined }),
      ...(madeBy === undefined ? [] : [step(madeBy, '[2/3] WORKDIR /w')]),
      step(`run-${name}`, '[3/3] RUN make', { startedAt: began, endedAt: began + 7000 }),
    ],
    provenance: {
      buildConfig: {
        llbDefinition: [local, copy, make, exec].map((one, index) => ({ inputs: [], ...one, id: `step${index}` })),
        digestMapping: Object.fromEntries(ids.map((digest, index) => [digest, `step${index}`])),
      },
    },
  } as unknown as SideBuild
}

const variations = [{ id: 'mtimes' }, { id: 'umask' }]
const planned = (varied: object[] = variations): Planned =>
  ({ beside: { A: [], B: [] }, varied: { request: {}, variations: varied, notes: [] } }) as unknown as Planned
const other = { digest: 'sha256:n', configDigest: 'sha256:d' }

describe('files of the checkout of another run', () => {
  test('are found on either side, and nothing else is taken for them', () => {
    const sides = (a: How, b: How) => foreignSides(side('A', a), side('B', b), planned())
    expect(sides({}, {})).toEqual([])
    expect(sides({ from: 'theirs' }, {})).toEqual(['A'])
    expect(sides({}, { from: 'theirs' })).toEqual(['B'])
    expect(sides({ from: 'theirs' }, { from: 'theirs' })).toEqual(['A', 'B'])
    expect(sides({ madeBy: 'theirs' }, { madeBy: 'theirs' })).toEqual([])
  })

  test('leave open what made two images differ', () => {
    const told = foreignTimes(side('A'), side('B', { from: 'theirs', ...other }), planned())
    expect(told).toMatchObject({ doubts: [foreignDoubt], notes: [] })
    expect(told.planned.varied.variations).toEqual(variations)
  })

  test('are no doubt where both are the same; only were their times not varied', () => {
    const own = planned()
    const told = foreignTimes(side('A'), side('B', { from: 'theirs' }), own)
    expect(told).toMatchObject({
      doubts: [],
      notes: [expect.stringMatching(/times of the context files do not count/)],
    })
    expect(told.planned.varied.variations).toEqual([{ id: 'umask' }])
    const unvaried = planned([{ id: 'umask' }])
    expect(foreignTimes(side('A'), side('B', { from: 'theirs' }), unvaried)).toEqual({
      ...{ planned: unvaried, doubts: [], notes: [] },
    })
  })

  test('that are not there change nothing', () => {
    const own = planned()
    for (const b of [side('B'), side('B', other)])
      expect(foreignTimes(side('A'), b, own)).toEqual({ planned: own, doubts: [], notes: [] })
  })
})

/** What would be built again, and why; null where nothing is. */
async function builtAgain(
  work: (pair: Pair, proving: Proving) => Promise<unknown>,
  a: SideBuild,
  b: SideBuild,
  { required = 'same-content', aborted = false } = {},
): Promise<string | null> {
  const told = new Error('')
  const tell = (text: string) => {
    told.message = text
    throw told
  }
  const proving = {
    ports: { signal: { aborted }, now: () => 1e9, log: { info: tell, group: tell } },
    ...{ watch: { time: (_: string, built: () => unknown) => built() }, setting: { run: {} } },
  } as unknown as Proving
  const builders = { A: { platform: 'linux/amd64' }, B: { platform: 'linux/amd64' } }
  const request = { builders, secrets: { args: [] } } as object
  const lists = Object.fromEntries(['buildContexts', 'buildArgs'].map(name => [name, {}]))
  const more = Object.fromEntries(['ssh', 'addHosts', 'ulimits', 'labels'].map(name => [name, []]))
  const varied = { request: { ...request, ...lists, ...more }, variations: [], notes: [] }
  const own = { ...planned(), varied, plans: { A: {} }, run: { nonce: 1, namespace: 'n' }, title: 'x' }
  const pair = { a, b, required, planned: own } as unknown as Pair
  try {
    expect(await work(pair, proving)).toBe(pair)
    return null
  } catch (error) {
    if (error !== told) throw error
    return told.message
  }
}

describe('apart from another run', () => {
  const apart = (a: How, b: How, aborted = false) => builtAgain(builtApart, side('A', a), side('B', b), { aborted })
  test('is built what differs and has files of its checkout', async () => {
    expect(await apart({}, { from: 'theirs', ...other })).toMatch(/build B is built again/)
    expect(await apart({ from: 'theirs' }, other)).toMatch(/both sides are built again/)
    expect(await apart({ from: 'theirs' }, { from: 'others', ...other })).toMatch(/both sides are built again/)
  })
  test('is built B where both sides have one and the same step of it, though they agree', async () => {
    expect(await apart({ from: 'theirs' }, { from: 'theirs' })).toMatch(/build B is built again/)
    expect(await apart({ madeBy: 'theirs' }, { madeBy: 'theirs' })).toMatch(/build B is built again/)
  })
  test('is nothing built that agrees, or that owes nothing to it, or that is to end', async () => {
    expect(await apart({ from: 'theirs' }, { from: 'others' })).toBeNull()
    expect(await apart({}, other)).toBeNull()
    expect(await apart({}, { from: 'theirs', ...other }, true)).toBeNull()
  })
})

describe('at another moment', () => {
  const moment = (b: How, more?: object) => builtAgain(atOtherMoments, side('A', { ran: 2000 }), side('B', b), more)
  test('is built B where a RUN of both came in one moment, and they agree', async () => {
    expect(await moment({ ran: 2001 })).toMatch(/^Build B once more, because both builds ran a step in the same moment/)
    expect(await moment({ ran: 2001, digest: 'sha256:n' })).toMatch(/^Build B once more/)
  })
  test('is built B where they differ, and may yet have the same files', async () => {
    expect(await moment({ ran: 2001, ...other }, { required: 'same-files' })).toMatch(/^Build B once more/)
  })
  test('is nothing built that differs, or ran at another time, or that is to end', async () => {
    expect(await moment({ ran: 2001, ...other })).toBeNull()
    expect(await moment({ ran: 2001, ...other }, { required: 'identical' })).toBeNull()
    expect(await moment({ ran: 2100 })).toBeNull()
    expect(await moment({ ran: 2001 }, { aborted: true })).toBeNull()
  })
})
