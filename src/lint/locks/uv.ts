import { hasOption } from '../commands/option-table.ts'
import { type PythonTool, projectFolder, pythonToolsOf } from '../commands/python-tool.ts'
import { isOn } from '../environment.ts'
import type { Step } from '../view.ts'
import type { Ecosystem } from './ecosystem.ts'
import { readPackageTables } from './python-lock.ts'

export const uv: Ecosystem = {
  name: 'uv',
  manifests: ['pyproject.toml'],
  locks: ['uv.lock'],
  readLock: (_file, text) => readPackageTables(text, false),
  installs: (view, step) =>
    pythonToolsOf(step)
      .filter(tool => tool.tool === 'uv' && (tool.action === 'sync' || tool.action === 'export'))
      .filter(tool => !hasOption(tool, '--script', '--check'))
      .map(tool => ({
        command: tool.command,
        range: tool.head,
        folder: projectFolder(view, step, tool),
        lock: keepsUvLock(step, tool) ? 'frozen' : 'may-change',
      })),
}

/** `--locked` stops where the lock does not fit pyproject.toml, `--frozen` does not look. */
export const keepsUvLock = (step: Step, tool: PythonTool): boolean =>
  hasOption(tool, '--locked', '--frozen') || ['UV_LOCKED', 'UV_FROZEN'].some(name => isOn(step, tool.command, name))
