import { entry, type OptionEntry } from './option-entry.ts'

/** What the command line alone takes. */
export const commandLineTable = {
  rule: entry('rule', 'list', 'RGnnn', 'Only these rules', { fallback: 'all', on: 'cli', commands: ['fix'] }),
  'dry-run': entry(
    'dry-run',
    'switch',
    '',
    'Show what would be done, and do nothing: the changes as a diff, or the plan of a replay',
    {
      on: 'cli',
      commands: ['fix', 'replay'],
    },
  ),
} as const satisfies Record<string, OptionEntry>
