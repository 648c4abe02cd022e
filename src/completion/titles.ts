import type { OwnCommand } from '../options/own-commands.ts'
import type { Command } from '../options/table.ts'

/** What stands beside a command when a shell lists them: plain words, no marks. */
export const commandTitles: Readonly<Record<Command | OwnCommand, string>> = {
  gate: 'Build twice, compare, explain',
  lint: 'Lint only, without Docker',
  fix: 'Make the safe changes',
  compare: 'Compare images or records',
  record: 'Build once and write down what it gave',
  verify: 'Build once and hold it against a record, a digest or an image',
  drift: 'Build again what was proven before',
  replay: 'Build an image again as its record or provenance says',
  report: 'Show an earlier report.json',
  init: 'Write a workflow, a configuration and a Dockerfile',
  explain: 'What a rule or a cause means',
  completion: 'Print the completion of a shell',
}
