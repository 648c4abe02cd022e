import type { Captured, Ports } from '../ports.ts'

/** Where the builds run. */
export interface Builder {
  /** As the user named it; undefined is docker's current one. */
  name: string | undefined
  /** buildx driver: docker, docker-container, kubernetes, remote, cloud. */
  driver: string
  /** The docker driver with the containerd store: only `store=false` keeps it from unpacking, which rewriting forbids. */
  store: boolean
  /** docker, buildx, buildkit, driver: as they name themselves. */
  versions: Record<string, string>
  /** What it builds when no platform is asked for: `linux/amd64`. */
  platform: string
}

/** There is no builder that could do it. The message says the ways out. */
export class BuilderError extends Error {
  override readonly name = 'BuilderError'
}

const waysOut =
  'Either add a step with docker/setup-buildx-action before this one, or turn on the containerd image store of the ' +
  'Docker Engine: {"features": {"containerd-snapshotter": true}} in /etc/docker/daemon.json, then restart it.'

/** Docker answers within seconds; a builder container that must be pulled and booted may take longer. */
const deadlineMs = 120_000

/**
 * Finds the builder and sees that it can build what the gate needs: BuildKit 0.13 with `rewrite-timestamp`.
 * @throws BuilderError
 */
export async function findBuilder(ports: Ports, { builder: name }: { builder?: string | undefined }): Promise<Builder> {
  const deadline = AbortSignal.timeout(deadlineMs)
  const signal = AbortSignal.any([ports.signal, deadline])
  const docker = async (...args: string[]): Promise<Captured> => {
    const result = await ports.exec.capture('docker', args, { signal }).catch((error: NodeJS.ErrnoException) => {
      throw new BuilderError(
        error.code === 'ENOENT'
          ? 'There is no docker command on the PATH. Install Docker with buildx; on GitHub use a runner that has it, such as ubuntu-latest.'
          : `docker could not be started: ${error.message}`,
      )
    })
    if (ports.signal.aborted) throw new BuilderError('Stopped while looking for the builder.')
    if (deadline.aborted)
      throw new BuilderError(`docker ${args.join(' ')} gave no answer within ${deadlineMs / 1000} seconds.`)
    return result
  }

  const [plugin, client] = await Promise.all([docker('buildx', 'version'), docker('version', '--format', '{{json .}}')])
  if (plugin.code !== 0)
    throw new BuilderError(
      'docker has no buildx plugin, which the builds need. Install docker-buildx (Debian, Ubuntu) or docker-buildx-plugin, or add a step with docker/setup-buildx-action.',
    )
  const buildx = buildxVersion(plugin.stdout)
  if (isOlder(buildx, [0, 14]))
    throw new BuilderError(
      `buildx ${buildx} is too old: 0.14 is the first that tells which Dockerfile line made a layer. Update it, or add a step with docker/setup-buildx-action.`,
    )

  const inspected = await docker('buildx', 'inspect', '--bootstrap', ...(name === undefined ? [] : [name]))
  if (inspected.code !== 0) throw new BuilderError(cannotUse(name, inspected.stderr))
  const { driver, buildkit, platform, status, error } = parseInspect(inspected.stdout)
  if (error !== null || (status !== null && status !== 'running'))
    throw new BuilderError(cannotUse(name, error ?? `its state is '${status}'`))
  if (isOlder(buildkit, [0, 13]))
    throw new BuilderError(
      `BuildKit ${buildkit} is too old: 0.13 is the first that can set the times of files in layers. ${
        driver === 'docker' ? waysOut : 'Make the builder anew with a current moby/buildkit image.'
      }`,
    )
  if (driver === 'docker') await seeContainerdStore(docker)
  return {
    name,
    driver,
    store: driver === 'docker',
    versions: { ...dockerVersions(client.stdout), buildx, ...(buildkit ? { buildkit } : {}), driver },
    platform: ports.env.DOCKER_DEFAULT_PLATFORM || platform,
  }
}

/** Without it the docker driver takes `rewrite-timestamp` and silently does nothing. */
async function seeContainerdStore(docker: (...args: string[]) => Promise<Captured>): Promise<void> {
  const info = await docker('info', '--format', '{{json .DriverStatus}}')
  if (info.code !== 0) throw new BuilderError(cannotUse(undefined, info.stderr))
  if (info.stdout.includes('io.containerd.snapshotter.v1')) return
  throw new BuilderError(
    `This Docker Engine keeps images in its classic store, which cannot set the times of files in layers: two builds would always differ. ${waysOut}`,
  )
}

function cannotUse(name: string | undefined, reason: string): string {
  const detail = reason
    .trim()
    .replace(/^ERROR: /, '')
    .slice(0, 600)
  if (/cannot connect to the docker daemon|is the docker daemon running|connection refused/i.test(detail))
    return `The Docker Engine does not answer: ${detail}\nStart it, or name another builder (input builder).`
  if (/permission denied/i.test(detail))
    return `The Docker Engine may not be used by this user: ${detail}\nAdd the user to the group docker, or run as root.`
  if (/no builder .* found/i.test(detail))
    return `There is no builder '${name}'. 'docker buildx ls' lists those that are here; docker/setup-buildx-action makes one.`
  return `The builder${name === undefined ? '' : ` '${name}'`} cannot be used: ${detail || 'docker buildx inspect failed'}`
}

/** `github.com/docker/buildx v0.29.1 a0b1c2`; Debian writes `0.29.1+ds1`. */
export function buildxVersion(text: string): string {
  return /\bv?(\d+\.\d+\S*)/.exec(text)?.[1] ?? 'unknown'
}

/**
 * Whether a version is surely below a floor. Unknown ones and `v0.0.0+unknown`, as distributions build it, are not:
 * what they lack shows in the build.
 */
export function isOlder(version: string | null, [major, minor]: readonly [number, number]): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(version ?? '')
  if (!parts || /^v?0\.0\.0/.test(version ?? '')) return false
  return Number(parts[1]) < major || (Number(parts[1]) === major && Number(parts[2]) < minor)
}

/** Reads what `docker buildx inspect` prints for people; its first node stands for all. */
export function parseInspect(text: string) {
  const [head = '', nodes = ''] = text.split(/^Nodes:\s*$/m)
  const field = (part: string, key: string) =>
    part
      .split('\n')
      .find(line => line.startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim() || null
  const firstPlatform = field(nodes, 'Platforms')?.split(',')[0]?.trim().replace(/\*$/, '')
  return {
    driver: field(head, 'Driver') ?? 'unknown',
    status: field(nodes, 'Status'),
    error: field(nodes, 'Error') ?? field(head, 'Error'),
    buildkit: field(nodes, 'BuildKit version') ?? field(nodes, 'Buildkit'),
    platform: firstPlatform || 'linux/amd64',
  }
}

function dockerVersions(json: string): Record<string, string> {
  try {
    const { Client, Server } = JSON.parse(json) as Record<string, { Version?: unknown } | null>
    return {
      ...(typeof Server?.Version === 'string' ? { docker: Server.Version } : {}),
      ...(typeof Client?.Version === 'string' ? { 'docker-cli': Client.Version } : {}),
    }
  } catch {
    return {}
  }
}
