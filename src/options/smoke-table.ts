import { entry, type OptionEntry } from './option-entry.ts'

/** What both images are run with, once they are built. */
export const smokeTable = {
  'smoke-command': entry(
    'smoke-command',
    'text',
    'COMMAND',
    'Runs in both images, without network: exit code, output and `smoke-files` are compared. Text for /bin/sh -c, or a JSON array as in CMD; costs an export of the image (docs/smoke.md)',
    { fallback: 'nothing is run' },
  ),
  'smoke-files': entry(
    'smoke-files',
    'lines',
    'PATH',
    'Files or folders that `smoke-command` writes, as absolute paths in the image, to be compared too',
  ),
} as const satisfies Record<string, OptionEntry>
