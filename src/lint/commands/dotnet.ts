import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { isOn } from '../environment.ts'
import { folderOf } from '../folder.ts'
import type { ManifestInstall } from '../locks/ecosystem.ts'
import type { Step, View } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import { findOption, hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of dotnet, nuget or choco that takes packages from a feed. */
export interface DotnetCommand extends ReadArguments {
  command: ShellCommand
  /** `add`: a package by name. `restore`: what projects name. */
  action: 'add' | 'restore'
  tool: 'dotnet' | 'nuget' | 'choco'
  head: Range
  /** Packages in no exact version. */
  loose: ShellWord[]
}

const table = optionTable(
  `-v --version -Version -s --source -Source --add-source -f --framework -c --configuration --configfile -ConfigFile -r --runtime
   --tool-path --tool-manifest --verbosity -Verbosity --packages -OutputDirectory -PackagesDirectory -a --arch --os --lock-file-path
   --package-directory --project -p -n --params --package-parameters --install-arguments --ia --timeout --execution-timeout`,
  false,
)

export const dotnetCommandsOf = (step: Step): DotnetCommand[] =>
  step.script.commands.flatMap(command => readDotnet(command) ?? [])

function readDotnet(command: ShellCommand): DotnetCommand | null {
  const tool = /^(dotnet|nuget|choco)(\.exe)?$/i.exec(command.name)?.[1]?.toLowerCase() as
    | DotnetCommand['tool']
    | undefined
  if (tool === undefined) return null
  const read = readArguments(command, table)
  if (hasOption(read, '-h', '--help', '-?', '--noop', '--whatif')) return null
  const [verb, ...rest] = read.operands
  const texts = read.operands.map(({ value }) => value)
  const make = (action: DotnetCommand['action'], packages: ShellWord[], until = verb): DotnetCommand => {
    const loose = action === 'add' && !hasFixedVersion(tool, read) ? packages.filter(isLoose) : []
    return {
      command,
      action,
      tool,
      options: read.options,
      operands: packages,
      head: headOf(command, until ?? null),
      loose,
    }
  }
  if (texts[0] === 'restore' && tool !== 'choco') return make('restore', [])
  if (tool === 'choco') return /^(install|upgrade)$/.test(texts[0] ?? '') ? make('add', rest) : null
  if (tool === 'nuget') return texts[0] === 'install' ? make('add', rest) : null
  if (texts[0] === 'tool' && /^(install|update)$/.test(texts[1] ?? '')) return make('add', rest.slice(1), rest[0])
  const at = texts.indexOf('package')
  // `dotnet add [project] package x`, `dotnet package add x`
  if (texts[0] === 'add' && at > 0) return make('add', read.operands.slice(at + 1, at + 2), read.operands[at])
  return texts[0] === 'package' && texts[1] === 'add' ? make('add', rest.slice(1, 2), rest[0]) : null
}

function hasFixedVersion(tool: DotnetCommand['tool'], read: ReadArguments): boolean {
  const version = findOption(read, '-v', '--version', '-Version')
  if (version !== undefined) return version.value === null || /^\[?v?\d+(\.\d+)*(-[\w.-]+)?\]?$/.test(version.value)
  return tool === 'choco' && read.options.some(({ name }) => /^--?require-?checksums?$/i.test(name))
}

/** A list of packages in a file is none by itself. `x@1.2.3` is how newer versions of dotnet name one. */
const isLoose = ({ value, partial }: ShellWord): boolean =>
  value !== null && value !== '' && !/\.(config|csproj|nupkg|sln)$|@\d/i.test(partial) && !/^[./~]/.test(partial)

const builds = /^(restore|build|publish|run|test|pack|msbuild)$/

/** What a project's packages.lock.json may fix; `--locked-mode` keeps to it. */
export function dotnetRestoresOf(view: View, step: Step): ManifestInstall[] {
  if (!callsAny(step, ['dotnet', 'nuget'])) return []
  return step.script.commands.flatMap((command): ManifestInstall[] => {
    if (command.name !== 'dotnet' && command.name !== 'nuget') return []
    const read = readArguments(command, table)
    const [verb, project] = read.operands
    if (!builds.test(verb?.value ?? '') || hasOption(read, '--no-restore', '-h', '--help')) return []
    const folder = folderOf(view, step, command)
    // A project or a solution elsewhere has its lock file there.
    const here = project === undefined ? folder : null
    return [
      {
        command,
        range: headOf(command, verb ?? null),
        folder: here,
        lock: isLockedRestore(step, command, read) ? 'frozen' : 'may-change',
      },
    ]
  })
}

export const isLockedRestore = (step: Step, command: ShellCommand, read: ReadArguments): boolean =>
  hasOption(read, '--locked-mode', '-LockedMode', '-lockedmode', '--lockedmode') ||
  command.words.some(({ partial }) => /^[-/]{1,2}p(roperty)?:RestoreLockedMode=true$/i.test(partial)) ||
  isOn(step, command, 'RestoreLockedMode')
