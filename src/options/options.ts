import { join } from 'node:path'
import { defaultSettings, type LintSettings } from '../lint/settings.ts'
import type { RequiredLevel } from '../verdict.ts'
import { kindOfFile } from './file-kind.ts'
import { type Command, type OptionName, optionTable } from './table.ts'

/** What the user asked for: checked, with defaults filled in. The only place where either is written. */
export interface Options {
  command: Command
  /** Folder of the build context, as given. */
  context: string
  /** Whether it was given; where not, Dockerfiles that stand elsewhere may have another. */
  contextGiven: boolean
  /** Path of the Dockerfile, as given or `<context>/Dockerfile`; of several, whatever names the first. */
  file: string
  /** All that names Dockerfiles to lint or fix, as given. Empty: `file` is the one. */
  files: FileName[]
  target: string | undefined
  /** Empty: the builder's own platform. */
  platforms: string[]
  buildArgs: Record<string, string>
  /** `id=value` lines; the values are secret. */
  secrets: string[]
  /** `id=name of an environment variable` */
  secretEnvs: string[]
  /** `id=path` */
  secretFiles: string[]
  ssh: string[]
  buildContexts: Record<string, string>
  addHosts: string[]
  network: string | undefined
  shmSize: string | undefined
  ulimits: string[]
  labels: string[]
  cgroupParent: string | undefined
  builder: string | undefined
  /** `commit`, or seconds since 1970. */
  sourceDateEpoch: 'commit' | number
  level: RequiredLevel
  failOn: FailOn
  /** Docker's own checks; `auto`: where Docker is at hand. */
  dockerCheck: 'auto' | 'never'
  annotate: 'check' | 'log' | 'never'
  summary: 'always' | 'on-failure' | 'never'
  /** Where report.json goes; undefined leaves the place to the caller. */
  report: string | undefined
  allowUntrusted: boolean
  lint: LintSettings
  /** For `fix`: rule ids; empty means all. */
  rules: string[]
  dryRun: boolean
}

/** `difference`: the verdict alone decides. `error`, `warning`: a finding of that level fails too. */
export type FailOn = 'never' | 'difference' | 'error' | 'warning'

/** A path, a glob, or a compose or bake file that names Dockerfiles; and who said it. */
export interface FileName {
  name: string
  by: 'flag' | 'argument' | 'config'
}

/**
 * What was given for each option, before any check. An option that was not given is absent.
 * `paths`: what stands on the command line without a flag and is no context.
 */
export type Given = Partial<Record<OptionName | 'paths', string[]>>

/** Everything that is wrong with what the user gave, at once. */
export class InputError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(
      problems.length === 1
        ? String(problems[0])
        : `${problems.length} problems:\n${problems.map(p => `- ${p}`).join('\n')}`,
    )
    this.name = 'InputError'
    this.problems = problems
  }
}

/**
 * Checks what was given and fills in the defaults.
 * @param environment the caller's own: its SOURCE_DATE_EPOCH counts where no option is given, and a build argument
 *   without a value takes the variable of its name, as docker does
 * @throws InputError with every problem
 */
