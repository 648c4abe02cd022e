import { flagsOf } from './flags-of.ts'
import { groups } from './groups.ts'
import { isOwnCommand, type OwnCommand, ownFlags } from './own-commands.ts'
import type { Command, OptionEntry } from './table.ts'

/** What is told of a command: the line under its name, its arguments, one call that works, and what its exit codes mean. */
interface CommandHelp {
  what: string
  takes: string
  example: string
  exits: string
}

/** The text of `--help`. */
export function helpText(command: Command | OwnCommand | undefined): string {
  if (command === undefined) return overview
  const { what, takes, example, exits } = helpOf[command]
  const parts = isOwnCommand(command) ? [{ title: '', rows: ownRows(command) }] : grouped(command)
  const rows = parts.flatMap(part => part.rows)
  const width = Math.max(0, ...rows.map(([left]) => left.length))
  const line = ([left, right]: Row): string => `  ${left.padEnd(width)}  ${right}\n`
  const flags = parts.map(part => `${part.title && `${part.title}:\n`}${part.rows.map(line).join('')}`).join('\n')
  return `${what}

  repro-gate ${command} ${takes}${rows.length > 0 ? ' [FLAGS]' : ''}

${flags}${flags === '' ? '' : '\n'}${command === 'compare' ? imageNames : ''}For example:
  ${example}

Exit codes: ${exits}
`
}

/** A flag with what stands for its value, and what it is. */
type Row = [string, string]

const ownRows = (command: OwnCommand): Row[] =>
  ownFlags[command].map(({ flag, value, description }) => [`--${flag}${value && ` ${value}`}`, description])

/** A few flags need no headings; of many each stands under its own. */
const mostWithout = 10

function grouped(command: Command): { title: string; rows: Row[] }[] {
  const taken = flagsOf(command)
  const printed = command === 'fix' || command === 'record' ? 'what was done as JSON' : 'report.json'
  const json: Row = ['--json', `Print ${printed} to standard output, everything else to standard error`]
  if (taken.length < mostWithout) return [{ title: '', rows: [...taken.map(([, item]) => rowOf(item)), json] }]
  return groups
    .map(({ title, options }) => ({
      title,
      rows: [
        ...options.flatMap(name => taken.filter(([one]) => one === name).map(([, item]) => rowOf(item))),
        ...(title === 'What is written' ? [json] : []),
      ],
    }))
    .filter(({ rows }) => rows.length > 0)
}

const rowOf = ({ short, flag, value, description, fallback }: OptionEntry): Row => [
  `${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}`,
  description + (fallback ? ` (left out: ${fallback})` : ''),
]

const ofComparison =
  '0 equal enough, 1 not equal enough, 2 undecided: wrong input, a build failed, or nothing to hold it against.'

