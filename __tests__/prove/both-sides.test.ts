// How both sides are built: in turn on one builder, side by side on two, and what is told and kept between.
import { once } from 'node:events'
import { basename } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Builder } from '../../src/build/builder.ts'
import type { Ports } from '../../src/ports.ts'
import { buildPair, buildPairs, type Pair, type Planned, type Proving, type Spare } from '../../src/prove/pair.ts'
import { provePair } from '../../src/prove/prove.ts'
import { type Given, made, type Outcomes, type OutcomesOf, scriptedRun } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })
const [amd, arm] = ['linux/amd64', 'linux/arm64']

interface Wish extends Given {
  /** Each side has a builder of its own. */
  two?: boolean
  /** Build A ends when build B does, or is stopped for it; or build B is, for A. */
  slow?: 'ends' | 'stopped' | 'stops B'
  machines?: string[][]
  driver?: string
  /** Of which image by its name, for which platform. */
  jobs?: [string | null, string][]
}

/** Both sides of some images, and what happened in which order. */
async function built(
  outcomes: Outcomes | OutcomesOf,
  { two, slow, machines, driver, jobs, ...given }: Wish = {},
  spare?: Spare,
) {
  const happened: string[] = []
  const contexts: string[] = []
  const said: string[] = []
  const before = (_place: number, _folder: string, args: readonly string[]) => {
    const builder = args[args.indexOf('--builder') + 1]
    contexts.push(basename(args.at(-1) ?? ''))
    happened.push(`build ${/CACHE_MOUNT_NS=\S+-([ab]) /.exec(args.join(' '))?.[1]} on ${builder}`)
  }
  const { image, shared } = await scriptedRun(outcomes, { before, ...given })
  const A = {
    ...shared.setting.builders.A,
    ...(machines ? { machines } : {}),
    ...(driver ? { driver } : {}),
  } as Builder
  const setting = {
    ...{ ...shared.setting, builders: { A, B: two ? { ...A, name: 'two' } : A } },
    mounts: { begun: () => happened.push('begun'), ended: () => happened.push('ended') },
    pins: { file: null, keep: async (all: unknown[]) => void happened.push(`pinned ${all.length}`) },
  } as unknown as Proving['setting']
  let endB = (): void => {}
  const endOfB = new Promise<void>(resolve => {
    endB = resolve
  })
  const ports: Ports = {
    ...shared.ports,
    exec: {
      ...shared.ports.exec,
      stream: async (command, args, options) => {
        const isA = /CACHE_MOUNT_NS=\S+-a /.test(args.join(' '))
        const isStopped = (slow === 'stopped' && isA) || (slow === 'stops B' && !isA)
        if (slow === 'stops B' && !isA) endB()
        if (slow && isA) await endOfB
        if (isStopped && !options.signal?.aborted) await once(options.signal as AbortSignal, 'abort')
        const code = await shared.ports.exec.stream(command, args, options)
        if (!isA) endB()
        return code
      },
    },
    log: {
      ...shared.ports.log,
      info: text => void said.push(text),
      foreign: line => void said.push(line),
      group: (title, work) => {
        said.push(title)
        return work()
      },
    },
  }
  const limits = { halfway: async () => void happened.push('halfway') }
  const logs = { into: async (name: string, log: unknown) => said.push(`${name}.log`) && log }
  const proving = { ...shared, ...image, ...{ image: null, setting, ports, limits, logs } } as unknown as Proving
  const all = (jobs ?? [[null, amd]]).map(([name, platform]) => ({ platform, proving: { ...proving, image: name } }))
  const pairs = await buildPairs(all, setting.run, undefined, spare)
  const results = await Promise.all(pairs.map(pair => provePair(pair, proving)))
  const ends = results.map(({ verdict, failure }) => (failure ? `${failure.side} failed` : verdict))
  return { pairs, ends, happened, contexts, said, proving, failures: results.map(({ failure }) => failure) }
}

