import type { Ports } from '../ports.ts'
import type { Builder } from './builder.ts'
import type { Run } from './plan.ts'

/**
 * Removes the run's cache mounts from the builder. Layers stay for BuildKit's own collection: no filter names them.
 * Never throws, and works after an abort: it is the last thing a run does.
 */
export async function forgetRun(ports: Ports, { name }: Builder, { namespace }: Run): Promise<void> {
  // A cancelled job is killed 7.5 s after its signal, and the build took its share to end.
  const signal = AbortSignal.timeout(ports.signal.aborted ? 2_000 : 15_000)
  const args = ['buildx', 'prune', '--force', '--filter', `description~=${namespace}`]
  if (name !== undefined) args.push('--builder', name)
  try {
    const result = await ports.exec.capture('docker', args, { signal })
    if (result.code !== 0) ports.log.debug(`The cache mounts ${namespace} stay: ${result.stderr.trim()}`)
  } catch (error) {
    ports.log.debug(`The cache mounts ${namespace} stay: ${String(error)}`)
  }
}
