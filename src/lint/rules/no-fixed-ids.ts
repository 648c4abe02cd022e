import type { ShellCommand } from '../../dockerfile/shell.ts'
import { hasOption, optionTable, readArguments } from '../commands/option-table.ts'
import { ofChildren } from '../onbuild.ts'
import { carries } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const noFixedIds: Rule = {
  id: 'RG508',
  title: 'A user or group without a fixed id',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view =>
    view.steps
      .filter(step => carries(step.stage.reach, '/etc/passwd'))
      .flatMap(step =>
        step.script.commands.flatMap(command => {
          const option = missingOption(command)
          return option === null ? [] : [ofChildren(view, step, draftOf(command, option))]
        }),
      ),
}

const tables = {
  useradd: optionTable(
    '-b -c -d -e -f -g -G -k -K -p -R -P -s -u -Z --base-dir --comment --home-dir --expiredate --inactive --gid --groups --skel --key --password --root --prefix --shell --uid --selinux-user',
  ),
  groupadd: optionTable('-g -K -p -R -P -U --gid --key --password --root --prefix --users'),
  // Debian's and busybox's have few letters in common, and the same for ids.
  adduser: optionTable(
    '-h -g -s -G -u -k --home --shell --uid --firstuid --lastuid --gid --ingroup --conf --comment --gecos',
  ),
  addgroup: optionTable('-g --gid --firstgid --lastgid --conf'),
}

/** The option that would fix the id; null for what makes nothing, or has one. */
function missingOption(command: ShellCommand): string | null {
  if (!Object.hasOwn(tables, command.name) || command.inTest) return null
  const name = command.name as keyof typeof tables
  const read = readArguments(command, tables[name])
  if (hasOption(read, '--help', '-D', '--defaults') && name === 'useradd') return null
  // `adduser user group` puts one into the other.
  if (hasOption(read, '--help') || read.operands.length !== 1) return null
  const [option = '', long = ''] = name === 'useradd' || name === 'adduser' ? ['-u', '--uid'] : ['-g', '--gid']
  if (hasOption(read, option, long)) return null
  // A word that is not known may hold it.
  const hidden = command.words.slice(1).some(({ value, partial }) => value === null && partial.startsWith('$'))
  if (hidden && read.operands[0]?.value === null) return null
  // Busybox knows the short ones alone, Debian's script the long ones.
  const isBusybox = read.options.length > 0 && read.options.every(one => /^-\w$/.test(one.name))
  return name.startsWith('add') && !isBusybox ? long : option
}

const draftOf = (command: ShellCommand, option: string): Draft => ({
  range: command.words[0]?.range ?? command.range,
  message: `${quote(command.name)} takes the next id that is free, and which one that is depends on what the base image and the packages before have made. With another base the files of this ${/group/.test(command.name) ? 'group' : 'user'} get another owner, in the image and on volumes.`,
  fix: {
    text: `Give the id: ${quote(`${option} 1000`)}, or any that you keep.`,
    snippet: `${command.name} ${option} 1000 …`,
  },
})
