import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Builder } from '../../src/build/builder.ts'
import { newRun } from '../../src/build/plan.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import { checkOptions } from '../../src/options/options.ts'
import type { StreamOptions } from '../../src/ports.ts'
import { proveImages } from '../../src/prove/images.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import type { Proving } from '../../src/prove/pair.ts'
import type { PlatformResult } from '../../src/report/compose.ts'
import type { GatedImage } from '../../src/subjects/images.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'
import { type CraftedImage, type CraftedImageOptions, imageOf, tarOf } from '../image/crafted.ts'

interface Copied {
  name?: string
  content?: string
  mode?: number
  mtime?: number
}

/** The image of a build of `RUN begin`, `COPY f /f` and `RUN make`, where f may be a folder. */
export const made = (
  f: Copied | readonly Copied[],
  out = 'out',
  { begun = 'begun', ...more }: Pick<CraftedImageOptions, 'gzip' | 'config'> & { begun?: string } = {},
): CraftedImage => {
  const copied = [f].flat().map(file => ({ name: 'f', content: 'f', ...file }))
  const layers = [[{ name: 'begun', content: begun }], copied, [{ name: 'out', content: out }]]
  const lines = ['RUN /bin/sh -c begin', 'COPY f /f', 'RUN /bin/sh -c make']
  return imageOf(
    layers.map(files => tarOf(files)),
    { ...more, history: lines.map(line => ({ created_by: `${line} # buildkit` })) },
  )
}

/** The file of the context comes into the layers of its COPY and of what stands below that. */
const dockerfile = 'FROM scratch\nRUN begin\nCOPY f /f\nRUN make\n'

/** What comes of the builds, in their order; null: it fails. */
export type Outcomes = readonly (CraftedImage | null)[]
/** What comes of the builds of the context of this name for one platform: with several of them, their order is nobody's promise. */
export type OutcomesOf = (context: string, platform: string) => Outcomes

export interface Given {
  /** Options of the gate, by their names. */
  options?: Wishes
  /** The builder does not keep what it built; what is exported as it is built is there. */
  forgets?: boolean
  /** Before these are exported, what was exported of others is lost, and they are not written. */
  lost?: readonly number[]
  /** The RUN of these builds, by their places, was not run but answered from a cache. */
  cached?: readonly number[]
  /** What these ran is told with the times of the first build, as by a builder whose clock was set back. */
  early?: readonly number[]
  /** The COPY of these builds was done by a build of another run, that of the same name by the same one. */
  theirs?: Readonly<Record<number, string>>
  /** The platform that its images are for, whatever is asked for. */
  gives?: string
  /** Called before each build, with its place and what it is told. */
  before?: (place: number, folder: string, args: readonly string[]) => void
  ledger?: Ledger
  /** Of the Dockerfile and its file; a new one where it is left out. */
  folder?: string
  /** Days after the first day. */
  day?: number
}
type Wishes = Parameters<typeof checkOptions>[1]

/** A folder with a Dockerfile and the file that it copies. */
export function sourcesIn(folder: string): string {
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  writeFileSync(join(folder, 'f'), 'f')
  return folder
}

/** An image is built and proven, as the gate does, by a builder that gives what the script says. */
export async function provenBy(
  outcomes: Outcomes,
  given: Given = {},
): Promise<{ result: PlatformResult; built: number }> {
  const { image, shared, count } = await scriptedRun(outcomes, given)
  const [result] = await proveImages([image], { ...shared, ...(given.ledger ? { ledger: given.ledger } : {}) })
  return { result: result as PlatformResult, built: count() }
}

/** An image, and a run with that builder. */
export async function scriptedRun(outcomes: Outcomes | OutcomesOf, given: Given = {}) {
  const { folder = sourcesIn(tempFolder()) } = given
  const builder = builderOf(outcomes, given, folder)
  const ports = portsWith(
    scripted({ 'docker buildx history ls': {} }, (args, options) => builder.build(args, options)),
    { now: builder.now },
  )
  const options = checkOptions('gate', { variations: ['none'], ...given.options, context: [folder], config: ['none'] })
  const one: Builder = {
    ...{ name: 'one', driver: 'docker-container', store: true, platform: 'linux/amd64' },
    versions: { buildkit: 'v0.25.0' },
  }
  const shared = {
    ...{ ports, watch: stopwatch(ports.now), version: '1', limits: { halfway: async () => {} } },
    setting: {
      ...{ builders: { A: one, B: one }, epoch: { seconds: 1_600_000_000, from: 'x', commit: null } },
      ...{ run: newRun(), mounts: { begun() {}, ended() {} }, pins: { file: null, keep: async () => {} } },
      secrets: { args: [] },
    },
    logs: { into: async (_: string, log: unknown) => log },
  } as unknown as Omit<Proving, 'image' | 'options' | 'sources'>
  const image: GatedImage = { name: null, options, sources: await readSources(options, ports) }
  return { image, shared, count: builder.count, folder }
}

