import { bundleInstallsOf } from '../commands/ruby.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'

export const bundler: Ecosystem = {
  name: 'Bundler',
  manifests: ['Gemfile'],
  locks: ['Gemfile.lock'],
  readLock: (_file, text) => readGemfileLock(text),
  installs: bundleInstallsOf,
}

/**
 * Sections in capitals; a gem is four blanks in under `GEM`, its hash two blanks in under `CHECKSUMS`, which only newer
 * versions of Bundler write and only when asked: without that section no gem is without a hash.
 */
function readGemfileLock(text: string): LockState | null {
  if (!/^(GEM|GIT|PATH|DEPENDENCIES)\r?$/m.test(text)) return null
  const reader = new LockReader()
  const gems = new Map<string, number>()
  const hashes = new Map<string, string | null>()
  let section = ''
  text.split('\n').forEach((raw, at) => {
    const line = raw.trimEnd()
    if (/^[A-Z][A-Z ]+$/.test(line)) section = line
    const [, gem] = /^ {4}(\S+ \([^)]*\))$/.exec(line) ?? []
    if (section === 'GEM' && gem !== undefined) gems.set(gem, at + 1)
    const [, summed, hash] = /^ {2}(\S+ \([^)]*\))(?: sha256=(\S+))?$/.exec(line) ?? []
    if (section === 'CHECKSUMS' && summed !== undefined) hashes.set(summed, hash ?? null)
  })
  const none = hashes.size === 0 ? undefined : null
  for (const [gem, line] of gems) reader.add(gem, hashes.get(gem) ?? none, line)
  return reader.state
}
