import { cargoCommandsOf, cargoFolder, isLocked } from '../commands/cargo.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'

export const cargo: Ecosystem = {
  name: 'Cargo',
  manifests: ['Cargo.toml'],
  locks: ['Cargo.lock'],
  readLock: (_file, text) => readCargoLock(text),
  installs: (view, step) =>
    cargoCommandsOf(step)
      .filter(({ action }) => action === 'build' || action === 'install-path')
      .map(one => ({
        command: one.command,
        range: one.head,
        folder: cargoFolder(view, step, one),
        lock: isLocked(step, one) ? 'frozen' : 'may-change',
      })),
}

/** `[[package]]` tables of one `name = "value"` a line, as cargo writes them; before version 2 hashes stood in `[metadata]`. */
function readCargoLock(text: string): LockState | null {
  if (!/^\[\[package\]\]/m.test(text) && !/^version = \d/m.test(text)) return null
  const reader = new LockReader()
  const old = /^"checksum .*" = "/m.test(text)
  let entry: { line: number; fields: Map<string, string> } | null = null
  const close = (): void => {
    if (entry !== null) addPackage(reader, entry.fields, entry.line, old)
    entry = null
  }
  text.split('\n').forEach((raw, at) => {
    const line = raw.trimEnd()
    if (line.startsWith('[')) {
      close()
      if (line === '[[package]]') entry = { line: at + 1, fields: new Map() }
      return
    }
    const [, name, value] = /^(\w+) = "([^"]*)"$/.exec(line) ?? []
    if (entry !== null && name !== undefined && value !== undefined) entry.fields.set(name, value)
    const [, of, hash] = /^"checksum (\S+) [^"]*" = "([^"]*)"$/.exec(line) ?? []
    // `<none>` is what cargo itself wrote for a package from git.
    if (of !== undefined && hash !== undefined && hash !== '<none>') reader.add(of, hash, at + 1)
  })
  close()
  return reader.state
}

function addPackage(reader: LockReader, fields: Map<string, string>, line: number, old: boolean): void {
  const source = fields.get('source')
  if (source === undefined) return
  const fromRegistry = /^(registry|sparse)\+/.test(source)
  if (fromRegistry && old) return
  reader.add(fields.get('name') ?? '', fields.get('checksum') ?? (fromRegistry ? null : undefined), line)
}
