import { join } from 'node:path'
import { auditOne } from '../build/audit.ts'
import type { BuildFailure, SideBuild } from '../build/build.ts'
import { buildx } from '../build/builder.ts'
import { parseInspect } from '../build/builder-inspect.ts'
import { versionsOf } from '../build/builders.ts'
import type { Packing } from '../build/compression.ts'
import { basesIn } from '../build/llb.ts'
import { planSide, type SidePlan } from '../build/plan.ts'
import { buildSide, hasFailed } from '../build/run.ts'
import { prepareSecrets } from '../build/secrets.ts'
import { requestOf, type Setting } from '../build/setting.ts'
import type { Stopwatch } from '../host/stopwatch.ts'
import { InputError } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { GatedImage } from '../subjects/images.ts'
import { whatChanged } from '../subjects/sources.ts'
import type { Reference } from './against.ts'
import type { BuildLogs } from './build-logs.ts'
import { packedAlike } from './packed-alike.ts'
import { placedFailure } from './placed-failure.ts'
import { emulationNotes, missingEmulator, platformDoubts } from './platform.ts'

/** One image for one platform, built once, as the gate builds its side A; and what to think of it. */
export interface Once {
  platform: string
  build: SideBuild
  plan: SidePlan
  /** Folder of its OCI layout: the whole image where it was to be kept. */
  layout: string
  doubts: string[]
  notes: string[]
}

export type BuiltOnce = Once | { platform: string; failure: BuildFailure }

export const hasFailedOnce = (built: BuiltOnce): built is { platform: string; failure: BuildFailure } =>
  'failure' in built

/** What a build that is compared with something older or elsewhere needs of the run. */
export interface OnceSetting {
  ports: Ports
  setting: Setting
  watch: Stopwatch
  logs: BuildLogs
  /** Context and Dockerfile where the builder itself fetches them; what the options name is then only read. */
  fetched?: { context: string; file: string }
  /** Addresses that a build has downloaded the very files from that it was to take. */
  taken?: (build: SideBuild) => ReadonlySet<string>
}

/** The one image that is to be built again. @throws InputError where there are several */
export function onlyImage(images: readonly GatedImage[], what: string): GatedImage {
  const [image, ...more] = images
  if (image === undefined) throw new InputError(['there is no image to build'])
  if (more.length > 0)
    throw new InputError([
      `${what} is about one image, and there are ${images.length} (${images.map(({ name }) => name).join(', ')}): name one of them with targets (--targets)${what === 'verify' ? ', or give a folder of records (--record)' : ''}`,
    ])
  return image
}

/** Where the record of one of several images lies: in a folder, by its name. */
export const recordIn = (folder: string, { name }: Pick<GatedImage, 'name'>): string =>
  join(folder, `${name}.record.json.gz`)

/** The setting of one of several images: each has secrets of its own. */
export const settingOf = async (
  { options }: GatedImage,
  all: readonly GatedImage[],
  { ports, setting }: Pick<OnceSetting, 'ports' | 'setting'>,
): Promise<Setting> => (all.length > 1 ? { ...setting, secrets: await prepareSecrets(ports, options) } : setting)

/**
 * Builds one image for each of its platforms, one after the other, every step anew.
 * @param keep whether the whole image is exported as it is built
 * @param reference what it is packed like, where that can be told
 */
export async function buildOnce(
  image: GatedImage,
  keep: boolean,
  run: OnceSetting,
  reference?: Reference,
): Promise<BuiltOnce[]> {
  const { platforms } = image.options
  const results: BuiltOnce[] = []
  for (const platform of platforms.length > 0 ? platforms : [run.setting.builders.A.platform])
    results.push(await buildOne(image, platform, keep, run, reference && (await packedAlike(reference, platform))))
  return results
}

async function buildOne(
  { options, sources }: GatedImage,
  platform: string,
  keep: boolean,
  { ports, setting, watch, logs, fetched }: OnceSetting,
  packing: Packing | undefined,
): Promise<BuiltOnce> {
  const request = requestOf({ ...options, ...fetched, packing, cacheFrom: [], variations: [] }, setting, platform)
  const plan = planSide(request, 'A', setting.run)
  const layout = join(ports.tempDir, `layout-${platform.replace(/[^\w.-]/g, '-')}-${setting.run.nonce}`)
  const of = {
    ...{ dockerfile: sources.dockerfile, target: options.target, buildArgs: options.buildArgs },
    ...{ platform, builders: setting.builders },
  }
  const missing = missingEmulator(of, 'A')
  if (missing !== null) return { platform, failure: missing }
  for (const note of emulationNotes(of)) ports.log.info(note)
  setting.mounts.begun()
  const build = await watch.time('buildA', () =>
    ports.log.group(`Build (${platform})`, async () => {
      const own = { ...ports, log: await logs.into(`build-${platform.replace(/[^\w.-]/g, '-')}`, ports.log) }
      return buildSide(own, plan, keep ? layout : undefined)
    }),
  )
  setting.mounts.ended(build)
  if (hasFailed(build)) return { platform, failure: placedFailure(build, sources.dockerfile) }
  return {
    ...{ platform, build, plan, layout, notes: emulationNotes(of) },
    doubts: [
      ...platformDoubts(of, build, build),
      ...auditOne(build),
      ...(await whatChanged(sources, options)),
      ...((await request.secrets.changed?.()) ?? []),
    ],
  }
}

/** What built it, as it names itself, for a record. */
export async function recordedVersions(
  builds: readonly Once[],
  { ports, setting }: OnceSetting,
): Promise<Record<string, string>> {
  const { A } = setting.builders
  const asked = await ports.exec.capture('docker', [...buildx(A, 'inspect')], { signal: ports.signal })
  const label = 'org.mobyproject.buildkit.worker.snapshotter'
  const snapshotter = asked.code === 0 ? parseInspect(asked.stdout).nodes[0]?.labels[label] : undefined
  const exporter = `type=image,oci-mediatypes=true,compression=${builds[0]?.plan.compression},rewrite-timestamp=true`
  return {
    ...Object.fromEntries(Object.entries(versionsOf({ A, B: A })).sort(([a], [b]) => (a < b ? -1 : 1))),
    frontend: frontendOf(builds) ?? 'dockerfile.v0 of BuildKit',
    ...(snapshotter ? { snapshotter } : {}),
    exporter,
  }
}

/** What `# syntax=` asked for and got: `docker.io/docker/dockerfile:1@sha256:…`. */
function frontendOf(builds: readonly Once[]): string | null {
  for (const { build } of builds) {
    const bases = new Set(basesIn(build.provenance).map(({ digest }) => digest))
    for (const { name } of build.steps) {
      const [, found, hex = ''] = /^docker-image:\/\/(\S{1,500}@sha256:([0-9a-f]{64}))$/.exec(name) ?? []
      if (found !== undefined && (!bases.has(hex) || /\bdockerfile\b/.test(found))) return found
    }
  }
  return null
}
