import { nodeCommandsOf } from '../commands/node.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'
import { installsOf } from './node-install.ts'

export const pnpm: Ecosystem = {
  name: 'pnpm',
  manifests: ['package.json'],
  locks: ['pnpm-lock.yaml'],
  readLock: (_file, text) => readPnpmLock(text),
  installs: (view, step) =>
    nodeCommandsOf(step).flatMap(node => (node.manager === 'pnpm' ? installsOf(view, step, node) : [])),
}

/**
 * Line by line: pnpm writes the file in one way only, a package two blanks in and its resolution on one line (or on lines
 * six blanks in where it is long), and a YAML parser takes seconds for the megabytes of a big repository.
 */
function readPnpmLock(text: string): LockState | null {
  if (!/^(lockfileVersion|shrinkwrapVersion):/m.test(text)) return null
  const reader = new LockReader()
  let inside = false
  let name: string | null = null
  let start = 0
  let resolution = ''
  const close = (): void => {
    if (name !== null) addPackage(reader, name, resolution, start)
    name = null
    resolution = ''
  }
  text.split('\n').forEach((raw, at) => {
    const line = raw.replace(/\r$/, '')
    if (/^\S/.test(line)) {
      close()
      inside = line === 'packages:'
      return
    }
    if (!inside) return
    const key = /^ {2}(\S.*):$/.exec(line)?.[1]
    if (key !== undefined) {
      close()
      name = key.replace(/^['"]|['"]$/g, '')
      start = at + 1
    } else if (name !== null) {
      const [, one] = /^ {4}resolution:(.*)$/.exec(line) ?? []
      const [, more] = /^ {6}(integrity|tarball|type|repo|commit|directory): .*$/.exec(line) ?? []
      if (one !== undefined) resolution += one
      else if (more !== undefined && resolution.trim() === '') resolution = ` ${line.trim()}`
      else if (more !== undefined && !resolution.includes('{')) resolution += `, ${line.trim()}`
    }
  })
  close()
  return reader.state
}

function addPackage(reader: LockReader, name: string, resolution: string, line: number): void {
  const hash = /[{\s]integrity: ['"]?([^\s'",}]+)/.exec(resolution)?.[1]
  // From git, a folder, or the archive of a commit: no registry gives a hash for these.
  const own = /[{\s](type|repo|commit|directory|path|gitHosted): |codeload\.github\.com|tarball: ['"]?file:/.test(
    resolution,
  )
  reader.add(name, hash ?? (own || resolution.trim() === '' ? undefined : null), line)
}
