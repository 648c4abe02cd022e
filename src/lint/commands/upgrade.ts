import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'
import { apkCommandsOf } from './apk.ts'
import { aptCommandsOf } from './apt.ts'
import { headOf } from './head.ts'
import { hasOption, optionTable, readArguments } from './option-table.ts'
import { rpmCommandsOf } from './rpm.ts'
import { aptUsesSnapshot, usesDatedRepository } from './snapshot.ts'

/** A command that brings what is installed to the newest versions. */
export interface Upgrade {
  command: ShellCommand
  head: Range
  /** Whether the archive it asks is one of a fixed day. */
  dated: (view: View, step: Step) => boolean
}

/** Those of a RUN, whatever the package manager. What upgrades only packages it names is none, except for `apk add -u`. */
export function upgradesOf(step: Step): Upgrade[] {
  const apt = aptCommandsOf(step).filter(({ action }) => action === 'upgrade')
  const apk = apkCommandsOf(step).filter(
    read => read.action === 'upgrade' || (read.action === 'add' && hasOption(read, '-u', '--upgrade')),
  )
  // Operands that are local files or addresses are operands, too.
  const rpm = rpmCommandsOf(step).filter(({ action, operands }) => action === 'upgrade' && operands.length === 1)
  return [
    ...apt.map(({ command, head }) => ({ command, head, dated: aptUsesSnapshot })),
    ...[...apk, ...rpm].map(({ command, head }) => ({ command, head, dated: usesDatedRepository })),
    ...othersOf(step),
  ].sort((a, b) => a.command.range.start - b.command.range.start)
}

const pacman = optionTable(
  '-b --dbpath -r --root --arch --cachedir --color --config --gpgdir --hookdir --logfile --ignore --ignoregroup --assume-installed --overwrite',
)

function othersOf(step: Step): Upgrade[] {
  return step.script.commands.flatMap(command => {
    if (/^unattended-upgrades?$/.test(command.name)) {
      return [{ command, head: headOf(command, null), dated: aptUsesSnapshot }]
    }
    if (command.name !== 'pacman') return []
    const read = readArguments(command, pacman)
    const syncs = hasOption(read, '-S', '--sync') && hasOption(read, '-u', '--sysupgrade')
    return syncs ? [{ command, head: headOf(command, null), dated: usesDatedRepository }] : []
  })
}