export function checkOptions(
  command: Options['command'],
  given: Given,
  environment: Readonly<Record<string, string | undefined>> = {},
): Options {
  const problems: string[] = []
  const label = (name: OptionName) => `${name} (--${optionTable[name].flag})`
  const last = (name: OptionName) => given[name]?.at(-1)?.trim() || undefined

  const choice = <T extends string>(name: OptionName, values: readonly T[], fallback: T): T => {
    const value = last(name)
    if (value === undefined) return fallback
    if ((values as readonly string[]).includes(value)) return value as T
    problems.push(`${label(name)}: '${shown(value)}' is not one of ${values.join(', ')}`)
    return fallback
  }
  const pairs = (name: OptionName): Record<string, string> => {
    const result: Record<string, string> = {}
    for (const item of given[name] ?? []) {
      const equals = item.indexOf('=')
      const inherited = name === 'build-args' && equals < 0 ? environment[item.trim()] : undefined
      if (inherited !== undefined) result[item.trim()] = inherited
      else if (name === 'build-args' && equals < 0 && /^\w+$/.test(item.trim())) continue
      else if (equals > 0) result[item.slice(0, equals).trim()] = item.slice(equals + 1)
      else problems.push(`${label(name)}: '${shown(item)}' is not NAME=VALUE`)
    }
    return result
  }
  const withId = (name: OptionName): string[] => {
    const items = given[name] ?? []
    // The value may be a secret: only the place of the bad one is told.
    items.forEach((item, index) => {
      if (!/^[^=\s]+=/.test(item)) problems.push(`${label(name)}: entry ${index + 1} is not ID=VALUE`)
    })
    return items
  }

  const context = last('context') ?? '.'
  if (/^(https?|git|ssh):\/\/|^git@/.test(context))
    problems.push(`${label('context')}: a remote context cannot be gated; check the repository out and give its folder`)
  if (context === '-')
    problems.push(`${label('context')}: a context from standard input cannot be built twice; give a folder`)
  const files = fileNames(given)
  if (files.some(({ name }) => name === '-'))
    problems.push(`${label('file')}: a Dockerfile from standard input has no line to point at; give a path`)
  if (command === 'gate') problems.push(...severalProblems(files))

  const options: Options = {
    command,
    context,
    contextGiven: last('context') !== undefined,
    file: files[0]?.name ?? join(context, 'Dockerfile'),
    files,
    target: last('target'),
    platforms: platformsIn(given.platforms ?? [], problems),
    buildArgs: pairs('build-args'),
    secrets: withId('secrets'),
    secretEnvs: withId('secret-envs'),
    secretFiles: withId('secret-files'),
    ssh: given.ssh ?? [],
    buildContexts: pairs('build-contexts'),
    addHosts: given['add-hosts'] ?? [],
    network: last('network'),
    shmSize: last('shm-size'),
    ulimits: given.ulimit ?? [],
    labels: given.labels ?? [],
    cgroupParent: last('cgroup-parent'),
    builder: last('builder'),
    sourceDateEpoch: epochIn(last('source-date-epoch') ?? environment.SOURCE_DATE_EPOCH?.trim(), problems),
    level: choice('level', ['identical', 'same-content', 'same-files'], 'same-content'),
    // A lint has no builds whose difference could fail it.
    failOn: choice('fail-on', ['never', 'difference', 'error', 'warning'], command === 'lint' ? 'error' : 'difference'),
    dockerCheck: choice('docker-check', ['auto', 'never'], 'auto'),
    annotate: choice('annotate', ['check', 'log', 'never'], 'check'),
    summary: choice('summary', ['always', 'on-failure', 'never'], 'always'),
    report: last('report'),
    allowUntrusted: booleanIn('allow-untrusted', last('allow-untrusted'), problems),
    lint: { ...defaultSettings, today: new Date().toISOString().slice(0, 10) },
    rules: (given.rule ?? []).map(id => id.toUpperCase()),
    dryRun: booleanIn('dry-run', last('dry-run'), problems),
  }
  if (options.shmSize !== undefined && !/^\d+(\.\d+)?\s*([kmgt]i?)?b?$/i.test(options.shmSize))
    problems.push(`${label('shm-size')}: '${shown(options.shmSize)}' is not a size such as 128m or 2g`)
  if (problems.length > 0) throw new InputError(problems)
  return options
}

const fileNames = (given: Given): FileName[] =>
  (['file', 'paths'] as const).flatMap(option =>
    (given[option] ?? [])
      .map(name => name.trim())
      .filter(name => name !== '')
      .map(name => ({ name, by: option === 'file' ? ('flag' as const) : ('argument' as const) })),
  )

/** The gate builds, and so needs one Dockerfile, not a list of them. */
function severalProblems(files: readonly FileName[]): string[] {
  const [first] = files
  if (files.length > 1)
    return [`file (--file): the gate builds one Dockerfile, and ${files.length} are given; only lint takes several`]
  const kind = first === undefined ? 'dockerfile' : kindOfFile(first.name)
  if (first === undefined || kind === 'dockerfile' || kind === 'glob') return []
  return [`file (--file): '${shown(first.name)}' is a ${kind} file; name the Dockerfile that the gate is to build`]
}

function platformsIn(items: string[], problems: string[]): string[] {
  for (const item of items)
    if (!/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/i.test(item))
      problems.push(`platforms (--platform): '${shown(item)}' is not OS/ARCH such as linux/amd64`)
  return [...new Set(items)]
}

function epochIn(text: string | undefined, problems: string[]): 'commit' | number {
  if (text === undefined || text === '' || text === 'commit') return 'commit'
  // Git itself cannot go further, and a 12-digit value is milliseconds by mistake.
  if (/^\d{1,11}$/.test(text)) return Number(text)
  problems.push(
    `source-date-epoch (--source-date-epoch): '${shown(text)}' is neither 'commit' nor whole seconds since 1970 such as 1700000000`,
  )
  return 'commit'
}

function booleanIn(name: OptionName, text: string | undefined, problems: string[]): boolean {
  if (text === undefined || /^(false|False|FALSE)$/.test(text)) return false
  if (/^(true|True|TRUE)$/.test(text)) return true
  problems.push(`${name} (--${optionTable[name].flag}): '${shown(text)}' is neither true nor false`)
  return false
}

/** A user's value in a message: bounded, on one line. */
const shown = (value: string): string => {
  const line = value.replace(/\p{Cc}+/gu, ' ')
  return line.length > 80 ? `${line.slice(0, 80)}…` : line
}
