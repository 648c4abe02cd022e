import { randomBytes, randomInt } from 'node:crypto'
import { manifestAnnotations } from './annotation.ts'
import type { Side } from './build.ts'
import { type Builder, buildx } from './builder.ts'
import { type Compression, leastLevel, type Packing } from './compression.ts'
import { csv } from './csv.ts'
import type { Secrets } from './secrets.ts'

/** What to build: alike for both sides. Names and formats are docker/build-push-action's. */
export interface BuildRequest {
  context: string
  file: string
  target?: string | undefined
  platform?: string | undefined
  buildArgs: Readonly<Record<string, string>>
  secrets: Secrets
  ssh: readonly string[]
  buildContexts: Readonly<Record<string, string>>
  /** Targets of a bake file that are contexts of this one or of one another, as `target:name`, by name. */
  linked?: Readonly<Record<string, BuildRequest>>
  network?: string | undefined
  addHosts: readonly string[]
  /** `128m`; undefined is BuildKit's 64 MiB. */
  shmSize?: string | undefined
  ulimits: readonly string[]
  labels: readonly string[]
  annotations?: readonly string[]
  /** Entitlements: `network.host`. */
  allow?: readonly string[]
  /** Where build A may take results from; build B never takes any. Not empty: A is what a build with a cache gives. */
  cacheFrom?: readonly string[]
  /** What a cache on GitHub asks for: its address and token, as environment variables. */
  cacheEnv?: Readonly<Record<string, string>>
  /** Whether the builder asks registries even for images that it has. */
  pull?: boolean
  cgroupParent?: string | undefined
  /** One and the same, where the user named one. */
  builders: Readonly<Record<Side, Builder>>
  compression?: Compression
  /** How the user publishes it, where that is what is built: it goes before `compression`. */
  packing?: Packing | undefined
  /** SOURCE_DATE_EPOCH, seconds since 1970. */
  epoch: number
  /** Path of BuildKit's source policy, which pins base images; read when a build starts. */
  sourcePolicy?: string | undefined
}

/** What tells the builds of one gate run from all others in BuildKit's cache. */
export interface Run {
  /** Below `nonces`. Two runs with the same one may find each other's layers in the cache when they export again. */
  nonce: number
  /** Name space of its cache mounts. */
  namespace: string
}

/** One side's build as arguments for docker; what it writes and where is added when it runs. */
export interface SidePlan {
  side: Side
  builder: Builder
  platform: string
  epoch: number
  /** `buildx build …`, without cache and output arguments and without the context. */
  args: string[]
  context: string
  env: Record<string, string>
  compression: Compression
  packing?: Packing
  /** Those of `linked`: they are built with it, by bake. */
  linked?: Readonly<Record<string, SidePlan>>
  /** Whether steps may be answered from a cache, as the user asked for build A. */
  fromCache: boolean
}

/** So many that chance hardly ever repeats one, and /dev/shm grows by 256 KiB at most. */
const nonces = 2 ** 17

export const newRun = (): Run => ({
  nonce: randomInt(nonces),
  namespace: `repro-gate-${randomBytes(8).toString('hex')}`,
})

/**
 * For more builds of one run, which share nothing with the first two, nor with others that it is asked for: what those left in
 * a cache mount, both sides would find. `forgetRun` forgets them all with the run, by the beginning of the name.
 */
export const runAgain = ({ nonce, namespace }: Run): Run => ({
  nonce: (nonce + 1 + randomInt(nonces - 1)) % nonces,
  namespace: `${namespace}-${randomBytes(8).toString('hex')}`,
})

/** Build arguments that would break the comparison or that are ours. */
const oursAlone: ReadonlySet<string> = new Set([
  'SOURCE_DATE_EPOCH',
  'BUILDKIT_CACHE_MOUNT_NS',
  // Wraps the image in an index, and the metadata then has no config digest.
  'BUILDKIT_MULTI_PLATFORM',
  // Writes cache keys into the image config, and those differ between the sides by our own doing.
  'BUILDKIT_INLINE_CACHE',
])

/**
 * Arguments of one side's build. The sides differ in what changes every RUN's cache key and nothing in the image: the
 * size asked for /dev/shm, by one byte; it is rounded up to whole pages, so not even a RUN can tell. So neither is
 * answered from the other's cache, both can be exported again later, and two of them at once are not merged. Cache mounts
 * are the run's and the side's own: both start cold, and `--no-cache` cannot empty the user's. A build A that may take
 * from a cache is the user's own build, without any of this: with other keys it would find nothing there.
 */
