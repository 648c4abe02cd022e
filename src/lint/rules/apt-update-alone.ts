import type { ShellCommand } from '../../dockerfile/shell.ts'
import { type AptCommand, aptCommandsOf, fetchesLists, namesPackages } from '../commands/apt.ts'
import { hasOption } from '../commands/option-table.ts'
import { programOf, runsOwnScript } from '../commands/program.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import { type StageView, type Step, stepsBefore, type View } from '../view.ts'
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

function nextInstall(view: View, step: Step): AptCommand | undefined {
  for (const later of laterSteps(view, step)) {
    const install = aptCommandsOf(later).find(installs)
    if (install !== undefined) return install
  }
  return undefined
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

function laterSteps(view: View, step: Step): Step[] {
  const own = step.stage.steps.slice(step.index + 1)
  const continuing = view.stages.filter(stage => stage !== step.stage && continues(stage, step.stage))
  return [...own, ...continuing.flatMap(stage => stage.steps)]
}

const continues = (stage: StageView, base: StageView): boolean =>
  stage.parent !== null && (stage.parent === base || continues(stage.parent, base))

/** Nothing in this RUN can have fetched lists, and no earlier update is blamed for it already. */
function hasNoLists(view: View, step: Step, install: AptCommand): boolean {
  if (hasOption(install, '--no-download') || install.action !== 'install') return false
  const before = step.script.commands.filter(({ range }) => range.start < install.command.range.start)
  if (before.some(command => !isHarmless(command) || command.wrappers.includes('xargs'))) return false
  if (before.some(({ name }) => name === 'add-apt-repository' || name === 'apt-add-repository')) return false
  const earlier = stepsBefore(step)
  if (earlier.some(fetchesUnseen)) return false
  return !earlier.some(other => aptCommandsOf(other).some(fetchesLists) && isAlone(view, other))
}

/** `curl … | bash` and own scripts fetch lists as a rule: nodesource, docker and the like. */
const fetchesUnseen = (step: Step): boolean =>
  step.script.commands.some(command => runsOwnScript(command) || /apt-repository/.test(command.name))

/** The lists are in a mount: they outlive the RUN, or come from elsewhere on purpose. */
const listsAreMounted = (step: Step): boolean =>
  step.mounts.some(({ type, options: { target } }) => {
    if ((type !== 'cache' && type !== 'bind') || target === undefined) return false
    return target.includes('$') || isWithin('/var/lib/apt/lists', absolute(target))
  })
