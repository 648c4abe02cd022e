import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PredicateKind, predicateTypes, renderPredicate, whyNoPredicate } from '../../src/report/predicate.ts'
import type { Report } from '../../src/report/report.ts'
import type { Against, Scope } from '../../src/verdict.ts'
import { all } from './all-reports.ts'
import { predicateProblems } from './attestation/definition.ts'
import { comparedSame } from './compared-reports.ts'
import { hostileText, withTexts } from './hostile-reports.ts'
import { allImagesProven } from './image-reports.ts'
import { released } from './release-reports.ts'
import { reproducible } from './reports.ts'

const sha256 = 'e'.repeat(64)
const at = new Date('2026-11-21T22:10:09.123Z')
const kinds = Object.keys(predicateTypes) as PredicateKind[]
const results: Report['results'] = [
  {
    ...{ image: null, platform: 'linux/amd64', verdict: 'reproducible', level: 'identical' },
    ...{ digest: reproducible.builds[0]?.digest ?? null, file: 'Dockerfile' },
  },
]
const proven: Report = { ...reproducible, results }
const of = (report: Report, kind: PredicateKind = 'scai') =>
  JSON.parse(renderPredicate(report, kind, { sha256, at }) ?? 'null')
const problemsOf = (predicate: unknown, kind: PredicateKind = 'scai') =>
  predicateProblems(predicate, predicateTypes[kind])

/** One build, held against what was there before. */
const verified = (against: NonNullable<Scope['against']>, change: Partial<Report> = {}): Report => {
  const { results: _, ...rest } = proven
  return {
    ...{ ...rest, command: 'compare', images: { A: 'this build', B: against.name } },
    scope: { ...(proven.scope as Scope), machines: 'unknown', secondsApart: null, variations: [], against },
    ...change,
  }
}
const other = `sha256:${'b'.repeat(64)}`
const [a, b] = reproducible.builds
const repacked = (level: 'same-content' | 'same-files', configDigest = a?.configDigest ?? ''): Partial<Report> => ({
  level,
  builds: proven.builds.map(build => (build.side === 'A' ? build : { ...build, digest: other, configDigest })),
})
const image = { kind: 'image', name: 'ghcr.io/o/app:1.0' } as const

