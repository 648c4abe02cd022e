import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Builder } from '../../src/build/builder.ts'
import { newRun, type Run } from '../../src/build/plan.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import type { Options } from '../../src/options/options.ts'
import type { StreamOptions } from '../../src/ports.ts'
import { buildPair, type Proving } from '../../src/prove/pair.ts'
import { provePair } from '../../src/prove/prove.ts'
import { removeCopies } from '../../src/prove/side-b.ts'
import type { PlatformResult } from '../../src/report/compose.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { type CraftedImage, imageOf, tarOf } from '../image/crafted.ts'

/** The image of a build of `COPY f /f` and `RUN make`. */
export const made = (f: { content?: string; mode?: number; mtime?: number }, out = 'out'): CraftedImage =>
  imageOf([tarOf([{ name: 'f', content: 'f', ...f }]), tarOf([{ name: 'out', content: out }])], {
    history: [{ created_by: 'COPY f /f # buildkit' }, { created_by: 'RUN /bin/sh -c make # buildkit' }],
  })

const dockerfile = 'FROM scratch\nCOPY f /f\nRUN make\n'

/** What comes of the builds, in their order; null: it fails. */
export type Outcomes = readonly (CraftedImage | null)[]

export interface Given {
  variations?: readonly string[]
  level?: Options['level']
  strict?: boolean
  /** The builder does not keep what it built; what is exported as it is built is there. */
  forgets?: boolean
  /** The RUN of these builds, by their places, was not run but answered from a cache. */
  cached?: readonly number[]
  /** Called before each build, with its place. */
  before?: (place: number, folder: string) => void
}

export interface Proven {
  result: PlatformResult
  /** How many of the outcomes were built. */
  built: number
}

/** A pair is built and proven, as the gate does, by a builder that gives what the script says. */
export async function provenBy(outcomes: Outcomes, given: Given = {}): Promise<Proven> {
  const builder = builderOf(outcomes, given)
  const ports = portsWith(
    scripted({}, (args, options) => builder.build(args, options)),
    { now: builder.now },
  )
  const folder = join(ports.tempDir, 'context')
  mkdirSync(folder)
  builder.folder = folder
  const file = join(folder, 'Dockerfile')
  writeFileSync(file, dockerfile)
  writeFileSync(join(folder, 'f'), 'f')
  const options = {
    ...{ file, context: folder, files: [], platforms: [], target: undefined, buildContexts: {}, buildArgs: {} },
    ...{ ssh: [], addHosts: [], ulimits: [], labels: [], annotations: [], cacheFrom: [], allow: [] },
    ...{ level: given.level ?? 'same-content', lint: { profile: given.strict ? 'strict' : 'default' } },
    variations: given.variations ?? [],
  } as unknown as Options
  const one = { ...{ name: 'one', driver: 'docker-container', store: true }, platform: 'linux/amd64' }
  const both: Builder = { ...one, versions: { buildkit: 'v0.25.0' } }
  const proving = {
    ...{ image: null, options, ports, sources: await readSources(options, ports), watch: stopwatch(ports.now) },
    setting: {
      ...{ builders: { A: both, B: both }, epoch: { seconds: 1_600_000_000, from: 'x' }, secrets: { args: [] } },
      ...{ run: newRun(), mounts: { begun() {}, ended() {} }, pins: { file: null, keep: async () => {} } },
    },
    limits: { halfway: async () => {} },
    logs: { into: async (_: string, log: unknown) => log },
  } as unknown as Proving
  const run: Run = proving.setting.run
  const result = await provePair(await buildPair('linux/amd64', proving, run), proving)
  await removeCopies(ports)
  return { result, built: builder.count() }
}

/** Each build takes the next of the outcomes, a minute after the last one; an export from cache gives what was built. */
function builderOf(outcomes: Outcomes, { forgets = false, cached = [], before }: Given) {
  const known = new Map<string, CraftedImage>()
  let [count, clock] = [0, 1_700_000_000_000]
  const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1] as string
  const told = {
    folder: '',
    now: () => clock,
    count: () => count,
    build(args: readonly string[], { onStderr }: StreamOptions): number {
      const work = after(args, '--shm-size')
      const isNew = args.includes('--no-cache')
      if (isNew && count === outcomes.length) throw new Error('one more was built than the script has')
      if (isNew) before?.(count, told.folder)
      const image = isNew ? (outcomes[count] as CraftedImage | null) : forgets ? null : (known.get(work) ?? null)
      const isCached = cached.includes(count)
      if (isNew) count += 1
      const tell = (vertex: object) => onStderr?.(JSON.stringify(vertex))
      const time = (ms: number) => new Date(clock + ms).toISOString()
      const step = (digest: string, name: string, from: number, more: object = {}) =>
        tell({ vertexes: [{ digest, name, started: time(from), completed: time(from + 1000), ...more }] })
      const begun = clock
      clock += 10_000
      if (image === null) {
        step(`run-${count}`, '[2/2] RUN make', -9000, { error: 'exit code: 1' })
        clock += 50_000
        return 1
      }
      known.set(work, image)
      step(`copy-${count}`, '[1/2] COPY f /f', -9000)
      step(`run-${count}`, '[2/2] RUN make', -7000, isCached ? { cached: true } : {})
      step(`out-${count}`, 'exporting to image', -2000)
      tell({ statuses: [{ vertex: `out-${count}`, id: 'rewriting layers with source-date-epoch 1600000000' }] })
      const dest = /dest=([^,]+)/.exec(after(args, '--output'))?.[1]
      if (dest !== undefined) writeLayout(dest, image)
      writeFileSync(after(args, '--metadata-file'), JSON.stringify(metadataOf(image, count)))
      clock = begun + 60_000
      return 0
    },
  }
  return told
}

function writeLayout(folder: string, { image, texts, blobs }: CraftedImage): void {
  const place = join(folder, 'blobs', 'sha256')
  mkdirSync(place, { recursive: true })
  const put = (digest: string, bytes: Buffer | string) => writeFileSync(join(place, digest.slice(7)), bytes)
  put(image.digest, texts.manifest)
  put(image.configDigest, texts.config)
  for (const [digest, bytes] of blobs) put(digest, bytes)
}

const operations = [
  { id: 'step0', inputs: [], op: { Op: { source: { identifier: 'local://context' } } } },
  {
    ...{ id: 'step1', inputs: ['step0:0'] },
    op: { Op: { file: { actions: [{ input: -1, Action: { copy: { src: '/f', dest: '/f' } } }] } } },
  },
  { id: 'step2', inputs: ['step1:0'], op: { Op: { exec: { meta: { args: ['make'] }, mounts: [{ dest: '/' }] } } } },
]

const atLine = (line: number) => ({ locations: [{ ranges: [{ start: { line }, end: { line } }] }] })

const metadataOf = ({ image }: CraftedImage, count: number) => ({
  'containerimage.digest': image.digest,
  'containerimage.config.digest': image.configDigest,
  'containerimage.descriptor': { platform: { os: 'linux', architecture: 'amd64' } },
  'buildx.build.ref': `one/node/${count}`,
  'buildx.build.provenance': {
    buildConfig: {
      llbDefinition: operations,
      digestMapping: { [`context-${count}`]: 'step0', [`copy-${count}`]: 'step1', [`run-${count}`]: 'step2' },
    },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': {
        source: {
          infos: [{ filename: 'Dockerfile', data: Buffer.from(dockerfile).toString('base64') }],
          locations: { step1: atLine(2), step2: atLine(3) },
        },
      },
    },
  },
})
