import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { headOf } from './head.ts'
import {
  findOption,
  hasOption,
  type OptionTable,
  optionTable,
  type ReadArguments,
  readArguments,
} from './option-table.ts'
import { pythons } from './program.ts'

/** One call of a tool that installs Python projects or programs. */
export interface PythonTool extends ReadArguments {
  command: ShellCommand
  tool: 'uv' | 'poetry' | 'pdm' | 'pipenv' | 'pipx'
  /** `sync`, `tool install`, `self update`. */
  action: string
  /** Of the last word of the action. */
  verb: ShellWord
  /** From the tool's name to the end of the action. */
  head: Range
  /** Behind the action. */
  operands: ShellWord[]
}

const tables: Record<PythonTool['tool'], OptionTable> = {
  uv: optionTable(
    `--directory --project --config-file --cache-dir --color --allow-insecure-host -p --python --extra --no-extra --group --no-group
     --only-group --package --index --default-index -i --index-url --extra-index-url -f --find-links -P --upgrade-package
     --upgrade-group --refresh-package --no-install-package --resolution --prerelease --exclude-newer --exclude-newer-package
     --link-mode -C --config-setting --with --from -w --with-editable --with-requirements --index-strategy --keyring-provider
     --python-platform --python-preference --no-binary-package --no-build-package --no-build-isolation-package --fork-strategy
     --reinstall-package -c --constraint --constraints --override --overrides --env-file -o --output-file --format
     -b --build-constraint --build-constraints --script --output-format --torch-backend --tag --rev --branch --optional -r
     --requirements --requirement --bounds --marker -m --index-url`,
  ),
  poetry: optionTable(
    '-C --directory -P --project --with --without --only -E --extras -f --format -o --output --group -G --source --python --platform --markers',
  ),
  pdm: optionTable(
    '-p --project -G --group -L --lockfile -c --config --venv -k --skip -f --format -o --output --without -S --strategy',
  ),
  pipenv: optionTable(
    '--python --categories -r --requirements -i --index -e --editable --extra-pip-args --pypi-mirror',
  ),
  pipx: optionTable(
    '--python --pip-args -i --index-url --suffix --spec --preinstall --with --backend --fetch-missing-python -e',
  ),
}

const known = new WeakMap<Step, PythonTool[]>()

/** The calls of uv (not `uv pip`), Poetry, PDM, Pipenv and pipx in a RUN, in order. */
export function pythonToolsOf(step: Step): PythonTool[] {
  const tools = known.get(step) ?? step.script.commands.flatMap(command => readTool(command) ?? [])
  known.set(step, tools)
  return tools
}

function readTool(command: ShellCommand): PythonTool | null {
  const before = wordsBefore(command)
  if (before === null || command.wrappers.includes('xargs')) return null
  const { tool, words, prefix } = before
  const read = readOwn(command, tool, words, prefix)
  if (hasOption(read, '--help', '-h', '--version', '-V', '--dry-run')) return null
  const two = /^(tool|self|python|env|cache|config|source|plugin|pip)$/.test(read.operands[0]?.value ?? '')
  const size = prefix !== '' ? 0 : two ? 2 : 1
  const verbs = read.operands.slice(0, size)
  const verb = verbs.at(-1) ?? command.words[0]
  if (verbs.length < size || verb === undefined || verbs.some(({ value }) => value === null)) return null
  const action = prefix !== '' ? prefix : verbs.map(({ value }) => value).join(' ')
  if (action.startsWith('pip ')) return null
  return {
    ...{ command, tool, action, verb },
    head: headOf(command, size === 0 ? null : verb),
    options: read.options,
    operands: read.operands.slice(size),
  }
}

/** Without what belongs to the program that it runs: all behind the program's name. */
function readOwn(command: ShellCommand, tool: PythonTool['tool'], words: ShellWord[], prefix: string): ReadArguments {
  const read = readArguments({ ...command, words }, tables[tool])
  const [first, second] = read.operands.map(({ value }) => value)
  const place = prefix !== '' ? 0 : first === 'run' ? 1 : first === 'tool' && second === 'run' ? 2 : null
  const program = place === null ? undefined : read.operands[place]
  if (program === undefined) return read
  return readArguments({ ...command, words: words.slice(0, words.indexOf(program) + 1) }, tables[tool])
}

/** `uvx` is `uv tool run`. */
function wordsBefore({
  name,
  words,
}: ShellCommand): { tool: PythonTool['tool']; words: ShellWord[]; prefix: string } | null {
  if (name === 'uvx') return { tool: 'uv', words, prefix: 'tool run' }
  if (isTool(name)) return { tool: name, words, prefix: '' }
  if (!pythons.test(name)) return null
  const at = words.findIndex(({ partial }) => /^-[a-zA-Z]*m$/.test(partial))
  const module = at > 0 ? (words[at + 1]?.value ?? '') : ''
  return isTool(module) ? { tool: module, words: words.slice(at + 1), prefix: '' } : null
}

const isTool = (name: string): name is PythonTool['tool'] => Object.hasOwn(tables, name)

/** Where it looks for pyproject.toml or Pipfile; null when that is not known. */
export function projectFolder(view: View, step: Step, tool: PythonTool): string | null {
  const { scope } = step
  if (tool.tool === 'pipenv' && scope.get('PIPENV_PIPFILE') !== undefined) return null
  const folder = folderOf(view, step, tool.command)
  const names = {
    uv: ['--directory', '--project'],
    poetry: ['-C', '--directory', '-P', '--project'],
    pdm: ['-p', '--project'],
  }
  const given = tool.tool in names ? findOption(tool, ...names[tool.tool as keyof typeof names]) : undefined
  const value = given !== undefined ? given.value : tool.tool === 'uv' ? scope.get('UV_PROJECT') : undefined
  if (value === undefined) return folder
  if (value === null || (folder === null && !value.startsWith('/'))) return null
  return absolute(value, folder ?? '/')
}
