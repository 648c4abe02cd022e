import { parseArgs } from 'node:util'
import { parse } from 'csv-parse/sync'
import { isRemote } from './git-url.ts'
import { type Given, InputError } from './options.ts'
import { buildsOnce } from './proof.ts'
import { ofReplay, ofTwoBuilds, ofVerdict } from './proof-table.ts'
import { type Command, commands, type OptionEntry, type OptionName, optionNames, optionTable } from './table.ts'

/** What a command line asks for. */
export type CommandLine =
  | { kind: 'help'; command: Command | undefined }
  | { kind: 'version' }
  /** Null: all ids. */
  | { kind: 'explain'; id: string | null }
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
  if (args.length === 0 || args[0] === 'help') return { kind: 'help', command: undefined }
  if (args.includes('--version') && command === undefined) return { kind: 'version' }
  if (isHelp(args, command)) return { kind: 'help', command }
  if (args[0] === 'explain') return explanationAsked(args.slice(1))
  if (command === undefined)
    throw new InputError([
      `'${args[0]}' is not a command; there are ${commands.join(', ')}, explain: see repro-gate --help`,
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
      else if (command === 'compare') given.images = [...(given.images ?? []), token.value]
      else if (isOfFiles(command) && !isRemote(token.value) && !isFolder(token.value))
        given.paths = [...(given.paths ?? []), token.value]
      else if (given.context) problems.push(`'${token.value}': there is a context already, '${given.context[0]}'`)
      else given.context = [token.value]
    } else if (token.kind === 'option' && token.name === 'json') json = true
    else if (token.kind === 'option') {
      const found = entries.find(([, { flag }]) => flag === token.name)
      if (!found) problems.push(`${token.rawName} is not a flag of ${command}: see repro-gate ${command} --help`)
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

function explanationAsked(args: readonly string[]): CommandLine {
  const [id = null, ...more] = args
  const wrong = id?.startsWith('-') ? [id, ...more] : more
  if (wrong.length > 0) throw new InputError(wrong.map(arg => `explain takes one id, and no '${arg}'`))
  return { kind: 'explain', id }
}

const isHelp = (args: readonly string[], command: string | undefined): boolean =>
  args.slice(command === undefined ? 0 : 1).some(arg => arg === '--help' || arg === '-h')

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
  given[name] = [...(given[name] ?? []), ...values]
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

function flagsOf(command: Command): [OptionName, OptionEntry][] {
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

/** The text of `--help`. */
export function helpText(command: Command | undefined): string {
  if (command === undefined)
    return `repro-gate: does this Dockerfile always give the same image, and if not, which line is to blame?

  repro-gate gate [CONTEXT] [-f DOCKERFILE] [FLAGS]                  lint, build twice, compare, explain
  repro-gate lint [CONTEXT | DOCKERFILE...] [-f DOCKERFILE] [FLAGS]  lint only: needs no Docker
  repro-gate fix  [CONTEXT | DOCKERFILE...] [-f DOCKERFILE] [FLAGS]  make the safe changes, or show them: --dry-run
  repro-gate compare A B... [FLAGS]                                  images or records, wherever they come from: equal?
  repro-gate record [CONTEXT] --record PATH [FLAGS]                  build once, and write down what it gave
  repro-gate verify [CONTEXT] --record PATH [FLAGS]                  build once, and hold it against a record, or
                    --expected-digest DIGEST | --against IMAGE       a digest, or a published image
  repro-gate drift [CONTEXT] [--record PATH | --against IMAGE]       build again what was proven before: still the same?
  repro-gate replay RECORD|IMAGE [--context URL] [--dry-run]         build an image again as its record, or the provenance
                                                                     beside it, says: still the same?
  repro-gate report REPORT.json [--html PATH] [--sarif PATH]         an earlier report.json again, or in another form
  repro-gate explain [ID]                                            what a rule or a cause means; all ids

  repro-gate COMMAND --help   the flags of a command
  repro-gate --version

Exit codes: 0 reproducible (lint: nothing that fails; compare: equal enough), 1 not reproducible (lint: something
that fails; compare: not equal enough), 2 undecided: wrong input, a build failed, or the comparison would not have been fair.
verify, drift, replay: as compare. record: 0 it was written, 2 it was not.
fix: 0 all that can be fixed is, 1 something could not be fixed, 2 wrong input.
`
  const rows = flagsOf(command).map(([, item]): [string, string] => [
    `${item.short ? `-${item.short}, ` : ''}--${item.flag}${item.value ? ` ${item.value}` : ''}`,
    item.description + (item.fallback ? ` (left out: ${item.fallback})` : ''),
  ])
  const printed = command === 'fix' || command === 'record' ? 'what was done as JSON' : 'report.json'
  rows.push(['--json', `Print ${printed} to standard output, everything else to standard error`])
  const width = Math.max(...rows.map(([left]) => left.length))
  return `${whatOf[command]}

  repro-gate ${command} ${argumentsOf[command]} [FLAGS]

${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')}
${command === 'compare' ? imageNames : ''}`
}

const argumentsOf: Record<Command, string> = {
  gate: '[CONTEXT]',
  lint: '[CONTEXT | DOCKERFILE...]',
  fix: '[CONTEXT | DOCKERFILE...]',
  compare: 'A B...',
  record: '[CONTEXT] --record PATH',
  verify: '[CONTEXT] --record PATH | --expected-digest DIGEST | --against IMAGE',
  drift: '[CONTEXT] [--record PATH | --against IMAGE]',
  replay: 'RECORD|IMAGE',
  report: 'REPORT.json',
}

const imageNames = `
A and B are each one of:
  PATH[:TAG]              an OCI layout (folder or tar: \`docker buildx build --output type=oci,dest=PATH\`),
                          an archive of \`docker save\` or \`podman save\`, compressed or not, a folder of skopeo's dir:
  oci:, oci-archive:, docker-archive:, dir: before a path, docker:// before a name, as skopeo has them
  HOST/NAME:TAG or @sha256:DIGEST  an image in a registry, with the credentials of \`docker login\`
  PATH                    a record of a build (repro-gate record); records are compared with records. A glob of them may
                          be given in quotes: 'records/**/*.json.gz'
Of more than two, the first is held against each other one.
With --file (or --context) the lines of that Dockerfile are blamed; else those that the provenance of an image holds.
`

const whatOf: Record<Command, string> = {
  gate: 'Builds CONTEXT twice and tells whether, where and why the images differ.',
  lint: 'Lints a Dockerfile and its context for what makes builds differ.',
  compare: 'Compares two images: how equal they are, where they differ, why, and which line is to blame.',
  report: 'Shows the report.json of an earlier run, or writes it in other forms. It builds nothing.',
  record: 'Builds CONTEXT once, as the gate does, and writes down what it gave and what it was given (docs/record.md).',
  verify:
    'Builds CONTEXT once, and tells whether that is the image of a record, of a digest, or of a registry; if not, why not.',
  drift:
    'Builds again what was proven before, on the base images of then, and tells whether it still gives that image (docs/drift.md).',
  replay:
    'Builds an image again as its record, or the provenance that lies beside it, says, and tells whether it is the same (docs/replay.md).',
  fix: 'Changes in the Dockerfile and the .dockerignore what makes builds differ, as far as that is safe.',
}
