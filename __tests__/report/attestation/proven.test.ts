// What a report proves, image by image: a statement is of the digest that was proven, and of no other one.
import { describe, expect, test } from '@jest/globals'
import { proofIn } from '../../../src/report/attestation/proven.ts'
import type { Report, ReportBuild } from '../../../src/report/report.ts'
import type { Against, Level, Scope } from '../../../src/verdict.ts'
import { digest, reproducible } from '../reports.ts'

const platforms = ['linux/amd64', 'linux/arm64']
/** Of each image and platform another digest. */
const own = (image: string | null, platform: string, what: string) => {
  const at = (image === 'web' ? 2 : 0) + platforms.indexOf(platform)
  return digest(`${what}${at}`)
}
const buildOf = (image: string | null, platform: string, side: 'A' | 'B'): ReportBuild => ({
  ...{ side, platform, digest: own(image, platform, 'a'), configDigest: own(image, platform, 'c'), layers: [] },
  ...(image === null ? {} : { image }),
})
const buildsOf = (...images: (string | null)[]): ReportBuild[] =>
  images.flatMap(image =>
    platforms.flatMap(platform => (['A', 'B'] as const).map(side => buildOf(image, platform, side))),
  )
const resultsOf = (...images: (string | null)[]): NonNullable<Report['results']> =>
  images.flatMap(image =>
    platforms.map(platform => ({
      ...{ image, platform, verdict: 'reproducible' as const, level: 'identical' as const },
      ...{ digest: own(image, platform, 'a'), file: 'Dockerfile' },
    })),
  )
const baked: Report = { ...reproducible, builds: buildsOf('web', 'db'), results: resultsOf('web', 'db') }
/** The same with one build, or one result, otherwise. */
const withBuild = (report: Report, at: number, change: Partial<ReportBuild>): Report => ({
  ...report,
  builds: report.builds.map((build, index) => (index === at ? { ...build, ...change } : build)),
})
const withResult = (change: Partial<NonNullable<Report['results']>[number]>): Report => ({
  ...baked,
  results: baked.results?.map((one, index) => (index === 1 ? { ...one, ...change } : one)) ?? [],
})

describe('of several images for several platforms', () => {
  test('each is proven by its own digest, of whatever order the builds are', () => {
    for (const builds of [baked.builds, baked.builds.toReversed()]) {
      const proof = proofIn({ ...baked, builds })
      expect(proof).toMatchObject({ way: 'two-builds', level: 'identical' })
      expect(proof?.all.map(({ image, platform, digest }) => [image, platform, digest])).toEqual(
        ['web', 'db'].flatMap(image => platforms.map(platform => [image, platform, own(image, platform, 'a')])),
      )
    }
  })

  test.each(baked.builds.map(({ image, platform, side }, at) => [image, platform, side, at] as const))(
    'nothing is where %s for %s, side %s, is another or no digest, or is not there',
    (...[, , , at]) => {
      const changed = (change: Partial<ReportBuild>) => proofIn(withBuild(baked, at, change))
      expect(changed({ digest: digest('0') })).toBeNull()
      expect(changed({ digest: '' })).toBeNull()
      expect(changed({ configDigest: 'latest' })).toBeNull()
      expect(proofIn({ ...baked, builds: baked.builds.filter((_, index) => index !== at) })).toBeNull()
      // Where the content is asked for, one that is no digest is not made good by it.
      const content = {
        ...baked,
        results: baked.results?.map(one => ({ ...one, level: 'same-content' as const })) ?? [],
      }
      expect(proofIn(content)).toMatchObject({ level: 'same-content' })
      expect(proofIn(withBuild(content, at, { configDigest: digest('0') }))).toBeNull()
      expect(proofIn(withBuild(content, at, { digest: 'latest' }))).toBeNull()
      expect(proofIn(withBuild(content, at, { configDigest: 'latest' }))).toBeNull()
    },
  )

  test.each<[string, Report]>([
    ['one result without a level', withResult({ level: null })],
    ['one that differs', withResult({ level: 'different' })],
    ['one that is not proven', withResult({ verdict: 'not-reproducible' })],
    ['one of another platform', withResult({ platform: 'linux/s390x' })],
    ['one of another image', withResult({ image: 'other' })],
    ['one of no image', withResult({ image: null })],
    ['no result', { ...baked, results: [] }],
    ['a verdict that is none', { ...baked, verdict: null }],
    ['a failed build', { ...baked, failure: { side: 'A', step: null, message: '', location: null, logTail: [] } }],
  ])('nothing is proven with %s', (_, report) => expect(proofIn(report)).toBeNull())

  test('the weakest decides', () => {
    expect(proofIn(withResult({ level: 'same-files' }))?.level).toBe('same-files')
  })
})

