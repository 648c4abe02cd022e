import { posix } from 'node:path'
import { hasOption, valueWord } from '../commands/option-table.ts'
import { type PipCommand, pipCommandsOf } from '../commands/pip.ts'
import { pythonToolsOf } from '../commands/python-tool.ts'
import { originOf, textOf } from '../context/copied-file.ts'
import { isOn } from '../environment.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import { type Step, someBefore, type View } from '../view.ts'
import type { Ecosystem, LockState, ManifestInstall } from './ecosystem.ts'
import { LockReader } from './lock-state.ts'
import { parseRequirements } from './requirements.ts'

/** pip takes no lock file by itself: what it installs from is on the command line, and RG301 looks at it. */
export const pip: Ecosystem = {
  name: 'pip',
  manifests: ['requirements.txt', 'requirements.in', 'pyproject.toml'],
  locks: ['requirements.lock', 'requirements-lock.txt'],
  readLock: (_file, text) => readRequirementsLock(text),
  installs: (view, step) =>
    pipCommandsOf(step)
      .filter(one => one.action === 'install' && !isFixed(step, one) && !followsTool(view, step))
      .flatMap(one => manifestOf(view, step, one) ?? []),
}

const isFixed = (step: Step, one: PipCommand): boolean =>
  hasOption(one, '--no-deps', '--no-index', '--require-hashes') ||
  ['PIP_NO_DEPS', 'PIP_NO_INDEX', 'PIP_REQUIRE_HASHES', 'UV_NO_INDEX', 'UV_REQUIRE_HASHES'].some(name =>
    isOn(step, one.command, name),
  )

/** The project, or the requirements file, that it installs. */
function manifestOf(view: View, step: Step, one: PipCommand): ManifestInstall | null {
  const folder = folderOf(view, step, one.command)
  const at = (path: string): string | null =>
    path.startsWith('/') || folder !== null ? absolute(path, folder ?? '/') : null
  const files = one.options.filter(({ name }) => /^(-r|--requirements?)$/.test(name))
  for (const { value, range } of files.map(valueWord)) {
    const path = value === null ? null : at(value)
    if (path === null || !/^(requirements\.(txt|in)|pyproject\.toml)$/.test(posix.basename(path))) continue
    if (isHashed(textOf(view, originOf(view, step, path)))) continue
    return { command: one.command, range, folder: posix.dirname(path), lock: 'never' }
  }
  const projects = [...one.operands, ...one.options.filter(({ name }) => /^(-e|--editable)$/.test(name)).map(valueWord)]
  const project = projects.find(({ value }) => value !== null && /^\.(\[[^\]]*\])?$|^\.\/$/.test(value))
  return project === undefined ? null : { command: one.command, range: project.range, folder: at('.'), lock: 'never' }
}

const isHashed = (text: string | null): boolean =>
  text !== null && parseRequirements(text).requirements.every(({ pin }) => pin === 'hashed')

/** Where the tool of the lock file has been at work, what pip finds is installed already. */
const followsTool = (view: View, step: Step): boolean => usesTool(view, step) || someBefore(view, step, usesTool)

const usesTool = (_: View, step: Step): boolean =>
  pythonToolsOf(step).some(({ action }) => /^(sync|install|export|requirements)$/.test(action))

function readRequirementsLock(text: string): LockState | null {
  const { requirements } = parseRequirements(text)
  if (requirements.length === 0) return null
  const reader = new LockReader()
  for (const { text: name, line, pin } of requirements)
    reader.add(name, pin === 'hashed' ? 'hashed' : pin === 'other' ? undefined : null, line)
  return reader.state
}
