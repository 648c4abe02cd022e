import { parseArgs } from 'node:util'
import { parse } from 'csv-parse/sync'
import { flagsOf } from './flags-of.ts'
import { isRemote } from './git-url.ts'
import { meant } from './near.ts'
import { type Given, InputError } from './options.ts'
import {
  isOwnCommand,
  type OwnCommand,
  type OwnCommandLine,
  ownCommands,
  readOwnCommand,
  takesNoValue,
} from './own-commands.ts'
import { type Command, commands, type OptionName } from './table.ts'
import { shown } from './value.ts'

/** What a command line asks for. */
export type CommandLine =
  | { kind: 'help'; command: Command | OwnCommand | undefined }
  | { kind: 'version' }
  | OwnCommandLine
  | { kind: 'run'; command: Command; given: Given; json: boolean }

/**
 * Reads `repro-gate COMMAND [FLAGS] [CONTEXT]`; lint and fix take Dockerfiles for arguments, too, and compare two images.
 * @param isFolder tells a context from a Dockerfile among them
 * @throws InputError naming every flag that is not known or lacks its value
 */
export function readCommandLine(
  args: readonly string[],
  isFolder: (path: string) => boolean = () => true,
): CommandLine {
  const command = commands.find(name => name === args[0])
  const own = isOwnCommand(args[0]) ? args[0] : undefined
  if (args.length === 0 || args[0] === 'help') return { kind: 'help', command: helpedWith(args[1]) }
  if (args[0] === '-V' || args.slice(0, 2).includes('--version')) return { kind: 'version' }
  if (isHelp(args, command ?? own)) return { kind: 'help', command: command ?? own }
  if (own !== undefined) return readOwnCommand(own, args.slice(1))
  if (command === undefined)
    throw new InputError([
      `'${shown(args[0] ?? '')}' is not a command${meant(args[0] ?? '', allCommands)} There are ${allCommands.join(', ')}: see repro-gate --help`,
    ])

  const entries = flagsOf(command)
  const { tokens } = parseArgs({
    args: args.slice(1),
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(
        entries.map(([, { flag, short, kind }]) => [
          flag,
          { type: kind === 'switch' ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
        ]),
      ),
      json: { type: 'boolean' },
    },
  })
  const given: Given = {}
  const problems: string[] = []
  let json = false
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (command === 'report' && given.report)
        problems.push(`'${token.value}': there is a report already, '${given.report[0]}'`)
      else if (command === 'report') given.report = [token.value]
      else if (command === 'replay' && given.against)
        problems.push(`'${token.value}': there is something to replay already, '${given.against[0]}'`)
      else if (command === 'replay') given.against = [token.value]
      else if (command === 'compare') append(given, 'images', token.value)
      else if (isOfFiles(command) && !isRemote(token.value) && !isFolder(token.value))
        append(given, 'paths', token.value)
      else if (given.context) problems.push(`'${token.value}': there is a context already, '${given.context[0]}'`)
      else given.context = [token.value]
    } else if (token.kind === 'option') {
      const found = entries.find(([, { flag }]) => flag === token.name)
      const isSwitch = token.name === 'json' || found?.[1].kind === 'switch'
      if (isSwitch && token.value !== undefined) problems.push(takesNoValue(token))
      else if (token.name === 'json') json = true
      else if (!found)
        problems.push(
          notAFlag(
            token.rawName,
            command,
            entries.map(([, { flag }]) => `--${flag}`),
          ),
        )
      else if (found[1].kind === 'switch') given[found[0]] = ['true']
      else if (token.value === undefined) problems.push(`${token.rawName} needs a value: ${found[1].value}`)
      else if (found[0] === 'secrets') addSecret(given, token.value, problems)
      else add(given, found[0], token.value)
    }
  }
  if (problems.length > 0) throw new InputError(problems)
  return { kind: 'run', command, given, json }
}

const isOfFiles = (command: Command): boolean => command === 'lint' || command === 'fix'

const allCommands = [...commands, ...ownCommands]

/** `help gate` is `gate --help`. */
const helpedWith = (name: string | undefined): Command | OwnCommand | undefined => allCommands.find(one => one === name)

const isHelp = (args: readonly string[], command: string | undefined): boolean =>
  args.slice(command === undefined ? 0 : 1).some(arg => arg === '--help' || arg === '-h')

/** A flag that is long enough to be guessed at says what may be meant. */
const notAFlag = (name: string, command: string, known: readonly string[]): string =>
  `${shown(name)} is not a flag of ${command}${name.length > 3 ? meant(name, known) : ''} See repro-gate ${command} --help`

/** Lists that docker, too, divides at commas, and ours of names; in all others a comma belongs to the value, as in `--ssh id=a,b`. */
const divided: readonly OptionName[] = ['platforms', 'add-hosts', 'rule', 'builders', 'targets', 'variations']

/** Docker's own flag is repeated for each entry, and some are also divided by commas. */
function add(given: Given, name: OptionName, value: string): void {
  const values = divided.includes(name)
    ? value
        .split(',')
        .map(item => item.trim())
        .filter(Boolean)
    : [value]
  for (const one of values) append(given, name, one)
}

/** In place: a shell gives a glob as tens of thousands of arguments. */
function append(given: Given, name: keyof Given, value: string): void {
  const held = given[name]
  if (held === undefined) given[name] = [value]
  else held.push(value)
}

/** Docker's own form: `id=NAME`, with `src=PATH` or `env=VARIABLE`. No value ever stands on a command line. */
function addSecret(given: Given, value: string, problems: string[]): void {
  const fields = new Map(
    fieldsOf(value).map(field => [
      field.split('=', 1)[0]?.trim().toLowerCase() ?? '',
      field.slice(field.indexOf('=') + 1),
    ]),
  )
  // Docker: with type=env, `src` names a variable.
  if (fields.get('type') === 'env' && !fields.has('env')) {
    fields.set('env', fields.get('src') ?? fields.get('source') ?? fields.get('id') ?? '')
    fields.delete('src')
    fields.delete('source')
  }
  const [id, path] = [fields.get('id'), fields.get('src') ?? fields.get('source')]
  const known = [...fields.keys()].every(name => ['id', 'src', 'source', 'env', 'type'].includes(name))
  if (!id || !known) problems.push('--secret: one is not id=NAME,src=PATH or id=NAME,env=VARIABLE')
  else if (path !== undefined) add(given, 'secret-files', `${id}=${path}`)
  else add(given, 'secret-envs', `${id}=${fields.get('env') ?? id}`)
}

/** Fields of CSV, quoted where one has a comma; what cannot be read has none. */
function fieldsOf(value: string): string[] {
  try {
    const records: string[][] = parse(value, { columns: false, relaxColumnCount: true })
    return records.length === 1 ? (records[0] ?? []) : []
  } catch {
    return []
  }
}
