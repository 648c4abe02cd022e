import { entry, type OptionEntry } from './option-entry.ts'

/** What a build is written down in, or held against, later and elsewhere. */
export const proofTable = {
  record: entry(
    'record',
    'text',
    'PATH',
    'Where mode record writes its record, of several images a folder; for verify and drift the record to be equal to, for replay the one to build again',
    {
      commands: ['record', 'verify', 'drift', 'replay'],
    },
  ),
  'expected-digest': entry(
    'expected-digest',
    'text',
    'DIGEST',
    'For verify: the digest of the manifest or of the config (the image id) to be equal to',
    { commands: ['verify'] },
  ),
  against: entry(
    'against',
    'text',
    'IMAGE',
    'For verify and drift: the published image, or the archive of one, to be equal to; for replay the one to build again',
    { commands: ['verify', 'drift', 'replay'] },
  ),
  'verify-blobs': entry(
    'verify-blobs',
    'switch',
    '',
    'For compare: read the layers, too, that both images name by one digest, and hold them against it',
    { fallback: 'false', commands: ['compare'] },
  ),
  ledger: entry(
    'ledger',
    'text',
    'true|FOLDER',
    'Keep what two builds proved, and build once where the inputs are the same again: true (the Actions cache), release (for `push`, too), or a folder',
    { fallback: 'false', commands: ['gate', 'drift'] },
  ),
  'drift-issue': entry(
    'drift-issue',
    'switch',
    '',
    'For drift: keep one issue open as long as it drifts, and close it when all is well again; needs issues: write',
    { fallback: 'false', on: 'action', commands: ['drift'] },
  ),
} as const satisfies Record<string, OptionEntry>

/** What two builds are told, or what is made of their proof: nothing for a command that builds once. */
export const ofTwoBuilds = [
  ...['builders', 'variations', 'cache-from', 'keep', 'sbom', 'docker-check', 'profile'],
  ...['push', 'tags', 'outputs', 'provenance', 'smoke-command', 'smoke-files'],
] as const

/** What is told of a verdict, which a record has none of. */
export const ofVerdict = [
  'level',
  'fail-on',
  'report',
  'sarif',
  'html',
  'badge',
  'predicate',
  'predicate-type',
] as const

/** What a replay is told: where to build, and what no record or provenance holds. All else is as it was. */
export const ofReplay = [
  ...['context', 'build-args', 'build-contexts', 'secrets', 'secret-envs', 'secret-files', 'ssh', 'network', 'allow'],
  ...['platforms', 'builder', 'source-date-epoch', 'level', 'fail-on', 'timeout', 'max-disk', 'logs', 'dry-run'],
  ...['report', 'sarif', 'html', 'badge', 'annotate', 'check-run', 'comment', 'summary', 'suggestions'],
  ...['mode', 'record', 'against', 'allow-untrusted', 'predicate', 'predicate-type'],
] as const
