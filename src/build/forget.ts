import type { Ports } from '../ports.ts'
import type { Builder } from './builder.ts'
import type { Run } from './plan.ts'

/**
 * Removes the run's cache mounts from the builder. Layers stay for BuildKit's own collection: no filter names them.
 * Never throws, and works after an abort: it is the last thing a run does.
 */
export async function forgetRun(ports: Ports, { name }: Builder, { namespace }: Run): Promise<void> {
  const args = ['buildx', 'prune', '--force', '--filter', `description~=${namespace}`]
  if (name !== undefined) args.push('--builder', name)
  try {
    const result = await ports.exec.capture('docker', args, { signal: AbortSignal.timeout(15_000) })
    if (result.code !== 0) ports.log.debug(`The cache mounts ${namespace} stay: ${result.stderr.trim()}`)
  } catch (error) {
    ports.log.debug(`The cache mounts ${namespace} stay: ${String(error)}`)
  }
}
