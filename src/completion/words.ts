import { variations } from '../build/variations/variations.ts'
import { stacks } from '../init/stacks.ts'
import { dockerChecks } from '../options/docker-checks.ts'
import { flagsOf } from '../options/flags-of.ts'
import { type OwnCommand, ownCommands, ownFlags, shells } from '../options/own-commands.ts'
import { type Command, choices, commands } from '../options/table.ts'
import { commandTitles } from './titles.ts'

/** What stands after a flag or for an argument: a few words, a path, a folder, or something that only the user knows. */
export type Completed = readonly string[] | 'file' | 'folder' | 'text'

export interface FlagWords {
  flag: string
  short?: string | undefined
  /** Null: it takes none. */
  value: Completed | null
  repeated: boolean
  title: string
}

export interface CommandWords {
  name: string
  title: string
  flags: readonly FlagWords[]
  /** What it takes without a flag. */
  takes: Completed
  /** More than one of them. */
  many: boolean
}

/**
 * All that can be completed, from the tables that the command line is read by.
 * @param pages the ids and titles that `explain` knows
 */
export function completionWords(pages: readonly { id: string }[]): CommandWords[] {
  const ids = pages.map(({ id }) => id)
  return [
    ...commands.map(name => builderCommand(name, ids)),
    ...ownCommands.map(name => ownCommand(name, [...ids, ...dockerChecks])),
  ]
}

function builderCommand(name: Command, ids: readonly string[]): CommandWords {
  const flags = flagsOf(name).map(
    ([option, { flag, short, kind, value, description }]): FlagWords => ({
      ...{ flag, short, title: brief(description), repeated: kind === 'lines' || kind === 'list' },
      value: kind === 'switch' ? null : completedOf(option, value, ids),
    }),
  )
  const takes = ['lint', 'fix', 'compare', 'replay', 'report'].includes(name) ? 'file' : 'folder'
  return {
    ...{ name, title: commandTitles[name], takes, many: ['lint', 'fix', 'compare'].includes(name) },
    flags: [...flags, jsonFlag, helpFlag],
  }
}

function ownCommand(name: OwnCommand, ids: readonly string[]): CommandWords {
  const values: Readonly<Record<string, Completed>> = { stack: stacks.map(({ id }) => id) }
  const flags = ownFlags[name].map(
    ({ flag, value, description }): FlagWords => ({
      ...{ flag, title: brief(description), repeated: false },
      value: value === '' ? null : (values[flag] ?? 'text'),
    }),
  )
  const takes = { init: 'folder' as const, explain: ids, completion: shells }[name]
  return { name, title: commandTitles[name], takes, many: false, flags: [...flags, helpFlag] }
}

/** Where a few words are all there is, those; else by what stands for the value in `--help`. */
function completedOf(option: string, shown: string, ids: readonly string[]): Completed {
  if (Object.hasOwn(choices, option)) return choices[option as keyof typeof choices]
  if (option === 'rule') return ids.filter(id => /^RG\d/.test(id))
  if (option === 'variations') return ['default', 'all', 'none', ...variations.map(({ id }) => id)]
  if (option === 'predicate-type') return ['scai', 'svr', 'vsa']
  if (option === 'provenance') return ['true', 'false', 'mode=min', 'mode=max']
  if (option === 'network') return ['default', 'host', 'none']
  if (option === 'source-date-epoch') return ['commit']
  if (/^PATH$/.test(shown) || option === 'against') return 'file'
  return /FOLDER/.test(shown) ? 'folder' : 'text'
}

const jsonFlag: FlagWords = { flag: 'json', value: null, repeated: false, title: 'Print it as JSON' }
const helpFlag: FlagWords = {
  flag: 'help',
  short: 'h',
  value: null,
  repeated: false,
  title: 'Flags, an example, exit codes',
}

/** A line beside a word: the first part of a sentence, without anything that a shell would have to be kept from. */
function brief(description: string): string {
  const first = description.split(/[;:(]|\. /)[0]?.trim() ?? ''
  const plain = first.replaceAll("'", '’').replace(/[^\w ’,./=+-]/g, '')
  return plain.length <= 60 ? plain : `${plain.slice(0, 60).replace(/\s+\S*$/, '')} …`
}