export function planSide(request: BuildRequest, side: Side, run: Run): SidePlan {
  const { epoch } = request
  const builder = request.builders[side]
  const cacheFrom = side === 'A' ? (request.cacheFrom ?? []) : []
  const fromCache = cacheFrom.length > 0
  const platform = request.platform ?? builder.platform
  const args = buildx(builder, 'build')
  const add = (flag: string, value: string | undefined) => {
    if (value !== undefined && value !== '') args.push(flag, value)
  }
  const addAll = (flag: string, values: readonly string[]) => {
    for (const value of values) args.push(flag, value)
  }
  args.push('--progress', 'rawjson', '--provenance=false', '--sbom=false', '--file', request.file)
  add('--target', request.target)
  add('--platform', request.platform)
  addAll(
    '--build-arg',
    pairs(request.buildArgs, name => !oursAlone.has(name)),
  )
  args.push('--build-arg', `SOURCE_DATE_EPOCH=${epoch}`)
  // A `# check=skip=all` would keep BuildKit from telling that a base is not of this platform.
  if (platform !== builder.platform) args.push('--build-arg', 'BUILDKIT_DOCKERFILE_CHECK=skip=none')
  if (!fromCache) args.push('--build-arg', `BUILDKIT_CACHE_MOUNT_NS=${run.namespace}-${side.toLowerCase()}`)
  args.push(...request.secrets.args)
  addAll('--ssh', request.ssh)
  addAll('--build-context', pairs(request.buildContexts))
  add('--network', request.network)
  addAll('--add-host', request.addHosts)
  addAll('--ulimit', request.ulimits)
  addAll('--label', request.labels)
  addAll('--annotation', manifestAnnotations(request.annotations ?? [], platform))
  addAll('--allow', request.allow ?? [])
  if (request.pull) args.push('--pull')
  addAll('--cache-from', cacheFrom)
  add('--cgroup-parent', request.cgroupParent)
  add('--shm-size', fromCache ? request.shmSize : String(forkedShmSize(bytesIn(request.shmSize), side, run)))
  const linked = Object.entries(request.linked ?? {}).map(([name, one]) => [name, planSide(one, side, run)])
  return {
    ...(linked.length > 0 ? { linked: Object.fromEntries(linked) } : {}),
    side,
    builder,
    platform,
    epoch,
    args,
    context: request.context,
    env: {
      BUILDX_METADATA_PROVENANCE: 'max',
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      // buildx passes the caller's on where no argument is given; here both say the same.
      SOURCE_DATE_EPOCH: String(epoch),
      DOCKER_CLI_HINTS: 'false',
      ...(request.sourcePolicy === undefined ? {} : { EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: request.sourcePolicy }),
      ...(fromCache ? request.cacheEnv : {}),
    },
    compression: request.packing?.compression ?? request.compression ?? 'uncompressed',
    ...(request.packing ? { packing: request.packing } : {}),
    fromCache,
  }
}

/** The same build of another Dockerfile, whose last stage is the one to build. */
export function planOfFile(plan: SidePlan, file: string): SidePlan {
  const args: string[] = []
  for (let index = 0; index < plan.args.length; index++) {
    const flag = plan.args[index] as string
    if (flag === '--target') index++
    else if (flag === '--file') args.push(flag, file) && index++
    else args.push(flag)
  }
  return { ...plan, args }
}

/** What every image of the gate is exported with: the same content then has the same digest. */
const packaging = ({ compression, packing }: SidePlan): Record<string, string> => {
  const level = packing ? packing.level : leastLevel(compression)
  return {
    ...{ 'oci-mediatypes': String(!packing?.dockerTypes), compression, 'rewrite-timestamp': 'true' },
    ...(level === undefined ? {} : { 'compression-level': String(level) }),
    ...(packing?.force ? { 'force-compression': 'true' } : {}),
  }
}

/** Digests alone: nothing is exported, loaded or stored. */
export const digestsOnly = (plan: SidePlan): string =>
  csv({ type: 'image', push: 'false', ...(plan.builder.store ? { store: 'false' } : {}), ...packaging(plan) })

/** An OCI layout in a folder. Blobs that are there already, by name, are not sent. */
export const layoutIn = (plan: SidePlan, folder: string): string =>
  csv({ type: 'oci', tar: 'false', dest: folder, ...packaging(plan) })

/** The same build with an attestation beside the image, which changes nothing in the image itself. */
export function withProvenance(plan: SidePlan, provenance: string): SidePlan {
  const { BUILDX_NO_DEFAULT_ATTESTATIONS: _, ...env } = plan.env
  return {
    ...plan,
    env,
    args: plan.args.map(arg => (arg === '--provenance=false' ? `--provenance=${provenance}` : arg)),
  }
}

/** Both sides' sizes end in the same page: an even number of bytes below its end, and one more. */
function forkedShmSize(bytes: number, side: Side, { nonce }: Run): number {
  const pages = Math.max(1, Math.ceil(bytes / pageSize))
  return (pages - 1) * pageSize + 1 + 2 * nonce + (side === 'A' ? 0 : 1)
}

const pageSize = 4096
const units: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** A size as docker takes it: `128m`, `1.5gb`, bytes without a unit. */
export function bytesIn(size: string | undefined): number {
  const [, number = '64', unit = 'm'] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(size?.trim() ?? '64m') ?? []
  return Math.floor(Number(number) * (units[unit.toLowerCase()] ?? 1))
}

const pairs = (values: Readonly<Record<string, string>>, wanted: (name: string) => boolean = () => true): string[] =>
  Object.entries(values)
    .filter(([name]) => wanted(name))
    .map(([name, value]) => `${name}=${value}`)