/** Each build takes the next of the outcomes, a minute after the last one; an export from cache gives what was built. */
function builderOf(
  all: Outcomes | OutcomesOf,
  { forgets = false, cached = [], lost = [], early = [], theirs = {}, gives, before, day = 0 }: Given,
  folder: string,
) {
  const known = new Map<string, CraftedImage>()
  const turns = new Map<string, number>()
  const first = 1_700_000_000_000 + day * 86_400_000
  let [count, clock] = [0, first]
  const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1] as string
  return {
    now: () => clock,
    count: () => count,
    build(args: readonly string[], { onStderr }: StreamOptions): number {
      // The folder that the context is linked to is named after it.
      const context = basename(args.at(-1) ?? '').replace(/-[0-9a-f]{16}$/, '')
      const platform = after(args, '--platform')
      const work = [after(args, '--shm-size'), context, platform].join(' ')
      const outcomes = typeof all === 'function' ? all(context, platform) : all
      const turn = [context, platform].join(' ')
      const place = typeof all === 'function' ? (turns.get(turn) ?? 0) : count
      // A build that may take from a cache elsewhere has no --no-cache.
      const isNew = args.includes('--no-cache') || (args.includes('--cache-from') && !known.has(work))
      if (isNew && place >= outcomes.length) throw new Error('one more was built than the script has')
      if (isNew) before?.(count, folder, args)
      const image = isNew ? (outcomes[place] as CraftedImage | null) : forgets ? null : (known.get(work) ?? null)
      const [isCached, isLost] = [cached.includes(count), isNew && lost.includes(count)]
      const [theirCopy, back] = [theirs[count], early.includes(count) ? clock - first : 0]
      if (isNew) count += 1
      if (isNew) turns.set(turn, place + 1)
      const tell = (vertex: object) => onStderr?.(JSON.stringify(vertex))
      const time = (ms: number) => new Date(clock - back + ms).toISOString()
      const step = (digest: string, name: string, from: number, more: object = {}) =>
        tell({ vertexes: [{ digest, name, started: time(from), completed: time(from + 1000), ...more }] })
      const begun = clock
      clock += 10_000
      if (image === null) {
        step(`run-${count}`, '[3/3] RUN make', -9000, { error: 'exit code: 1' })
        tell({ logs: [{ vertex: `run-${count}`, data: Buffer.from('make: no rule\n').toString('base64') }] })
        clock += 50_000
        return 1
      }
      known.set(work, image)
      step(`begin-${count}`, '[1/3] RUN begin', -9500)
      step(`copy-${count}`, '[2/3] COPY f /f', -8000, theirCopy ? { cached: true } : {})
      if (theirCopy) step(theirCopy, '[2/3] COPY f /f', -8000)
      step(`run-${count}`, '[3/3] RUN make', -7000, isCached ? { cached: true } : {})
      step(`out-${count}`, 'exporting to image', -2000)
      tell({ statuses: [{ vertex: `out-${count}`, id: 'rewriting layers with source-date-epoch 1600000000' }] })
      const dest = /dest=([^,]+)/.exec(after(args, '--output'))?.[1]
      if (dest !== undefined && isLost) rmSync(dest, { recursive: true, force: true })
      else if (dest !== undefined) writeLayout(dest, image)
      writeFileSync(after(args, '--metadata-file'), JSON.stringify(metadataOf(image, count, gives ?? platform)))
      clock = begun + 60_000
      return 0
    },
  }
}

function writeLayout(folder: string, { image, texts, blobs }: CraftedImage): void {
  const place = join(folder, 'blobs', 'sha256')
  mkdirSync(place, { recursive: true })
  const put = (digest: string, bytes: Buffer | string) => writeFileSync(join(place, digest.slice(7)), bytes)
  put(image.digest, texts.manifest)
  put(image.configDigest, texts.config)
  for (const [digest, bytes] of blobs) put(digest, bytes)
}

const ran = (program: string) => ({ Op: { exec: { meta: { args: [program] }, mounts: [{ dest: '/' }] } } })
const operations = [
  { id: 'step0', inputs: [], op: { Op: { source: { identifier: 'local://context' } } } },
  { id: 'step1', inputs: [], op: ran('begin') },
  {
    ...{ id: 'step2', inputs: ['step1:0', 'step0:0'] },
    op: { Op: { file: { actions: [{ secondaryInput: 1, Action: { copy: { src: '/f', dest: '/f' } } }] } } },
  },
  { id: 'step3', inputs: ['step2:0'], op: ran('make') },
]

const atLine = (line: number) => ({ locations: [{ ranges: [{ start: { line }, end: { line } }] }] })

const metadataOf = ({ image }: CraftedImage, count: number, platform: string) => ({
  'containerimage.digest': image.digest,
  'containerimage.config.digest': image.configDigest,
  'containerimage.descriptor': { platform: { os: 'linux', architecture: platform.split('/')[1] } },
  'buildx.build.ref': `one/node/${count}`,
  'buildx.build.provenance': {
    buildConfig: {
      llbDefinition: operations,
      digestMapping: Object.fromEntries(
        ['context', 'begin', 'copy', 'run'].map((name, at) => [`${name}-${count}`, `step${at}`]),
      ),
    },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': {
        source: {
          infos: [{ filename: 'Dockerfile', data: Buffer.from(dockerfile).toString('base64') }],
          locations: { step1: atLine(2), step2: atLine(3), step3: atLine(4) },
        },
      },
    },
  },
})
