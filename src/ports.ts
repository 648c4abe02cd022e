/** All that a stage may know of the world outside. action.ts and cli.ts give the real ones, tests give theirs. */
export interface Ports {
  log: Log
  exec: Exec
  /** Milliseconds since 1970. */
  now: () => number
  /** The environment for child processes, already without the caller's inputs and tokens. */
  env: Readonly<Record<string, string>>
  /** Tokens that are taken out of it, by their variables: for a build that names one as a secret. */
  tokens?: Readonly<Record<string, string>>
  /** Ends long work: Ctrl-C, a cancelled job, a deadline. */
  signal: AbortSignal
  /** A folder of our own for this run; removed when the run ends. */
  tempDir: string
  /** What must not be shown. */
  masking: Masking
}

/** Keeps secrets out of all that is shown or written. */
export interface Masking {
  /** From here on these values, and each of their lines, are shown nowhere. */
  hide(values: readonly string[]): void
  /** The text with three stars in the place of each secret. */
  text(text: string): string
  /** Bytes, a piece of something longer, with a star for each byte of a secret: as many as before. */
  bytes(bytes: Uint8Array): Uint8Array
}

/** Where progress goes. Every text is shown as text: no runner or terminal may read a command or an escape in it. */
export interface Log {
  info(text: string): void
  debug(text: string): void
  warning(text: string): void
  /** Runs work under a heading that can be folded. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
  /** Lines that we did not write (a build log): fenced, so that they are never obeyed. */
  foreign(line: string): void
}

export interface Exec {
  /** Runs a short command to its end and gives what it printed. Throws only if the program cannot be started. */
  capture(command: string, args: readonly string[], options?: ExecOptions): Promise<Captured>
  /** Runs a long command, hands on its output as it comes, and ends it when the signal aborts. Gives the exit code. */
  stream(command: string, args: readonly string[], options: StreamOptions): Promise<number>
}

export interface ExecOptions {
  cwd?: string
  /** Added to the port's own environment. */
  env?: Readonly<Record<string, string>>
  input?: string
  signal?: AbortSignal
}

export interface StreamOptions extends ExecOptions {
  /** Called with whole lines, without their line ends. */
  onStdout?: (line: string) => void
  onStderr?: (line: string) => void
}

/** At most 16 MiB of each are kept. */
export interface Captured {
  code: number
  stdout: string
  stderr: string
}