const helpOf: Readonly<Record<Command | OwnCommand, CommandHelp>> = {
  gate: {
    what: 'Builds CONTEXT twice and tells whether, where and why the images differ.',
    takes: '[CONTEXT]',
    example: 'repro-gate gate . --html report.html',
    exits:
      '0 reproducible, 1 not reproducible, 2 undecided: wrong input, a build failed, or the comparison would not have been fair.',
  },
  lint: {
    what: 'Lints a Dockerfile and its context for what makes builds differ. Needs no Docker.',
    takes: '[CONTEXT | DOCKERFILE...]',
    example: "repro-gate lint -f '**/Dockerfile*' --fail-on warning",
    exits: '0 nothing that fails, 1 something that fails (--fail-on), 2 wrong input.',
  },
  fix: {
    what: 'Changes in the Dockerfile and the .dockerignore what makes builds differ, as far as that is safe.',
    takes: '[CONTEXT | DOCKERFILE...]',
    example: 'repro-gate fix --dry-run',
    exits: '0 all that can be fixed is, 1 something could not be fixed, 2 wrong input.',
  },
  compare: {
    what: 'Compares two images: how equal they are, where they differ, why, and which line is to blame.',
    takes: 'A B...',
    example: 'repro-gate compare ghcr.io/o/app:1.4 build/app.oci.tar',
    exits: '0 equal enough, 1 not equal enough (--level), 2 wrong input, or one could not be read.',
  },
  record: {
    what: 'Builds CONTEXT once, as the gate does, and writes down what it gave and what it was given (docs/record.md).',
    takes: '[CONTEXT] --record PATH',
    example: 'repro-gate record . --record app.json.gz',
    exits: '0 it was written, 2 it was not.',
  },
  verify: {
    what: 'Builds CONTEXT once, and tells whether that is the image of a record, of a digest, or of a registry; if not, why not.',
    takes: '[CONTEXT] --record PATH | --expected-digest DIGEST | --against IMAGE',
    example: 'repro-gate verify . --record app.json.gz',
    exits: ofComparison,
  },
  drift: {
    what: 'Builds again what was proven before, on the base images of then, and tells whether it still gives that image (docs/drift.md).',
    takes: '[CONTEXT] [--record PATH | --against IMAGE]',
    example: 'repro-gate drift . --against ghcr.io/o/app:1.4',
    exits: ofComparison,
  },
  replay: {
    what: 'Builds an image again as its record, or the provenance that lies beside it, says, and tells whether it is the same (docs/replay.md).',
    takes: 'RECORD|IMAGE',
    example: 'repro-gate replay ghcr.io/o/app:1.4 --dry-run',
    exits: ofComparison,
  },
  report: {
    what: 'Shows the report.json of an earlier run, or writes it in other forms. It builds nothing.',
    takes: 'REPORT.json',
    example: 'repro-gate report report.json --html report.html',
    exits: 'as the run that it tells of.',
  },
  init: {
    what: 'Writes what a project needs to be gated: a workflow, .repro-gate.yml, .dockerignore and, where there is none, a Dockerfile for its stack. What is there already stays as it is.',
    takes: '[FOLDER]',
    example: 'repro-gate init --dry-run',
    exits: '0 all is there, 2 wrong input, or something could not be written.',
  },
  explain: {
    what: 'Tells what a rule of the lint (RG201) or a cause of a difference (pyc-timestamp) means, and what to do; without an id, lists all.',
    takes: '[ID]',
    example: 'repro-gate explain RG201',
    exits: '0 told, 2 there is no such id.',
  },
  completion: {
    what: 'Prints what makes a shell complete commands, flags, their values and ids.',
    takes: 'bash|zsh|fish',
    example: 'source <(repro-gate completion bash)',
    exits: '0 printed, 2 there is no such shell.',
  },
}

const overview = `repro-gate: does this Dockerfile always give the same image, and if not, which line is to blame?

  repro-gate init [FOLDER]                                           start: a workflow, a configuration, a Dockerfile
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
  repro-gate completion bash|zsh|fish                                what makes your shell complete all this

  repro-gate COMMAND --help   the flags of a command, an example, its exit codes
  repro-gate --version

Exit codes: 0 reproducible (lint: nothing that fails; compare: equal enough), 1 not reproducible (lint: something
that fails; compare: not equal enough), 2 undecided: wrong input, a build failed, or the comparison would not have been fair.
verify, drift, replay: as compare. record: 0 it was written, 2 it was not.
fix: 0 all that can be fixed is, 1 something could not be fixed, 2 wrong input.
Ended by Ctrl-C or a signal: 130.
`

const imageNames = `A and B are each one of:
  PATH[:TAG]              an OCI layout (folder or tar: \`docker buildx build --output type=oci,dest=PATH\`),
                          an archive of \`docker save\` or \`podman save\`, compressed or not, a folder of skopeo's dir:
  oci:, oci-archive:, docker-archive:, dir: before a path, docker:// before a name, as skopeo has them
  HOST/NAME:TAG or @sha256:DIGEST  an image in a registry, with the credentials of \`docker login\`
  PATH                    a record of a build (repro-gate record); records are compared with records. A glob of them may
                          be given in quotes: 'records/**/*.json.gz'
Of more than two, the first is held against each other one.
With --file (or --context) the lines of that Dockerfile are blamed; else those that the provenance of an image holds.

`
