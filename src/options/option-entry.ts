/** One option, as a row of the table. */
export interface OptionEntry {
  flag: string
  short?: string
  /** `text`: one value. `lines`: one entry a line. `list`: entries on lines or between commas. `switch`: true or false. */
  kind: 'text' | 'lines' | 'list' | 'switch'
  /** For `--help`: what stands for the value. */
  value: string
  description: string
  /** In words, where leaving it out means something. */
  fallback?: string
  /** Entries that name the only ways in which it can be used. */
  on?: 'action' | 'cli'
  /** The commands that take it. */
  commands: readonly Command[]
}

/** What the command line can be asked to do with a Dockerfile, with two images, with a record, or with a report. */
export const commands = ['gate', 'lint', 'fix', 'compare', 'record', 'verify', 'drift', 'replay', 'report'] as const
export type Command = (typeof commands)[number]

/** Of the gate alone, unless it says otherwise. */
export function entry(
  flag: string,
  kind: OptionEntry['kind'],
  value: string,
  description: string,
  rest: { short?: string; fallback?: string; on?: 'action' | 'cli'; commands?: readonly Command[] } = {},
): OptionEntry {
  return { flag, kind, value, description, commands: ['gate'], ...rest }
}
