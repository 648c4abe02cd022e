import type { Finding } from '../finding.ts'

/** What `fix` did, as one value: `fix --json` prints this. */
export interface FixReport {
  /** Fields are added under the same version, never changed. */
  schemaVersion: 1
  tool: { name: 'repro-gate'; version: string }
  command: 'fix'
  /** Nothing was written. */
  dryRun: boolean
  /** Every Dockerfile that was looked at. */
  subject: { files: string[] }
  /** Files that were changed, or would be, each with its unified diff; `written` is false in a dry run. */
  changes: FileChange[]
  /** How many findings of each rule the changes answer. */
  fixed: Record<string, number>
  /** What was asked for and not done: a lookup that failed, a change that would spoil something. Worst first. */
  failed: { finding: Finding; why: string }[]
  /** Findings that no machine should fix by itself. Worst first. */
  left: Finding[]
}

export interface FileChange {
  file: string
  diff: string
  written: boolean
  /** Why it was not written though it should have been, in words. */
  problem: string | null
}

/** How `fix` ends: 0 all that can be fixed is, 1 something was asked for and not done. */
export const fixExitCode = ({ failed, changes }: FixReport): 0 | 1 =>
  failed.length > 0 || changes.some(({ problem }) => problem !== null) ? 1 : 0