describe('on one builder', () => {
  test('side B begins when A has ended, on the bases that A was built on', async () => {
    const { happened, ends } = await built([plain, plain])
    expect(happened).toEqual(['begun', 'build a on one', 'ended', 'pinned 1', 'halfway', 'build b on one'])
    expect(ends).toEqual(['reproducible'])
  })

  const jobs: [null, string][] = [
    [null, amd],
    [null, arm],
  ]
  const of =
    (...both: [Outcomes, Outcomes]): OutcomesOf =>
    (_, platform) =>
      both[platform === amd ? 0 : 1]

  test('what side A cannot build, side B need not, nor is it pinned', async () => {
    const { happened, ends } = await built(of([null], [plain, plain]), { jobs, options: { variations: ['umask'] } })
    expect(happened.filter(what => !/begun|ended/.test(what))).toEqual([
      ...['build a on one', 'build a on one', 'pinned 1', 'halfway', 'build b on one'],
    ])
    expect(ends).toEqual(['A failed', 'reproducible'])
  })

  test('of several images each has its own end', async () => {
    expect((await built(of([plain, null], [plain, plain]), { jobs })).ends).toEqual(['B failed', 'reproducible'])
    expect((await built(of([null], [plain, null]), { jobs })).ends).toEqual(['A failed', 'B failed'])
  })

  test('a varied side B that fails is built without that, of the same side A', async () => {
    const { pairs, ends } = await built([plain, null, plain, null], { options: { variations: ['umask'] } })
    expect(pairs).toMatchObject([{ failed: { failure: { side: 'B' } }, a: { digest: plain.image.digest } }])
    expect(ends).toEqual(['reproducible'])
  })

  test('what the others of its side did, of which one may have failed, is known of each', async () => {
    const { pairs } = await built(of([plain, other], [plain, plain]), { jobs })
    const [one, two] = pairs as [Pair, Pair]
    const refs = (works: readonly object[]) => works.map(work => ('ref' in work ? work.ref : null))
    // Which of them is built first is nobody's promise.
    for (const [own, others] of [
      [one, two],
      [two, one],
    ] as const) {
      expect(refs(own.planned.beside.A)).toEqual([others.a.ref])
      expect(refs(own.planned.beside.B)).toEqual([others.b.ref])
    }
    expect(new Set([one.a, two.a, one.b, two.b].map(({ ref }) => ref)).size).toBe(4)
  })

  test('what is proven by side A alone has no side B', async () => {
    const result = { verdict: 'reproducible', failure: null }
    const planned: Planned[] = []
    const spare = (async (all: Planned[]) => {
      planned.push(...all)
      return new Map([[all[0], result]])
    }) as unknown as Spare
    const { happened, pairs } = await built(
      (_, platform) => (platform === amd ? [plain] : [plain, other]),
      { jobs, options: { variations: ['umask'] } },
      spare,
    )
    expect(happened.filter(what => /^build/.test(what))).toEqual(
      Array(2).fill('build a on one').concat('build b on one'),
    )
    expect(pairs).toEqual([{ spared: result }, expect.objectContaining({ platform: arm })])
    // Nor is anything varied for it.
    expect(planned.map(({ varied }) => varied.variations.map(({ id }) => id))).toEqual([[], ['umask']])
  })

  test('a platform that it cannot run is told before anything is built', async () => {
    const { happened, ends, failures } = await built([], {
      ...{ machines: [[amd]], driver: 'docker', options: { platforms: [arm] }, jobs: [[null, arm]] },
    })
    expect([happened, ends]).toEqual([['pinned 0'], ['A failed']])
    expect(failures[0]?.message).toMatch(/neither such a machine nor an emulator/)
    // Another one that it can is built.
    const both = await built([plain, plain], { machines: [[amd]], driver: 'docker', jobs: [...jobs].reverse() })
    expect(both.ends).toEqual(['A failed', 'reproducible'])
  })

  test('that one is emulated is said at once, and in the notes', async () => {
    const { said, pairs } = await built([plain, plain], { machines: [[amd, arm]], jobs: [[null, arm]] })
    expect(said.filter(text => /emulated/.test(text))).toHaveLength(1)
    expect(pairs[0]).toMatchObject({ notes: [expect.stringMatching(/emulated/)] })
  })

  test('what is said to be varied is what side B is built from', async () => {
    const { contexts, pairs } = await built([plain, plain], { options: { variations: ['umask'] } })
    expect(pairs).toMatchObject([{ planned: { varied: { variations: [{ id: 'umask' }] } } }])
    expect(contexts.map(name => name.startsWith('context-B-'))).toEqual([false, true])
  })

  test('each line of several images says whose it is, and each log has a name', async () => {
    const jobs: Wish['jobs'] = [
      ['a', amd],
      ['b', amd],
    ]
    const { said } = await built(Array(4).fill(plain), { jobs })
    const named = (name: string) => said.filter(text => text.startsWith(`${name}, ${amd} `)).length
    expect([named('a') > 0, named('a') === named('b')]).toEqual([true, true])
    expect(said.filter(text => /^Build . \(|\.log$/.test(text)).sort()).toEqual([
      ...['Build A (2 images)', 'Build B (2 images)'],
      ...['build-A-a-linux-amd64.log', 'build-A-b-linux-amd64.log'],
      ...['build-B-a-linux-amd64.log', 'build-B-b-linux-amd64.log'],
    ])
    const alone = (await built([plain, plain])).said
    expect(alone.filter(text => /^Build . \(|\.log$/.test(text))).toEqual([
      ...['Build A (linux/amd64)', 'build-A.log', 'Build B (linux/amd64)', 'build-B.log'],
    ])
    expect(alone.filter(text => text.startsWith(amd))).toEqual([])
  })
})

describe('on two builders', () => {
  const two = true

  test('each side is built on its own, side by side, and its lines say whose they are', async () => {
    const { happened, ends, said } = await built([plain, other], { two })
    expect(happened).toEqual(['begun', 'build a on one', 'ended', 'build b on two'])
    expect(ends).toEqual(['not-reproducible'])
    expect(said).toContain('Build A and B side by side (linux/amd64)')
    expect(said.filter(text => text.startsWith('A ')).length).toBe(said.filter(text => text.startsWith('B ')).length)
  })

  test('side B begins though side A has not ended; and of which of them fails it is told, not that the other was stopped', async () => {
    // Each waits for some seconds, so they wait together.
    const [both, ...failing] = await Promise.all([
      built([plain, plain], { two, slow: 'ends', options: { variations: ['umask'] } }),
      built([null, null], { two, slow: 'stopped' }),
      built([null, null], { two, slow: 'stops B' }),
    ])
    expect(both.happened).toEqual(['begun', 'build b on two', 'build a on one', 'ended'])
    expect(both.ends).toEqual(['reproducible'])
    // What A takes is not known by then, so all is varied.
    expect(both.contexts.map(name => name.startsWith('context-B-'))).toEqual([true, false])
    expect(both.pairs).toMatchObject([{ planned: { varied: { variations: [{ id: 'umask' }] } } }])
    expect(failing.map(({ ends }) => ends)).toEqual([['B failed'], ['A failed']])
    for (const { failures } of failing) expect(failures[0]).toMatchObject({ step: '[3/3] RUN make' })
  })

  test.each<[string, Outcomes, string]>([
    ['A', [null], 'A failed'],
    ['B', [plain, null], 'B failed'],
  ])('that %s fails is told of that side', async (_, outcomes, end) => {
    expect((await built(outcomes, { two })).ends).toEqual([end])
  })

  test('nothing is spared, for nobody knows in time', async () => {
    const spare: Spare = () => Promise.reject(new Error('it was not to be asked'))
    expect((await built([plain, plain], { two }, spare)).ends).toEqual(['reproducible'])
  })

  test('two that are exported into one folder are built in turn', async () => {
    const { proving, said } = await built(Array(4).fill(plain), { two })
    said.length = 0
    await buildPair(amd, proving, { ...proving.setting.run, namespace: 'again' }, [])
    expect(said.filter(text => /^Build/.test(text))).toEqual(['Build A (linux/amd64)', 'Build B (linux/amd64)'])
  })
})
