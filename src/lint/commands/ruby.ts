import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { isOn } from '../environment.ts'
import { folderOf } from '../folder.ts'
import type { ManifestInstall } from '../locks/ecosystem.ts'
import { textAt } from '../locks/lock-at.ts'
import { codeOf, type Step, someBefore, type View } from '../view.ts'
import { callsAny } from './called.ts'
import { headOf } from './head.ts'
import { findOption, hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'

/** One call of `gem install` or `gem update`. */
export interface GemCommand extends ReadArguments {
  command: ShellCommand
  action: 'install' | 'update'
  head: Range
  /** Gems in no exact version. */
  loose: ShellWord[]
}

const gemTable = optionTable(
  `-v --version -i --install-dir -n --bindir -P --trust-policy -s --source -p --http-proxy --platform -g --file --build-root
   --config-file -B --bulk-threshold --document --target-rbconfig`,
)

export const gemCommandsOf = (step: Step): GemCommand[] =>
  step.script.commands.flatMap(command => readGem(command) ?? [])

function readGem(command: ShellCommand): GemCommand | null {
  if (!/^gem[\d.]*$/.test(command.name)) return null
  // What comes after `--` is for the compiler of the gem.
  const end = command.words.findIndex(({ partial }) => partial === '--')
  const words = end < 0 ? command.words : command.words.slice(0, end)
  const read = readArguments({ ...command, words }, gemTable)
  const [verb, ...gems] = read.operands
  const action = /^(install|i)$/.test(verb?.value ?? '') ? 'install' : verb?.value === 'update' ? 'update' : null
  if (
    verb === undefined ||
    action === null ||
    hasOption(read, '-h', '--help', '--explain', '--local', '-l', '-g', '--file')
  )
    return null
  const version = findOption(read, '-v', '--version')
  const fixed = version !== undefined && (version.value === null || isExact(version.value))
  const loose = fixed ? [] : gems.filter(isLoose)
  return { command, action, options: read.options, operands: gems, head: headOf(command, verb), loose }
}

const isExact = (version: string): boolean => /^=?\s*\d[\w.]*(-[\w.]+)?$/.test(version.trim())

/** `--use-system-libraries true`: what old guides write behind options of extensions is no gem. */
function isLoose({ value, partial }: ShellWord): boolean {
  if (value === '' || value === 'true' || /\.gem$|^[./~]/.test(partial)) return false
  const colon = partial.indexOf(':')
  if (colon < 0) return value !== null && /^[\w.-]+$/.test(partial)
  const version = partial.slice(colon + 1)
  return !version.includes('$') && !isExact(version)
}

const bundleTable = optionTable(
  '--gemfile --path --jobs -j --retry --without --with --binstubs --shebang --standalone --trust-policy --target-rbconfig',
)

/** `bundle install`, or `bundle` alone. */
export function bundleInstallsOf(view: View, step: Step): ManifestInstall[] {
  if (!callsAny(step, ['bundle', 'bundler'])) return []
  return step.script.commands.flatMap((command): ManifestInstall[] => {
    if (!/^(bundle|bundler)[\d.]*$/.test(command.name)) return []
    const words = command.words.filter(({ partial }, at) => at !== 1 || !/^_.*_$/.test(partial))
    const read = readArguments({ ...command, words }, bundleTable)
    const [verb = null] = read.operands
    if (verb !== null && verb.value !== 'install' && verb.value !== 'i') return []
    if (hasOption(read, '--version', '-v', '-h', '--help')) return []
    const folder = folderOf(view, step, command)
    const frozen =
      hasOption(read, '--frozen', '--deployment', '--local') ||
      ['BUNDLE_FROZEN', 'BUNDLE_DEPLOYMENT'].some(name => isOn(step, command, name)) ||
      setsFrozen(view, step) ||
      someBefore(view, step, setsFrozen) ||
      /BUNDLE_(FROZEN|DEPLOYMENT):\s*['"]?(true|1)/.test(textAt(view, step, folder, '.bundle/config') ?? '')
    return [{ command, range: headOf(command, verb), folder, lock: frozen ? 'frozen' : 'may-change' }]
  })
}

/** `bundle config set --global frozen true`, in any order bundler takes. */
const setsFrozen = (view: View, { instruction }: Step): boolean =>
  instruction.keyword === 'RUN' &&
  /\bbundler?\b[^&|;\n]*\bconfig\b[^&|;\n]*\b(frozen|deployment)\b["']?[\s=]+["']?(true|1)\b/.test(
    codeOf(view, instruction),
  )
