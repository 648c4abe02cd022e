import type { ShellWord } from '../../dockerfile/shell.ts'
import { type AptCommand, aptCommandsOf } from '../commands/apt.ts'
import { hasOption } from '../commands/option-table.ts'
import { packageListsOf } from '../commands/package-list.ts'
import { runsOwnScript } from '../commands/program.ts'
import { aptUsesSnapshot, rootImage } from '../commands/snapshot.ts'
import type { Draft, Rule } from '../rule.ts'
import { type Step, someBefore, type View } from '../view.ts'
import { listed } from '../wording.ts'

export const aptUnpinned: Rule = {
  id: 'RG201',
  title: 'Debian packages without a fixed version',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step => {
      const drafts = aptCommandsOf(step).flatMap(apt => checkCommand(view, step, apt))
      return drafts.length === 0 || aptUsesSnapshot(view, step) || takesBaseAsIs(view, step) ? [] : drafts
    }),
}

const why =
  'The archive always serves its newest version, so next week the same commit gets other packages (and other packages that these need).'

const debianSnapshot = `RUN sed -i -e 's|http://deb.debian.org/debian|http://snapshot.debian.org/archive/debian/20240101T000000Z|' -e 's|http://deb.debian.org/debian-security|http://snapshot.debian.org/archive/debian-security/20240101T000000Z|' /etc/apt/sources.list.d/debian.sources && echo 'Acquire::Check-Valid-Until "false";' > /etc/apt/apt.conf.d/80snapshot`
const ubuntuSnapshot = `RUN echo 'APT::Snapshot "20240101T000000Z";' > /etc/apt/apt.conf.d/80snapshot`

/** NVIDIA's images are Ubuntu, too. */
const isUbuntu = (image: string): boolean => /ubuntu|jammy|noble|focal|bionic|^nvcr\.io\/nvidia\//i.test(image)

const fixFor = (step: Step) => ({
  text: 'Best: take all packages from the archive of one day, snapshot.debian.org or snapshot.ubuntu.com; that pins what they depend on as well (put a day on which your base image was current in place of 20240101). Pinning single versions (`name=version`) works only until the archive drops them, usually within months, and then the build fails.',
  snippet: isUbuntu(rootImage(step)) ? ubuntuSnapshot : debianSnapshot,
})

function checkCommand(view: View, step: Step, apt: AptCommand): Draft[] {
  if (hasOption(apt, '-S', '--snapshot', '--no-download')) return []
  if (apt.action === 'build-dep') return checkBuildDep(step, apt)
  if (apt.action !== 'install') return []
  const loose = apt.packages.filter(isLoose)
  const lists = packageListsOf(view, step, apt.command).map(list => ({
    ...list,
    names: list.names.filter(isLooseName),
  }))
  const open = lists.filter(({ names }) => names.length > 0)
  const range = loose[0]?.range ?? open[0]?.range ?? apt.head
  const names = [...loose.map(({ value }) => value ?? ''), ...open.flatMap(list => list.names)]
  if (names.length === 0) return []
  const from = open.length === 0 ? '' : ` (from ${listed(open.map(({ file }) => file))})`
  return [
    {
      range,
      message: `${listed(names)}${from} ${names.length === 1 ? 'is' : 'are'} installed in whatever version the archive has that day. ${why}`,
      fix: fixFor(step),
      count: names.length,
    },
  ]
}

/** Surely without a version: `curl`, `curl/stable`; a name that holds an unknown variable may hold a version too. */
const isLoose = ({ value }: ShellWord): boolean => value !== null && value !== '' && isLooseName(value)

const isLooseName = (name: string): boolean => !/[=~]/.test(name)

function checkBuildDep(step: Step, apt: AptCommand): Draft[] {
  const [first] = apt.packages
  if (first === undefined) return []
  const names = apt.packages.map(({ partial }) => partial)
  return [
    {
      range: first.range,
      message: `The build dependencies of ${listed(names)} are installed in whatever versions the archive has that day, and ${quoteBuildDep} takes no versions. ${why}`,
      fix: {
        ...fixFor(step),
        text: 'Take all packages from the archive of one day, snapshot.debian.org or snapshot.ubuntu.com.',
      },
      count: names.length,
    },
  ]
}

const quoteBuildDep = '`apt-get build-dep`'

/** No index is ever fetched and the base is fixed by digest: what can be installed is what the base holds. */
function takesBaseAsIs(view: View, step: Step): boolean {
  if (!/@sha256:[0-9a-f]{64}$/.test(rootImage(step))) return false
  return !mayFetchIndex(step) && !someBefore(view, step, mayHaveFetched)
}

const mayHaveFetched = (_view: View, step: Step): boolean => mayFetchIndex(step)

const mayFetchIndex = (step: Step): boolean =>
  aptCommandsOf(step).some(({ action }) => action === 'update') || !runsNothingElse(step)

/** A script of the user's own may well fetch the index. */
const runsNothingElse = (step: Step): boolean =>
  step.script.errors === 0 &&
  !step.script.commands.some(command => runsOwnScript(command) || /apt-repository/.test(command.name))
