import { dotnetRestoresOf } from '../commands/dotnet.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { asRecord, asText, jsonObject, LockReader, lineFinder } from './lock-state.ts'

export const nuget: Ecosystem = {
  name: 'NuGet',
  // A project asks for its lock file by a property; most have none, and versions are the lowest that fit all the same.
  manifests: [],
  locks: ['packages.lock.json'],
  readLock: (_file, text) => readPackagesLock(text),
  installs: dotnetRestoresOf,
}

function readPackagesLock(text: string): LockState | null {
  const frameworks = asRecord(jsonObject(text)?.dependencies)
  if (frameworks === null) return null
  const reader = new LockReader()
  const lineOf = lineFinder(text)
  for (const framework of Object.values(frameworks)) {
    for (const [name, value] of Object.entries(asRecord(framework) ?? {})) {
      const entry = asRecord(value)
      if (entry === null) continue
      const isProject = /^project$/i.test(asText(entry.type) ?? '')
      reader.add(name, isProject ? undefined : asText(entry.contentHash), () => lineOf(`"${name}":`))
    }
  }
  return reader.state
}
