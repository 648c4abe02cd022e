import type { Captured, Ports } from '../ports.ts'
import {
  type BuilderNode,
  buildxVersion,
  dockerVersions,
  type Inspected,
  isOlder,
  parseInspect,
} from './builder-inspect.ts'

/** Where the builds run. */
export interface Builder {
  /** As the user named it; undefined is docker's current one. */
  name: string | undefined
  /** The Docker context that it is: docker finds such a builder by `--context` only. */
  context?: string | undefined
  /** buildx driver: docker, docker-container, kubernetes, remote, cloud. */
  driver: string
  /** The docker driver with the containerd store: only `store=false` keeps it from unpacking, which rewriting forbids. */
  store: boolean
  /** docker, buildx, buildkit, driver: as they name themselves. */
  versions: Record<string, string>
  /** What it builds when no platform is asked for: `linux/amd64`. */
  platform: string
  /** What each of its machines can run, its own platform first. Empty where it is not told. */
  machines?: readonly (readonly string[])[]
  /** Equal for two names of one and the same builder. */
  identity?: string
}

/** There is no builder that could do it. The message says the ways out. */
export class BuilderError extends Error {
  override readonly name = 'BuilderError'
  /** Whether a builder in a container of its own, on the same engine, could do it. */
  readonly curable: boolean
  constructor(message: string, { curable = false } = {}) {
    super(message)
    this.curable = curable
  }
}

/** Arguments for docker that hand a buildx command to this builder. */
export const buildx = ({ name, context }: Pick<Builder, 'name' | 'context'>, ...command: string[]): string[] => [
  ...(context === undefined ? [] : ['--context', context]),
  ...['buildx', ...command],
  ...(name === undefined ? [] : ['--builder', name]),
]

export const waysOut =
  'Either add a step with docker/setup-buildx-action before this one; or let the gate make a builder of its own and ' +
  'remove it again (input builder: auto); or turn on the containerd image store of the Docker Engine: ' +
  '{"features": {"containerd-snapshotter": true}} in /etc/docker/daemon.json, then restart it.'

/** Docker answers within seconds; a builder container that must be pulled and booted may take longer. */
const deadlineMs = 120_000

/**
 * Finds the builder and sees that it can build what the gate needs: BuildKit 0.13 with `rewrite-timestamp`.
 * @param docker for two builders one and the same, so that what is one answer for both is asked once
 * @throws BuilderError
 */
export async function findBuilder(
  ports: Ports,
  { builder: name, docker = askDocker(ports) }: { builder?: string | undefined; docker?: Docker },
): Promise<Builder> {
  const [plugin, client, inspected, current] = await firstAnswers(docker, name)
  if (plugin.code !== 0)
    throw new BuilderError(
      'docker has no buildx plugin, which the builds need. Install docker-buildx (Debian, Ubuntu) or docker-buildx-plugin, or add a step with docker/setup-buildx-action.',
    )
  const version = buildxVersion(plugin.stdout)
  if (isOlder(version, [0, 14]))
    throw new BuilderError(
      `buildx ${version} is too old: 0.14 is the first that tells which Dockerfile line made a layer. Update it, or add a step with docker/setup-buildx-action.`,
    )

  if (inspected.code !== 0) throw new BuilderError(cannotUse(name, inspected.stderr))
  const seen = parseInspect(inspected.stdout)
  const { driver } = seen
  const nodes = usableNodes(name, seen)
  const isDocker = driver === 'docker'
  const context = isDocker ? name : undefined
  const [info, server] = await Promise.all([
    isDocker ? (current ?? storeOf(docker, name)) : undefined,
    context === undefined ? client : docker('--context', context, 'version', '--format', '{{json .}}'),
  ])
  if (info !== undefined) seeContainerdStore(info, name)
  const buildkit = [...new Set(nodes.map(node => node.buildkit ?? 'unknown'))].join(', ')
  return {
    ...{ name, context, driver, store: isDocker },
    versions: { ...dockerVersions(server.stdout), buildx: version, ...(buildkit ? { buildkit } : {}), driver },
    platform: ports.env.DOCKER_DEFAULT_PLATFORM || nodes[0]?.platforms[0] || 'linux/amd64',
    machines: nodes.map(({ platforms }) => platforms),
    identity: nodes.map(node => identityOf(driver, node)).join(' '),
  }
}

/** Each question starts a program, so all are asked at once. */
const firstAnswers = (docker: Docker, name: string | undefined) =>
  Promise.all([
    docker('buildx', 'version'),
    docker('version', '--format', '{{json .}}'),
    docker('buildx', 'inspect', '--bootstrap', ...(name === undefined ? [] : [name])),
    name === undefined ? storeOf(docker, undefined) : undefined,
  ])

const asking = new WeakMap<Ports, Docker>()

/**
 * Asks docker about builders while other work is done that they need first; `findBuilder` has the answers then. Where that
 * work comes to nothing, so do the questions.
 */
export async function whileAsking<T>(
  ports: Ports,
  names: readonly (string | undefined)[],
  work: () => Promise<T>,
): Promise<T> {
  const vain = new AbortController()
  const docker = askDocker({ ...ports, signal: AbortSignal.any([ports.signal, vain.signal]) })
  asking.set(ports, docker)
  for (const name of names) firstAnswers(docker, name).catch(() => {})
  try {
    return await work()
  } catch (error) {
    vain.abort()
    throw error
  }
}

function whyStopped({ reason }: AbortSignal): string {
  return reason instanceof Error && reason.name !== 'AbortError' ? `: ${reason.message.replace(/\.$/, '')}` : ''
}

export type Docker = (...args: string[]) => Promise<Captured>

