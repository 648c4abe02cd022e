import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'
import { apkCommandsOf } from './apk.ts'
import { aptCommandsOf } from './apt.ts'
import { headOf } from './head.ts'
import { hasOption, optionTable, readArguments } from './option-table.ts'
import { rpmCommandsOf } from './rpm.ts'
import { aptNamesSnapshot, aptUsesSnapshot, namesDatedRepository, usesDatedRepository } from './snapshot.ts'

/** A command that brings what is installed to the newest versions. */
export interface Upgrade {
  command: ShellCommand
  head: Range
  archive: Archive
  /** It says which packages. */
  namesSome?: boolean
}

/** Whether the archive that is asked is one of a fixed day; `unread`: files that cannot be read from here say which it is. */
export type Archive = (view: View, step: Step) => 'dated' | 'newest' | 'unread'

const aptArchive: Archive = (view, step) =>
  aptNamesSnapshot(view, step) ? 'dated' : aptUsesSnapshot(view, step) ? 'unread' : 'newest'

const otherArchive: Archive = (view, step) =>
  namesDatedRepository(view, step) ? 'dated' : usesDatedRepository(view, step) ? 'unread' : 'newest'

/** Those of a RUN, whatever the package manager. What upgrades only packages it names is none, except for `apk add -u`. */
export function upgradesOf(step: Step): Upgrade[] {
  const apt = aptCommandsOf(step).filter(({ action }) => action === 'upgrade')
  const apk = apkCommandsOf(step).filter(
    read => read.action === 'upgrade' || (read.action === 'add' && hasOption(read, '-u', '--upgrade')),
  )
  // Operands that are local files or addresses are operands, too.
  const rpm = rpmCommandsOf(step).filter(
    read => read.action === 'upgrade' && read.operands.length === 1 && !hasOption(read, ...namedFixes),
  )
  return [
    ...apt.map(({ command, head }) => ({ command, head, archive: aptArchive })),
    ...apk.map(({ command, head, packages }) => ({
      ...{ command, head, archive: otherArchive, namesSome: packages.length > 0 },
    })),
    ...rpm.map(({ command, head }) => ({ command, head, archive: otherArchive })),
    ...othersOf(step),
  ].sort((a, b) => a.command.range.start - b.command.range.start)
}

/** Only the updates that mend what they name: `zypper patch --cve=…`, `dnf upgrade --advisory=…`. */
const namedFixes = ['--cve', '--cves', '--bz', '--bzs', '--bugzilla', '--issue', '--advisory', '--advisories']

const pacman = optionTable(
  '-b --dbpath -r --root --arch --cachedir --color --config --gpgdir --hookdir --logfile --ignore --ignoregroup --assume-installed --overwrite',
)

function othersOf(step: Step): Upgrade[] {
  return step.script.commands.flatMap(command => {
    if (/^unattended-upgrades?$/.test(command.name)) {
      return [{ command, head: headOf(command, null), archive: aptArchive }]
    }
    if (command.name !== 'pacman') return []
    const read = readArguments(command, pacman)
    const syncs = hasOption(read, '-S', '--sync') && hasOption(read, '-u', '--sysupgrade')
    return syncs ? [{ command, head: headOf(command, null), archive: otherArchive }] : []
  })
}
