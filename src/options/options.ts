import { join } from 'node:path'
import { defaultSettings, type LintSettings } from '../lint/settings.ts'
import type { RequiredLevel } from '../verdict.ts'
import { type AttestationOptions, attestationIn } from './attestation.ts'
import { buildersIn, firstOf } from './builders.ts'
import { cacheEnvironment } from './cache-environment.ts'
import type { Config } from './config.ts'
import { contextProblems, withDefaultContext } from './context.ts'
import { isImageList } from './file-kind.ts'
import { type FileName, fileNames, fileProblems } from './file-names.ts'
import { InputError } from './input-error.ts'
import { type LedgerOptions, ledgerIn } from './ledger.ts'
import { imagesIn, type ProofOptions, proofIn } from './proof.ts'
import { type ReleaseOptions, releaseIn } from './release.ts'
import { type SmokeOptions, smokeIn } from './smoke.ts'
import { type Command, choices, type OptionName } from './table.ts'
import { booleanIn, bytesOf, epochIn, labelOf, platformsIn, secondsIn, shown } from './value.ts'
import { variationsIn } from './variations.ts'

/** What the user asked for: checked, with defaults filled in. The only place where either is written. */
export interface Options extends LedgerOptions, ReleaseOptions, ProofOptions, AttestationOptions, SmokeOptions {
  command: Command
  /** Folder of the build context, as given. */
  context: string
  /** What people call it, where the folder is a copy of our own of something else. */
  contextName?: string
  /** The repository of a git context, of which only one commit is there: for its time. */
  repository?: string
  /** Names for paths of such copies: of a file, or of all below a folder. The first that fits counts. */
  shown?: { path: string; name: string }[]
  /** Whether it was given; where not, Dockerfiles that stand elsewhere may have another. */
  contextGiven: boolean
  /** Path of the Dockerfile, as given or `<context>/Dockerfile`; of several, whatever names the first. */
  file: string
  /** All that names Dockerfiles to lint or fix, as given. Empty: `file` is the one. */
  files: FileName[]
  /** For the gate: the images of a bake or compose file by name; empty: those that it builds by default. */
  targets: string[]
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
  /** How targets of a bake file are built that are such contexts (`target:name`), by their names. */
  linked?: Readonly<Record<string, Options>>
  addHosts: string[]
  network: string | undefined
  shmSize: string | undefined
  ulimits: string[]
  labels: string[]
  annotations: string[]
  allow: string[]
  pull: boolean
  /** Where build A may take from; empty: both build anew. */
  cacheFrom: string[]
  /** The way to the cache on GitHub, where cacheFrom asks for it: secret. */
  cacheEnv: Record<string, string>
  cgroupParent: string | undefined
  /** The builder to ask for what needs no build; undefined: the current one. */
  builder: string | undefined
  /** Where to build: none for the current builder, one for both sides (`auto` may make one), or two, one for each. */
  builders: string[]
  /** `commit`, or seconds since 1970. */
  sourceDateEpoch: 'commit' | number
  /** What is made to differ on side B: ids of variations. */
  variations: string[]
  level: RequiredLevel
  /** Seconds after which the run ends undecided; undefined: never. */
  timeout: number | undefined
  /** Bytes of disk that the run may take before it ends undecided. */
  maxDisk: number | undefined
  /** Folder for the logs of builds that did not prove anything; undefined leaves the place to the caller. */
  logs: string | undefined
  /** Folder in which both sides are kept as OCI layouts. */
  keep: string | undefined
  failOn: FailOn
  /** Docker's own checks; `auto`: where Docker is at hand. */
  dockerCheck: 'auto' | 'never'
  annotate: 'changed' | 'all' | 'never'
  /** Annotations go to a check run where the token may write one; false: always to the log. */
  checkRun: boolean
  suggestions: boolean
  comment: 'always' | 'on-failure' | 'never'
  summary: 'always' | 'on-failure' | 'never'
  /** Where report.json goes; undefined leaves the place to the caller. */
  report: string | undefined
  /** Where the same report goes in other forms; undefined: nowhere. */
  sarif: string | undefined
  html: string | undefined
  badge: string | undefined
  /** Where the bill of materials of a proven image goes; undefined: nowhere. */
  sbom: string | undefined
  allowUntrusted: boolean
  lint: LintSettings
  /** The configuration file, as people name it. */
  config: string | null
  /** What the configuration file names as the Dockerfiles of the repository; null without a file, empty if it names none. */
  configured: string[] | null
  /** For `compare`: two images or more as the user names them, or globs of records; empty for all else. */
  images: string[]
  /** For `fix`: rule ids; empty means all. */
  rules: string[]
  dryRun: boolean
}

/** `difference`: the verdict alone decides. `error`, `warning`: a finding of that level fails too. */
export type FailOn = 'never' | 'difference' | 'error' | 'warning'

export type { FileName } from './file-names.ts'

/**
 * What was given for each option, before any check. An option that was not given is absent.
 * `paths`: what stands on the command line without a flag and is no context.
 */
export type Given = Partial<Record<OptionName | 'paths', string[]>>

export { InputError } from './input-error.ts'

/** What the action is asked to do; a word that is none of them is `checkOptions`'s to refuse. */
export function modeIn(given: Given): (typeof choices.mode)[number] {
  const mode = given.mode?.at(-1)?.trim()
  return choices.mode.find(one => one === mode) ?? 'gate'
}

