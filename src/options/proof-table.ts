import { entry, type OptionEntry } from './option-entry.ts'

/** What a build is written down in, or held against, later and elsewhere. */
export const proofTable = {
  record: entry(
    'record',
    'text',
    'PATH',
    'Where mode record writes its record; for verify and drift the record to be equal to',
    {
      commands: ['record', 'verify', 'drift'],
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
    'For verify and drift: the published image, or the archive of one, to be equal to',
    { commands: ['verify', 'drift'] },
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
  ...['push', 'tags', 'outputs', 'provenance'],
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
