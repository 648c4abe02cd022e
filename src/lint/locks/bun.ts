import { nodeCommandsOf } from '../commands/node.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'
import { installsOf } from './node-install.ts'

export const bun: Ecosystem = {
  name: 'Bun',
  manifests: ['package.json'],
  locks: ['bun.lock', 'bun.lockb'],
  readLock: (file, text) => (file.endsWith('.lockb') ? readBinary(text) : readBunLock(text)),
  installs: (view, step) =>
    nodeCommandsOf(step).flatMap(node => (node.manager === 'bun' ? installsOf(view, step, node) : [])),
}

/** The binary format always has hashes; nobody edits it by hand. */
const readBinary = (text: string): LockState | null =>
  text.includes('bun-lockfile-format') ? { packages: 0, unhashed: [], placeholders: [] } : null

/**
 * JSON with commas at the ends, a package on a line of its own under `packages`:
 * `"zod": ["zod@3.23.8", "", {}, "sha512-…"],`; what comes from git, a folder or a workspace has fewer parts.
 */
function readBunLock(text: string): LockState | null {
  if (!/"lockfileVersion"\s*:/.test(text)) return null
  const reader = new LockReader()
  let inside = false
  text.split('\n').forEach((line, at) => {
    if (/^ {2}"\w+": /.test(line)) inside = /^ {2}"packages": \{/.test(line)
    if (!inside) return
    const [, name, source] = /^ {4}"([^"]+)": \["([^"]+)"/.exec(line) ?? []
    if (name === undefined || source === undefined) return
    if (/^@?[^@]+@(workspace|link|file|root|git|github|https?)[:+]/.test(source)) return
    reader.add(name, /, "([^"]*)"\],?\s*$/.exec(line)?.[1] || null, at + 1)
  })
  return reader.state
}
