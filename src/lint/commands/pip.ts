import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { optionTable, type ReadArguments, readArguments } from './option-table.ts'
import { pythons } from './program.ts'

/** One call of pip, by whatever name: `pip3`, `python -m pip`, `uv pip`. */
export interface PipCommand extends ReadArguments {
  command: ShellCommand
  /** uv writes no bytecode unless told to, and has options of its own. */
  uv: boolean
  action: 'install' | 'download' | 'wheel' | 'sync' | 'other'
  /** What is to be installed; `-r`, `-e` and their values are among the options. */
  operands: ShellWord[]
}

const pip = optionTable(
  `-r --requirement --requirements -c --constraint --constraints -e --editable -i --index-url --extra-index-url -f --find-links -t --target --prefix
   --root --platform --python-version --implementation --abi --src --upgrade-strategy --progress-bar --report --only-binary
   --no-binary -C --config-settings --config-setting --global-option --install-option --build-option --cache-dir --log --timeout
   --retries --trusted-host --proxy --cert --client-cert --exists-action --keyring-provider --python --use-feature
   --use-deprecated -w --wheel-dir -d --dest --group --root-user-action --uploaded-prior-to -b --build --build-dir --build-directory`,
)
const uv = optionTable(
  `-r --requirement --requirements -c --constraint --constraints -e --editable -i --index --index-url --default-index --extra-index-url
   -f --find-links -t --target --prefix -p --python --python-version --python-platform --resolution --prerelease --index-strategy
   --keyring-provider --link-mode --refresh-package --reinstall-package -P --upgrade-package --torch-backend --extra --group
   --override --overrides -b --build-constraint --build-constraints --exclude-newer --exclude-newer-package --no-binary
   --only-binary --no-build-isolation-package --config-setting --config-settings -C --cache-dir --color --directory --project
   --config-file --allow-insecure-host --no-build-package --no-binary-package --fork-strategy`,
)

/** The calls of pip in a RUN, in order. One that only explains or tries counts as `other`. */
export function pipCommandsOf(step: Step): PipCommand[] {
  const known = readSteps.get(step)
  if (known !== undefined) return known
  const commands = step.script.commands.flatMap(command => readPip(command) ?? [])
  readSteps.set(step, commands)
  return commands
}

const readSteps = new WeakMap<Step, PipCommand[]>()

function readPip(command: ShellCommand): PipCommand | null {
  const skipped = wordsBeforeAction(command)
  if (skipped === null) return null
  const isUv = command.name === 'uv'
  const rest = { ...command, words: command.words.slice(skipped - 1) }
  const read = readArguments(rest, isUv ? uv : pip)
  const [verb, ...operands] = read.operands
  const idle = read.options.some(({ name }) => /^(--dry-run|--help|-h|--version|-V)$/.test(name))
  const action = idle ? 'other' : (actions[verb?.value ?? ''] ?? 'other')
  return { command, uv: isUv, action, options: read.options, operands }
}

const actions: Record<string, PipCommand['action']> = {
  install: 'install',
  download: 'download',
  wheel: 'wheel',
  sync: 'sync',
}

/** How many words come before pip's own arguments; null when it is no pip. */
function wordsBeforeAction({ name, words }: ShellCommand): number | null {
  if (/^pip[\d.]*$/.test(name)) return 1
  if (name === 'uv') {
    const at = words.findIndex((word, index) => index > 0 && !word.partial.startsWith('-'))
    return words[at]?.value === 'pip' ? at + 1 : null
  }
  if (!pythons.test(name)) return null
  const at = words.findIndex(({ partial }) => /^-[a-zA-Z]*m$/.test(partial))
  return at > 0 && words[at + 1]?.value === 'pip' ? at + 2 : null
}
