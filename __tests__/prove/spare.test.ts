// Why a proof of the same inputs spares no build: told, for the ledger page promises it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { SideBuild, Step } from '../../src/build/build.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import { openRecord } from '../../src/ledger/read-record.ts'
import { checkOptions } from '../../src/options/options.ts'
import { spared } from '../../src/prove/ledger/spare.ts'
import type { PlatformResult } from '../../src/prove/result.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'
import { type CraftedImage, imageOf, tarOf } from '../image/crafted.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { recordedFile } from '../ledger/recorded.ts'

const proven = imageOf([tarOf([{ name: 'a', content: 'then' }])])
const other = imageOf([tarOf([{ name: 'a', content: 'now' }])])
/** The same content in another packing. */
const zipped = imageOf([tarOf([{ name: 'a', content: 'then' }])], { gzip: true })
const empty = imageOf([])
const at = Date.parse('2026-11-21T12:00:00Z')

const shown = [{ id: 'header-mode', level: 'warning', title: 'Permissions differ', location: null }]

const stepOf = (digest: string, name: string): Step => ({
  ...{ digest, name, cached: false, started: true, completed: true, error: null },
})
const local = { op: { Op: { source: { identifier: 'local://context' } } } }
const copy = { inputs: ['step0:0'], op: { Op: { file: { actions: [{ Action: { copy: {} } }] } } } }
const provenanceOf = (operations: readonly object[]) => ({
  buildConfig: {
    llbDefinition: operations.map((one, index) => ({ inputs: [], ...one, id: `step${index}` })),
    digestMapping: Object.fromEntries(operations.map((_, index) => [`digest${index}`, `step${index}`])),
  },
})
/** That build A did all its work itself, and of files that are here. */
const ownWork = { steps: [stepOf('digest1', '[1/1] COPY a /a')], provenance: provenanceOf([local, copy]) }

/** Another build ran beside it, and did its COPY. */
const borrowed = [{ ...ownWork.steps[0], cached: true }, stepOf('theirs', '[1/1] COPY a /a')]
const downloading = {
  provenance: provenanceOf([local, copy, { op: { Op: { source: { identifier: 'https://a.example/f' } } } }]),
}
const changed = (folder: string) => writeFileSync(join(folder, 'a'), 'and now another')

interface Case {
  built?: CraftedImage
  recorded?: CraftedImage
  level?: string
  wanted?: string
  asked?: string[]
  variations?: string[]
  secondsLater?: number
  profile?: string
  shown?: object[]
  /** Of build A, where it is another one than the proof needs. */
  a?: object
  /** Of the platform that the finding was shown for. */
  platform?: string
  /** The platform that was asked for. */
  wished?: string
  /** What is done to the folder while A is built. */
  meanwhile?: (folder: string) => void
  secrets?: object
}

/** What the ledger says of a build that was made so much later than its proof. */
async function answer({
  built = proven,
  recorded = proven,
  level = 'identical',
  wanted = 'identical',
  asked = [],
  variations = [],
  secondsLater = 60,
  profile = 'default',
  shown = [],
  a: more = {},
  platform = 'linux/amd64',
  wished = 'linux/amd64',
  meanwhile = () => {},
  secrets = {},
}: Case) {
  const folder = tempFolder()
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY a /a\n')
  writeFileSync(join(folder, 'a'), 'then')
  const given = checkOptions('gate', { context: [folder], config: ['none'], level: [wanted], profile: [profile] })
  const options = { ...given, variations }
  const a = {
    ...{ side: 'A', digest: built.image.digest, configDigest: built.image.configDigest, ref: '', rewritten: true },
    ...{ platform: 'linux/amd64', startedAt: at + secondsLater * 1000, endedAt: at + 1e6, ...ownWork, ...more },
  } as unknown as SideBuild
  const builder = { versions: { buildkit: 'v0.27.0' }, platform: 'linux/amd64' }
  const ports = portsWith(scripted({}))
  const proving = {
    ...{ image: null, options, ports, watch: stopwatch(ports.now), sources: await readSources(options, noPorts()) },
    setting: { builders: { A: builder, B: builder }, epoch: { seconds: 1 } },
  }
  const planned = { platform: wished, name: 'app', proving, plans: {}, request: { secrets } }
  const record = await openRecord((await recordedFile([recorded])).path)
  const proof = {
    ...{ run: null, runner: null },
    at: new Date(at).toISOString(),
    level,
    asked,
    variations: asked,
    platforms: [
      { platform: 'linux/s390x', shown: [] },
      { platform, shown },
    ],
  }
  meanwhile(folder)
  const ledger = { store: { name: 'the ledger' } }
  const found = await spared({ proof, record } as never, [{ planned, a, beside: [] }] as never, ledger as never)
  await record.close()
  return found
}

