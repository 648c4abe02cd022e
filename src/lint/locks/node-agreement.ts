import type { NodeCommand } from '../commands/node.ts'
import { asRecord, asText, jsonObject } from './lock-state.ts'

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/**
 * Whether a lock file was made from this package.json, as far as the frozen installs ask: then they do not refuse it. Null
 * when one of them cannot be read. Yes may only be said where it is so; a no may be a doubt.
 */
export function agreesWithLock(
  manager: NodeCommand['manager'],
  manifest: string | null,
  lock: string | null,
): boolean | null {
  const wanted = manifest === null ? null : jsonObject(manifest)
  if (wanted === null || lock === null) return null
  if (manager === 'npm') return agreesWithNpm(wanted, lock)
  return wishesOf(wanted).every(([name, range]) => {
    if (manager === 'yarn')
      return (
        /^(file|link|portal|workspace|patch):/.test(range) ||
        [`${name}@${range}`, `${name}@npm:${range}`].some(key => lock.includes(key))
      )
    return lock.includes(name) && lock.includes(range)
  })
}

function agreesWithNpm(wanted: Record<string, unknown>, text: string): boolean | null {
  const lock = jsonObject(text)
  if (lock === null) return null
  const root = asRecord(asRecord(lock.packages)?.[''])
  if (root === null) {
    const locked = asRecord(lock.dependencies) ?? {}
    return wishesOf(wanted).every(([name]) => Object.hasOwn(locked, name))
  }
  const has = new Map(wishesOf(root))
  const wishes = wishesOf(wanted)
  return wishes.length === has.size && wishes.every(([name, range]) => has.get(name) === range)
}

/** Each name once: npm lets what is optional go before the rest. */
function wishesOf(manifest: Record<string, unknown>): [name: string, range: string][] {
  const wishes = new Map<string, string>()
  for (const group of groups) {
    for (const [name, range] of Object.entries(asRecord(manifest[group]) ?? {})) wishes.set(name, asText(range) ?? '')
  }
  return [...wishes]
}

/** Whether a project has parts with a package.json of their own, which must be there as well. */
export const hasWorkspaces = (manifest: string | null): boolean =>
  manifest !== null && jsonObject(manifest)?.workspaces !== undefined
