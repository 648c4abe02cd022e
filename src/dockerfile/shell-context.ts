import type { Range } from './dockerfile.ts'
import type { ShellCommand, ShellGuard } from './shell-command.ts'
import type { SyntaxRedirect } from './shell-tree.ts'
import type { ShellVariables } from './shell-word.ts'

/** What the commands below a node have in common. */
export interface Context {
  guard: ShellGuard
  followedByOrTrue: boolean
  hiddenBy: Range | null
  followed: boolean
  inTest: boolean
  wrappers: string[]
  substitutionIn: ShellCommand | null
  redirects: SyntaxRedirect[]
  pipeline: { id: number; index: number; length: number } | null
  variables: ShellVariables
}

/** A script nothing stands around. */
export const outermost = (variables: ShellVariables): Context => ({
  guard: null,
  followedByOrTrue: false,
  hiddenBy: null,
  followed: false,
  inTest: false,
  wrappers: [],
  substitutionIn: null,
  redirects: [],
  pipeline: null,
  variables,
})

/** A command of which only the place and the surroundings are known yet. */
export const newCommand = (range: Range, context: Context & { pipeline: object }): ShellCommand => ({
  name: '',
  words: [],
  range,
  assignments: [],
  redirects: [],
  pipeline: context.pipeline.id,
  pipeIndex: context.pipeline.index,
  pipeLength: context.pipeline.length,
  pipesInto: null,
  substitutionIn: context.substitutionIn,
  guard: context.guard,
  followedByOrTrue: context.followedByOrTrue,
  hiddenBy: context.hiddenBy,
  followed: context.followed,
  inTest: context.inTest,
  wrappers: [],
})
