import { goCommandsOf, goFolder } from '../commands/go.ts'
import { originOf, textOf } from '../context/copied-file.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import type { Ecosystem, LockState, ManifestInstall } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'

export const go: Ecosystem = {
  name: 'Go',
  manifests: ['go.mod'],
  locks: ['go.sum'],
  readLock: (_file, text) => readGoSum(text),
  installs,
}

/** `module version h1:hash=`, a line each. Versions themselves are fixed by go.mod. */
function readGoSum(text: string): LockState | null {
  const reader = new LockReader()
  text.split('\n').forEach((line, at) => {
    const [name, version, hash, more] = line.trim().split(/\s+/)
    if (name && version && more === undefined) reader.add(`${name}@${version}`, hash ?? null, at + 1)
  })
  return reader.state.packages === 0 && text.trim() !== '' ? null : reader.state
}

/**
 * Builds of one's own module that need others: go refuses what go.sum does not hold. Where go.mod requires nothing, or the
 * modules lie in vendor/, there is nothing for go.sum to do.
 */
function installs(view: View, step: Step): ManifestInstall[] {
  return goCommandsOf(step).flatMap(one => {
    if (one.action !== 'build' || one.vendored) return []
    const folder = goFolder(view, step, one)
    if (folder === null || !requiresModules(view, step, folder)) return []
    return [{ command: one.command, range: one.head, folder, lock: one.changesModules ? 'may-change' : 'frozen' }]
  })
}

function requiresModules(view: View, step: Step, folder: string): boolean {
  const manifest = textOf(view, originOf(view, step, absolute('go.mod', folder)))
  const vendored = originOf(view, step, absolute('vendor/modules.txt', folder))
  if (manifest === null || (view.context !== null && vendored.kind === 'context')) return false
  return /^\s*require\b/m.test(manifest)
}
