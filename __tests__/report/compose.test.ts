// How what came of each image and platform adds up: no verdict, level, digest or scope of the whole may say more than the least of them.
import { describe, expect, test } from '@jest/globals'
import type { Image } from '../../src/image/image.ts'
import { composeReport, leastGap, type PlatformResult, type ReportFrame } from '../../src/report/compose.ts'
import type { Report, ReportFailure } from '../../src/report/report.ts'
import type { Against, Level, Verdict } from '../../src/verdict.ts'
import { finding, reproducible } from './reports.ts'

const frame = (more: Partial<ReportFrame> = {}): ReportFrame => ({
  ...{ tool: reproducible.tool, command: 'gate', requiredLevel: 'same-content', epoch: null, findings: [] },
  ...{ subject: { context: '.', file: 'Dockerfile', files: ['Dockerfile'], target: null, commit: null } },
  ...{ ignored: [], ingredients: null, doubts: [], versions: {}, timings: {} },
  ...more,
})
const sides = (name: string): PlatformResult['sides'] =>
  (['A', 'B'] as const).map(side => ({
    ...{ side, digest: `${side} of ${name}`, configDigest: 'c', image: null, layers: [] },
  }))
const result = (more: Partial<PlatformResult> = {}): PlatformResult => ({
  ...{ platform: 'linux/amd64', verdict: 'reproducible', level: 'identical', doubts: [], findings: [], failure: null },
  ...{ secondsApart: 3, sides: sides('amd64'), differing: new Map(), alone: new Set(), levelReasons: [], notes: [] },
  ...{ pullAgain: null, ...more },
})
const arm = (more: Partial<PlatformResult> = {}) => result({ platform: 'linux/arm64', sides: sides('arm64'), ...more })
const scopeOf = (more: Partial<ReportFrame>, ...results: PlatformResult[]) =>
  composeReport(frame(more), results).scope as NonNullable<Report['scope']>

describe('the verdict on all', () => {
  const [yes, no, unsure] = ['reproducible', 'not-reproducible', 'undecided'] as const
  test.each<[Verdict[], string[], Verdict]>([
    [[yes], [], yes],
    [[yes, yes], [], yes],
    [[yes, no], [], no],
    [[no, yes], [], no],
    [[yes, unsure], [], unsure],
    [[unsure, yes], [], unsure],
    [[unsure, no], [], no],
    [[], [], unsure],
    // What is doubted of the run is doubted of each of its images; a difference that was seen is there all the same.
    [[yes], ['why'], unsure],
    [[yes, yes], ['why'], unsure],
    [[yes, no], ['why'], no],
    [[unsure], ['why'], unsure],
  ])('of %j with doubts %j is %s', (verdicts, doubts, verdict) => {
    const results = verdicts.map((verdict, at) => result({ verdict, platform: `linux/${at}` }))
    expect(composeReport(frame({ doubts }), results)).toMatchObject({ verdict, doubts })
  })

  test('a lint has none, and no platforms to tell of', () => {
    expect(composeReport(frame({ command: 'lint' }), [])).toMatchObject({ verdict: null, level: null, scope: null })
    expect(composeReport(frame({ command: 'lint' }), [])).not.toHaveProperty('results')
  })

  test('doubts of one platform are told with its name where there are several', () => {
    const doubted = { verdict: 'undecided' as const, doubts: ['why'] }
    expect(composeReport(frame({ doubts: ['of all'] }), [result(doubted)]).doubts).toEqual(['of all', 'why'])
    const told = (...results: PlatformResult[]) => composeReport(frame(), results).doubts
    expect(told(result(), arm(doubted))).toEqual(['linux/arm64: why'])
    expect(told(result({ image: 'web' }), result({ image: 'db', ...doubted }))).toEqual(['db: why'])
    expect(told(result({ image: 'web' }), arm({ image: 'db', ...doubted }))).toEqual(['db, linux/arm64: why'])
    expect(told(result({ image: 'db', ...doubted }))).toEqual(['why'])
  })
})

describe('the level that all reach', () => {
  test.each<[(Level | null)[], Level | null]>([
    [['identical', 'identical'], 'identical'],
    [['identical', 'same-content'], 'same-content'],
    [['same-files', 'identical'], 'same-files'],
    [['same-content', 'different', 'identical'], 'different'],
    [['identical', null], null],
    [[null, 'different'], null],
    [[], null],
  ])('of %j is %s', (reached, level) => {
    const results = reached.map((level, at) => result({ level, platform: `linux/${at}` }))
    expect(composeReport(frame(), results).level).toBe(level)
  })
})

