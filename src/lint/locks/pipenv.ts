import { hasOption } from '../commands/option-table.ts'
import { type PythonTool, projectFolder, pythonToolsOf } from '../commands/python-tool.ts'
import { isOn } from '../environment.ts'
import { isPlaceholderHash } from '../placeholder.ts'
import type { Step } from '../view.ts'
import type { Ecosystem, LockState } from './ecosystem.ts'
import { asRecord, asText, jsonObject, LockReader, lineFinder } from './lock-state.ts'

export const pipenv: Ecosystem = {
  name: 'Pipenv',
  manifests: ['Pipfile'],
  locks: ['Pipfile.lock'],
  readLock: (_file, text) => readPipfileLock(text),
  installs: (view, step) =>
    pythonToolsOf(step)
      .filter(({ tool, action }) => tool === 'pipenv' && /^(install|sync|requirements)$/.test(action))
      .filter(tool => tool.operands.length === 0 && !hasOption(tool, '-r', '--requirements', '-e', '--editable'))
      .map(tool => ({
        command: tool.command,
        range: tool.head,
        folder: projectFolder(view, step, tool),
        lock: hasOption(tool, '--skip-lock') ? 'never' : keepsPipfileLock(step, tool) ? 'frozen' : 'may-change',
      })),
}

/** `--deploy` stops where Pipfile.lock does not fit the Pipfile; `install` alone locks anew. */
export const keepsPipfileLock = (step: Step, tool: PythonTool): boolean =>
  tool.action !== 'install' ||
  hasOption(tool, '--deploy', '--ignore-pipfile') ||
  isOn(step, tool.command, 'PIPENV_IGNORE_PIPFILE')

function readPipfileLock(text: string): LockState | null {
  const lock = jsonObject(text)
  if (lock === null || asRecord(lock._meta) === null) return null
  const reader = new LockReader()
  const lineOf = lineFinder(text)
  for (const group of Object.keys(lock)) {
    if (group === '_meta') continue
    for (const [name, value] of Object.entries(asRecord(lock[group]) ?? {})) {
      const entry = asRecord(value)
      if (entry === null) continue
      const hashes = (Array.isArray(entry.hashes) ? entry.hashes : []).map(asText).filter(hash => hash !== null)
      const bad = hashes.find(isPlaceholderHash)
      if (bad !== undefined) reader.add(name, bad, () => lineOf(`"${bad}"`))
      else reader.add(name, hashes[0] ?? (isForeign(entry) ? undefined : null), () => lineOf(`"${name}": {`))
    }
  }
  return reader.state
}

const isForeign = (entry: Record<string, unknown>): boolean =>
  ['git', 'hg', 'svn', 'path', 'file'].some(key => entry[key] !== undefined)
