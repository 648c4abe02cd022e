import { posix } from 'node:path'
import { isMadeBefore, originOf } from '../context/copied-file.ts'
import { pathsOf } from '../context/placement.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import type { Ecosystem, LockState, ManifestInstall } from './ecosystem.ts'
import { ecosystems } from './ecosystems.ts'
import { pip } from './pip.ts'

/** An install from a manifest of the build context, and what becomes of the lock file beside it. */
export interface LockUse {
  ecosystem: Ecosystem
  install: ManifestInstall
  step: Step
  /** Path in the context. */
  manifest: string
  /** Whether a lock file is in the folder when the command runs; `unknown` when something unseen may have put it there. */
  seen: { kind: 'context'; path: string } | { kind: 'unknown' } | { kind: 'none' }
  /** The lock file beside the manifest in the context; null when there is none, or no context. */
  beside: string | null
  /** The one there that the ignore file keeps out. */
  keptOut: string | null
  /** A lock file beside it that other programs read. */
  ofOthers: { path: string; ecosystem: Ecosystem } | null
  /** A folder further up has one: a workspace. */
  above: boolean
}

const mostInstalls = 100
const known = new WeakMap<View, LockUse[]>()

/** What every install from a manifest does with its lock file; those whose manifest comes from elsewhere are left out. */
export function lockUsesOf(view: View): LockUse[] {
  const before = known.get(view)
  if (before !== undefined) return before
  const installs = view.steps
    .filter(({ instruction }) => instruction.keyword === 'RUN')
    .flatMap(step =>
      ecosystems.flatMap(ecosystem => ecosystem.installs(view, step).map(install => ({ ecosystem, install, step }))),
    )
  const uses = installs.slice(0, mostInstalls).flatMap(found => useOf(view, found) ?? [])
  known.set(view, uses)
  return uses
}

type Found = Pick<LockUse, 'ecosystem' | 'install' | 'step'>

function useOf(view: View, found: Found): LockUse | null {
  const { ecosystem, install, step } = found
  if (install.folder === null) return null
  const manifest = manifestIn(view, found, install.folder)
  if (manifest === null) return null
  const folder = posix.dirname(manifest)
  const { context } = view
  const inFolder = (name: string): string => posix.join(folder, name)
  const isSent = (path: string): boolean => context !== null && pathsOf(context).has(path)
  const others = ecosystems.filter(
    other => other !== ecosystem && other !== pip && other.manifests.includes(posix.basename(manifest)),
  )
  return {
    ...{ ecosystem, install, step, manifest },
    seen: lockIn(view, found, install.folder),
    beside: ecosystem.locks.map(inFolder).find(isSent) ?? null,
    keptOut: ecosystem.locks.map(inFolder).find(path => !isSent(path) && context?.isThere(path) === true) ?? null,
    ofOthers:
      others
        .flatMap(other => other.locks.map(lock => ({ path: inFolder(lock), ecosystem: other })))
        .find(({ path }) => isSent(path)) ?? null,
    above: foldersAbove(folder).some(one => ecosystem.locks.some(lock => isSent(posix.join(one, lock)))),
  }
}

function manifestIn(view: View, { ecosystem, step }: Found, folder: string): string | null {
  for (const name of ecosystem.manifests) {
    const origin = originOf(view, step, absolute(name, folder))
    if (origin.kind === 'context') return origin.path
  }
  return null
}

function lockIn(view: View, { ecosystem, step, install }: Found, folder: string): LockUse['seen'] {
  for (const name of ecosystem.locks) {
    const path = absolute(name, folder)
    const origin = originOf(view, step, path)
    if (origin.kind === 'context') return origin
    if (origin.kind !== 'absent' || isMadeBefore(step, install.command, path)) return { kind: 'unknown' }
  }
  return { kind: 'none' }
}

function foldersAbove(folder: string): string[] {
  const above: string[] = []
  for (let at = folder; at !== '.' && at !== '/' && at !== ''; ) {
    at = posix.dirname(at)
    above.push(at)
  }
  return above
}

const states = new WeakMap<object, Map<string, LockState | null>>()

/** What the lock file that an install reads says; null when it cannot be read. Parsed once for each file. */
export function stateOf(view: View, { ecosystem, seen }: LockUse): LockState | null {
  if (seen.kind !== 'context' || view.context === null) return null
  const ofContext = states.get(view.context) ?? new Map<string, LockState | null>()
  states.set(view.context, ofContext)
  const key = `${ecosystem.name} ${seen.path}`
  const before = ofContext.get(key)
  if (before !== undefined) return before
  const text = view.context.read(seen.path)
  const state = text === null ? null : ecosystem.readLock(posix.basename(seen.path), text)
  ofContext.set(key, state)
  return state
}
