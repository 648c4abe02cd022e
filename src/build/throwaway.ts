import { randomBytes } from 'node:crypto'
import type { Ports } from '../ports.ts'
import { type Builder, BuilderError, findBuilder } from './builder.ts'
import type { LastCall } from './last-call.ts'

/** How a builder of our own is to be. */
export interface ThrowawayWishes {
  /** The BuildKit image; undefined: the one that buildx takes by itself. */
  image?: string | undefined
  /** CPUs that it may use, as Docker names them: `0`, `0-1`. */
  cpusetCpus?: string | undefined
  /** The host's network, for the builder itself and for a RUN that asks for it. */
  hostNetwork?: boolean | undefined
}

/** A builder that this run made, in a container of its own, with an empty cache. */
export interface Throwaway {
  builder: Builder
  /** Name of its container. */
  container: string
  /** Removes it with its cache. Never throws, works after an abort, and may be called twice. */
  remove(): Promise<void>
}

/** Its image may have to be pulled. */
const deadlineMs = 120_000

/**
 * Makes a docker-container builder. An abort removes it at once, so that a cancelled job has it gone in time.
 * @param last how long a removal may take
 * @throws BuilderError when it cannot be made or does not come up; then nothing of it is left
 */
export async function makeThrowaway(ports: Ports, last: LastCall, wishes: ThrowawayWishes = {}): Promise<Throwaway> {
  const name = `repro-gate-${randomBytes(6).toString('hex')}`
  let removing: Promise<void> | null = null
  const remove = (): Promise<void> => {
    ports.signal.removeEventListener('abort', remove)
    removing ??= removeBuilder(ports, last, name)
    return removing
  }
  try {
    const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(deadlineMs)])
    const created = await ports.exec.capture('docker', createArgs(name, wishes), { signal })
    if (created.code !== 0 && !ports.signal.aborted) throw new BuilderError(cannotMake(created.stderr))
    ports.signal.addEventListener('abort', remove, { once: true })
    const builder = await findBuilder(ports, { builder: name })
    return { builder, container: containerOf(name), remove }
  } catch (error) {
    await remove()
    if (!(error instanceof BuilderError) || ports.signal.aborted) throw error
    throw new BuilderError(cannotMake(error.message))
  }
}

/** Arguments for docker that make such a builder; it does not become the current one. */
export function createArgs(name: string, { image, cpusetCpus, hostNetwork }: ThrowawayWishes): string[] {
  const options: Record<string, string | undefined> = {
    image,
    'cpuset-cpus': cpusetCpus,
    network: hostNetwork ? 'host' : undefined,
  }
  const driverOptions = Object.entries(options).flatMap(([key, value]) =>
    // A comma would begin another option.
    value === undefined ? [] : ['--driver-opt', value.includes(',') ? `"${key}=${value}"` : `${key}=${value}`],
  )
  const network = hostNetwork ? ['--buildkitd-flags', '--allow-insecure-entitlement=network.host'] : []
  return ['buildx', 'create', '--driver', 'docker-container', '--name', name, ...driverOptions, ...network]
}

const cannotMake = (reason: string): string =>
  `A builder of our own could not be made: ${reason
    .trim()
    .replace(/^(ERROR: |A builder of our own could not be made: )/, '')
    .slice(
      0,
      600,
    )}\nIt is a container of the image moby/buildkit, so the Docker Engine must run containers and be able to pull it. Or add a step with docker/setup-buildx-action, and name its builder.`

async function removeBuilder({ exec, log }: Ports, last: LastCall, name: string): Promise<void> {
  const container = containerOf(name)
  // buildx forgets a builder before its container is gone: what broke off there is not known to it any more.
  const told = `The builder ${name} may be left: docker buildx rm --force ${name} removes it; where that finds no builder, docker rm --force ${container} && docker volume rm ${container}_state.`
  const options = { signal: last() }
  try {
    // By itself buildx asks the container to end, and waits for it ten seconds.
    await exec.capture('docker', ['kill', container], options)
    const { code, stderr } = await exec.capture('docker', ['buildx', 'rm', '--force', name], options)
    if (code !== 0 && !/no builder .* found/i.test(stderr)) log.warning(`${told} (${stderr.trim().slice(0, 300)})`)
  } catch (error) {
    log.warning(`${told} (${String(error).slice(0, 300)})`)
  }
}

const containerOf = (name: string): string => `buildx_buildkit_${name}0`
