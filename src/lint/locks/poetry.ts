import { projectFolder, pythonToolsOf } from '../commands/python-tool.ts'
import type { Ecosystem } from './ecosystem.ts'
import { readPackageTables } from './python-lock.ts'

export const poetry: Ecosystem = {
  name: 'Poetry',
  manifests: ['pyproject.toml'],
  locks: ['poetry.lock'],
  readLock: (_file, text) => readPackageTables(text),
  installs: (view, step) =>
    pythonToolsOf(step)
      .filter(({ tool, action }) => tool === 'poetry' && /^(install|sync|export)$/.test(action))
      .map(tool => ({
        command: tool.command,
        range: tool.head,
        folder: projectFolder(view, step, tool),
        lock: 'may-change',
      })),
}
