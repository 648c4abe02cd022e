import { nodeCommandsOf } from '../commands/node.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'
import { installsOf } from './node-install.ts'

export const yarn: Ecosystem = {
  name: 'Yarn',
  manifests: ['package.json'],
  locks: ['yarn.lock'],
  readLock: (_file, text) => readYarnLock(text),
  installs: (view, step) =>
    nodeCommandsOf(step).flatMap(node => (node.manager === 'yarn' ? installsOf(view, step, node) : [])),
}

/** Whether a yarn.lock is of Yarn 2 or later; null when it is no yarn.lock. */
export function isBerryLock(text: string): boolean | null {
  if (/^__metadata:/m.test(text)) return true
  return /^# yarn lockfile v1$/m.test(text) ? false : null
}

interface Entry {
  name: string
  line: number
  fields: Map<string, string>
}

/** Both formats name a package at the start of a line and say more on lines two blanks in: yarn writes no other. */
function readYarnLock(text: string): LockState | null {
  const berry = isBerryLock(text)
  if (berry === null) return null
  const reader = new LockReader()
  // Berry writes no checksum at all where the project turned them off, and none for what it found on another system only.
  const hashes = !berry || /^ {2}checksum:/m.test(text)
  let entry: Entry | null = null
  const close = (): void => {
    if (entry !== null) addEntry(reader, entry, berry, hashes)
    entry = null
  }
  text.split('\n').forEach((raw, at) => {
    const line = raw.replace(/\r$/, '')
    if (/^[^\s#].*:$/.test(line)) {
      close()
      if (line !== '__metadata:') entry = { name: nameOf(line), line: at + 1, fields: new Map() }
    } else {
      const [, name, value] = /^ {2}([a-z]+):? (.+)$/i.exec(line) ?? []
      if (entry !== null && name !== undefined && value !== undefined)
        entry.fields.set(name, value.replace(/^"|"$/g, ''))
    }
  })
  close()
  return reader.state
}

/** `"@babel/core@^7.0.0", "@babel/core@npm:^7.1.0":` is `@babel/core`. */
const nameOf = (line: string): string => /^"?(@?[^@"]+)/.exec(line)?.[1] ?? line

function addEntry(reader: LockReader, { name, line, fields }: Entry, berry: boolean, hashes: boolean): void {
  if (!berry) {
    const resolved = fields.get('resolved') ?? ''
    // Old versions of yarn wrote the SHA-1 behind the address alone.
    const hash = fields.get('integrity') ?? /#([0-9a-f]{40})$/.exec(resolved)?.[1] ?? null
    reader.add(name, hash ?? (isRegistry(resolved) ? null : undefined), line)
    return
  }
  const resolution = fields.get('resolution') ?? ''
  if (fields.get('linkType') === 'soft' || /@(workspace|link|portal):/.test(resolution)) return
  const hash = fields.get('checksum') ?? null
  const must = hashes && /@npm:/.test(resolution) && !/@patch:/.test(resolution) && !fields.has('conditions')
  reader.add(name, hash ?? (must ? null : undefined), line)
}

const isRegistry = (resolved: string): boolean =>
  /^https?:\/\/[^#]+\.tgz/.test(resolved) && !/codeload\.github\.com|\.git(#|$)/.test(resolved)
