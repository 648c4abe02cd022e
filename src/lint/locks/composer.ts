import { composerCommandsOf } from '../commands/composer.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { asRecord, asText, jsonObject, LockReader, lineFinder } from './lock-state.ts'

export const composer: Ecosystem = {
  name: 'Composer',
  manifests: ['composer.json'],
  locks: ['composer.lock'],
  readLock: (_file, text) => readComposerLock(text),
  installs: (view, step) =>
    composerCommandsOf(step).flatMap(({ command, head, action, folder, global }) => {
      if (action !== 'install' || global) return []
      const at = folderOf(view, step, command)
      const place = folder === null ? null : at === null && !folder.startsWith('/') ? null : absolute(folder, at ?? '/')
      // It takes what the lock says even where composer.json says otherwise; without one it makes it.
      return [{ command, range: head, folder: place, lock: 'may-change' }]
    }),
}

/** Packages are fixed by the commit they are made from; archives of GitHub have no `shasum`, and that is no fault. */
function readComposerLock(text: string): LockState | null {
  const lock = jsonObject(text)
  if (lock === null || !Array.isArray(lock.packages)) return null
  const reader = new LockReader()
  const lineOf = lineFinder(text)
  const dev: unknown[] = Array.isArray(lock['packages-dev']) ? lock['packages-dev'] : []
  for (const value of [...lock.packages, ...dev]) {
    const entry = asRecord(value)
    const name = asText(entry?.name)
    if (entry === null || name === null) continue
    reader.add(name, asText(asRecord(entry.dist)?.shasum) || undefined, () => lineOf(`"name": "${name}"`))
  }
  return reader.state
}