describe('the predicate', () => {
  test('says what was proven, on what it stands, and what it does not mean', () => {
    const predicate = of(proven)
    expect(problemsOf(predicate)).toEqual([])
    const [{ attribute, target, conditions, evidence }] = predicate.attributes
    expect(attribute).toBe('REPRODUCIBLE')
    expect(target).toEqual({ name: 'linux/amd64', digest: { sha256: a?.digest.slice('sha256:'.length) } })
    expect(evidence).toMatchObject({
      name: 'report.json',
      digest: { sha256 },
      annotations: { manifestA: a?.digest, manifestB: b?.digest },
    })
    expect(conditions).toMatchObject({
      ...{ level: 'identical', builds: 2, machines: 'same-machine', independentlyOperated: false, secondsApart: 63 },
      ...{ commit: reproducible.subject.commit, dockerfile: 'Dockerfile', ignored: 0, variations: [] },
      sourceDateEpoch: reproducible.scope?.epoch,
      builders: { buildkit: 'v0.25.2' },
    })
    expect(conditions.meaning).toMatch(
      /^Two builds in one run of one operator, on the same machine, 63 seconds apart, gave /,
    )
    expect(conditions.meaning).toMatch(/not SLSA_BUILD_REPRODUCED\.$/)
    expect(JSON.stringify(predicate).match(/SLSA_BUILD_REPRODUCED/g)).toHaveLength(1)
  })

  test('has an attribute for each image and platform', () => {
    const predicate = of(allImagesProven)
    expect(problemsOf(predicate)).toEqual([])
    expect(predicate.attributes).toHaveLength(allImagesProven.results?.length ?? 0)
    expect(predicate.attributes.length).toBeGreaterThan(1)
  })

  test('gives weaker levels names of their own', () => {
    const weaker = (level: 'same-content' | 'same-files'): Report => ({
      ...{ ...proven, ...repacked(level), results: results.map(one => ({ ...one, level })) },
    })
    expect(of(weaker('same-content')).attributes[0].attribute).toBe('REPRODUCIBLE_CONTENT')
    expect(of(weaker('same-files')).attributes[0].attribute).toBe('REPRODUCIBLE_FILES')
    expect(of(weaker('same-content'), 'svr').properties).toEqual([
      'REPRO_GATE_TWO_BUILDS_SAME_CONTENT',
      'REPRO_GATE_TWO_BUILDS_SAME_FILES',
    ])
  })

  const notProven: [string, Partial<Report>][] = [
    ['not reproducible', { verdict: 'not-reproducible' }],
    ['undecided', { verdict: 'undecided' }],
    ['a comparison of images of anybody', { command: 'compare' }],
    ['of no scope', { scope: null }],
    ['of no results', { results: [] }],
    ['of one side alone', { builds: proven.builds.slice(0, 1) }],
    ['of a result that is not proven', { results: results.map(one => ({ ...one, verdict: 'undecided' as const })) }],
    [
      'of several of which one is not proven',
      {
        results: [
          ...results,
          ...results.map(one => ({ ...one, platform: 'linux/arm64', verdict: 'undecided' as const })),
        ],
      },
    ],
    [
      'of several of which one was not built',
      { results: [...results, ...results.map(one => ({ ...one, platform: 'linux/arm64' }))] },
    ],
    [
      'of other digests than it says',
      { builds: proven.builds.map(one => (one.side === 'A' ? one : { ...one, digest: other })) },
    ],
    ['of what is no digest', { builds: proven.builds.map(one => ({ ...one, digest: 'latest' })) }],
    ['of a build that failed', { failure: { side: 'B', step: null, message: '', location: null, logTail: [] } }],
  ]
  test.each(notProven)('there is none of what is %s', (_, change) => {
    for (const kind of kinds) {
      expect(renderPredicate({ ...released, ...proven, ...change }, kind, { sha256, at })).toBeNull()
      expect(whyNoPredicate({ ...released, ...proven, ...change }, kind, { sha256, at })).toMatch(/only of images that/)
    }
  })

  test('there is one of no golden report but the proven ones', () => {
    const found = Object.entries(all).filter(([, report]) => of(report) !== null)
    for (const [, report] of found) expect(report.verdict).toBe('reproducible')
    expect(found.map(([name]) => name)).toContain('images-proven')
  })

  test.each(kinds)('is the same bytes for the same report, whatever its texts (%s)', kind => {
    const report = { ...released, results }
    const render = (one: Report) => renderPredicate(one, kind, { sha256, at })
    const shuffled = { ...report, versions: Object.fromEntries(Object.entries(report.versions).reverse()) }
    expect(render(shuffled)).toBe(render(report))
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1 }), texts => {
        const text = render(withTexts(report, [texts.join('')]))
        // A name that no registry has is no name for a VSA; all else can be said of any text.
        if (kind !== 'vsa') expect(text).not.toBeNull()
        if (text !== null) expect(problemsOf(JSON.parse(text), kind)).toEqual([])
        expect(text ?? '').not.toMatch(/##\[|[\p{Bidi_Control}\u2028\u2029]|^\s*::/mu)
      }),
    )
  })
})

