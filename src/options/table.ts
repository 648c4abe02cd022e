import { attestationTable } from './attestation-table.ts'
import { commandLineTable } from './command-line-table.ts'
import { entry, type OptionEntry } from './option-entry.ts'
import { proofTable } from './proof-table.ts'
import { releaseTable } from './release-table.ts'
import { smokeTable } from './smoke-table.ts'

export { type Command, commands, type OptionEntry } from './option-entry.ts'

const all = ['gate', 'lint', 'fix', 'compare'] as const
const sources = ['gate', 'lint', 'fix'] as const
const linting = ['gate', 'lint'] as const
const comparing = ['gate', 'compare'] as const
const reporting = ['gate', 'lint', 'compare', 'report'] as const
const telling = ['gate', 'lint', 'report'] as const

/**
 * Every option: its name as an input of the action (docker/build-push-action's where it has the same thing), its flag
 * on the command line (docker buildx build's), and its words. action.yml, `--help` and the README are held to this table.
 */
export const optionTable = {
  mode: entry(
    'mode',
    'text',
    'MODE',
    'What to do: gate (lint, build twice, compare), lint, record, verify, compare, drift, replay or report (docs/inputs.md#modes)',
    {
      fallback: 'gate',
      on: 'action',
    },
  ),
  context: entry(
    'context',
    'text',
    'FOLDER',
    'Build context: a folder, a git repository as URL#REF:FOLDER, or the address of a tar; on the command line also - for a tar from standard input',
    { fallback: '.', commands: all },
  ),
  file: entry(
    'file',
    'lines',
    'PATH',
    'Path of the Dockerfile (of a git context: inside it), or of compose and bake files; for lint also several, and globs; on the command line - for standard input',
    {
      short: 'f',
      fallback: 'CONTEXT/Dockerfile',
      commands: all,
    },
  ),
  'bake-file': entry(
    'bake-file',
    'lines',
    'PATH',
    'Bake or compose files, whatever their names, whose images to gate',
    {
      commands: ['gate'],
    },
  ),
  targets: entry(
    'targets',
    'list',
    'NAME',
    'Which images of a bake or compose file to gate: targets, groups, services',
    {
      fallback: 'the group `default`; all services',
    },
  ),
  config: entry('config', 'text', 'PATH', 'Configuration file; `none` to read none', {
    fallback: '.repro-gate.yml of this folder, or of the repository above it',
    commands: sources,
  }),
  profile: entry('profile', 'text', 'NAME', 'What the lint asks for: default, strict or advisory', {
    fallback: 'default',
    commands: sources,
  }),
  target: entry('target', 'text', 'STAGE', 'Stage to build', { fallback: 'the last one', commands: all }),
  platforms: entry('platform', 'list', 'OS/ARCH', 'Platforms to build and prove, each on its own', {
    fallback: "the builder's own; compare: all that either image has",
    commands: comparing,
  }),
  'build-args': entry('build-arg', 'lines', 'NAME=VALUE', 'Build arguments', { commands: all }),
  'build-contexts': entry('build-context', 'lines', 'NAME=PATH', 'Additional build contexts', { commands: sources }),
  // On the command line Docker's own form, which has no values in it, serves all three.
  secrets: entry('secret', 'lines', 'id=NAME,src=PATH|env=VARIABLE', 'Secrets for RUN --mount=type=secret'),
  'secret-envs': entry('secret', 'list', 'ID=VARIABLE', 'Secrets taken from environment variables', { on: 'action' }),
  'secret-files': entry('secret', 'lines', 'ID=PATH', 'Secrets taken from files', { on: 'action' }),
  ssh: entry('ssh', 'list', 'ID', 'SSH agent sockets or keys for RUN --mount=type=ssh'),
  network: entry('network', 'text', 'MODE', 'Network mode of RUN: default, host or none'),
  'add-hosts': entry('add-host', 'list', 'HOST:IP', 'Additional host names for RUN'),
  'shm-size': entry('shm-size', 'text', 'SIZE', 'Size of /dev/shm in RUN'),
  ulimit: entry('ulimit', 'lines', 'TYPE=SOFT:HARD', 'Ulimits of RUN'),
  labels: entry('label', 'lines', 'NAME=VALUE', 'Labels of the image'),
  annotations: entry(
    'annotation',
    'lines',
    '[TYPE:]NAME=VALUE',
    'Annotations of the image; those of an index are left out, because each platform is proven on its own',
  ),
  allow: entry('allow', 'list', 'ENTITLEMENT', 'Privileges of the build, such as network.host'),
  pull: entry('pull', 'switch', '', 'Ask the registry for base images even where the builder has them', {
    fallback: 'false',
  }),
  'cache-from': entry(
    'cache-from',
    'lines',
    'SOURCE',
    'Cache that build A may take from, as the build that you publish does; build B never takes any',
    { fallback: 'both builds run every step' },
  ),
  'cgroup-parent': entry('cgroup-parent', 'text', 'GROUP', 'Parent cgroup of RUN'),
  builder: entry(
    'builder',
    'text',
    'NAME',
    'The buildx builder to build with; `auto`: the current one, or a throw-away one where that cannot do it',
    { fallback: 'the current one' },
  ),
  builders: entry('builders', 'list', 'NAME,NAME', 'Two builders, one for each build, which then run side by side'),
  'source-date-epoch': entry(
    'source-date-epoch',
    'text',
    'SECONDS',
    "`commit` for the commit's time, or seconds since 1970",
    {
      fallback: "SOURCE_DATE_EPOCH of the environment, else the commit's time; compare: what the images say",
      commands: comparing,
    },
  ),
  variations: entry(
    'variations',
    'list',
    'LIST',
    'What build B varies on purpose: default, all, none, ids, +ID or -ID (docs/variations.md)',
    { fallback: 'mtimes, umask, order, time' },
  ),
  timeout: entry('timeout', 'text', 'TIME', 'When to stop, undecided: 45m, 1h30m, or seconds', {
    fallback: 'never',
    commands: comparing,
  }),
  'max-disk': entry(
    'max-disk',
    'text',
    'SIZE',
    'How much more disk may come into use before the run stops, undecided',
    { fallback: 'until the disk is nearly full' },
  ),
  logs: entry('logs', 'text', 'FOLDER', 'Where the logs of both builds are kept unless they prove the image', {
    fallback: 'a folder of the runner; on the command line nowhere',
  }),
  keep: entry(
    'keep',
    'text',
    'FOLDER',
    'Where both images are kept whole, as OCI layouts `a` and `b`, whatever the verdict',
    {
      fallback: 'nowhere: only layers that differ are ever exported',
    },
  ),
  ...smokeTable,
  level: entry('level', 'text', 'LEVEL', 'How equal is equal: identical, same-content or same-files', {
    fallback: 'same-content',
    commands: comparing,
  }),
  'fail-on': entry('fail-on', 'text', 'WHAT', 'What fails: never, difference, error or warning', {
    fallback: 'difference (error for lint)',
    commands: reporting,
  }),
  'docker-check': entry('docker-check', 'text', 'WHEN', "Docker's own checks of the Dockerfile: auto or never", {
    fallback: 'auto: where a builder answers within 10 seconds',
    commands: linting,
  }),
  annotate: entry(
    'annotate',
    'text',
    'WHICH',
    'Annotations on the Dockerfile: changed (what the builds proved, and of the lint what is on lines that the pull request touches), all or never',
    { fallback: 'changed', on: 'action', commands: telling },
  ),
  'check-run': entry('check-run', 'switch', '', 'Annotations in a check run of their own; otherwise in the log', {
    fallback: 'true where the token may write checks',
    on: 'action',
    commands: telling,
  }),
  suggestions: entry('suggestions', 'switch', '', 'Safe fixes as suggestions that reviewers can commit', {
    fallback: 'false',
    on: 'action',
    commands: telling,
  }),
  comment: entry('comment', 'text', 'WHEN', 'Comment on the pull request: always, on-failure or never', {
    fallback: 'never',
    on: 'action',
    commands: telling,
  }),
  summary: entry('summary', 'text', 'WHEN', 'Job summary: always, on-failure or never', {
    fallback: 'always',
    on: 'action',
    commands: telling,
  }),
  report: entry('report', 'text', 'PATH', 'Where report.json is written; in mode report the one to publish', {
    fallback: 'a folder of the runner; on the command line nowhere',
    commands: reporting,
  }),
  sarif: entry('sarif', 'text', 'PATH', 'Where the findings are written as SARIF, for code scanning', {
    fallback: 'nowhere',
    commands: reporting,
  }),
  html: entry('html', 'text', 'PATH', 'Where the report is written as one HTML page', {
    fallback: 'nowhere',
    commands: reporting,
  }),
  badge: entry('badge', 'text', 'PATH', 'Where the verdict is written as JSON for a badge of shields.io', {
    fallback: 'nowhere',
    commands: reporting,
  }),
  ...attestationTable,
  sbom: entry(
    'sbom',
    'text',
    'PATH',
    'Where the SBOM (CycloneDX JSON) of a proven image is written; costs a read of the whole image, for the gate an export as well',
    { fallback: 'nowhere', commands: comparing },
  ),
  ...releaseTable,
  ...proofTable,
  images: entry(
    'images',
    'lines',
    'IMAGE',
    'For compare: what is to be equal, one a line: records (globs, too, as records/**/*.json.gz), or published images and archives of images',
    { on: 'action', commands: ['compare'] },
  ),
  'allow-untrusted': entry(
    'allow-untrusted',
    'switch',
    '',
    "Build a pull request's code in a workflow that holds secrets",
    {
      fallback: 'false',
      on: 'action',
    },
  ),
  ...commandLineTable,
} as const satisfies Record<string, OptionEntry>

/** Where an option is one of a few words. */
export const choices = {
  mode: ['gate', 'lint', 'record', 'verify', 'compare', 'drift', 'replay', 'report'],
  profile: ['default', 'strict', 'advisory'],
  level: ['identical', 'same-content', 'same-files'],
  'fail-on': ['never', 'difference', 'error', 'warning'],
  'docker-check': ['auto', 'never'],
  annotate: ['changed', 'all', 'never'],
  comment: ['always', 'on-failure', 'never'],
  summary: ['always', 'on-failure', 'never'],
} as const satisfies Partial<Record<keyof typeof optionTable, readonly string[]>>

export type OptionName = keyof typeof optionTable

export const optionNames = Object.keys(optionTable) as OptionName[]
