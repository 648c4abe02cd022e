import type { ShellCommand } from '../../dockerfile/shell.ts'
import { type AptCommand, aptCommandsOf, fetchesLists, namesPackages } from '../commands/apt.ts'
import { hasOption } from '../commands/option-table.ts'
import { programOf, runsOwnScript } from '../commands/program.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import { type StageView, type Step, someBefore, type View } from '../view.ts'
import { listed } from '../wording.ts'

export const aptUpdateAlone: Rule = {
  id: 'RG203',
  title: 'apt-get update and install in different RUNs',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

function checkStep(view: View, step: Step): Draft[] {
  const commands = aptCommandsOf(step)
  if (commands.length === 0 || listsAreMounted(step) || step.script.errors > 0) return []
  const update = commands.find(fetchesLists)
  const install = commands.find(installs)
  if (update !== undefined && install === undefined)
    return isAlone(view, step) ? [updateAlone(update, nextInstall(view, step))] : []
  return update === undefined && install !== undefined && hasNoLists(view, step, install) ? [installAlone(install)] : []
}

/** The update of a RUN from which no apt of this file installs: its lists serve nobody here, and stay. */
export function updateForNothing(view: View, step: Step): AptCommand | undefined {
  const commands = aptCommandsOf(step)
  if (commands.some(installs) || listsAreMounted(step) || step.script.errors > 0) return undefined
  if (!step.script.commands.every(isHarmless) || nextInstall(view, step) !== undefined) return undefined
  return commands.find(fetchesLists)
}

const updateAlone = (update: AptCommand, install: AptCommand | undefined): Draft => ({
  range: update.head,
  message:
    'This RUN fetches the package lists, and a later RUN installs from them. The layer with the lists is cached: the install may use lists that are weeks old on one machine and new ones on another, so the same commit gets other versions, or fails on a version that is gone.',
  fix: {
    text: 'Fetch the lists in the RUN that installs, and remove this one.',
    snippet: `RUN ${writtenOut(update)} && ${install === undefined ? 'apt-get install -y --no-install-recommends <packages>' : writtenOut(install)} && rm -rf /var/lib/apt/lists/*`,
  },
})

/** On one line, as far as one can read it. */
const writtenOut = ({ command }: AptCommand): string =>
  [...command.wrappers.filter(name => name === 'sudo'), ...command.words.map(({ raw }) => raw)].join(' ').slice(0, 500)

const installAlone = (install: AptCommand): Draft => ({
  range: install.head,
  level: 'notice',
  message: `This RUN installs ${listed(install.packages.map(({ partial }) => partial)) || 'packages'} from package lists that some other layer or the base image left there. How old they are depends on what was cached where the build runs.`,
  fix: { text: 'Fetch the lists in the same RUN.', snippet: 'apt-get update && ' },
})

const installs = (apt: AptCommand): boolean => apt.action === 'upgrade' || namesPackages(apt)

/** Update alone, nothing in the RUN that could install behind our back, and a later RUN that installs. */
const isAlone = (view: View, step: Step): boolean =>
  step.script.commands.every(isHarmless) && nextInstall(view, step) !== undefined

/** The next install of the stage, else the first of a stage that continues it. */
function nextInstall(view: View, step: Step): AptCommand | undefined {
  return installsOf(step.stage).find(({ index }) => index > step.index)?.install ?? continued(view).get(step.stage)
}

interface Install {
  index: number
  install: AptCommand
}

const found = new WeakMap<StageView, Install[]>()

/** The first install of every step that has one. */
function installsOf(stage: StageView): Install[] {
  const known = found.get(stage)
  if (known !== undefined) return known
  const all = stage.steps.flatMap(step => {
    const install = aptCommandsOf(step).find(installs)
    return install === undefined ? [] : [{ index: step.index, install }]
  })
  found.set(stage, all)
  return all
}

const inContinuing = new WeakMap<View, Map<StageView, AptCommand>>()

/** For each stage the first install of the stages that continue it, in the order of the file. */
function continued(view: View): Map<StageView, AptCommand> {
  const known = inContinuing.get(view)
  if (known !== undefined) return known
  const first = new Map<StageView, AptCommand>()
  for (const stage of view.stages) {
    const install = installsOf(stage)[0]?.install
    if (install === undefined) continue
    // Where a stage below knows one, all below that one do.
    for (let below = stage.parent; below !== null && !first.has(below); below = below.parent) first.set(below, install)
  }
  inContinuing.set(view, first)
  return first
}

/** `sh -c` counts by what it runs, which is read as well. */
const isHarmless = (command: ShellCommand): boolean =>
  harmless.has(command.name) || command.words.length === 0 || programOf(command)?.kind === 'inline'

/** Programs that never install a package. All others may: `playwright install-deps`, `./setup.sh`, `rosdep`. */
const harmless = new Set(
  `apt apt-get apt-cache apt-key apt-mark aptitude apt-fast nala add-apt-repository apt-add-repository dpkg : [ [[ test true false set export unset cd echo
   printf cat cp mv rm ln ls mkdir touch chmod chown sed awk grep head tail tee tr cut sort sleep exit return curl wget gpg gpgv install
   lsb_release uname arch id env date locale-gen update-locale debconf-set-selections ca-certificates update-ca-certificates`.split(
    /\s+/,
  ),
)

/** Nothing in this RUN can have fetched lists, and no earlier update is blamed for it already. */
function hasNoLists(view: View, step: Step, install: AptCommand): boolean {
  if (hasOption(install, '--no-download') || install.action !== 'install') return false
  const before = step.script.commands.filter(({ range }) => range.start < install.command.range.start)
  if (before.some(command => !isHarmless(command) || command.wrappers.includes('xargs'))) return false
  if (before.some(({ name }) => name === 'add-apt-repository' || name === 'apt-add-repository')) return false
  if (someBefore(view, step, fetchesUnseen)) return false
  return leavesLists(view, step.stage) < step.index || !someBefore(view, step, isBlamed)
}

const listsLeft = new WeakMap<StageView, number>()

/** The first step of a stage that fetches lists, installs from them, and leaves them to later steps. */
function leavesLists(view: View, stage: StageView): number {
  const known = listsLeft.get(stage)
  if (known !== undefined) return known
  const at = stage.steps.findIndex(step => {
    const commands = aptCommandsOf(step)
    return commands.some(fetchesLists) && commands.some(installs) && !listsAreMounted(step)
  })
  const alone = stage.steps.findIndex(step => isBlamed(view, step) && !aptCommandsOf(step).some(installs))
  // One that only fetches is blamed itself.
  const first = at < 0 || alone >= 0 ? Number.POSITIVE_INFINITY : at
  listsLeft.set(stage, first)
  return first
}

const isBlamed = (view: View, step: Step): boolean => aptCommandsOf(step).some(fetchesLists) && isAlone(view, step)

/** `curl … | bash` and own scripts fetch lists as a rule: nodesource, docker and the like. */
const fetchesUnseen = (_view: View, step: Step): boolean =>
  step.script.commands.some(command => runsOwnScript(command) || /apt-repository/.test(command.name))

/** The lists are in a mount: they outlive the RUN, or come from elsewhere on purpose. */
const listsAreMounted = (step: Step): boolean =>
  step.mounts.some(({ type, options: { target } }) => {
    if ((type !== 'cache' && type !== 'bind') || target === undefined) return false
    return target.includes('$') || isWithin('/var/lib/apt/lists', absolute(target))
  })
