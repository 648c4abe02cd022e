import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import type { ContextFiles, IgnoreFile } from './context/context.ts'
import type { GitState } from './context/git.ts'
import type { RunFacts } from './per-run.ts'
import type { LintSettings } from './settings.ts'

/** What lint is asked about. */
export interface LintInput {
  dockerfile: Dockerfile
  buildArgs: Record<string, string>
  /** `--target`; the last stage when there is none. */
  target?: string | undefined
  /** What is built for; empty or absent: whatever the builder is. */
  platforms?: readonly string[] | undefined
  /** Names given by `--build-context`. */
  buildContexts: string[]
  /** Null when the context is not at hand: rules that need it are silent. */
  context: ContextFiles | null
  ignoreFile: IgnoreFile | null
  /** Null where the context is no git checkout, or git could not be asked. */
  git: GitState | null
  /** The workflow files of the repository, for what they tell the build. */
  workflows: readonly SourceFile[]
  /** Labels that the build is given, `NAME=VALUE`. */
  labels?: readonly string[]
  /** Annotations likewise, of the manifest alone. */
  annotations?: readonly string[]
  /** Null or absent: what belongs to a run cannot be told from what belongs to the commit. */
  run?: RunFacts | null
  settings: LintSettings
}

/** A text file of the repository, as people name it. */
export interface SourceFile {
  file: string
  text: string
}
