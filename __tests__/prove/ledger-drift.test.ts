// Another image of the same inputs: the world outside, the machine, or what built it, which a record names.
import { expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { openRecord } from '../../src/ledger/read-record.ts'
import { proveImages } from '../../src/prove/images.ts'
import { agoWords, driftOf } from '../../src/prove/ledger/drift.ts'
import type { BuiltA } from '../../src/prove/ledger/spare.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'
import { type CraftedImage, imageOf, tarOf } from '../image/crafted.ts'
import { recordedFile } from '../ledger/recorded.ts'
import { made, scriptedRun, sourcesIn } from './scripted-builds.ts'

const then = imageOf([tarOf([{ name: 'a', content: 'then' }])])
const now = imageOf([tarOf([{ name: 'a', content: 'now' }])])

/** The findings on an image that was built by such a BuildKit; that of the record is v0.27.0. */
async function allFound(
  buildkit: string,
  { built: made = now, more = {} }: { built?: CraftedImage; more?: object } = {},
) {
  const { path } = await recordedFile([then])
  const record = await openRecord(path)
  const a = {
    ...{
      side: 'A',
      digest: made.image.digest,
      configDigest: made.image.configDigest,
      ref: '',
      platform: 'linux/amd64',
    },
    ...{ provenance: null, startedAt: Date.parse('2026-11-21T12:00:00Z'), endedAt: 1, steps: [], rewritten: true },
  } as unknown as SideBuild
  const builder = { versions: { buildkit }, platform: 'linux/amd64' }
  const ports = portsWith(scripted({}))
  const proving = {
    ...{ image: null, options: { level: 'identical', buildArgs: {} }, ports, watch: stopwatch(ports.now) },
    sources: { dockerfile: parseDockerfile('FROM scratch\nCOPY a /a\n', 'Dockerfile') },
    setting: { builders: { A: builder, B: builder }, epoch: { seconds: 1 } },
    ...more,
  }
  const planned = { platform: 'linux/amd64', name: 'app', proving, plans: { A: { compression: 'zstd' } } }
  const proven = { proof: { run: null, at: '2026-11-19T12:00:00.000Z' }, record }
  const ledger = { store: { name: 'the ledger' } }
  const built = [{ planned, a, beside: [] }] as unknown as BuiltA[]
  const findings = await driftOf(proven as never, built, ledger as never)
  await record.close()
  return findings
}

async function found(buildkit: string, more: object = {}) {
  const findings = await allFound(buildkit, { more })
  expect(findings).toMatchObject([{ id: 'drift', title: 'The same inputs gave another image 2 days ago' }])
  return findings[0]
}

test('by the same BuildKit something outside has changed, or it is the machine', async () => {
  const finding = await found('v0.27.0')
  expect(finding?.message).toMatch(/So something that the build takes from outside has changed since, or depends/)
  expect(finding?.fix?.text).toMatch(/^Pin what/)
})

test('by another BuildKit that may be all, and both versions are told', async () => {
  const finding = await found('v0.28.1')
  expect(finding?.message).toMatch(
    /What built it has changed since, which may be all: buildkit is another one: v0\.28\.1 in the builds of today, v0\.27\.0 in the record\. Or something/,
  )
  expect(finding?.message).not.toMatch(/So something/)
  expect(finding?.fix?.text).toMatch(/^Build with what built it then/)
})

test('that neither of them can be read is no reason to say nothing', async () => {
  expect(await found('v0.27.0', { options: null, setting: null })).toEqual({
    ...{ id: 'drift', source: 'comparison', level: 'warning', class: 'drift', confidence: 'certain' },
    ...{ title: expect.any(String), docs: expect.any(String), paths: [], count: 1 },
    message: expect.stringMatching(/depends on the machine: packages, a download, a repository\.$/),
    evidence: [{ what: 'digest of the manifest, today and then', a: now.image.digest, b: then.image.digest }],
    fix: { text: expect.stringMatching(/^Pin what the build takes from outside/) },
  })
})

const amd = 'linux/amd64'
const arm = 'linux/arm64'
type Images = Record<string, CraftedImage>

/** What is found on images of which both builds agree, and which were proven to be others before. */
async function foundOn(then: Images, now: Images) {
  const folder = sourcesIn(tempFolder())
  const ledger = { store: folderStore(tempFolder()), run: null, runner: null, here: folder }
  const run = async (images: Images, day: number) => {
    const options = { platforms: Object.keys(images) }
    const outcomesOf = (_: string, platform: string) => Array(2).fill(images[platform])
    const { image, shared } = await scriptedRun(outcomesOf, { folder, options, day })
    return proveImages([image], { ...shared, ledger })
  }
  await run(then, 0)
  const [first, ...others] = await run(now, 5)
  expect(others.flatMap(({ findings }) => findings)).toEqual([])
  return first?.findings ?? []
}

const plain = made({})
const files = 'Files differ, and a record does not hold why'
const label = 'A label has another value in each image'

test.each<
  [string, Images, Images, { platform?: string; differs: string; line: number | null; paths: string[]; count: number }]
>([
  [
    'a file of a line',
    { [amd]: plain },
    { [amd]: made({ content: 'g' }) },
    { differs: `${files} (line 3)`, line: 3, paths: ['f'], count: 1 },
  ],
  [
    'files of two lines',
    { [amd]: plain },
    { [amd]: made({ content: 'g' }, 'other') },
    { differs: `${files} (line 3); ${files} (line 4)`, line: 3, paths: ['f', 'out'], count: 2 },
  ],
  [
    'the config alone, which stands on no line',
    { [amd]: plain },
    { [amd]: made({}, 'out', { config: { Labels: { a: 'b' } } }) },
    { differs: label, line: null, paths: [], count: 1 },
  ],
  [
    'the config and a file',
    { [amd]: plain },
    { [amd]: made({}, 'other', { config: { Labels: { a: 'b' } } }) },
    { differs: `${label}; ${files} (line 4)`, line: 4, paths: ['out'], count: 2 },
  ],
  [
    'one of two platforms, the second',
    { [amd]: plain, [arm]: plain },
    { [amd]: plain, [arm]: made({}, 'other') },
    { platform: arm, differs: `${files} (line 4)`, line: 4, paths: ['out'], count: 1 },
  ],
])(
  'what differs is told, and its first line: %s',
  async (_, then, now, { platform = amd, differs, line, paths, count }) => {
    const [finding, ...more] = await foundOn(then, now)
    const digests = [now, then].map(images => images[platform]?.image.digest)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ id: 'drift', paths, count })
    expect(finding?.location?.line ?? null).toBe(line)
    expect(finding?.evidence[0]).toMatchObject({ a: digests[0], b: digests[1] })
    expect(finding?.evidence).toHaveLength(1 + count)
    expect(finding?.message).toContain(`base images (${platform}). So something`)
    expect(finding?.message).toContain(` What differs: ${differs}.`)
    expect(finding?.fix?.text).toMatch(
      line === null ? /^Pin what the build takes/ : new RegExp(`^Pin what line ${line} takes`),
    )
    expect(finding?.title).toBe('The same inputs gave another image 4 days ago')
  },
)

test('of an image that is the recorded one nothing is said', async () => {
  expect(await allFound('v0.28.1', { built: then })).toEqual([])
})

const minute = 60_000
test.each([
  [-minute, '0 minutes ago'],
  [0.4 * minute, '0 minutes ago'],
  [minute, '1 minute ago'],
  [119 * minute, '119 minutes ago'],
  [120 * minute, '2 hours ago'],
  [2879 * minute, '47 hours ago'],
  [2880 * minute, '2 days ago'],
  [100 * 1440 * minute, '100 days ago'],
])('%d ms are %s', (ms, words) => {
  expect(agoWords(ms)).toBe(words)
})
