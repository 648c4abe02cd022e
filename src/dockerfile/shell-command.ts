import type { Range } from './dockerfile.ts'

/** What a RUN (or CMD, ENTRYPOINT, HEALTHCHECK) does, as far as it can be read without running it. */
export interface ShellScript {
  /** All simple commands in the order they are written, those inside substitutions and `sh -c '…'` too. */
  commands: ShellCommand[]
  /** Places the shell parser could not make sense of; what it read is in `commands` all the same. */
  errors: number
  /** Who reads the text: for all but `shell` there may be no commands, and the text is in `body`. */
  interpreter: 'shell' | 'python' | 'powershell' | 'other'
  body?: string
}

/** Where a command stands: under what condition it runs. `and` is right of `&&`, `or` right of `||`. */
export type ShellGuard = 'and' | 'or' | 'if' | 'loop' | 'case' | 'function' | null

export interface ShellCommand {
  /** The last path component of the command word; empty when it cannot be known, or for assignments alone. */
  name: string
  /** The command word and its arguments, wrappers such as `sudo` taken off; empty for assignments alone. */
  words: ShellWord[]
  range: Range
  assignments: { name: string; value: ShellWord }[]
  /** Files and heredocs; the target of a heredoc is its body. */
  redirects: { operator: string; target: ShellWord }[]
  /** The same number for all commands of one pipeline. */
  pipeline: number
  pipeIndex: number
  pipeLength: number
  /** The command that reads this one's output through a pipe. */
  pipesInto: ShellCommand | null
  /** The command in one of whose words this one's output is put: `$(…)`, backquotes, `<(…)`. */
  substitutionIn: ShellCommand | null
  /** The nearest condition the command stands under. */
  guard: ShellGuard
  /** `|| true` or `|| :` follows it, or the group it is in: its failure is not seen. */
  followedByOrTrue: boolean
  /** That `||`, or one before what cannot fail either (`|| echo …`, `|| exit 0`): what hides the command's failure. */
  hiddenBy: Range | null
  /** Other commands run after it whatever becomes of it (`;`, a new line, a loop), unless `set -e` stops the script. */
  followed: boolean
  /** In the condition of an `if` or a loop, or inside `[ … ]`, `[[ … ]]`, `test`. */
  inTest: boolean
  /** What was taken off in front, outermost first: `sudo`, `env`, `xargs`, `sh` for the commands of `sh -c`. */
  wrappers: string[]
}

export interface ShellWord {
  /** As written. */
  raw: string
  /** Null when it cannot be known: Docker's ARG and ENV and the script's own assignments are followed. */
  value: string | null
  /** The known parts, the others as `${name}` or `$(…)`. */
  partial: string
  /** In the file. The words an unquoted variable was split into share the place of the variable's word. */
  range: Range
  /** Some part of it is in quotes. */
  quoted: boolean
  variables: string[]
  substitutions: ShellCommand[]
}
