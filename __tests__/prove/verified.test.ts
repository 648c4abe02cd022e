import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { ImageError } from '../../src/build/blobs.ts'
import type { SideBuild } from '../../src/build/build.ts'
import type { SidePlan } from '../../src/build/plan.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import type { ImageStore } from '../../src/image/store.ts'
import { RegistryError } from '../../src/image-stores/registry-error.ts'
import { StoreError } from '../../src/image-stores/store-error.ts'
import { type OpenedRecord, openRecord } from '../../src/ledger/read-record.ts'
import { RecordError } from '../../src/ledger/record.ts'
import type { Reference } from '../../src/prove/against.ts'
import type { Once, OnceSetting } from '../../src/prove/once.ts'
import { unlessInputsDiffer } from '../../src/prove/other-inputs.ts'
import { verified } from '../../src/prove/verified.ts'
import type { PlatformResult } from '../../src/report/compose.ts'
import type { GatedImage } from '../../src/subjects/images.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { type CraftedImage, imageOf, streamOf, tarOf } from '../image/crafted.ts'
import { recordedFile } from '../ledger/recorded.ts'

const tar = tarOf([{ name: 'a', content: 'a' }])
const own = imageOf([tar])
/** The same content in another packing. */
const repacked = imageOf([tar], { gzip: true })

const provenance = { buildConfig: { llbDefinition: [], digestMapping: {} } }
const build: SideBuild = {
  ...{ side: 'A', digest: own.image.digest, configDigest: own.image.configDigest, ref: '', platform: 'linux/amd64' },
  ...{ provenance, startedAt: 1000, endedAt: 2000, steps: [], rewritten: true },
} as SideBuild

/** A build whose image lies in its layout, or which the builder has lost. */
function onceIn(folder: string, isKept: boolean, ours: CraftedImage): Once {
  const blobs = join(folder, 'blobs', 'sha256')
  mkdirSync(blobs, { recursive: true })
  const put = (digest: string, bytes: Buffer) => writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes)
  if (isKept) {
    put(ours.image.digest, Buffer.from(ours.texts.manifest))
    put(ours.image.configDigest, Buffer.from(ours.texts.config))
    for (const [digest, bytes] of ours.blobs) put(digest, bytes)
  }
  const plan = { side: 'A', builder: 'none', args: [], env: {}, context: '.' } as unknown as SidePlan
  const { digest, configDigest } = ours.image
  return {
    platform: 'linux/amd64',
    build: { ...build, digest, configDigest },
    plan,
    layout: folder,
    doubts: [],
    notes: [],
  }
}

const storeOf = ({ blobs }: CraftedImage, changes: Partial<ImageStore> = {}): ImageStore =>
  ({
    ...{ name: 'app:v1', hasManifests: true, close: async () => {} },
    open: async ({ digest }: { digest: string }) => streamOf(blobs.get(digest) as Buffer),
    ...changes,
  }) as unknown as ImageStore

const published = (image: CraftedImage, store = storeOf(image)): Reference => ({
  ...{ kind: 'image', name: 'app:v1', store },
  images: [{ platform: 'linux/amd64', load: async () => image.image, attestation: null }],
})

interface Given {
  stream?: (args: readonly string[]) => number
  level?: string
  isKept?: boolean
  built?: Partial<SideBuild>
  image?: CraftedImage
  doubts?: string[]
  unequal?: string[]
  /** Addresses whose files are known to be those that were taken. */
  taken?: string[]
}

async function resultOf(
  reference: Reference,
  { stream, level = 'same-content', isKept = true, built = {}, image: ours = own, ...more }: Given = {},
): Promise<PlatformResult> {
  const ports = portsWith(scripted({}, stream))
  const image = {
    options: { level, target: undefined, buildArgs: {} },
    sources: { dockerfile: parseDockerfile('FROM scratch\nCOPY a /a\n', 'Dockerfile') },
  } as unknown as GatedImage
  const { doubts = [], unequal = [], taken } = more
  const run = {
    ...{ ports, setting: { epoch: { seconds: 1 } }, watch: stopwatch(ports.now) },
    ...(taken ? { taken: () => new Set(taken) } : {}),
  } as unknown as OnceSetting
  const once = onceIn(ports.tempDir, isKept, ours)
  const whole = { ...once, doubts, build: { ...once.build, ...built } }
  return verified(whole, image, reference, { unequal, unknown: [] }, run)
}

