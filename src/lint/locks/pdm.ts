import { findOption, hasOption } from '../commands/option-table.ts'
import { type PythonTool, projectFolder, pythonToolsOf } from '../commands/python-tool.ts'
import { isOn } from '../environment.ts'
import type { Step } from '../view.ts'
import type { Ecosystem } from './ecosystem.ts'
import { readPackageTables } from './python-lock.ts'

export const pdm: Ecosystem = {
  name: 'PDM',
  manifests: ['pyproject.toml'],
  locks: ['pdm.lock'],
  readLock: (_file, text) => readPackageTables(text),
  installs: (view, step) =>
    pythonToolsOf(step)
      .filter(({ tool, action }) => tool === 'pdm' && /^(install|sync|export)$/.test(action))
      .filter(tool => findOption(tool, '-L', '--lockfile') === undefined)
      .map(tool => ({
        command: tool.command,
        range: tool.head,
        folder: projectFolder(view, step, tool),
        lock: keepsPdmLock(step, tool) ? 'frozen' : 'may-change',
      })),
}

export const keepsPdmLock = (step: Step, tool: PythonTool): boolean =>
  tool.action === 'sync' ||
  tool.action === 'export' ||
  hasOption(tool, '--frozen-lockfile', '--no-lock', '--check') ||
  isOn(step, tool.command, 'PDM_FROZEN_LOCKFILE')