describe('the digest of an image', () => {
  test('is told of those that are proven alone', () => {
    const results = [
      result(),
      arm({ verdict: 'undecided' }),
      arm({ platform: 'linux/s390x', verdict: 'not-reproducible', level: 'different', sides: sides('s390x') }),
      arm({ platform: 'linux/riscv64', sides: [] }),
    ]
    expect(composeReport(frame(), results).results?.map(({ platform, digest }) => [platform, digest])).toEqual([
      ['linux/amd64', 'A of amd64'],
      ['linux/arm64', null],
      ['linux/s390x', null],
      ['linux/riscv64', null],
    ])
  })

  test('is that of the image that is compared, where one is held against several', () => {
    const against = composeReport(frame({ command: 'compare', images: { A: 'a', B: 'b', others: ['c'] } }), [result()])
    expect(against.results).toMatchObject([{ digest: 'B of amd64' }])
    // Of two images the report tells all there is without a list.
    expect(composeReport(frame({ command: 'compare', images: { A: 'a', B: 'b' } }), [result()])).not.toHaveProperty(
      'results',
    )
  })

  test('stands with its own Dockerfile, verdict and level', () => {
    const [web, db] = [
      result({ image: 'web', file: 'web/Dockerfile' }),
      result({ image: 'db', verdict: 'not-reproducible', level: 'same-files' }),
    ]
    expect(composeReport(frame(), [web, db]).results).toEqual([
      {
        ...{ image: 'web', platform: 'linux/amd64', verdict: 'reproducible', level: 'identical' },
        ...{ digest: 'A of amd64', file: 'web/Dockerfile' },
      },
      {
        ...{ image: 'db', platform: 'linux/amd64', verdict: 'not-reproducible', level: 'same-files' },
        ...{ digest: null, file: 'Dockerfile' },
      },
    ])
    expect(composeReport(frame(), [result()]).results).toMatchObject([{ image: null }])
  })
})

describe('what the verdict covers', () => {
  test('a variation is claimed where every pair that was built had it', () => {
    const variations = (...of: (string[] | undefined)[]) =>
      scopeOf({}, ...of.map((ids, at) => result({ platform: `linux/${at}`, ...(ids && { variations: ids }) })))
        .variations
    expect(variations(['umask', 'time'], ['time', 'umask'])).toEqual(['umask', 'time'])
    expect(variations(['umask', 'time'], ['time'])).toEqual(['time'])
    expect(variations(['umask'], undefined)).toEqual([])
    expect(variations(undefined, ['umask'])).toEqual([])
    // One that was not built says nothing of those that were.
    expect(scopeOf({}, arm({ sides: [] }), result({ variations: ['umask'] })).variations).toEqual(['umask'])
  })

  test('what was tried beside is told of all together', () => {
    expect(scopeOf({}, result({ tried: ['time', 'cpus'] }), arm({ tried: ['cpus'] })).tried).toEqual(['cpus', 'time'])
    expect(scopeOf({}, result())).not.toHaveProperty('tried')
  })

  test('the time between two builds is that of the closest pair, and none where none was built twice', () => {
    expect(leastGap([result({ secondsApart: 9 }), arm({ secondsApart: 4 }), arm({ secondsApart: null })])).toBe(4)
    expect(leastGap([result({ secondsApart: 0 }), arm({ secondsApart: 4 })])).toBe(0)
    expect(leastGap([result({ secondsApart: null })])).toBeNull()
    expect(leastGap([])).toBeNull()
    expect(scopeOf({}, result({ secondsApart: 9 }), arm({ secondsApart: 4 })).secondsApart).toBe(4)
  })

  test('machines are those of the frame; of what was built elsewhere nobody knows', () => {
    const against: Against = { kind: 'image', name: 'app:1' }
    expect(scopeOf({}, result()).machines).toBe('same-machine')
    expect(scopeOf({ machines: 'two-builders' }, result()).machines).toBe('two-builders')
    expect(scopeOf({ machines: 'two-builders', against }, result())).toMatchObject({ machines: 'unknown', against })
    expect(scopeOf({}, result({ against })).machines).toBe('unknown')
    expect(scopeOf({}, result())).not.toHaveProperty('against')
  })

  test('platforms and bases are each told once', () => {
    const scope = scopeOf({}, result({ bases: ['b', 'a'] }), arm({ bases: ['b'] }), arm())
    expect([scope.platforms, scope.bases]).toStrictEqual([
      ['linux/amd64', 'linux/arm64'],
      ['a', 'b'],
    ])
  })

  test('a comparison of two given images covers no builds, one with a build does', () => {
    expect(composeReport(frame({ command: 'compare' }), [result()]).scope).toBeNull()
    const against: Against = { kind: 'records', name: 'two' }
    expect(composeReport(frame({ command: 'compare', against }), [result()]).scope).toMatchObject({ against })
    expect(composeReport(frame(), []).scope).toBeNull()
  })

  test('of several that were built once, the oldest proof is told, and which they are where others were built twice', () => {
    const proven = (name: string, at: string): Against => ({
      ...{ kind: 'ledger', name },
      proof: { at, level: 'identical', variations: [], commit: null, otherRunner: true },
    })
    const [older, newer] = [proven('run 1', '2026-11-01'), proven('run 2', '2026-11-02')]
    expect(scopeOf({}, result({ against: older }), arm({ against: older })).against).toEqual(older)
    for (const [one, other] of [
      [older, newer],
      [newer, older],
    ])
      expect(
        scopeOf({}, result({ against: one as Against }), arm({ against: other as Against, image: 'web' })).against,
      ).toEqual({ ...older, name: 'several runs, the first of them run 1' })
    expect(scopeOf({}, result(), arm({ against: older, image: 'web' })).against).toEqual({
      ...{ ...older, of: ['web (linux/arm64)'] },
    })
    expect(scopeOf({}, result({ against: older }), arm()).against).toMatchObject({ of: ['linux/amd64'] })
    // What has no proof of its own counts as older than any.
    const image: Against = { kind: 'image', name: 'app:1' }
    expect(scopeOf({}, result({ against: image }), arm({ against: image })).against).toEqual(image)
    for (const [one, other] of [
      [image, older],
      [older, image],
    ])
      expect(scopeOf({}, result({ against: one as Against }), arm({ against: other as Against })).against).toEqual({
        ...{ ...image, name: 'several runs, the first of them app:1' },
      })
    expect(composeReport(frame(), [result({ against: older }), arm()]).results).toMatchObject([{ against: older }, {}])
    expect(composeReport(frame(), [result({ against: older }), arm()]).results?.[1]).not.toHaveProperty('against')
  })
})

