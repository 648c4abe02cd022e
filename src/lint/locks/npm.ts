import { nodeCommandsOf } from '../commands/node.ts'
import type { Step, View } from '../view.ts'
import type { Ecosystem, LockState, ManifestInstall } from './ecosystem.ts'
import { asRecord, asText, jsonObject, LockReader, lineFinder } from './lock-state.ts'
import { installsOf } from './node-install.ts'

export const npm: Ecosystem = {
  name: 'npm',
  manifests: ['package.json'],
  locks: ['npm-shrinkwrap.json', 'package-lock.json'],
  readLock: (_file, text) => readPackageLock(text),
  installs: (view: View, step: Step): ManifestInstall[] =>
    nodeCommandsOf(step).flatMap(node => (node.manager === 'npm' ? installsOf(view, step, node) : [])),
}

/** Version 1 has a tree of `dependencies`; 2 and 3 have `packages`, a flat list by folder. */
function readPackageLock(text: string): LockState | null {
  const lock = jsonObject(text)
  if (lock === null) return null
  const packages = asRecord(lock.packages)
  const dependencies = asRecord(lock.dependencies)
  if (packages === null && dependencies === null && lock.lockfileVersion === undefined) return null
  const reader = new LockReader()
  const lineOf = lineFinder(text)
  if (packages !== null) readPackages(reader, packages, lineOf)
  else readDependencies(reader, dependencies ?? {}, name => lineOfOnly(text, `"${name}": {`, lineOf))
  return reader.state
}

/** The tree has a package once for each place it is needed at. */
const lineOfOnly = (text: string, needle: string, lineOf: (needle: string) => number | null): number | null =>
  text.indexOf(needle) === text.lastIndexOf(needle) ? lineOf(needle) : null

type Entry = [name: string, value: unknown]

function readPackages(reader: LockReader, packages: Record<string, unknown>, lineOf: (text: string) => number | null) {
  for (const [path, value] of Object.entries(packages) satisfies Entry[]) {
    const entry = asRecord(value)
    // The project itself, the folders of its workspaces and the links to them.
    if (entry === null || entry.version === undefined || !/(^|\/)node_modules\//.test(path) || entry.link === true)
      continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    reader.add(name, hashOf(entry, entry.inBundle === true), () => lineOf(`"${path}":`))
  }
}

function readDependencies(reader: LockReader, top: Record<string, unknown>, lineOf: (text: string) => number | null) {
  const waiting = Object.entries(top)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, value] = next
    const entry = asRecord(value)
    if (entry === null) continue
    for (const inner of Object.entries(asRecord(entry.dependencies) ?? {})) waiting.push(inner)
    reader.add(name, hashOf(entry, entry.bundled === true), () => lineOf(name))
  }
}

/** What comes with another package, or from git, a folder or a file has no hash of its own. */
function hashOf(entry: Record<string, unknown>, bundled: boolean): string | null | undefined {
  const hash = asText(entry.integrity)
  if (hash !== null) return hash
  const from = `${asText(entry.resolved) ?? ''} ${asText(entry.version) ?? ''}`
  return bundled || /(^|\s)(git|file:|link:|workspace:|github:|gitlab:|bitbucket:)/.test(from) ? undefined : null
}