/** Asks docker, which has its time for each answer; each question starts a program, so the same one is asked once. */
export function askDocker(ports: Ports): Docker {
  const known = asking.get(ports)
  if (known !== undefined) return known
  const asked = new Map<string, Promise<Captured>>()
  const ask: Docker = async (...args) => {
    const deadline = AbortSignal.timeout(deadlineMs)
    const signal = AbortSignal.any([ports.signal, deadline])
    const result = await ports.exec.capture('docker', args, { signal }).catch((error: NodeJS.ErrnoException) => {
      throw new BuilderError(
        error.code === 'ENOENT'
          ? 'There is no docker command on the PATH. Install Docker with buildx; on GitHub use a runner that has it, such as ubuntu-latest.'
          : `docker could not be started: ${error.message}`,
      )
    })
    if (ports.signal.aborted)
      throw new BuilderError(
        `Stopped while waiting for the answer of docker ${args.join(' ')}${whyStopped(ports.signal)}.`,
      )
    if (deadline.aborted)
      throw new BuilderError(`docker ${args.join(' ')} gave no answer within ${deadlineMs / 1000} seconds.`)
    return result
  }
  return (...args) => {
    const question = args.join('\0')
    const answer = asked.get(question) ?? ask(...args)
    asked.set(question, answer)
    return answer
  }
}

/**
 * The machines of a builder that can be built on. The first one must be: it is where a build goes.
 * @throws BuilderError
 */
function usableNodes(name: string | undefined, { driver, error, nodes }: Inspected): BuilderNode[] {
  const isRunning = (node: BuilderNode) => node.error === null && (node.status === null || node.status === 'running')
  const [first] = nodes
  const reason = error ?? first?.error ?? (first && !isRunning(first) ? `its state is '${first.status}'` : null)
  if (reason !== null) throw new BuilderError(cannotUse(name, reason))
  const old = nodes.filter(isRunning).find(({ buildkit }) => isOlder(buildkit, [0, 13]))
  if (old)
    throw new BuilderError(
      `BuildKit ${old.buildkit} is too old: 0.13 is the first that can set the times of files in layers. ${
        driver === 'docker' ? waysOut : 'Make the builder anew with a current moby/buildkit image.'
      }`,
      { curable: true },
    )
  return nodes.filter(isRunning)
}

/** What stays the same whatever a builder is called: containerd's own id, the container, the address. */
function identityOf(driver: string, { name, endpoint, labels }: BuilderNode): string {
  const uuid = labels['org.mobyproject.buildkit.worker.containerd.uuid']
  if (driver === 'docker' && uuid !== undefined) return `containerd ${uuid}`
  return `${driver} ${endpoint}${driver === 'docker-container' ? ` ${name}` : ''}`
}

const storeOf = (docker: Docker, context: string | undefined): Promise<Captured> =>
  docker(...(context === undefined ? [] : ['--context', context]), 'info', '--format', '{{json .DriverStatus}}')

/** Without it the docker driver takes `rewrite-timestamp` and silently does nothing. */
function seeContainerdStore(info: Captured, context: string | undefined): void {
  if (info.code !== 0) throw new BuilderError(cannotUse(context, info.stderr))
  if (info.stdout.includes('io.containerd.snapshotter.v1')) return
  throw new BuilderError(
    `This Docker Engine keeps images in its classic store, which cannot set the times of files in layers: two builds would always differ. ${waysOut}`,
    { curable: true },
  )
}

function cannotUse(name: string | undefined, reason: string): string {
  // Before its error buildx prints the progress of booting.
  const lines = reason.trim().split('\n')
  const detail = (lines.findLast(line => line.startsWith('ERROR: ')) ?? lines.join('\n'))
    .replace(/^ERROR: /, '')
    .slice(0, 600)
  if (/no builder .* found/i.test(detail))
    return `There is no builder '${name}'. 'docker buildx ls' lists those that are here; docker/setup-buildx-action makes one.`
  const which = name === undefined ? '' : ` of the builder '${name}'`
  if (/cannot connect to the docker daemon|is the docker daemon running|connection refused/i.test(detail))
    return `The Docker Engine${which} does not answer: ${detail}\nStart it, or name another builder (input builder).`
  // The client's own folder, not the engine.
  if (/^(stat|open|mkdir|lstat|unlink|rename|write) .*(read-only file system|no space left)/i.test(detail))
    return `The docker command cannot write a file of its own: ${detail}.\nName a folder that can be written with DOCKER_CONFIG, or with BUILDX_CONFIG for that of buildx alone.`
  if (/^(stat|open|mkdir|lstat|unlink|rename) .*permission denied/i.test(detail))
    return `The docker command may not read or write a file of its own: ${detail}.\nThat folder belongs to another user (a step that ran as root?): mend its owner, or name another with DOCKER_CONFIG.`
  if (/permission denied/i.test(detail))
    return `The Docker Engine${which} may not be used by this user: ${detail}\nAdd the user to the group docker, or run as root.`
  if (/x509|certificate|tls: /i.test(detail))
    return `The builder${name === undefined ? '' : ` '${name}'`} does not accept the certificates, or is not who it should be: ${detail}\nSee the driver options cacert, cert, key and servername of docker buildx create --driver remote.`
  if (/deadline exceeded|i\/o timeout|no such host|connection reset/i.test(detail))
    return `The builder${name === undefined ? '' : ` '${name}'`} does not answer: ${detail}\nEither nothing listens at its address ('docker buildx inspect' shows it), or it refuses the certificates of this builder.`
  return `The builder${name === undefined ? '' : ` '${name}'`} cannot be used: ${detail || 'docker buildx inspect failed'}`
}