test('findings of the sources stand beside those of the images, the worst first', () => {
  const [lint, seen] = [finding('RG201'), finding('pyc-timestamp')]
  const all = composeReport(frame({ findings: [lint] }), [result({ findings: [seen] }), arm()])
  expect(all.findings).toEqual([seen, lint])
  expect(all.pullAgain).toEqual([])
  expect(composeReport(frame({ findings: [lint] }), []).findings).toEqual([lint])
})

test('what nobody gave is not there', () => {
  for (const key of ['suggested', 'images', 'entries', 'smoke'])
    expect(Object.keys(composeReport(frame({ suggested: [] }), [result()]))).not.toContain(key)
  const suggested = [{ file: 'Dockerfile', diff: '-a\n+b' }]
  expect(composeReport(frame({ suggested }), []).suggested).toEqual(suggested)
})

test('every build that failed is told, the first alone as the one', () => {
  const failure: ReportFailure = { side: 'A', step: 'RUN x', message: 'no', location: null, logTail: [] }
  const failed = { verdict: 'undecided' as const, level: null, failure, sides: [] }
  expect(composeReport(frame(), [result(), arm(failed)])).toMatchObject({ failure, verdict: 'undecided' })
  expect(composeReport(frame(), [result(), arm(failed)])).not.toHaveProperty('failures')
  const both = composeReport(frame(), [result({ ...failed, image: 'web' }), arm({ ...failed, image: 'db' })])
  expect(both.failure).toMatchObject({ image: 'web' })
  expect(both.failures).toMatchObject([{ image: 'web' }, { image: 'db' }])
  expect(composeReport(frame(), [result()]).failure).toBeNull()
})

test('what a command did is told of each image that it was run in', () => {
  const smoke = { text: 'app --version', files: ['/out'] }
  const did = { platform: 'linux/amd64', state: 'same' } as unknown as NonNullable<PlatformResult['smoke']>
  const report = composeReport(frame({ smoke }), [result({ image: 'web', smoke: did }), arm({ image: 'db' })])
  expect(report.smoke).toEqual({ command: 'app --version', files: ['/out'], results: [{ image: 'web', ...did }] })
  expect(composeReport(frame({ smoke: null }), [result({ smoke: did })])).not.toHaveProperty('smoke')
})

test('both sides of each platform are told with their layers, each with its line', () => {
  const image: Image = {
    ...{ digest: 'm', configDigest: 'c' },
    manifest: {
      config: { mediaType: '', digest: 'c', size: 1 },
      layers: ['x', 'y'].map(id => ({ mediaType: '', digest: `blob ${id}`, size: 7 })),
    },
    config: { rootfs: { type: 'layers', diff_ids: ['x', 'y'] } },
  }
  const layers = [{ base: false, instruction: 'COPY . .', line: 4, endLine: 4 }]
  const read = sides('amd64').map(side => ({ ...side, image, layers }))
  expect(composeReport(frame(), [result({ image: 'web', sides: read }), arm({ sides: [] })]).builds).toEqual(
    ['A', 'B'].map(side => ({
      ...{ image: 'web', side, platform: 'linux/amd64', digest: `${side} of amd64`, configDigest: 'c' },
      layers: [
        { digest: 'blob x', diffId: 'x', size: 7, instruction: 'COPY . .', line: 4 },
        { digest: 'blob y', diffId: 'y', size: 7, instruction: '', line: null },
      ],
    })),
  )
  expect(composeReport(frame(), [result()]).builds).toMatchObject([{ layers: [] }, { layers: [] }])
})