/**
 * Checks what was given and fills in the defaults.
 * @param config the configuration file: what is given goes before what it says
 * @param environment the caller's own: its SOURCE_DATE_EPOCH counts where no option is given, and a build argument
 *   without a value takes the variable of its name, as docker does
 * @throws InputError with every problem
 */
export function checkOptions(
  command: Options['command'],
  given: Given,
  environment: Readonly<Record<string, string | undefined>> = {},
  config: Config | null = null,
): Options {
  const problems: string[] = []
  const last = (name: OptionName) => (given[name] ?? config?.given[name])?.at(-1)?.trim() || undefined

  const choice = <T extends string>(name: OptionName, values: readonly T[], fallback: T): T => {
    const value = last(name)
    if (value === undefined) return fallback
    if ((values as readonly string[]).includes(value)) return value as T
    problems.push(`${labelOf(name)}: '${shown(value)}' is not one of ${values.join(', ')}`)
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
      else problems.push(`${labelOf(name)}: '${shown(item)}' is not NAME=VALUE`)
    }
    return result
  }
  const withId = (name: OptionName): string[] => {
    const items = given[name] ?? []
    // The value may be a secret: only the place of the bad one is told.
    items.forEach((item, index) => {
      if (!/^[^=\s]+=/.test(item)) problems.push(`${labelOf(name)}: entry ${index + 1} is not ID=VALUE`)
    })
    return items
  }

  const context = withDefaultContext(last('context') ?? '.', environment)
  problems.push(
    ...contextProblems(command, context, given, pairs('build-args')).map(text => `${labelOf('context')}: ${text}`),
  )
  choice('mode', choices.mode, 'gate')
  const files = fileNames(command, given, config)
  problems.push(...fileProblems(files, command, given))

  const builders = buildersIn(last('builder'), given.builders ?? config?.given.builders ?? [], problems)
  const options: Options = {
    command,
    context,
    contextGiven: last('context') !== undefined,
    file: files[0]?.name ?? join(context, 'Dockerfile'),
    files,
    targets: given.targets ?? [],
    target: last('target'),
    platforms: platformsIn(given.platforms ?? [], problems),
    buildArgs: pairs('build-args'),
    secrets: withId('secrets'),
    secretEnvs: withId('secret-envs'),
    secretFiles: withId('secret-files'),
    ssh: given.ssh ?? [],
    buildContexts: Object.fromEntries(
      Object.entries(pairs('build-contexts')).map(([name, value]) => [name, withDefaultContext(value, environment)]),
    ),
    addHosts: given['add-hosts'] ?? [],
    network: last('network'),
    shmSize: last('shm-size'),
    ulimits: given.ulimit ?? [],
    labels: given.labels ?? [],
    annotations: given.annotations ?? [],
    allow: given.allow ?? [],
    pull: booleanIn('pull', last('pull'), problems),
    cacheFrom: given['cache-from'] ?? [],
    cacheEnv: cacheEnvironment(given['cache-from'] ?? [], environment),
    cgroupParent: last('cgroup-parent'),
    builder: firstOf(builders),
    builders,
    sourceDateEpoch: epochIn(
      last('source-date-epoch') ??
        (command === 'compare' || command === 'replay' ? undefined : environment.SOURCE_DATE_EPOCH?.trim()),
      problems,
    ),
    variations: variationsIn(given.variations ?? [], problems),
    level: choice('level', choices.level, 'same-content'),
    timeout: secondsIn('timeout', last('timeout'), problems),
    maxDisk: bytesOf('max-disk', last('max-disk'), problems),
    logs: last('logs'),
    keep: last('keep'),
    ...smokeIn(command, given, problems),
    // A lint has no builds whose difference could fail it.
    failOn: choice('fail-on', choices['fail-on'], command === 'lint' ? 'error' : 'difference'),
    dockerCheck: choice('docker-check', choices['docker-check'], 'auto'),
    annotate: choice('annotate', choices.annotate, 'changed'),
    checkRun: last('check-run') === undefined || booleanIn('check-run', last('check-run'), problems),
    suggestions: booleanIn('suggestions', last('suggestions'), problems),
    comment: choice('comment', choices.comment, 'never'),
    summary: choice('summary', choices.summary, 'always'),
    report: last('report'),
    sarif: last('sarif'),
    html: last('html'),
    badge: last('badge'),
    ...attestationIn(given, problems),
    sbom: last('sbom'),
    ...releaseIn(command, given, { failOn: last('fail-on'), several: files.some(isImageList) }, problems),
    ...proofIn(command, given, labelOf, problems),
    ...ledgerIn(given, environment, problems),
    allowUntrusted: booleanIn('allow-untrusted', last('allow-untrusted'), problems),
    lint: {
      ...{ ...defaultSettings, ...config?.lint, today: new Date().toISOString().slice(0, 10) },
      profile: choice('profile', choices.profile, defaultSettings.profile),
    },
    config: config?.file ?? null,
    configured: config === null ? null : config.files,
    images: imagesIn(command, given, labelOf, problems),
    rules: (given.rule ?? []).map(id => id.toUpperCase()),
    dryRun: booleanIn('dry-run', last('dry-run'), problems),
  }
  if (options.shmSize !== undefined && !/^\d+(\.\d+)?\s*([kmgt]i?)?b?$/i.test(options.shmSize))
    problems.push(`${labelOf('shm-size')}: '${shown(options.shmSize)}' is not a size such as 128m or 2g`)
  if (problems.length > 0) throw new InputError(problems)
  return options
}
