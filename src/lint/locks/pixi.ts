import { posix } from 'node:path'
import { type CondaCommand, condaCommandsOf } from '../commands/conda.ts'
import { findOption, hasOption } from '../commands/option-table.ts'
import { isOn } from '../environment.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { readPixiLock } from './conda-lock.ts'
import type { Ecosystem } from './ecosystem.ts'

export const pixi: Ecosystem = {
  name: 'pixi',
  manifests: ['pixi.toml'],
  locks: ['pixi.lock'],
  readLock: (_file, text) => readPixiLock(text),
  installs: (view, step) =>
    condaCommandsOf(step)
      .filter(({ program, action }) => program === 'pixi' && action === 'install')
      .map(one => ({
        command: one.command,
        range: one.head,
        folder: pixiFolder(view, step, one),
        lock: keepsPixiLock(step, one) ? 'frozen' : 'may-change',
      })),
}

export const keepsPixiLock = (step: Step, one: CondaCommand): boolean =>
  hasOption(one, '--locked', '--frozen') || ['PIXI_LOCKED', 'PIXI_FROZEN'].some(name => isOn(step, one.command, name))

function pixiFolder(view: View, step: Step, one: CondaCommand): string | null {
  const folder = folderOf(view, step, one.command)
  const given = findOption(one, '--manifest-path', '-m')
  if (given === undefined) return folder
  if (given.value === null || (folder === null && !given.value.startsWith('/'))) return null
  const path = absolute(given.value, folder ?? '/')
  return path.endsWith('.toml') ? posix.dirname(path) : path
}
