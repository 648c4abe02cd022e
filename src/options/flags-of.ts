import { buildsOnce } from './proof.ts'
import { ofReplay, ofTwoBuilds, ofVerdict } from './proof-table.ts'
import { type Command, type OptionEntry, type OptionName, optionNames, optionTable } from './table.ts'

/** Every option that a command takes on the command line. */
export function flagsOf(command: Command): [OptionName, OptionEntry][] {
  return optionNames
    .map((name): [OptionName, OptionEntry] => [name, optionTable[name]])
    .filter(([name, entry]) => entry.on !== 'action' && !isArgument(name, command) && isTaken(name, entry, command))
}

/** What says how the gate builds says how one build is made, too. */
function isTaken(name: OptionName, { commands }: OptionEntry, command: Command): boolean {
  if (command === 'replay') return (ofReplay as readonly string[]).includes(name)
  if (commands.includes(command)) return true
  if (!buildsOnce(command) || !commands.includes('gate')) return false
  const others: readonly string[] = command === 'record' ? [...ofTwoBuilds, ...ofVerdict] : ofTwoBuilds
  return !others.includes(name)
}

/** What is given without a flag; the arguments of compare are images. */
const isArgument = (name: OptionName, command: Command): boolean =>
  name === (command === 'report' ? 'report' : 'context') && command !== 'compare' && command !== 'replay'
