import type * as core from '@actions/core'
import { type Annotation, forLog } from '../report/annotations.ts'
import { counted } from '../report/words.ts'

/** The runner's own commands that telling takes. */
export type LogCommands = Pick<typeof core, 'error' | 'warning' | 'notice' | 'info'>

/** Worst first, and no more than the runner keeps. */
export function annotateLog(
  noted: readonly Annotation[],
  commands: LogCommands,
): { kind: 'log'; shown: number; left: number } {
  const { shown, left } = forLog(noted)
  for (const { level, path: file, startLine, endLine, startColumn, endColumn, title, message } of shown) {
    const columns = startColumn && endColumn ? { startColumn, endColumn } : {}
    commands[level](message, { title, file, startLine, endLine, ...columns })
  }
  if (left > 0) commands.info(`${counted(left, 'more finding')} in the job summary and in report.json.`)
  return { kind: 'log', shown: shown.length, left }
}
