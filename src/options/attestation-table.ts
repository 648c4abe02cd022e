import { entry, type OptionEntry } from './option-entry.ts'

/** What is written of a proven image for others to sign. */
export const attestationTable = {
  predicate: entry('predicate', 'text', 'PATH', 'Where the predicate for an attestation of a proven image is written', {
    fallback: 'nowhere',
    commands: ['gate', 'verify', 'drift', 'replay', 'report'],
  }),
  'predicate-type': entry(
    'predicate-type',
    'text',
    'TYPE',
    'What the predicate is: scai (all that was found out), svr or vsa (that it was verified, for policy engines)',
    { fallback: 'scai', commands: ['gate', 'verify', 'drift', 'replay', 'report'] },
  ),
} as const satisfies Record<string, OptionEntry>
