import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderPredicate } from '../../src/report/predicate.ts'
import type { Report } from '../../src/report/report.ts'
import { all } from './all-reports.ts'
import { hostileText, withTexts } from './hostile-reports.ts'
import { allImagesProven } from './image-reports.ts'
import { validPredicate } from './in-toto.ts'
import { reproducible } from './reports.ts'

const sha256 = 'e'.repeat(64)
const proven: Report = {
  ...reproducible,
  results: [
    {
      ...{ image: null, platform: 'linux/amd64', verdict: 'reproducible', level: 'identical' },
      ...{ digest: reproducible.builds[0]?.digest ?? null, file: 'Dockerfile' },
    },
  ],
}
const of = (report: Report) => JSON.parse(renderPredicate(report, { sha256 }) ?? 'null')

describe('the predicate', () => {
  test('says what was proven, on what it stands, and what it does not mean', () => {
    const predicate = of(proven)
    expect([validPredicate(predicate), validPredicate.errors]).toEqual([true, null])
    const [{ attribute, target, conditions, evidence }] = predicate.attributes
    const [a, b] = reproducible.builds.map(({ digest }) => digest)
    expect(attribute).toBe('REPRODUCIBLE')
    expect(target).toEqual({ name: 'linux/amd64', digest: { sha256: a?.slice('sha256:'.length) } })
    expect(evidence).toMatchObject({
      name: 'report.json',
      digest: { sha256 },
      annotations: { manifestA: a, manifestB: b },
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
    expect([validPredicate(predicate), validPredicate.errors]).toEqual([true, null])
    expect(predicate.attributes).toHaveLength(allImagesProven.results?.length ?? 0)
    expect(predicate.attributes.length).toBeGreaterThan(1)
  })

  test('gives weaker levels names of their own', () => {
    const [one] = proven.results ?? []
    const weaker = (level: 'same-content' | 'same-files'): Report => ({
      ...{ ...proven, level, results: one ? [{ ...one, level }] : [] },
      builds: proven.builds.map(build =>
        build.side === 'A' ? build : { ...build, digest: `sha256:${'b'.repeat(64)}` },
      ),
    })
    expect(of(weaker('same-content')).attributes[0].attribute).toBe('REPRODUCIBLE_CONTENT')
    expect(of(weaker('same-files')).attributes[0].attribute).toBe('REPRODUCIBLE_FILES')
  })

  test.each<[string, Partial<Report>]>([
    ['not reproducible', { verdict: 'not-reproducible' }],
    ['undecided', { verdict: 'undecided' }],
    ['a comparison of images of anybody', { command: 'compare' }],
    ['of no scope', { scope: null }],
    ['of no results', { results: [] }],
    ['of one side alone', { builds: proven.builds.slice(0, 1) }],
    [
      'of a result that is not proven',
      { results: proven.results?.map(one => ({ ...one, verdict: 'undecided' as const })) ?? [] },
    ],
    [
      'of other digests than it says',
      { builds: proven.builds.map(one => (one.side === 'A' ? one : { ...one, digest: `sha256:${'b'.repeat(64)}` })) },
    ],
    ['of what is no digest', { builds: proven.builds.map(one => ({ ...one, digest: 'latest' })) }],
  ])('there is none of what is %s', (_, change) => {
    expect(renderPredicate({ ...proven, ...change }, { sha256 })).toBeNull()
  })

  test('there is one of no golden report but the proven ones', () => {
    const found = Object.entries(all).filter(([, report]) => renderPredicate(report, { sha256 }) !== null)
    for (const [, report] of found) expect(report.verdict).toBe('reproducible')
    expect(found.map(([name]) => name)).toContain('images-proven')
  })

  test('is the same bytes for the same report, whatever its texts', () => {
    const shuffled = { ...proven, versions: Object.fromEntries(Object.entries(proven.versions).reverse()) }
    expect(renderPredicate(shuffled, { sha256 })).toBe(renderPredicate(proven, { sha256 }))
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1 }), texts => {
        const text = renderPredicate(withTexts(proven, [texts.join('')]), { sha256 })
        expect(text).not.toBeNull()
        expect([validPredicate(JSON.parse(text ?? '')), validPredicate.errors]).toEqual([true, null])
        expect(text).not.toMatch(/##\[|[\p{Bidi_Control}\u2028\u2029]|^\s*::/mu)
      }),
    )
  })
})
