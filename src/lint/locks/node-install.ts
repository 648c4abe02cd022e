import { type NodeCommand, nodeFolder } from '../commands/node.ts'
import { hasOption } from '../commands/option-table.ts'
import { isOn } from '../environment.ts'
import { codeOf, type Step, someBefore, type View } from '../view.ts'
import type { ManifestInstall } from './ecosystem.ts'
import { lockAt, textAt } from './lock-at.ts'

/** A call of npm, yarn, pnpm or bun as an install of what package.json or the lock names; none for what the command line names. */
export function installsOf(view: View, step: Step, node: NodeCommand): ManifestInstall[] {
  if (node.global || (node.action !== 'install' && node.action !== 'ci')) return []
  const folder = nodeFolder(view, step, node)
  return [{ command: node.command, range: node.head, folder, lock: lockUseOf(view, step, node, folder) }]
}

/** What such a command does with the lock file. */
export function lockUseOf(view: View, step: Step, node: NodeCommand, folder: string | null): ManifestInstall['lock'] {
  if (node.action === 'ci') return 'frozen'
  if (
    hasOption(node, '--no-package-lock', '--no-shrinkwrap', '--no-lockfile') ||
    isOff(node, '--package-lock', '--lockfile')
  )
    return 'never'
  if (node.manager === 'npm') return 'may-change'
  if (hasOption(node, '--no-frozen-lockfile', '--no-immutable') || isOff(node, '--frozen-lockfile', '--immutable'))
    return 'may-change'
  if (hasOption(node, '--immutable')) return 'frozen'
  if (hasOption(node, '--frozen-lockfile')) return makesLockAnyway(view, step, node, folder) ? 'may-change' : 'frozen'
  const frozen = { yarn: yarnIsFrozen, pnpm: pnpmIsFrozen, bun: bunIsFrozen }[node.manager]
  return frozen(view, step, node, folder) ? 'frozen' : 'may-change'
}

/** The first Yarn takes `--frozen-lockfile` for nothing where there is no lock file, and installs the newest; others stop. */
const makesLockAnyway = (view: View, step: Step, node: NodeCommand, folder: string | null): boolean =>
  node.manager === 'yarn' &&
  yarnLine(view, step, folder) !== 'berry' &&
  lockAt(view, step, folder, { manifests: ['package.json'], locks: ['yarn.lock'] }, true).kind === 'missing'

const isOff = (node: NodeCommand, ...names: string[]): boolean =>
  node.options.some(({ name, value }) => names.includes(name) && value === 'false')

type Frozen = (view: View, step: Step, node: NodeCommand, folder: string | null) => boolean

/** Yarn 2 and later keeps to the lock where CI is set; the first Yarn never does by itself. */
const yarnIsFrozen: Frozen = (view, step, node, folder) =>
  isOn(step, node.command, 'YARN_ENABLE_IMMUTABLE_INSTALLS') ||
  (isOn(step, node.command, 'CI') && yarnLine(view, step, folder) !== 'classic') ||
  /^\s*enableImmutableInstalls:\s*true/m.test(textAt(view, step, folder, '.yarnrc.yml') ?? '') ||
  /^-{2}(install\.)?frozen-lockfile\s+"?true/m.test(textAt(view, step, folder, '.yarnrc') ?? '')

/** pnpm keeps to a lock by itself where CI is set, which `docker build` does not do. */
const pnpmIsFrozen: Frozen = (view, step, node, folder) =>
  ['CI', 'npm_config_frozen_lockfile', 'NPM_CONFIG_FROZEN_LOCKFILE', 'pnpm_config_frozen_lockfile'].some(name =>
    isOn(step, node.command, name),
  ) ||
  /^\s*frozen-lockfile\s*=\s*true/m.test(textAt(view, step, folder, '.npmrc') ?? '') ||
  /^\s*frozenLockfile:\s*true/m.test(textAt(view, step, folder, 'pnpm-workspace.yaml') ?? '') ||
  setsFrozen(view, step) ||
  someBefore(view, step, setsFrozen)

const setsFrozen = (view: View, { instruction }: Step): boolean =>
  instruction.keyword === 'RUN' &&
  /config\s+set\s+[^&|;\n]*frozen-?lockfile[\s=]+"?true/i.test(codeOf(view, instruction))

const bunIsFrozen: Frozen = (view, step, node, folder) =>
  hasOption(node, '--production', '-p') ||
  /^\s*frozenLockfile\s*=\s*true/m.test(textAt(view, step, folder, 'bunfig.toml') ?? '')

/** Which Yarn a project is for; null where its files do not say, or do not agree. */
export function yarnLine(view: View, step: Step, folder: string | null): 'classic' | 'berry' | null {
  const lock = textAt(view, step, folder, 'yarn.lock')
  const manager = /"packageManager"\s*:\s*"yarn@(\d+)/.exec(textAt(view, step, folder, 'package.json') ?? '')?.[1]
  const signs = [
    lock === null ? null : /^__metadata:/m.test(lock) ? 'berry' : /^# yarn lockfile v1$/m.test(lock) ? 'classic' : null,
    manager === undefined ? null : manager === '1' ? 'classic' : 'berry',
    textAt(view, step, folder, '.yarnrc.yml') === null ? null : 'berry',
  ] as const
  if (signs.includes('berry')) return signs.includes('classic') ? null : 'berry'
  return signs.includes('classic') ? 'classic' : null
}
