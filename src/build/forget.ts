import { setTimeout } from 'node:timers/promises'
import type { Ports } from '../ports.ts'
import { type Builder, buildx } from './builder.ts'
import { lastCallOf } from './last-call.ts'
import type { Run } from './plan.ts'
import type { Setting } from './setting.ts'

/**
 * The last thing a run does, in whatever way it ends: its cache mounts are removed from the builders, and the builders
 * that it made are removed. Never throws.
 */
export async function forgetSetting(
  ports: Ports,
  { builders, throwaways, run, mounts, last }: Pick<Setting, 'builders' | 'throwaways' | 'run' | 'mounts' | 'last'>,
): Promise<void> {
  const ours = new Set(throwaways.map(({ builder }) => builder))
  const others = [...new Set(mounts.mayBeLeft() ? Object.values(builders) : [])].filter(builder => !ours.has(builder))
  await Promise.all([
    ...throwaways.map(({ remove }) => remove()),
    ...others.map(builder => forgetRun(ports, builder, run, last)),
  ])
}

/**
 * Removes the run's cache mounts from the builder. Layers stay for BuildKit's own collection: no filter names them.
 * A step that was cancelled may hold its mount a little longer, so it is tried again until none is left.
 */
export async function forgetRun(
  ports: Ports,
  builder: Builder,
  { namespace }: Run,
  last = lastCallOf(ports),
): Promise<void> {
  const signal = last()
  const ours = ['--filter', `description~=${namespace}`]
  const ask = (...command: string[]) => ports.exec.capture('docker', buildx(builder, ...command), { signal })
  try {
    for (;;) {
      const pruned = await ask('prune', '--force', ...ours)
      const left = await ask('du', '--verbose', ...ours)
      // A builder that does not answer does not get better by asking.
      if (pruned.code !== 0 || left.code !== 0)
        return ports.log.debug(`The cache mounts ${namespace} may stay: ${(pruned.stderr + left.stderr).trim()}`)
      if (!left.stdout.includes(namespace)) return
      await setTimeout(300, undefined, { signal })
    }
  } catch (error) {
    ports.log.debug(`The cache mounts ${namespace} may stay: ${String(error)}`)
  }
}
