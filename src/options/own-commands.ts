import { parseArgs } from 'node:util'
import { stacks } from '../init/stacks.ts'
import { InputError } from './input-error.ts'
import { meant } from './near.ts'
import { shown } from './value.ts'

/** Commands that neither build nor lint, with flags of their own. */
export const ownCommands = ['init', 'explain', 'completion'] as const
export type OwnCommand = (typeof ownCommands)[number]

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

export interface InitAsked {
  folder: string
  dryRun: boolean
  /** The id of a stack; undefined: the one that the files tell. */
  stack?: string
}

export type OwnCommandLine =
  | { kind: 'init'; asked: InitAsked; json: boolean }
  /** Null: all ids. */
  | { kind: 'explain'; id: string | null; json: boolean }
  | { kind: 'completion'; shell: Shell }

export interface OwnFlag {
  flag: string
  /** What stands for its value; empty for a switch. */
  value: string
  description: string
}

const json: OwnFlag = { flag: 'json', value: '', description: 'Print it as JSON to standard output' }

export const ownFlags: Readonly<Record<OwnCommand, readonly OwnFlag[]>> = {
  init: [
    { flag: 'dry-run', value: '', description: 'Show what would be written, and write nothing' },
    {
      flag: 'stack',
      value: 'ID',
      description: `The stack to write for: ${stacks.map(({ id }) => id).join(', ')} (left out: what the files tell)`,
    },
    json,
  ],
  explain: [json],
  completion: [],
}

export const isOwnCommand = (name: string | undefined): name is OwnCommand => ownCommands.some(own => own === name)

/**
 * Reads what follows the name of such a command.
 * @throws InputError naming every argument that it does not take
 */
export function readOwnCommand(command: OwnCommand, args: readonly string[]): OwnCommandLine {
  const { given, words } = readArguments(command, args)
  if (command === 'init')
    return {
      kind: 'init',
      asked: { folder: words[0] ?? '.', dryRun: given.has('dry-run'), ...stackIn(given.get('stack')) },
      json: given.has('json'),
    }
  if (command === 'explain') return { kind: 'explain', id: words[0] ?? null, json: given.has('json') }
  const shell = shells.find(one => one === words[0])
  if (shell !== undefined) return { kind: 'completion', shell }
  throw new InputError([
    words[0] === undefined
      ? `Say for which shell: repro-gate completion ${shells.join(', or ')}`
      : `There is no completion for '${shown(words[0])}'; there is for ${shells.join(', ')}`,
  ])
}

function readArguments(command: OwnCommand, args: readonly string[]): { given: Map<string, string>; words: string[] } {
  const flags = ownFlags[command]
  const options = flags.map(({ flag, value }) => [flag, { type: value === '' ? 'boolean' : 'string' }] as const)
  const { tokens } = parseArgs({
    ...{ args: [...args], strict: false, tokens: true, allowPositionals: true },
    options: Object.fromEntries(options) as Record<string, { type: 'boolean' | 'string' }>,
  })
  const given = new Map<string, string>()
  const words: string[] = []
  const problems: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (words.length > 0) problems.push(`${command} takes one ${takes[command]}, and no '${shown(token.value)}'`)
      else words.push(token.value)
    } else if (token.kind === 'option') {
      const known = flags.find(({ flag }) => flag === token.name)
      if (known === undefined)
        problems.push(
          `${shown(token.rawName)} is not a flag of ${command}${meant(
            token.rawName,
            flags.map(({ flag }) => `--${flag}`),
          )} See repro-gate ${command} --help`,
        )
      else if (known.value !== '' && token.value === undefined)
        problems.push(`${token.rawName} needs a value: ${known.value}`)
      else if (known.value === '' && token.value !== undefined) problems.push(takesNoValue(token))
      else given.set(token.name, token.value ?? 'true')
    }
  }
  if (problems.length > 0) throw new InputError(problems)
  return { given, words }
}

/** Of a switch with a value, which would be on whatever that says: `--pull=false`. */
export const takesNoValue = ({ rawName, value = '' }: { rawName: string; value?: string | undefined }): string =>
  `${rawName} takes no value, and has '${shown(value)}': write ${rawName} alone, or leave it out`

const takes: Readonly<Record<OwnCommand, string>> = { init: 'folder', explain: 'id', completion: 'shell' }

function stackIn(id: string | undefined): { stack?: string } {
  if (id === undefined) return {}
  const ids = stacks.map(stack => stack.id)
  if (ids.includes(id)) return { stack: id }
  throw new InputError([`--stack: there is no stack '${shown(id)}'${meant(id, ids)} There are ${ids.join(', ')}`])
}