describe('of one build that was held against what was there before', () => {
  test('it has a name of its own, and says what is not known', () => {
    const predicate = of(verified({ ...image, inputs: 'same' }))
    expect(problemsOf(predicate)).toEqual([])
    const [{ attribute, target, conditions }] = predicate.attributes
    expect([attribute, target.digest]).toEqual(['REPRODUCED', { sha256: b?.digest.replace('sha256:', '') }])
    expect(conditions).toMatchObject({
      ...{ builds: 1, machines: 'unknown', independentlyOperated: null, secondsApart: null },
      against: { ...image, inputs: 'same' },
    })
    expect(conditions.meaning).toMatch(/^One build in one run of one operator, held against an image that was there/)
    expect(conditions.meaning).toMatch(/the same part by part, as that tells its own\..*not SLSA_BUILD_REPRODUCED\.$/)
    expect(of(verified(image)).attributes[0].conditions).toMatchObject({ against: { inputs: 'not-known' } })
  })

  test('it is of the image that was there before, where that is packed otherwise', () => {
    const [{ attribute, target }] = of(verified(image, repacked('same-content'))).attributes
    expect([attribute, target.digest.sha256]).toEqual(['REPRODUCED_CONTENT', 'b'.repeat(64)])
    const files = of(verified(image, repacked('same-files', digestOf('c')))).attributes[0]
    expect([files.attribute, files.conditions.level]).toEqual(['REPRODUCED_FILES', 'same-files'])
  })

  test('of an image id no more is said than that the content is the same', () => {
    const report = verified({ kind: 'digest', name: a?.configDigest ?? '' }, repacked('same-content'))
    const builds = report.builds.map(one => (one.side === 'A' ? one : { ...one, digest: '' }))
    const [{ attribute, target }] = of({ ...report, builds }).attributes
    expect([attribute, target.digest.sha256]).toEqual(['REPRODUCED_CONTENT', a?.digest.replace('sha256:', '')])
  })

  test.each<[string, Report]>([
    ['two records', verified({ kind: 'records', name: 'b.record.json.gz', inputs: 'same' })],
    ['two images that somebody built', comparedSame],
    ['an image of which nothing was read', verified(image, { builds: proven.builds.slice(0, 0) })],
    ['images that differ', verified(image, { ...repacked('same-files', digestOf('c')), level: 'different' })],
    [
      'images that agree less than is said',
      verified(image, { ...repacked('same-files', digestOf('c')), level: 'identical' }),
    ],
  ])('there is none of %s', (_, report) => {
    for (const kind of kinds) expect(of(report, kind)).toBeNull()
  })
})

describe('of one build that a proof of the ledger saved the other of', () => {
  const against: Against = {
    ...{ kind: 'ledger', name: 'run 123 of 9 November 2026', inputs: 'same' },
    proof: { at: '2026-11-09T03:05:28Z', level: 'identical', variations: ['umask'], commit: null, otherRunner: true },
  }
  const scope: Scope = { ...(proven.scope as Scope), machines: 'unknown', secondsApart: 1_000_000, against }
  const hit: Report = {
    ...{ ...proven, scope, builds: proven.builds.slice(0, 1) },
    results: results.map(one => ({ ...one, against })),
  }

  test('it says that there was one, and what the ledger says of the others', () => {
    const [{ attribute, target, conditions }] = of(hit).attributes
    expect([attribute, target.digest.sha256]).toEqual(['REPRODUCED', a?.digest.replace('sha256:', '')])
    expect(conditions).toMatchObject({ builds: 1, variations: [], against, secondsApart: 1_000_000 })
    expect(conditions.meaning).toMatch(/held against what a ledger keeps of two builds of an earlier run/)
    expect(of(hit, 'svr').properties).toEqual(
      expect.arrayContaining(['REPRO_GATE_REBUILT_IDENTICAL', 'REPRO_GATE_SAME_INPUTS', 'REPRO_GATE_BY_LEDGER']),
    )
    expect(problemsOf(of(hit))).toEqual([])
  })

  test('where others were built twice, each says its own, and no short result says one for both', () => {
    const arm = results.map(one => ({ ...one, platform: 'linux/arm64' }))
    const builds = [...hit.builds, ...proven.builds.map(one => ({ ...one, platform: 'linux/arm64' }))]
    const mixed = { ...hit, builds, results: [...(hit.results ?? []), ...arm] }
    const names = of(mixed).attributes.map(({ attribute }: { attribute: string }) => attribute)
    expect(names).toEqual(['REPRODUCED', 'REPRODUCIBLE'])
    for (const kind of ['svr', 'vsa'] as const)
      expect(whyNoPredicate(mixed, kind, { sha256, at })).toMatch(/some were built twice here, some once/)
  })

  test('of one build without such a proof there is none', () => {
    const published: Against = { kind: 'image', name: 'ghcr.io/o/app:1' }
    expect(of({ ...hit, results: results.map(one => ({ ...one, against: published })) })).toBeNull()
    expect(of({ ...hit, results })).toBeNull()
  })
})

