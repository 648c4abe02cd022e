import { relative } from 'node:path'
import { knownCommands, readCommand, type WorkflowCommand } from './workflow-command.ts'

export interface LogAnnotation {
  level: 'error' | 'warning' | 'notice'
  message: string
  [property: string]: string
}

/** What the runner made of the output of a step. */
export interface StepOutput {
  annotations: LogAnnotation[]
  /** The runner keeps 10 of a level; so many came after those. */
  droppedAnnotations: number
  groups: string[]
  masks: Set<string>
  /** set-output and save-state: they still work, and no action of today should use them. */
  deprecated: string[]
  outputs: Record<string, string>
  state: Record<string, string>
  errors: string[]
  log: { phase: string; line: string; command: string | null }[]
}

/** Reads the output of one phase, line by line, as the runner does; both streams. */
export function outputReader(into: StepOutput, phase: string, workspace: string): (line: string) => void {
  const counts = { error: 0, warning: 0, notice: 0 }
  let stopped: string | null = null

  const annotate = (level: LogAnnotation['level'], { data, properties }: WorkflowCommand) => {
    counts[level]++
    if (counts[level] > 10) {
      into.droppedAnnotations++
      return
    }
    const file = properties.file?.startsWith(`${workspace}/`) ? { file: relative(workspace, properties.file) } : {}
    into.annotations.push({ level, message: masked(data, into.masks).slice(0, 4096), ...properties, ...file, phase })
  }

  const obey = (command: WorkflowCommand) => {
    const { name, data, properties } = command
    if (name === 'error' || name === 'warning' || name === 'notice') annotate(name, command)
    else if (name === 'group') into.groups.push(masked(data, into.masks))
    else if (name === 'add-mask')
      for (const secret of [data, ...data.split(/[\r\n]+/)]) if (secret.trim()) into.masks.add(secret.trim())
    if (name === 'stop-commands') {
      if (!data || knownCommands.has(data) || data.toLowerCase() === 'pause-logging')
        into.errors.push('invalid stop-commands token')
      else stopped = data
    }
    if (name === 'set-output' || name === 'save-state') {
      into.deprecated.push(name)
      const target = name === 'set-output' ? into.outputs : into.state
      target[properties.name ?? ''] = data
    }
    if (name === 'set-env' || name === 'add-path') into.errors.push(`The \`${name}\` command is disabled.`)
  }

  return line => {
    const command = readCommand(line, stopped === null ? knownCommands : new Set([...knownCommands, stopped]))
    // A mask counts from its own line on: the runner never shows that line.
    const ours = stopped === null ? command : null
    if (ours?.name === 'add-mask') obey(ours)
    into.log.push({ phase, line: masked(line, into.masks), command: ours?.name ?? null })
    if (command === null || ours?.name === 'add-mask') return
    if (stopped === null) obey(command)
    else if (command.name === stopped.toLowerCase()) stopped = null
  }
}

/** A text as the runner shows it: every secret as three stars, the longest first. */
export const masked = (text: string, masks: ReadonlySet<string>): string =>
  [...masks].sort((a, b) => b.length - a.length).reduce((shown, mask) => shown.replaceAll(mask, '***'), text)