describe('a build that is the proven one, made by itself of files that are still the same', () => {
  test('needs no other', async () => {
    expect(await answer({})).toMatchObject([
      { verdict: 'reproducible', level: 'identical', doubts: [], findings: [], variations: [], secondsApart: 60 },
    ])
    // The layers of the one are those of the other.
    const [{ sides } = { sides: [] }] = (await answer({})) as PlatformResult[]
    expect(sides.map(({ image, layers }) => [image?.digest, layers.length])).toEqual(
      Array(2).fill([proven.image.digest, 1]),
    )
    expect(await answer({ shown, secondsLater: 3 })).toMatchObject([
      { verdict: 'reproducible', findings: [{ id: 'header-mode' }], secondsApart: 3 },
    ])
    // The strict profile fails for what is shown, and for nothing else.
    expect(await answer({ profile: 'strict' })).toMatchObject([{ verdict: 'reproducible' }])
    // What was shown of another platform is that one's.
    expect(await answer({ shown, platform: 'linux/arm64' })).toMatchObject([{ verdict: 'reproducible', findings: [] }])
  })

  test('nor one of the same content, where that is enough', async () => {
    expect(await answer({ built: zipped, wanted: 'same-content' })).toMatchObject([
      {
        ...{ verdict: 'reproducible', level: 'same-content', doubts: [] },
        // Of that packing only the digest is known.
        sides: [zipped, proven].map(({ image: { digest } }) => ({ digest, image: null, layers: [] })),
      },
    ])
  })

  // Each of these alone may make two builds agree for nothing, and so build B is made.
  test.each<[string, Case, RegExp]>([
    ['is told to be of less', { level: 'same-content' }, /^The proof is of the level same-content/],
    [
      'is the proven one by its content alone',
      { built: zipped },
      /^This image is the proven one at the level same-content/,
    ],
    ['was varied less', { asked: ['umask'], variations: ['umask', 'cpus'] }, /^The two builds .* varied .*: cpus\.$/],
    ['is for another platform than was asked for', { wished: 'linux/arm64' }, /^linux\/arm64 was asked for/],
    ['comes too soon', { secondsLater: 2.9 }, /^The proof is too young/],
    ['comes before its proof', { secondsLater: -60 }, /^The proof is too young/],
    ['fails for what is shown', { shown, profile: 'strict' }, /for which the strict profile fails/],
    ['answered a step from a cache', { a: { steps: [{ ...ownWork.steps[0], cached: true }] } }, /^Build A answered/],
    ['had another one do its step', { a: { steps: borrowed } }, /^Another build did \[1\/1\] COPY a \/a for this one/],
    ['does not tell its steps', { a: { provenance: null } }, /^Build A did not tell its steps/],
    ['has times of its own', { a: { rewritten: false } }, /^BuildKit did not say that it set the file times/],
    ['may have a download of then', { a: downloading }, /^ADD .*https:\/\/a\.example\/f.* has no checksum/],
    ['has a file that was changed meanwhile', { meanwhile: changed }, /^The build context was changed/],
    ['has a secret that was changed', { secrets: { changed: async () => ['A secret was changed.'] } }, /^A secret/],
    ['has no files at all', { built: empty, recorded: empty }, /^The image has no layers/],
  ])('needs one where it %s', async (_, given, why) => {
    expect(await answer(given)).toEqual(expect.stringMatching(why))
  })

  test('is none where it is for another platform', async () => {
    expect(await answer({ a: { platform: 'linux/arm64' } })).toBeNull()
  })
})

test('of another image the finding tells, not this', async () => {
  expect(await answer({ built: other, secondsLater: 2 })).toBeNull()
})