describe('a verification result (svr)', () => {
  test('names each property that a policy may ask for, and when', () => {
    const scope: Scope = { ...(proven.scope as Scope), variations: ['umask', 'mtimes'], machines: 'two-builders' }
    const result = of({ ...proven, scope }, 'svr')
    expect(problemsOf(result, 'svr')).toEqual([])
    expect(result).toEqual({
      verifier: {
        id: 'https://github.com/repro-gate/repro-gate/verifier/v1',
        policies: [{ uri: expect.stringMatching(/docs\/attestation\.md#policy-two-builds-identical$/) }],
      },
      timeCreated: '2026-11-21T22:10:09Z',
      properties: [
        ...['IDENTICAL', 'SAME_CONTENT', 'SAME_FILES'].map(level => `REPRO_GATE_TWO_BUILDS_${level}`),
        ...['REPRO_GATE_TWO_BUILDERS', 'REPRO_GATE_VARIED_MTIMES', 'REPRO_GATE_VARIED_UMASK'],
      ],
    })
  })

  test('of one build does not say that there were two', () => {
    const { properties } = of(verified({ kind: 'record', name: 'r.json.gz', inputs: 'same' }), 'svr')
    expect(properties).toEqual([
      ...['IDENTICAL', 'SAME_CONTENT', 'SAME_FILES'].map(level => `REPRO_GATE_REBUILT_${level}`),
      'REPRO_GATE_SAME_INPUTS',
    ])
    expect(of(verified({ kind: 'record', name: 'r', inputs: 'partly-known' }), 'svr').properties).toHaveLength(3)
  })

  test('holds for all images: the weakest of them decides', () => {
    const [first, ...rest] = allImagesProven.results ?? []
    if (first === undefined) throw new Error('no images')
    const mixed = { ...allImagesProven, results: [{ ...first, level: 'same-files' as const }, ...rest] }
    expect(of(mixed, 'svr').properties[0]).toBe('REPRO_GATE_TWO_BUILDS_SAME_FILES')
  })
})

describe('a verification summary (vsa)', () => {
  test('names the image as a registry knows it, and no SLSA level', () => {
    const summary = of({ ...released, results }, 'vsa')
    expect(problemsOf(summary, 'vsa')).toEqual([])
    expect(summary).toMatchObject({
      ...{ resourceUri: 'pkg:oci/app?repository_url=ghcr.io/o/app', timeVerified: '2026-11-21T22:10:09Z' },
      ...{ verificationResult: 'PASSED', verifiedLevels: [] },
    })
    expect(of(verified({ kind: 'image', name: `localhost:5000/o/app@${digestOf('a')}` }), 'vsa')).toMatchObject({
      resourceUri: 'pkg:oci/app?repository_url=localhost:5000/o/app',
    })
  })

  test.each(['app.tar', './out/app', 'oci:out/app:1', 'debian:12', 'ghcr.io/o/app', '/tmp/x', 'docker-archive:x.tar'])(
    'is not made of %s, which need not be in a registry',
    name => {
      const report = verified({ kind: 'image', name })
      expect(of(report, 'vsa')).toBeNull()
      expect(whyNoPredicate(report, 'vsa', { sha256, at })).toMatch(/there is no such name, or several/)
    },
  )

  test('is not made of several images, which have several names', () => {
    const { release } = released
    if (release === undefined) throw new Error('not released')
    expect(of({ ...allImagesProven, release }, 'vsa')).toBeNull()
    expect(of({ ...allImagesProven, release }, 'svr')).not.toBeNull()
  })

  test('is not made of one image in several repositories', () => {
    const { release } = released
    if (release === undefined) throw new Error('not released')
    const [image] = release.images
    if (image === undefined) throw new Error('no image')
    const twice = [image, { ...image, platform: 'linux/arm64' }]
    const named = (images: typeof twice) => of({ ...released, results, release: { ...release, images } }, 'vsa')
    expect(named(twice)).not.toBeNull()
    expect(named([image, { ...image, repository: 'quay.io/elsewhere/app' }])).toBeNull()
  })

  test.each(['svr', 'vsa'] as const)('nor is one of the type %s of a report that does not say when', kind => {
    const report = { ...released, results }
    expect(renderPredicate(report, kind, { sha256, at: null })).toBeNull()
    expect(whyNoPredicate(report, kind, { sha256, at: null })).toMatch(/says when it was verified/)
    expect(whyNoPredicate(report, kind, { sha256, at })).toBeNull()
  })
})

function digestOf(letter: string): string {
  return `sha256:${letter.repeat(64)}`
}