const digestOf = (digest: string): Reference => ({ kind: 'digest', name: digest, digest })

describe('a published image', () => {
  test('is asked for what it says of its own build where it differs, and only there', async () => {
    const other = imageOf([tarOf([{ name: 'a', content: 'b' }])])
    const asked = async (image: CraftedImage): Promise<number> => {
      let count = 0
      const small = async () => {
        count += 1
        return Buffer.from('{}')
      }
      const attestation = image.image.manifest.config
      const images = [{ platform: 'linux/amd64', load: async () => image.image, attestation }]
      await resultOf({ ...published(image, storeOf(image, { small })), images } as Reference)
      return count
    }
    expect([await asked(own), await asked(other)]).toEqual([0, 1])
  })

  test('that is packed otherwise is proven once its layers were read', async () => {
    expect(await resultOf(published(repacked))).toMatchObject({ verdict: 'reproducible', level: 'same-content' })
  })

  test('that is packed otherwise is not called another one at the level identical', async () => {
    const { verdict, level, doubts, findings } = await resultOf(published(repacked), { level: 'identical' })
    expect([verdict, level]).toEqual(['undecided', 'same-content'])
    expect(doubts).toEqual([expect.stringMatching(/this build as uncompressed layers, the other image as gzip\./)])
    expect(findings).toMatchObject([{ id: 'repackaged', level: 'notice', message: doubts[0] }])
    expect(findings[0]?.fix?.text).toMatch(/level same-content/)
  })

  test('packed by another gzip is neither identical nor another one', async () => {
    const other = imageOf([tar], { gzip: true, level: 0 })
    expect(other.image.digest).not.toBe(repacked.image.digest)
    const result = await resultOf(published(other), { level: 'identical', image: repacked })
    expect([result.verdict, result.level, result.doubts]).toEqual([
      ...['undecided', 'same-content', [expect.stringMatching(/both as gzip, to other bytes/)]],
    ])
    expect(await resultOf(published(other), { image: repacked })).toMatchObject({ verdict: 'reproducible' })
  })

  test('whose way took the mark of BuildKit from its layers is neither identical nor another one', async () => {
    const marked = (annotations?: Record<string, string>): CraftedImage => {
      const { manifest, ...rest } = own.image
      const layers = manifest.layers.map(layer => ({ ...layer, ...(annotations ? { annotations } : {}) }))
      const text = JSON.stringify({ ...JSON.parse(own.texts.manifest), layers })
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
      const image = { ...rest, manifest: { ...manifest, layers }, digest }
      return { ...own, image, texts: { ...own.texts, manifest: text } }
    }
    const ours = marked({ 'buildkit/rewritten-timestamp': '1' })
    const held = (other: CraftedImage) => resultOf(published(other), { level: 'identical', image: ours })
    for (const other of [marked(), marked({})]) {
      const { verdict, level, doubts } = await held(other)
      expect([verdict, level, doubts]).toEqual([
        ...['undecided', 'same-content', [expect.stringMatching(/to the same bytes, and only the manifest/)]],
      ])
    }
    expect((await held(marked({ by: 'me' }))).verdict).toBe('not-reproducible')
  })

  test.each([
    ['annotations', imageOf([tar], { annotations: { by: 'me' } })],
    ['annotations and the packing', imageOf([tar], { gzip: true, annotations: { by: 'me' } })],
  ])('of which the %s differ is another one at the level identical', async (_, image) => {
    expect(await resultOf(published(image), { level: 'identical' })).toMatchObject({
      ...{ verdict: 'not-reproducible', doubts: [] },
      findings: [{ id: 'repackaged', message: expect.stringMatching(/annotations differ/) }],
    })
  })

  test('of other files is another one, however it is packed', async () => {
    const other = imageOf([tarOf([{ name: 'a', content: 'b' }])], { gzip: true })
    for (const level of ['identical', 'same-content']) {
      const told = await resultOf(published(other), { level })
      expect(told).toMatchObject({ verdict: 'not-reproducible', doubts: [], notes: [] })
      // Both were looked into.
      expect(told.findings.map(({ title }) => title)).toEqual([expect.not.stringMatching(/record/)])
      expect(told.findings[0]?.evidence).toContainEqual(expect.objectContaining({ a: 'a', b: 'b' }))
    }
    const labelled = imageOf([tar], { config: { Labels: { by: 'me' } } })
    const same = await resultOf(published(labelled), { level: 'same-files' })
    expect([same.verdict, same.notes]).toEqual(['reproducible', []])
  })

  test('with another version of a package is told by that: its bytes are there', async () => {
    const status = (version: string) =>
      imageOf([
        tarOf([
          {
            name: 'var/lib/dpkg/status',
            content: `Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
          },
        ]),
      ])
    const { verdict, findings } = await resultOf(published(status('8.5')), { image: status('8.6') })
    expect([verdict, findings.map(({ id }) => id)]).toEqual(['not-reproducible', ['package-version']])
    // A record has none, and says what it can.
    const recorded = await openRecord((await recordedFile([status('8.5')])).path)
    const told = await resultOf({ kind: 'record', name: 'r', record: recorded }, { image: status('8.6') })
    await recorded.close()
    expect([told.verdict, told.findings.map(({ id }) => id)]).toEqual(['not-reproducible', ['unknown-difference']])
  })

  test('of an equal config is not believed where its layers were not read', async () => {
    const result = await resultOf(published(repacked), { isKept: false })
    expect(result).toMatchObject({ verdict: 'undecided', level: null })
    expect(result.doubts).toHaveLength(1)
  })

  test('whose config names our layers, while it holds others, is not believed', async () => {
    const other = imageOf([tarOf([{ name: 'a', content: 'b' }])], { gzip: true })
    const { config, configDigest } = own.image
    const lying = { ...other, image: { ...other.image, config, configDigest } }
    for (const level of ['same-files', 'same-content', 'identical'])
      for (const isKept of [true, false])
        expect((await resultOf(published(lying), { level, isKept })).verdict).not.toBe('reproducible')
    // It is read, and that is what tells.
    expect((await resultOf(published(lying))).doubts).toEqual([expect.stringMatching(/app:v1|layer/)])
  })

  test('of the same manifest is, whatever the builder has lost', async () => {
    expect(await resultOf(published(own), { isKept: false })).toMatchObject({
      verdict: 'reproducible',
      level: 'identical',
    })
  })

  test('in an archive without a manifest is neither identical nor another', async () => {
    const image = { ...own, image: { ...own.image, digest: own.image.configDigest } }
    const archive = published(image, storeOf(own, { hasManifests: false }))
    expect(await resultOf(archive, { level: 'identical' })).toMatchObject({
      verdict: 'undecided',
      doubts: [expect.stringMatching(/keeps no manifest/)],
      // The manifest that was made up for its layers is no difference.
      findings: [],
    })
    expect(await resultOf(archive)).toMatchObject({
      verdict: 'reproducible',
      notes: [expect.stringMatching(/keeps no manifest/)],
    })
  })
})

test('an archive without a manifest, whose config names our layers while it holds others, is not believed', async () => {
  const bytes = tarOf([{ name: 'a', content: 'b' }])
  const lying = { ...own, blobs: new Map([...own.blobs.keys()].map(digest => [digest, bytes])) }
  const archive = published(lying, storeOf(lying, { hasManifests: false }))
  for (const level of ['same-files', 'same-content', 'identical']) {
    const { verdict, doubts } = await resultOf(archive, { level })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/layer/)]])
  }
})

test('a published image that differs and cannot be read is undecided, whatever its digests say', async () => {
  const other = imageOf([tarOf([{ name: 'a', content: 'b' }])])
  const open = () => Promise.reject(new StoreError('gone'))
  for (const level of ['same-files', 'same-content', 'identical'])
    expect(await resultOf(published(other, storeOf(other, { open })), { level })).toMatchObject({
      ...{ verdict: 'undecided', doubts: [expect.stringMatching(/gone/)], findings: [] },
    })
})

describe('an expected digest', () => {
  test('of the config says nothing of the manifest', async () => {
    const config = digestOf(own.image.configDigest)
    expect(await resultOf(config)).toMatchObject({
      ...{ verdict: 'reproducible', level: 'same-content', findings: [] },
      sides: [own.image, { digest: '', configDigest: own.image.configDigest }].map(({ digest, configDigest }) => ({
        ...{ digest, configDigest },
      })),
    })
    expect(await resultOf(config, { level: 'identical' })).toMatchObject({
      verdict: 'undecided',
      doubts: [expect.stringMatching(/is that of the config/)],
    })
  })

  /** A builder that gives another packing of the image from its cache. */
  const packing =
    (way: string, { image: { digest, configDigest } }: CraftedImage) =>
    (args: readonly string[]) => {
      const output = args[args.indexOf('--output') + 1] ?? ''
      const found = { 'containerimage.digest': digest, 'containerimage.config.digest': configDigest }
      const none = { ...found, 'containerimage.digest': `sha256:${'0'.repeat(64)}` }
      expect(args).not.toContain('--no-cache')
      expect(output).toContain('push=false')
      const text = JSON.stringify(output.includes(way) ? found : none)
      writeFileSync(args[args.indexOf('--metadata-file') + 1] ?? '', text)
      return 0
    }
  const gzipped = digestOf(repacked.image.digest)

  test('of a published image is reached where the build has it once it is packed alike', async () => {
    for (const level of ['identical', 'same-content'])
      expect(await resultOf(gzipped, { level, stream: packing('compression=gzip', repacked) })).toMatchObject({
        ...{ verdict: 'reproducible', level: 'identical', doubts: [] },
        sides: [{ digest: repacked.image.digest }, { digest: repacked.image.digest }],
      })
  })

  test.each(['gzip', 'zstd', 'uncompressed'])(
    'is looked for as %s, with the media types of OCI and of Docker',
    async way => {
      for (const isOci of [true, false]) {
        const stream = packing(`oci-mediatypes=${isOci},compression=${way}`, repacked)
        expect(await resultOf(gzipped, { stream })).toMatchObject({ verdict: 'reproducible', level: 'identical' })
      }
    },
  )

  test('that no packing of this build has is that of another image', async () => {
    const other = imageOf([tarOf([{ name: 'a', content: 'b' }])], { gzip: true })
    const { digest, configDigest } = own.image
    const unlike = {
      ...{ verdict: 'not-reproducible', level: 'different' },
      findings: [{ title: 'This build has another digest than the one that was expected' }],
      sides: [
        { digest, configDigest },
        { digest: repacked.image.digest, configDigest: '' },
      ],
    }
    expect(await resultOf(gzipped, { stream: packing('lz4', repacked) })).toMatchObject(unlike)
    // A builder that made it anew tells of another build, one that cannot pack it of none.
    const unknown = { verdict: 'undecided', doubts: [expect.stringMatching(/could not be packed again/)] }
    expect(await resultOf(digestOf(other.image.digest), { stream: packing('gzip', other) })).toMatchObject(unknown)
    expect(await resultOf(gzipped)).toMatchObject(unknown)
  })

  test('of an image without layers proves nothing', async () => {
    const steps = [{ name: '[internal] load build definition from Dockerfile' }] as SideBuild['steps']
    expect(await resultOf(digestOf(own.image.digest), { built: { provenance: null, steps } })).toMatchObject({
      verdict: 'undecided',
      doubts: [expect.stringMatching(/no layers/)],
    })
  })
})

describe('a record', () => {
  const opened: OpenedRecord[] = []
  afterEach(() => Promise.all(opened.splice(0).map(record => record.close())))

  async function recordOf(image: CraftedImage): Promise<Reference> {
    const record = await openRecord((await recordedFile([image])).path)
    opened.push(record)
    return { kind: 'record', name: 'app.record.json.gz', record }
  }

  const other = imageOf([tarOf([{ name: 'a', content: 'b' }])])
  /** The same files, and another config. */
  const labelled = imageOf([tar], { config: { Labels: { by: 'me' } } })

  test.each<[string, CraftedImage, string, object]>([
    ['the very image', own, 'identical', { verdict: 'reproducible', level: 'identical', doubts: [] }],
    ['one of other files', other, 'same-files', { verdict: 'not-reproducible', level: 'different', doubts: [] }],
    [
      'the same packed otherwise',
      repacked,
      'same-content',
      { verdict: 'reproducible', level: 'same-content', doubts: [] },
    ],
    ['that, asked for as identical', repacked, 'identical', { verdict: 'undecided', level: 'same-content' }],
    ['the same files', labelled, 'same-files', { verdict: 'reproducible', level: 'same-files', doubts: [] }],
    ['the same files, where that is too little', labelled, 'same-content', { verdict: 'not-reproducible' }],
  ])('of %s', async (_, image, level, expected) => {
    expect(await resultOf(await recordOf(image), { level })).toMatchObject(expected)
  })

  const unread = [{ id: 'unread-difference', evidence: expect.anything() }]
  // What the builder has lost is known by its digests, which say nothing of files.
  test.each<[string, CraftedImage, string, object]>([
    ['the very image', own, 'identical', { verdict: 'reproducible', level: 'identical', doubts: [], findings: [] }],
    ['the very image, asked for its files', own, 'same-files', { verdict: 'reproducible', level: 'identical' }],
    [
      'one of other files',
      other,
      'same-content',
      { verdict: 'not-reproducible', level: 'different', findings: unread },
    ],
    ['one of what may be the same files', labelled, 'same-files', { verdict: 'undecided', level: null }],
    ['the same packed otherwise', repacked, 'same-content', { verdict: 'reproducible', level: 'same-content' }],
    ['that, asked for as identical', repacked, 'identical', { verdict: 'undecided', level: 'same-content' }],
  ])('of %s, where the builder has lost its own', async (_, image, level, expected) => {
    expect(await resultOf(await recordOf(image), { level, isKept: false })).toMatchObject(expected)
  })

  test('tells which line made its layers', async () => {
    const { sides } = await resultOf(await recordOf(other))
    expect(sides[1]).toMatchObject({ side: 'B', layers: [{ instruction: 'RUN make 0', line: 1 }] })
    // An image that tells nothing is read by our own Dockerfile, as the build is.
    const ofImage = await resultOf(published(other))
    expect(ofImage.sides[1]?.layers).toEqual(ofImage.sides[0]?.layers)
  })

  test('of other inputs blames no line for another image', async () => {
    const { verdict, findings } = await resultOf(await recordOf(other), { unequal: ['why'] })
    expect([verdict, findings]).toEqual(['undecided', []])
  })

  test('of another platform, without layers, or of a doubted build proves nothing', async () => {
    const empty = imageOf([])
    for (const [image, given, why] of [
      [own, { built: { platform: 'linux/arm64' } }, /has no image for/],
      [empty, { image: empty }, /has no layers/],
      [own, { doubts: ['why'] }, /why/],
      [own, { unequal: ['why'] }, /why/],
    ] as [CraftedImage, Given, RegExp][])
      for (const isKept of [true, false]) {
        const { verdict, doubts } = await resultOf(await recordOf(image), { ...given, isKept })
        expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(why)]])
      }
  })
})

test('a published image of another platform, without layers or that cannot be opened proves nothing', async () => {
  const empty = imageOf([])
  const fails = async () => {
    throw new StoreError('app:v1: gone')
  }
  for (const [reference, given, why] of [
    [published(own), { built: { platform: 'linux/arm64' } }, /has no image for/],
    [published(empty), { image: empty }, /has no layers/],
    [published(repacked, storeOf(repacked, { open: fails })), {}, /gone/],
  ] as [Reference, Given, RegExp][]) {
    const { verdict, doubts } = await resultOf(reference, given)
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(why)]])
  }
})

// What fails in a way that is known is a doubt, and a fault of our own is not hidden as one.
test.each<[string, Error, boolean]>([
  ['StoreError', new StoreError('why'), true],
  ['RegistryError', new RegistryError('why'), true],
  ['RecordError', new RecordError('why'), true],
  ['ImageError', new ImageError('why'), true],
  ['LayerError', new LayerError('why'), true],
  ['a full disk', Object.assign(new Error('why'), { code: 'ENOSPC' }), true],
  ['TypeError', new TypeError('why'), false],
])('a published image that cannot be read: %s', async (_, error, isKnown) => {
  const load = () => Promise.reject(error)
  const reference = { ...published(own), images: [{ platform: 'linux/amd64', load, attestation: null }] } as Reference
  const result = resultOf(reference, { doubts: ['before'] })
  if (!isKnown) return expect(result).rejects.toBe(error)
  expect(await result).toMatchObject({
    ...{ verdict: 'undecided', level: null },
    doubts: ['before', expect.stringMatching(/why|space/)],
  })
})

describe('an equal image proves nothing', () => {
  const address = 'https://example.org/f'
  const source = { id: 'step0', inputs: [], op: { Op: { source: { identifier: address } } } }
  const built = { provenance: { buildConfig: { llbDefinition: [source], digestMapping: { s: 'step0' } } } }
  const references: [string, Reference][] = [
    ['a published image', published(own)],
    ['one that is packed otherwise', published(repacked)],
    ['a digest', digestOf(own.image.digest)],
    ['a digest of the config', digestOf(own.image.configDigest)],
  ]

  test.each(references)('where a download was not checked, against %s', async (_, reference) => {
    const doubts = [expect.stringMatching(/'https:\/\/example\.org\/f' has no checksum/)]
    expect(await resultOf(reference, { built })).toMatchObject({ verdict: 'undecided', doubts })
    expect(await resultOf(reference, { built, taken: ['https://example.org/other'] })).toMatchObject({ doubts })
    expect(await resultOf(reference, { built, taken: [address] })).toMatchObject({
      verdict: 'reproducible',
      doubts: [],
    })
  })

  test.each(references)(
    'where the build itself is doubted, or its inputs are others, against %s',
    async (_, reference) => {
      for (const isKept of [true, false]) {
        expect((await resultOf(reference, { isKept, doubts: ['why'] })).verdict).toBe('undecided')
        expect((await resultOf(reference, { isKept, unequal: ['why'] })).verdict).toBe('undecided')
      }
      expect((await resultOf(reference, { doubts: ['one'], unequal: ['other'] })).doubts).toEqual(['other', 'one'])
    },
  )
})

test('another image of inputs that are not all known is nobody’s fault yet', () => {
  const of = (verdict: PlatformResult['verdict']): PlatformResult =>
    ({ verdict, doubts: [] }) as unknown as PlatformResult
  const inputs = { unequal: [], unknown: ['x'] }
  expect(unlessInputsDiffer(of('not-reproducible'), inputs)).toEqual({ verdict: 'undecided', doubts: ['x'] })
  expect(unlessInputsDiffer(of('reproducible'), inputs).verdict).toBe('reproducible')
  expect(unlessInputsDiffer(of('not-reproducible'), { unequal: [], unknown: [] }).verdict).toBe('not-reproducible')
})

test.each([
  ['permissions alone', 'different', ['header-mode', 'config-history'], 'undecided'],
  ['a setting alone', 'same-files', ['config-label'], 'undecided'],
  ['permissions, and a content', 'different', ['header-mode', 'unknown-difference'], 'not-reproducible'],
  ['what nobody could read', 'different', [], 'not-reproducible'],
])('another BuildKit, and another image by %s', (_, level, ids, verdict) => {
  const findings = ids.map(id => ({ id, source: 'comparison' }))
  const result = { verdict: 'not-reproducible', level, findings, doubts: [] } as unknown as PlatformResult
  const inputs = { unequal: [], unknown: [], builders: ['buildkit is another one.'] }
  expect(unlessInputsDiffer(result, inputs).verdict).toBe(verdict)
  expect(unlessInputsDiffer(result, { ...inputs, builders: [] }).verdict).toBe('not-reproducible')
})
