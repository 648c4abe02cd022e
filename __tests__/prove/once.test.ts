// An image that is built once, to be held against what it was: each of its platforms, anew, and as it is here.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import type { Reference } from '../../src/prove/against.ts'
import {
  buildOnce,
  hasFailedOnce,
  type Once,
  type OnceSetting,
  onlyImage,
  recordedVersions,
  recordIn,
  settingOf,
} from '../../src/prove/once.ts'
import type { GatedImage } from '../../src/subjects/images.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { type Given, made, type Outcomes, scriptedRun } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })
const [amd, arm] = ['linux/amd64', 'linux/arm64']
const named = (...names: string[]) => names.map(name => ({ name })) as GatedImage[]

test('of several images one is to be named: none of them is left out unsaid', () => {
  const [a] = named('a')
  expect(onlyImage([a] as GatedImage[], 'drift')).toBe(a)
  expect(() => onlyImage([], 'drift')).toThrow(/no image to build/)
  const why = (what: string): string => {
    try {
      return `${onlyImage(named('a', 'b'), what)}`
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(why('drift')).toMatch(/^drift is about one image, and there are 2 \(a, b\): name one .*\(--targets\)$/)
  expect(why('verify')).toMatch(/\(--targets\), or give a folder of records \(--record\)$/)
})

test('each of several images has a record and secrets of its own', async () => {
  expect(recordIn('records', { name: 'app' })).toBe(join('records', 'app.record.json.gz'))
  const ports = portsWith(scripted({}))
  const setting = { secrets: { args: ['shared'] } } as unknown as OnceSetting['setting']
  const options = { secrets: [], secretEnvs: [], secretFiles: ['id=file'] }
  const image = { name: 'a', options } as unknown as GatedImage
  const argsFor = async (all: readonly GatedImage[]) => (await settingOf(image, all, { ports, setting })).secrets.args
  expect(await argsFor([image])).toEqual(['shared'])
  expect(await argsFor([image, ...named('b')])).toEqual(['--secret', 'id=id,src=file'])
})

interface Wish extends Given {
  outcomes?: Record<string, Outcomes>
  keep?: boolean
  reference?: Reference
  fetched?: OnceSetting['fetched']
  machines?: string[][]
}

/** What comes of one build for each platform, and what docker was told for each. */
async function once({ outcomes = {}, keep = false, reference, fetched, machines, ...given }: Wish = {}) {
  const told: string[] = []
  const [begun, ended, logs]: [string[], SideBuild[], string[]] = [[], [], []]
  const before = (_place: number, _folder: string, args: readonly string[]) => {
    told.push(args.join(' '))
    begun.push('built')
  }
  const of = (_: string, platform: string) => outcomes[platform] ?? [plain]
  const { image, shared, folder } = await scriptedRun(of, { before, ...given })
  const { builders } = shared.setting
  const builder = { ...builders.A, driver: 'docker', ...(machines ? { machines } : {}) } as typeof builders.A
  const run: OnceSetting = {
    ...shared,
    setting: {
      ...{ ...shared.setting, builders: { A: builder, B: builder } },
      mounts: { begun: () => begun.push('begun'), ended: (build: SideBuild) => ended.push(build) },
    } as unknown as OnceSetting['setting'],
    logs: { into: async (name: string, log: unknown) => logs.push(name) && log } as unknown as OnceSetting['logs'],
    ...(fetched ? { fetched } : {}),
  }
  const built = await buildOnce(image, keep, run, reference)
  return { built, told, begun, ended, logs, folder }
}

const digests = (built: Awaited<ReturnType<typeof once>>['built']) =>
  built.map(one => (hasFailedOnce(one) ? one.failure.message : one.build.digest))

test('each platform that is asked for is built, one after the other; without any that of the builder is', async () => {
  const outcomes = { [amd]: [plain], [arm]: [other] }
  const both = await once({ outcomes, options: { platforms: [amd, arm] } })
  expect(both.built.map(({ platform }) => platform)).toEqual([amd, arm])
  expect(digests(both.built)).toEqual([plain.image.digest, other.image.digest])
  expect(both.logs).toEqual(['build-linux-amd64', 'build-linux-arm64'])
  // A cache mount is looked at before each, and after.
  expect(both.begun).toEqual(['begun', 'built', 'begun', 'built'])
  expect(both.ended.map(({ digest }) => digest)).toEqual([plain.image.digest, other.image.digest])
  const one = await once()
  expect(one.built.map(({ platform }) => platform)).toEqual([amd])
})

test('one that fails is told with its line, and the others are built all the same', async () => {
  const { built } = await once({ outcomes: { [amd]: [null], [arm]: [plain] }, options: { platforms: [amd, arm] } })
  expect(built).toMatchObject([{ failure: { side: 'A', step: '[3/3] RUN make', line: 4 } }, { doubts: [], notes: [] }])
})

test('a platform that this builder cannot run is not built, and one that it emulates is told', async () => {
  const options = { platforms: [arm] }
  const none = await once({ options, machines: [[amd]] })
  expect(none.built).toMatchObject([
    { platform: arm, failure: { message: expect.stringMatching(/neither such a machine nor an emulator/) } },
  ])
  expect(none.told).toEqual([])
  const slow = await once({ options, machines: [[amd, arm]] })
  expect(slow.built).toMatchObject([{ platform: arm, notes: [expect.stringMatching(/emulated/)] }])
})

test('every step is built anew, and as it is: from no cache, and with nothing varied', async () => {
  const { told } = await once({ options: { 'cache-from': ['type=local,src=/cache'], variations: ['umask'] } })
  expect(told).toEqual([expect.stringMatching(/ --no-cache /)])
  expect(told.join()).not.toMatch(/cache-from/)
})

test('what a builder fetches itself is built from there', async () => {
  const fetched = { context: 'https://a.example/app.git', file: 'app/Dockerfile' }
  const { told } = await once({ fetched })
  expect(told).toEqual([expect.stringMatching(/ --file app\/Dockerfile .* https:\/\/a\.example\/app\.git$/)])
})

test('the whole image is there where it was to be kept, and only there', async () => {
  for (const keep of [true, false]) {
    const { built } = await once({ keep })
    const [{ layout }] = built as [Once]
    expect(existsSync(join(layout, 'blobs'))).toBe(keep)
  }
})

test('it is packed like what it is held against', async () => {
  const load = async () => made({}, 'out', { gzip: true }).image
  const images = [{ platform: amd, load, attestation: null }] as Extract<Reference, { kind: 'image' }>['images']
  const store = { hasManifests: true } as Extract<Reference, { kind: 'image' }>['store']
  const { told } = await once({ reference: { kind: 'image', name: 'app:1', store, images } })
  expect(told).toEqual([expect.stringMatching(/compression=gzip/)])
  expect((await once()).told.join()).not.toMatch(/compression=gzip/)
})

describe('what built it is told as it names itself', () => {
  const [hex, base] = ['a', 'b'].map(digit => digit.repeat(64)) as [string, string]
  const frontend = `docker.io/docker/dockerfile:1@sha256:${hex}`
  const inspected =
    'Driver: docker-container\n\nNodes:\nName: n0\nLabels:\n org.mobyproject.buildkit.worker.snapshotter: native\n'

  async function versions(names: string[], { bases = [] as string[], code = 0, stdout = inspected } = {}) {
    const materials = bases.map(digest => ({ uri: 'pkg:docker/base@1', digest: { sha256: digest } }))
    const steps = names.map(name => ({ name }))
    const one = { build: { provenance: { materials }, steps }, plan: { compression: 'zstd' } } as unknown as Once
    const ports = portsWith(scripted({ 'docker buildx inspect': { code, stdout } }))
    const A = {
      name: 'one',
      driver: 'docker-container',
      versions: { docker: '28', buildkit: 'v0.25.0', buildx: 'v0.29' },
    }
    return recordedVersions([one], { ports, setting: { builders: { A, B: A } } } as unknown as OnceSetting)
  }

  test('with its way to keep and to pack layers, where it tells', async () => {
    expect(await versions([])).toMatchObject({
      ...{ buildkit: 'v0.25.0', snapshotter: 'native' },
      exporter: 'type=image,oci-mediatypes=true,compression=zstd,rewrite-timestamp=true',
    })
    // Whatever order it tells them in, a record has one.
    expect(Object.keys(await versions([]))).toEqual([
      ...['buildkit', 'buildx', 'docker', 'frontend', 'snapshotter', 'exporter'],
    ])
    expect(await versions([], { code: 1 })).not.toHaveProperty('snapshotter')
    expect(await versions([], { stdout: 'Driver: remote\n' })).not.toHaveProperty('snapshotter')
  })

  test('a frontend of its own is told apart from a base image', async () => {
    const own = 'dockerfile.v0 of BuildKit'
    expect((await versions(['RUN make'])).frontend).toBe(own)
    expect((await versions(['RUN make', `docker-image://${frontend}`])).frontend).toBe(frontend)
    const named = `a.example/mine:1@sha256:${hex}`
    expect((await versions([`docker-image://${named}`])).frontend).toBe(named)
    expect((await versions([`docker-image://base:1@sha256:${base}`], { bases: [base] })).frontend).toBe(own)
    // A base image that is a frontend as well is both.
    expect((await versions([`docker-image://${frontend}`], { bases: [hex] })).frontend).toBe(frontend)
    const both = [`docker-image://base:1@sha256:${base}`, `docker-image://${frontend}`]
    expect((await versions(both, { bases: [base] })).frontend).toBe(frontend)
  })
})
