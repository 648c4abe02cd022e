/** One image that a compose or bake file builds from a Dockerfile; paths as written there. */
export interface BuildTarget {
  /** `service web`, `target app`: for messages. */
  name: string
  context: string
  /** Relative to the context. */
  dockerfile: string
  target: string | undefined
  args: Record<string, string>
  contexts: Record<string, string>
}

export interface NamedTargets {
  targets: BuildTarget[]
  /** What paths are relative to, where that is not the file's own folder. */
  folder?: string
  /** What makes the file unusable, each a sentence. */
  problems: string[]
  /** What could not be read, and so is not linted. */
  remarks: string[]
}
