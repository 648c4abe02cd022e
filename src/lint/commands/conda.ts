import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { headOf } from './head.ts'
import { hasOption, optionTable, type ReadArguments, readArguments, valueWord } from './option-table.ts'

/** One call of conda, mamba, micromamba, conda-lock or pixi. */
export interface CondaCommand extends ReadArguments {
  command: ShellCommand
  program: 'conda' | 'mamba' | 'micromamba' | 'conda-lock' | 'pixi'
  /** `install`, `env create`, `global install`. */
  action: string
  /** From the program's name to the end of the action. */
  head: Range
  /** Behind the action. */
  operands: ShellWord[]
  /** The files it is told to read, `-f` or `--file`. */
  files: ShellWord[]
}

const conda = `-n --name -p --prefix -c --channel --file --solver --subdir --platform -r --root-prefix --rc-file --repodata-fn
  --channel-priority --experimental --revision --clone --log-level --download-threads --category --extra --categories
  --default-packages --environment-specifier --env-spec --format --repodata-use-zst --safety-checks --lockfile --conda --mamba
  --micromamba --kind --filename-template --virtual-package-spec --verify-ssl --cacert-path --remote-max-retries`
const pixi = `-e --environment -p --platform -f --feature --manifest-path -m --config --index --pypi-keyring-provider --auth-file
  --color -s --skip --concurrent-downloads --concurrent-solves --tls-root-certs --workspace -w --git --branch --tag --rev --subdir
  --channel -c --expose --with`
const tables = {
  /** `-f` is `--force` there. */
  plain: optionTable(conda),
  file: optionTable(`${conda} -f`),
  pixi: optionTable(pixi),
}

const programs: Record<string, CondaCommand['program']> = {
  conda: 'conda',
  mamba: 'mamba',
  micromamba: 'micromamba',
  'conda-lock': 'conda-lock',
  pixi: 'pixi',
}

const known = new WeakMap<Step, CondaCommand[]>()

/** The calls of conda's programs in a RUN, in order; not those that only tell or try. */
export function condaCommandsOf(step: Step): CondaCommand[] {
  const commands = known.get(step) ?? step.script.commands.flatMap(command => readConda(command) ?? [])
  known.set(step, commands)
  return commands
}

function readConda(command: ShellCommand): CondaCommand | null {
  const program = Object.hasOwn(programs, command.name) ? programs[command.name] : undefined
  if (program === undefined || command.wrappers.includes('xargs')) return null
  const first = command.words.find(({ partial }, at) => at > 0 && !partial.startsWith('-'))?.value
  const takesFile = program === 'micromamba' || program === 'conda-lock' || first === 'env'
  const table = program === 'pixi' ? tables.pixi : takesFile ? tables.file : tables.plain
  const read = readArguments(command, table)
  if (hasOption(read, '--help', '-h', '--version', '-V', '--dry-run', '-d', '--offline', '--download-only')) return null
  const size = /^(env|global|self)$/.test(read.operands[0]?.value ?? '') ? 2 : 1
  const verbs = read.operands.slice(0, size)
  if (verbs.length < size || verbs.some(({ value }) => value === null)) return null
  return {
    ...{ command, program },
    action: verbs.map(({ value }) => value).join(' '),
    head: headOf(command, verbs.at(-1) ?? null),
    options: read.options,
    operands: read.operands.slice(size),
    files: read.options
      .filter(({ name, partial }) => (name === '--file' || (takesFile && name === '-f')) && partial !== null)
      .map(valueWord),
  }
}