describe('where the report has no list of results', () => {
  const [amd64, arm64] = platforms as [string, string]
  const { results: _, ...listless } = { ...baked, builds: buildsOf(null) }
  const against: Against = { kind: 'image', name: 'ghcr.io/o/app:1' }
  const held: Report = { ...listless, command: 'compare', scope: { ...(reproducible.scope as Scope), against } }
  const levels = (report: Report) => proofIn(report)?.all.map(({ platform, level }) => [platform, level])

  test('each platform has the level that its own digests prove, and no more than the whole', () => {
    const other = (change: Partial<ReportBuild>, level: Level) => levels({ ...withBuild(held, 3, change), level })
    expect(levels(held)).toEqual(platforms.map(platform => [platform, 'identical']))
    expect(other({ digest: digest('0') }, 'same-content')).toEqual([
      [amd64, 'identical'],
      [arm64, 'same-content'],
    ])
    expect(other({ digest: digest('0'), configDigest: digest('1') }, 'same-files')).toEqual([
      [amd64, 'identical'],
      [arm64, 'same-files'],
    ])
    expect(other({ digest: digest('0') }, 'same-files')).toEqual([
      [amd64, 'identical'],
      [arm64, 'same-content'],
    ])
    expect(other({ digest: digest('0'), configDigest: digest('1') }, 'different')).toBeUndefined()
  })

  test('one that was held against something is of what was there, one of two builds is of build A', () => {
    const packed = { ...withBuild(held, 1, { digest: digest('0') }), level: 'same-content' as const }
    expect(proofIn(packed)?.all[0]).toMatchObject({ digest: digest('0'), against, file: 'Dockerfile', image: null })
    expect(proofIn(packed)?.way).toBe('rebuilt')
    // Of the ledger's image nothing but its digests is known: what was built is what the statement is of.
    const ledger = {
      ...packed,
      scope: { ...(packed.scope as Scope), against: { ...against, kind: 'ledger' as const } },
    }
    expect(proofIn(ledger)?.all[0]?.digest).toBe(own(null, amd64, 'a'))
    const twice: Report = { ...packed, command: 'gate', scope: reproducible.scope }
    expect(proofIn(twice)?.all[0]).toMatchObject({ digest: own(null, amd64, 'a'), against: null })
    expect(proofIn(twice)?.way).toBe('two-builds')
  })

  test('of what was there before something has to be known', () => {
    expect(proofIn({ ...held, builds: held.builds.filter(({ side }) => side === 'A') })).toBeNull()
    expect(proofIn({ ...held, builds: held.builds.slice(0, 3) })).toBeNull()
    // Of an image id alone its content is.
    expect(proofIn({ ...withBuild(held, 3, { digest: '' }), level: 'same-content' })?.all[1]).toMatchObject({
      ...{ level: 'same-content', digest: own(null, arm64, 'a') },
    })
    expect(
      proofIn({ ...withBuild(held, 3, { digest: '', configDigest: digest('1') }), level: 'same-files' }),
    ).toBeNull()
    expect(
      proofIn({ ...held, scope: { ...(held.scope as Scope), against: { ...against, kind: 'records' } } }),
    ).toBeNull()
  })
})
